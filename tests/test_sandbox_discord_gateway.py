"""The stand-in Discord's gateway: sessions that end and come back, intents, shards, who hears what."""

import json
from typing import Any

import aiohttp
import discord
import pytest
from discord_fixtures import Bot, connected, refused

from sandbox.discord.client import File, People
from sandbox.discord.process import DiscordProcess

pytest_plugins = ("discord_fixtures",)
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_dropped_connection_is_resumed_and_misses_nothing(
    fabula: Bot, crowd: People, alice: int, general: int
) -> None:
    await crowd.say(alice, general, f"<@{fabula.user.id}> before")
    await fabula.hear("message")
    await crowd.hold(True)
    await crowd.drop()
    during = await crowd.say(alice, general, f"<@{fabula.user.id}> during")
    await crowd.hold(False)
    assert (await fabula.hear("message", 2)).id == during
    await fabula.hear("resumed")
    await crowd.say(alice, general, f"<@{fabula.user.id}> after")
    assert (await fabula.hear("message", 3)).content.endswith("after")
    assert len(fabula.all("message")) == 3
    gateway = await crowd.gateway()
    assert (gateway["starts"], gateway["resumes"], len(gateway["sessions"])) == (1, 1, 1)


async def test_the_bot_comes_back_when_asked_to(fabula: Bot, crowd: People, alice: int, general: int) -> None:
    await crowd.reconnect()
    await fabula.hear("resumed")
    await crowd.invalidate(resumable=True)
    await fabula.hear("resumed", 2)
    gateway = await crowd.gateway()
    assert (gateway["starts"], gateway["resumes"]) == (1, 2)


async def test_an_invalid_session_starts_anew(fabula: Bot, crowd: People, alice: int, general: int) -> None:
    [before] = (await crowd.gateway())["sessions"]
    await crowd.hold(True)
    await crowd.invalidate()
    await crowd.say(alice, general, "nobody hears")
    await crowd.hold(False)
    await fabula.hear("ready", 2)
    [after] = (await crowd.gateway())["sessions"]
    assert after["id"] != before["id"] and fabula.all("resumed") == [] and fabula.all("message") == []


async def test_a_gateway_that_falls_silent_is_left(discord_server: DiscordProcess, crowd: People, general: int) -> None:
    await crowd.heartbeat(0.05)
    async with connected(discord_server, Bot(heartbeat_timeout=0.3)) as fabula:
        await crowd.until_gateway(lambda gateway: gateway["starts"] == 1)
        await crowd.acknowledge(False)
        await fabula.hear("resumed")


async def test_privileged_intents_must_be_allowed(discord_server: DiscordProcess, crowd: People, alice: int) -> None:
    eager = Bot(discord.Intents.all())
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with connected(discord_server, eager):
            pass
    await crowd.allow("GUILD_MEMBERS", "GUILD_PRESENCES", "MESSAGE_CONTENT")
    guild = await crowd.create_guild("Studio", alice)
    async with connected(discord_server, Bot(discord.Intents.all())) as fabula:
        assert fabula.application_flags.gateway_message_content_limited
        assert {member.id for member in fabula.guilds[0].members} == {alice, fabula.user.id}
        bob = await crowd.create_user("Bob")
        await crowd.act("join", guild=guild.id, user=bob)
        assert (await fabula.hear("member_join")).id == bob
        await crowd.act("leave", guild=guild.id, user=bob)
        assert (await fabula.hear("member_remove")).id == bob
        number = await crowd.say(alice, guild.channels["general"], "read me", File("a.txt", b"words"))
        heard = await fabula.hear("message")
        assert (heard.id, heard.content, len(heard.attachments)) == (number, "read me", 1)
        fetched = await heard.channel.fetch_message(number)
        assert fetched.content == "read me"


async def test_contents_are_blank_without_the_intent(fabula: Bot, crowd: People, alice: int, general: int) -> None:
    channel: Any = fabula.get_channel(general)
    plain = await crowd.say(alice, general, "a secret", File("a.txt", b"words"))
    heard = await fabula.hear("message")
    assert (heard.id, heard.content, heard.attachments, heard.author.id) == (plain, "", [], alice)
    assert (await channel.fetch_message(plain)).content == ""
    await crowd.say(alice, general, f"<@{fabula.user.id}> hello", File("a.txt", b"words"))
    mention = await fabula.hear("message", 2)
    assert mention.content.endswith("hello") and len(mention.attachments) == 1 and fabula.user in mention.mentions
    own = await channel.send("mine")
    assert (await fabula.hear("message", 3)).content == "mine"
    await crowd.say(alice, general, "an answer", reply_to=own.id)
    assert (await fabula.hear("message", 4)).content == "an answer"  # a reply mentions whom it answers
    await crowd.say(alice, await crowd.private_channel(alice), "in private")
    assert (await fabula.hear("message", 5)).content == "in private"
    await crowd.edit(alice, general, plain, "another secret")
    assert (await fabula.hear("raw_message_edit")).message.content == ""


async def test_each_shard_hears_its_own_guilds_and_the_first_the_private_ones(
    discord_server: DiscordProcess, crowd: People, alice: int
) -> None:
    guilds = [await crowd.create_guild(f"Guild {index}", alice, shard=(index, 2)) for index in (0, 1)]
    async with connected(discord_server, Bot(shard_count=2)) as fabula:
        sessions = sorted((one["shard"], one["shards"]) for one in (await crowd.gateway())["sessions"])
        assert sessions == [(0, 2), (1, 2)]
        assert [fabula.get_guild(guild.id).shard_id for guild in guilds] == [0, 1]
        for guild in guilds:
            await crowd.say(alice, guild.channels["general"], f"<@{fabula.user.id}> hi")
        await crowd.say(alice, await crowd.private_channel(alice), "hi")
        await fabula.hear("message", 3)
        seqs = {one["shard"]: one["seq"] for one in (await crowd.gateway())["sessions"]}
        assert seqs == {0: 4, 1: 3}  # READY and GUILD_CREATE each, one guild message each, the private one
        await crowd.drop(1)
        assert await fabula.hear("shard_resumed") == 1


async def test_what_the_bot_does_not_see_it_does_not_hear(fabula: Bot, crowd: People, alice: int, general: int) -> None:
    await crowd.permit(general, deny=["VIEW_CHANNEL"])
    await crowd.say(alice, general, f"<@{fabula.user.id}> psst")
    with refused(403, 50001):
        await fabula.fetch_channel(general)
    open_channel = await crowd.act("create_channel", guild=fabula.guilds[0].id, name="open")
    await crowd.say(alice, open_channel, f"<@{fabula.user.id}> hi")
    assert (await fabula.hear("message")).channel.id == open_channel


async def test_guilds_come_and_go(fabula: Bot, crowd: People, alice: int, general: int) -> None:
    made = await crowd.create_guild("Second", alice, channels=("one", "two"))
    joined = await fabula.hear("guild_join")
    assert (joined.id, [channel.name for channel in joined.text_channels]) == (made.id, ["one", "two"])
    await crowd.kick_bot(made.id)
    assert (await fabula.hear("guild_remove")).id == made.id
    with refused(403, 50001):
        await fabula.fetch_guild(made.id)
    with refused(404, 10004):
        await fabula.fetch_guild(1)
    with refused(404, 10003):
        await fabula.fetch_channel(1)


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


async def test_broken_protocol_is_answered_with_its_code(discord_server: DiscordProcess, crowd: People) -> None:
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
