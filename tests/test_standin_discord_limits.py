"""What the stand-in Discord refuses: sizes, forms, permissions, too many requests, and the trouble that tests script."""

import asyncio
import datetime
import io
from typing import Any

import aiohttp
import discord
import pytest

from discord_fixtures import SPECIFICATION, Bot, refused
from standins.discord.client import Impossible, People
from standins.discord.process import DiscordProcess

pytest_plugins = ("discord_fixtures",)
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def channel(discord_bot: Bot, general: int) -> Any:
    return discord_bot.get_channel(general)


def file_of(size: int, name: str = "big.bin") -> discord.File:
    return discord.File(io.BytesIO(b"\0" * size), name)


async def post(discord_bot: Bot, channel: Any, **body: object) -> Any:
    """A message as raw JSON, past discord.py's own checks."""
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=channel.id)
    return await discord_bot.http.request(route, json=body)


async def test_files_have_a_largest_size(discord_bot: Bot, discord_people: People, alice: int, channel: Any) -> None:
    limit = 10 << 20
    sent = await channel.send(file=file_of(limit))
    assert sent.attachments[0].size == limit
    with refused(413, 40005):
        await channel.send(file=file_of(limit + 1))
    with refused(413, 40005):
        await channel.send(files=[file_of(9 << 20, f"{number}.bin") for number in range(3)])
    boosted = (await discord_people.create_guild("Boosted", alice, boost=2)).channels["general"]
    await discord_bot.get_partial_messageable(boosted).send(file=file_of(limit + 1))
    assert len((await discord_people.room(channel.id)).messages) == 1


BUTTON = {"type": 2, "style": 1, "label": "A", "custom_id": "a"}
TEXT = {"type": 10, "content": "words"}


def poll(*answers: str) -> dict[str, Any]:
    return {"question": {"text": "q"}, "answers": [{"poll_media": {"text": one}} for one in answers]}


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


@pytest.mark.parametrize(
    ("where", "body"),
    [
        ("content", {"content": "x" * 2001}),
        ("embeds", {"embeds": [{"title": "x"}] * 11}),
        ("description", {"embeds": [{"description": "x" * 4097}]}),
        ("MAX_EMBED_SIZE", {"embeds": [{"description": "x" * 3001}] * 2}),
        ("fields", {"embeds": [{"fields": [{"name": "a", "value": "b"}] * 26}]}),
        ("ATTACHMENT_NOT_FOUND", {"embeds": [{"image": {"url": "attachment://none.png"}}]}),
        ("answers", {"poll": poll(*"abcdefghijk")}),
        ("answers", {"poll": poll("x" * 56)}),
        ("question", {"poll": poll("a") | {"question": {"text": "x" * 301}}}),
        ("duration", {"poll": poll("a") | {"duration": 769}}),
        ("custom_id", {"content": "x", "components": [row(BUTTON | {"custom_id": "x" * 101})]}),
        ("DUPLICATED", {"content": "x", "components": [row(BUTTON, BUTTON)]}),
        ("components", {"content": "x", "components": [row(*(BUTTON | {"custom_id": str(n)} for n in range(6)))]}),
        ("components", {"content": "x", "components": [row(BUTTON)] * 6}),
        ("INVALID_LABEL", {"content": "x", "components": [row({"type": 2, "style": 1, "custom_id": "a"})]}),
        ("UNION_TYPE_CHOICES", {"content": "x", "components": [TEXT]}),
        ("LEGACY_FIELDS", {"content": "x", "components": [TEXT], "flags": 1 << 15}),
        ("TEXT_SIZE", {"components": [TEXT | {"content": "x" * 2001}] * 2, "flags": 1 << 15}),
        ("MAX_TOTAL", {"components": [{"type": 17, "components": [TEXT] * 40}], "flags": 1 << 15}),
        ("items", {"components": [{"type": 12, "items": []}], "flags": 1 << 15}),
        ("SCHEME", {"components": [{"type": 13, "file": {"url": "https://a.org/a.png"}}], "flags": 1 << 15}),
        ("OPTION_VALUE", {"content": "x", "components": [
            row({"type": 3, "custom_id": "s", "options": [{"label": "a", "value": "a"}, {"label": "b", "value": "a"}]})
        ]}),
        ("attachments", {"content": "x", "attachments": [{"id": 0, "description": "x" * 1025}]}),
    ],
)  # fmt: skip
async def test_forms_are_checked(
    discord_bot: Bot, discord_people: People, channel: Any, where: str, body: dict[str, Any]
) -> None:
    with pytest.raises(discord.HTTPException) as caught:
        await post(discord_bot, channel, **body)
    assert (caught.value.status, caught.value.code) == (400, 50035)
    assert where in str(caught.value._errors)
    assert (await discord_people.room(channel.id)).messages == []
    assert (await discord_people.requests())["rejected_bodies"] == 1


