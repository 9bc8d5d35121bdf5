"""The stand-in Discord's gateway: sessions that end and come back, intents, shards, who hears what."""

import json
from typing import Any

import aiohttp
import discord
import pytest

from discord_fixtures import Bot, connected, refused
from standins.discord.client import File, People
from standins.discord.process import DiscordProcess

pytest_plugins = ("discord_fixtures",)
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_dropped_connection_is_resumed_and_misses_nothing(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    await discord_people.say(alice, general, f"<@{discord_bot.user.id}> before")
    await discord_bot.hear("message")
    await discord_people.hold(True)
    await discord_people.drop()
    during = await discord_people.say(alice, general, f"<@{discord_bot.user.id}> during")
    await discord_people.hold(False)
    assert (await discord_bot.hear("message", 2)).id == during
    await discord_bot.hear("resumed")
    await discord_people.say(alice, general, f"<@{discord_bot.user.id}> after")
    assert (await discord_bot.hear("message", 3)).content.endswith("after")
    assert len(discord_bot.all("message")) == 3
    gateway = await discord_people.gateway()
    assert (gateway["starts"], gateway["resumes"], len(gateway["sessions"])) == (1, 1, 1)


async def test_the_bot_comes_back_when_asked_to(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    await discord_people.reconnect()
    await discord_bot.hear("resumed")
    await discord_people.invalidate(resumable=True)
    await discord_bot.hear("resumed", 2)
    gateway = await discord_people.gateway()
    assert (gateway["starts"], gateway["resumes"]) == (1, 2)


async def test_an_invalid_session_starts_anew(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    [before] = (await discord_people.gateway())["sessions"]
    await discord_people.hold(True)
    await discord_people.invalidate()
    await discord_people.say(alice, general, "nobody hears")
    await discord_people.hold(False)
    await discord_bot.hear("ready", 2)
    [after] = (await discord_people.gateway())["sessions"]
    assert after["id"] != before["id"] and discord_bot.all("resumed") == [] and discord_bot.all("message") == []


async def test_a_gateway_that_falls_silent_is_left(
    discord_server: DiscordProcess, discord_people: People, general: int
) -> None:
    await discord_people.heartbeat(0.05)
    async with connected(discord_server, Bot(heartbeat_timeout=0.3)) as discord_bot:
        await discord_people.until_gateway(lambda gateway: gateway["starts"] == 1)
        await discord_people.acknowledge(False)
        await discord_bot.hear("resumed")


async def test_privileged_intents_must_be_allowed(
    discord_server: DiscordProcess, discord_people: People, alice: int
) -> None:
    eager = Bot(discord.Intents.all())
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with connected(discord_server, eager):
            pass
    await discord_people.allow("GUILD_MEMBERS", "GUILD_PRESENCES", "MESSAGE_CONTENT")
    guild = await discord_people.create_guild("Studio", alice)
    async with connected(discord_server, Bot(discord.Intents.all())) as discord_bot:
        assert discord_bot.application_flags.gateway_message_content_limited
        assert {member.id for member in discord_bot.guilds[0].members} == {alice, discord_bot.user.id}
        bob = await discord_people.create_user("Bob")
        await discord_people.act("join", guild=guild.id, user=bob)
        assert (await discord_bot.hear("member_join")).id == bob
        await discord_people.act("leave", guild=guild.id, user=bob)
        assert (await discord_bot.hear("member_remove")).id == bob
        number = await discord_people.say(alice, guild.channels["general"], "read me", File("a.txt", b"words"))
        heard = await discord_bot.hear("message")
        assert (heard.id, heard.content, len(heard.attachments)) == (number, "read me", 1)
        fetched = await heard.channel.fetch_message(number)
        assert fetched.content == "read me"


async def test_contents_are_blank_without_the_intent(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    channel: Any = discord_bot.get_channel(general)
    plain = await discord_people.say(alice, general, "a secret", File("a.txt", b"words"))
    heard = await discord_bot.hear("message")
    assert (heard.id, heard.content, heard.attachments, heard.author.id) == (plain, "", [], alice)
    assert (await channel.fetch_message(plain)).content == ""
    await discord_people.say(alice, general, f"<@{discord_bot.user.id}> hello", File("a.txt", b"words"))
    mention = await discord_bot.hear("message", 2)
    assert mention.content.endswith("hello") and len(mention.attachments) == 1 and discord_bot.user in mention.mentions
    own = await channel.send("mine")
    assert (await discord_bot.hear("message", 3)).content == "mine"
    await discord_people.say(alice, general, "an answer", reply_to=own.id)
    assert (await discord_bot.hear("message", 4)).content == "an answer"  # a reply mentions whom it answers
    await discord_people.say(alice, await discord_people.private_channel(alice), "in private")
    assert (await discord_bot.hear("message", 5)).content == "in private"
    await discord_people.edit(alice, general, plain, "another secret")
    assert (await discord_bot.hear("raw_message_edit")).message.content == ""


async def test_each_shard_hears_its_own_guilds_and_the_first_the_private_ones(
    discord_server: DiscordProcess, discord_people: People, alice: int
) -> None:
    guilds = [await discord_people.create_guild(f"Guild {index}", alice, shard=(index, 2)) for index in (0, 1)]
    async with connected(discord_server, Bot(shard_count=2)) as discord_bot:
        sessions = sorted((one["shard"], one["shards"]) for one in (await discord_people.gateway())["sessions"])
        assert sessions == [(0, 2), (1, 2)]
        assert [discord_bot.get_guild(guild.id).shard_id for guild in guilds] == [0, 1]
        for guild in guilds:
            await discord_people.say(alice, guild.channels["general"], f"<@{discord_bot.user.id}> hi")
        await discord_people.say(alice, await discord_people.private_channel(alice), "hi")
        await discord_bot.hear("message", 3)
        seqs = {one["shard"]: one["seq"] for one in (await discord_people.gateway())["sessions"]}
        assert seqs == {0: 4, 1: 3}  # READY and GUILD_CREATE each, one guild message each, the private one
        await discord_people.drop(1)
        assert await discord_bot.hear("shard_resumed") == 1


async def test_what_the_bot_does_not_see_it_does_not_hear(
    discord_bot: Bot, discord_people: People, alice: int, general: int
) -> None:
    await discord_people.permit(general, deny=["VIEW_CHANNEL"])
    await discord_people.say(alice, general, f"<@{discord_bot.user.id}> psst")
    with refused(403, 50001):
        await discord_bot.fetch_channel(general)
    open_channel = await discord_people.act("create_channel", guild=discord_bot.guilds[0].id, name="open")
    await discord_people.say(alice, open_channel, f"<@{discord_bot.user.id}> hi")
    assert (await discord_bot.hear("message")).channel.id == open_channel


async def test_guilds_come_and_go(discord_bot: Bot, discord_people: People, alice: int, general: int) -> None:
    made = await discord_people.create_guild("Second", alice, channels=("one", "two"))
    joined = await discord_bot.hear("guild_join")
    assert (joined.id, [channel.name for channel in joined.text_channels]) == (made.id, ["one", "two"])
    await discord_people.kick_bot(made.id)
    assert (await discord_bot.hear("guild_remove")).id == made.id
    with refused(403, 50001):
        await discord_bot.fetch_guild(made.id)
    with refused(404, 10004):
        await discord_bot.fetch_guild(1)
    with refused(404, 10003):
        await discord_bot.fetch_channel(1)


async def talk(server: DiscordProcess, *payloads: object, query: str = "v=10&encoding=json") -> int | None:
    """Say these things to the gateway after its HELLO. Returns the code with which it closes."""
    async with aiohttp.ClientSession() as http, http.ws_connect(f"{server.gateway}?{query}") as socket:
        assert json.loads((await socket.receive()).data)["op"] == 10
        for payload in payloads:
            await socket.send_str(payload if isinstance(payload, str) else json.dumps(payload))
        while (await socket.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
        return socket.close_code


def identify(server: DiscordProcess, **more: object) -> dict[str, object]:
    return {"op": 2, "d": {"token": server.token, "properties": {}, "intents": 1, **more}}


async def test_broken_protocol_is_answered_with_its_code(
    discord_server: DiscordProcess, discord_people: People
) -> None:
    server = discord_server
    start = identify(server)
    assert await talk(server, "no json") == 4002
    assert await talk(server, {"op": 8, "d": {}}) == 4003
    assert await talk(server, identify(server, token="wrong")) == 4004
    assert await talk(server, start, start) == 4005
    assert await talk(server, start, {"op": 99}) == 4001
    assert await talk(server, identify(server, shard=[2, 2])) == 4010
    assert await talk(server, identify(server, intents=1 << 40)) == 4013
    assert await talk(server, identify(server, intents=1 << 15)) == 4014
    assert await talk(server, query="v=9&encoding=json") == 4012
