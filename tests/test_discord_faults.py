"""Trouble with Discord: a delivery is put off, never lost and never made twice; what is gone is gone quietly."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import structlog

from bots.discord.addresses import Interaction, read
from core import texts
from core.errors import BadInput, StorageFault
from core.ports import InboxRow
from core.types import FileRef
from discord_people import Gathering, shows_progress
from standins.discord.seen import Room
from storage.store import SqlStore
from studio import paid

pytest_plugins = ("discord_studio",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

POST = {"method": "POST", "path": "/channels/*/messages"}
EDIT = {"method": "PATCH", "path": "/webhooks/*"}


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting is not what is tested here."""
    monkeypatch.setattr("bots.delivery.FIRST_WAIT", 0.05)

    real = asyncio.sleep

    async def shorter(seconds: float, result: Any = None) -> Any:
        return await real(min(seconds, 0.05), result)

    monkeypatch.setattr("discord.http.asyncio.sleep", shorter)


def pictures(room: Room) -> list[int]:
    return [seen.id for seen in room.by_bot if seen.files and not shows_progress(seen)]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 502, "times": 7},
        {"kind": "status", "status": 401},
        {"kind": "status", "status": 429, "retry_after": 0.05},
        {"kind": "page", "status": 200},
        {"kind": "page", "status": 200, "body": "[", "content_type": "application/json"},
        {"kind": "disconnect_before"},
        {"kind": "disconnect_after"},
        {"kind": "disconnect_after", "times": 3},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
@pytest.mark.parametrize("where", [POST, EDIT], ids=["post", "answer"])
async def test_trouble_loses_nothing_and_doubles_nothing(
    gathering: Gathering, fault: dict[str, Any], where: dict[str, str]
) -> None:
    ada, store = gathering.ada, gathering.studio.program.storage.store
    before = await store.spent(0)
    await ada.people.faults({**where, **fault})
    with structlog.testing.capture_logs() as logged:
        if where is POST:
            ada = await gathering.privately()
            await ada.people.say(ada.user, ada.channel, "/image a cat --raw")
        else:
            await ada.people.slash(ada.user, ada.channel, "image", idea="a cat", raw=True)
        await ada.until(lambda room: bool(pictures(room)))
        room = await ada.settled()
    assert len(pictures(room)) == len(room.by_bot) == 1
    assert len(paid(await gathering.studio.requests())) == 1
    spent = await store.spent(0)
    assert (spent.calls - before.calls, spent.unpriced - before.unpriced) == (1, 0), "sending again draws nothing again"
    trouble = [entry for entry in logged if entry["log_level"] != "info"]
    assert bool(trouble) is outlasts_the_library(fault, where)
    assert {(entry["code"], entry["log_level"]) for entry in trouble} <= {
        ("service-down", "warning"),
        ("service-down", "debug"),
    }


def outlasts_the_library(fault: dict[str, Any], where: dict[str, str]) -> bool:
    """Whether a fault comes through to us: the library tries five times by itself, but not always."""
    if fault["kind"] == "status" and fault["status"] in (401, 503):
        return fault["status"] == 401 or where is POST
    return fault["kind"] != "status" or fault.get("times", 1) > 5


async def test_progress_is_one_message_however_often_its_sending_fails(gathering: Gathering, hurried: None) -> None:
    """Discord has it each time, and recognises it by its number; only the answer gets lost."""
    ada = await gathering.privately()
    await gathering.studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    await ada.people.faults({**POST, "kind": "disconnect_after", "times": 4})
    await ada.people.say(ada.user, ada.channel, "/image a cat --raw")
    await ada.people.requests("PATCH", f"/channels/{ada.channel}/messages/", times=1)
    posted = (await ada.people.requests("POST", f"/channels/{ada.channel}/messages"))["requests"]
    assert len(posted) > 4 and len((await ada.room()).by_bot) == 1
    await gathering.studio.release("images.generations")
    await ada.until(lambda room: bool(pictures(room)))
    assert len((await ada.settled()).by_bot) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 404, "code": 10062},
        {"kind": "page", "status": 200, "body": "{}", "content_type": "application/json"},
    ],
    ids=["error", "late", "another shape"],
)
async def test_an_acknowledgement_that_fails_is_answered_all_the_same(
    gathering: Gathering, fault: dict[str, Any]
) -> None:
    """By a message, since there is no deferred answer then; what is for that person alone by a private one."""
    ada, alone = gathering.ada, await gathering.privately()
    newest = await alone.newest()
    await ada.people.faults({"path": "/interactions/*", "times": 99, **fault})
    said = await ada.asks("help")
    assert "/story" in said[-1].text and said[-1].interaction is None
    await ada.people.slash(ada.user, ada.channel, "usage")
    assert "Today" in (await alone.hears(newest))[-1].text


async def test_an_acknowledgement_that_is_lost_on_the_way_back_still_counts(gathering: Gathering) -> None:
    ada = gathering.ada
    await ada.people.faults({"kind": "disconnect_after", "path": "/interactions/*"})
    asked = await ada.people.slash(ada.user, ada.channel, "usage")
    assert "Today" in (await ada.people.answer(asked)).text