async def test_a_poll_is_ended_once(discord_bot: Bot, discord_people: People, alice: int, channel: Any) -> None:
    sent = await channel.send(
        poll=discord.Poll("q", datetime.timedelta(hours=1)).add_answer(text="a").add_answer(text="b")
    )
    await discord_people.vote(alice, channel.id, sent.id, 2)
    assert (await sent.end_poll()).poll.answers[1].vote_count == 1
    assert [one.id async for one in sent.poll.answers[1].voters(limit=9)] == [alice]
    with refused(400, 520001):
        await sent.end_poll()
    with refused(400, 520003):
        await sent.edit(content="x")
    with refused(400, 520006):
        await (await channel.send("x")).end_poll()
    with pytest.raises(Impossible):
        await discord_people.vote(alice, channel.id, sent.id, 1)


async def test_nothing_is_no_message(discord_bot: Bot, discord_people: People, channel: Any) -> None:
    with refused(400, 50006):
        await post(discord_bot, channel, content="")


async def test_each_act_needs_its_permission(
    discord_bot: Bot, discord_people: People, alice: int, channel: Any
) -> None:
    number = await discord_people.say(alice, channel.id, "hello")
    message = channel.get_partial_message(number)
    cases = [
        ("ATTACH_FILES", lambda: channel.send(file=file_of(1))),
        ("SEND_POLLS", lambda: post(discord_bot, channel, poll=poll("a"))),
        ("EMBED_LINKS", lambda: channel.send(embed=discord.Embed(title="x"))),
        ("ADD_REACTIONS", lambda: message.add_reaction("👍")),
        ("CREATE_PUBLIC_THREADS", lambda: message.create_thread(name="x")),
        ("READ_MESSAGE_HISTORY", lambda: message.fetch()),
        ("SEND_MESSAGES", lambda: channel.send("x")),
    ]
    for name, act in cases:
        await discord_people.permit(channel.id, deny=[name])
        with refused(403, 50013):
            await act()
    with refused(403, 50013):
        await channel.edit(name="mine")
    await discord_people.permit(channel.id, deny=["READ_MESSAGE_HISTORY"])
    with refused(403, 160002):
        await channel.send("x", reference=discord.MessageReference(message_id=number, channel_id=channel.id))
    await discord_people.permit(channel.id, deny=["VIEW_CHANNEL"])
    with refused(403, 50001):
        await channel.send("x")
    await discord_people.permit(channel.id)
    await channel.send("x")


async def test_roles_and_exceptions_add_up(discord_bot: Bot, discord_people: People, channel: Any) -> None:
    guild = discord_bot.guilds[0]
    role = await discord_people.act("create_role", guild=guild.id, name="Painter", permissions=["MANAGE_MESSAGES"])
    await discord_people.permit(channel.id, guild.id, deny=["SEND_MESSAGES"])
    with refused(403, 50013):
        await channel.send("x")
    await discord_people.act("give_role", guild=guild.id, user=discord_bot.user.id, role=role)
    await discord_people.permit(channel.id, role, allow=["SEND_MESSAGES"])
    sent = await channel.send("x")
    await discord_bot.hear("member_update")
    assert channel.permissions_for(guild.me).manage_messages and sent.id


async def test_a_full_bucket_is_refused_with_the_time_to_wait(
    discord_bot: Bot, discord_people: People, channel: Any, discord_server: DiscordProcess
) -> None:
    await discord_people.rate_limits(True)
    url = f"{discord_server.url}/channels/{channel.id}/messages"
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {discord_server.token}"}) as http:
        for left in (4, 3, 2, 1, 0):
            async with http.post(url, json={"content": str(left)}) as response:
                assert (response.status, response.headers["X-RateLimit-Remaining"]) == (200, str(left))
                assert response.headers["Content-Type"] == "application/json"
        async with http.post(url, json={"content": "too many"}) as response:
            answer = await response.json()
        assert (response.status, answer["retry_after"], answer["global"]) == (429, 5.0, False)
        assert (response.headers["Retry-After"], response.headers["X-RateLimit-Scope"]) == ("5", "user")
        assert response.headers["Via"] and response.headers["X-RateLimit-Bucket"]
        await discord_people.advance(5)
        async with http.post(url, json={"content": "again"}) as response:
            assert response.status == 200
    assert (await discord_people.requests("POST", "/messages"))["counts"] == {"200": 6, "429": 1}


async def test_fifty_requests_a_second_are_all(
    discord_bot: Bot, discord_people: People, alice: int, discord_server: DiscordProcess
) -> None:
    await discord_people.rate_limits(True)
    await discord_people.advance(1)
    routes = ("/users/@me", f"/users/{alice}", "/gateway/bot")
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {discord_server.token}"}) as http:
        for number in range(51):
            async with http.get(discord_server.url + routes[number % 3]) as response:
                answer = await response.json()
                if number < 50:
                    assert response.status == 200
    assert (response.status, answer["global"], response.headers["X-RateLimit-Global"]) == (429, True, "true")


async def test_discord_py_waits_and_tries_again(discord_bot: Bot, discord_people: People, channel: Any) -> None:
    await discord_people.faults({"kind": "status", "path": "/channels/*/messages", "status": 429, "retry_after": 0.01})
    assert (await channel.send("patience")).content == "patience"
    assert (await discord_people.requests("POST", "/messages"))["counts"] == {"200": 1, "429": 1}


async def test_scripted_trouble(discord_bot: Bot, discord_people: People, channel: Any) -> None:
    messages = "/channels/*/messages"
    fault = {"kind": "status", "path": messages, "skip": 1, "status": 400, "code": 20016, "message": "Slowmode"}
    await discord_people.faults(fault)
    await channel.send("one")
    with refused(400, 20016):
        await channel.send("two")
    await discord_people.faults({"kind": "disconnect_before", "method": "POST", "path": messages})
    with pytest.raises((aiohttp.ClientError, OSError)):
        await channel.send("three")
    await discord_people.faults({"kind": "disconnect_after", "method": "POST", "path": messages})
    with pytest.raises((aiohttp.ClientError, OSError)):
        await channel.send("four")
    await discord_people.faults({"kind": "stall", "path": messages})
    sending = asyncio.create_task(channel.send("five"))
    await discord_people.requests("POST", "/messages", times=5)
    assert [one.text for one in (await discord_people.room(channel.id)).messages] == ["one", "four"]
    await discord_people.faults()
    await sending
    assert [one.text for one in (await discord_people.room(channel.id)).messages] == ["one", "four", "five"]


@pytest.mark.skipif(not SPECIFICATION.exists(), reason="Discord's OpenAPI document is not here")
async def test_bodies_are_held_against_the_specification(
    discord_bot: Bot, discord_people: People, channel: Any
) -> None:
    with refused(400, 50035, "suppress"):
        await post(discord_bot, channel, content="x", message_reference="suppress")
    [violation] = (await discord_people.requests())["spec_violations"]
    assert (violation["route"], violation["where"]) == ("POST /channels/{channel_id}/messages", "message_reference")