async def test_a_deferred_answer_that_a_moderator_deleted_is_no_end(gathering: Gathering, hurried: None) -> None:
    ada = gathering.ada
    await gathering.studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    asked = await ada.people.slash(ada.user, ada.channel, "image", idea="a cat", raw=True)
    first = (await ada.people.responded(asked)).message or 0
    await ada.until(lambda room: any("Drawing" in seen.text for seen in room.by_bot))
    await ada.people.delete(ada.user, ada.channel, first)
    await gathering.studio.release("images.generations")
    room = await ada.until(lambda room: bool(pictures(room)))
    assert pictures(room) != [first]


async def test_what_is_gone_is_gone_quietly(gathering: Gathering, hurried: None) -> None:
    """A deleted channel, a bot that was thrown out: no outcry in the log, and other places go on."""
    people, bea = gathering.people, await gathering.somebody("Bea")
    gone = await people.act("create_channel", guild=gathering.guild.id, name="gone")
    left = await people.create_guild("Left", gathering.ada.user)
    await gathering.studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 2})
    with structlog.testing.capture_logs() as logged:
        for channel in (gone, left.channels["general"]):
            where = gathering.ada.at(channel)
            await people.slash(where.user, channel, "image", idea="a cat", raw=True)
            await where.until(lambda room: any("Drawing" in seen.text for seen in room.by_bot))
        await people.act("delete_channel", channel=gone)
        await people.kick_bot(left.id)
        await gathering.studio.release("images.generations", 2)
        await gathering.all_sent()
        assert "Today" in (await bea.asks("usage"))[-1].text
    assert [entry for entry in logged if entry["log_level"] in ("error", "critical")] == []


async def test_a_message_that_was_deleted_cannot_be_changed_and_that_is_all(gathering: Gathering) -> None:
    ada = gathering.ada
    menu = (await ada.asks("settings"))[-1]
    await ada.people.faults({"kind": "stall", "path": "/interactions/*", "seconds": 0.3})
    await ada.people.press(ada.user, ada.channel, menu.id, "Style")
    await ada.people.delete(ada.user, ada.channel, menu.id)
    await gathering.all_sent()
    assert "Today" in (await ada.asks("usage"))[-1].text


@pytest.mark.parametrize(("locale", "language"), [("en-US", "en"), ("zh-CN", "zh")])
async def test_what_meets_a_full_disk_is_told_so_or_waits(
    gathering: Gathering, monkeypatch: pytest.MonkeyPatch, locale: str, language: str
) -> None:
    """A command can be given again; a message would not be told to us again, so it is kept as soon as there is room."""
    monkeypatch.setattr("core.jobs.keeping.FIRST_WAIT", 0.05)
    bea, take_in, full = await gathering.somebody("Bea", locale=locale), SqlStore.take_in, 3

    async def at_first_full(self: SqlStore, row: InboxRow) -> bool:
        nonlocal full
        if full:
            full -= 1
            if not full:  # this one was kept, and nobody heard so
                await take_in(self, row)
            raise StorageFault("disk-full")
        return await take_in(self, row)

    monkeypatch.setattr(SqlStore, "take_in", at_first_full)
    with structlog.testing.capture_logs() as logged:
        asked = await bea.people.slash(bea.user, bea.channel, "image", idea="a cat", raw=True)
        told = await bea.people.answer(asked)
        assert told.ephemeral and told.text == texts.say("error-disk-full", language)
        assert (await (await gathering.privately(bea.user)).says("/usage"))[-1].text
    assert paid(await gathering.studio.requests()) == []
    troubles = [entry for entry in logged if entry["log_level"] not in ("debug", "info")]  # it may have just connected
    assert {(entry["log_level"], entry.get("code")) for entry in troubles} == {("error", "disk-full")}
    assert len((await bea.asks("image", idea="a cat", raw=True))[-1].files) == 1


async def test_only_discord_s_own_files_are_fetched(gathering: Gathering) -> None:
    inbound = gathering.client.inbound
    assert inbound
    for url in ("https://example.com/cat.png", "http://169.254.169.254/latest", f"{gathering.server.cdn}/gone.png"):
        with pytest.raises(BadInput) as caught:
            await inbound.fetch(FileRef(platform="discord", ref=url), 1000)
        assert caught.value.code == "file-gone"


async def test_an_event_that_cannot_be_read_is_stepped_over(gathering: Gathering) -> None:
    """It does not end the session, in which others are heard."""
    ada, before = gathering.ada, (await gathering.people.gateway())["starts"]
    for event in ("INTERACTION_CREATE", "MESSAGE_CREATE", "GUILD_CREATE", "MESSAGE_REACTION_ADD", "THREAD_UPDATE"):
        await ada.people.act("tell", event=event, data={"id": "1"})
    assert "Today" in (await ada.asks("usage"))[-1].text
    assert (await gathering.people.gateway())["starts"] == before


@pytest.mark.parametrize(
    "address",
    ["", "12", "asked.1.0.10485760.to.ken", "guest.1.5.99.token", "told.12", "asked.1.token", "asked.x.0.1.t"],
)
async def test_addresses_are_read_as_they_were_written(address: str) -> None:
    found = read(address)
    if isinstance(found, Interaction):
        assert str(found) == address
    else:
        assert found == (12 if address == "12" else None)
