"""Starting with Discord, and starting again: what was begun goes on, and nothing says "thinking" for ever."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from core.types import Score
from discord_people import Gathering, Somebody, again, hosted, kept_rows, meeting, moved_clock, shows_progress
from discord_talker import discord_settings
from embedded.process import EmbeddedProcess
from killed import Life, program
from patience import PATIENCE
from standins.discord.client import File, People
from standins.discord.process import DiscordProcess, start_discord_server
from standins.discord.seen import Room
from studio import Studio, studio_at

pytest_plugins = ("discord_studio",)

HERE = Path(__file__).parent


@dataclass
class Town:
    """Everything a test needs to start studios in one world."""

    services: EmbeddedProcess
    server: DiscordProcess
    people: People
    folder: Path

    @asynccontextmanager
    async def first(self, **changes: object) -> AsyncIterator[Gathering]:
        async with (
            hosted(self.services, self.folder, self.server, self.people, **changes) as studio,
            meeting(studio, self.people, self.server) as gathering,
        ):
            yield gathering

    def then(self, **changes: object) -> AbstractAsyncContextManager[Studio]:
        """The studio after a restart."""
        return again(self.services, self.folder, self.server, self.people, **changes)


@pytest_asyncio.fixture(loop_scope="function")
async def town(services: EmbeddedProcess, discord_stand_in: DiscordProcess, tmp_path: Path) -> AsyncIterator[Town]:
    async with discord_stand_in.people() as people:
        yield Town(services, discord_stand_in, people, tmp_path / "data")


@pytest.fixture
def unreceipted(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on no receipt is kept, as if the power went in the moment of sending; call it to end that."""
    monkeypatch.setattr("bots.delivery.LAST_MOMENT", 0.05)
    patch = pytest.MonkeyPatch()

    async def never(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    patch.setattr("storage.store.SqlStore.receipt", never)
    return patch.undo


def pictures(room: Room) -> list[int]:
    return [seen.id for seen in room.by_bot if seen.files and not shows_progress(seen)]


# --- starting --------------------------------------------------------------------------------------------------------


async def test_an_intent_that_is_not_granted_is_one_sentence_in_the_log(town: Town) -> None:
    await town.people.reset()
    settings = discord_settings(town.server, discord_message_content=True)
    with capture_logs() as logged:
        async with studio_at(town.folder, town.services, **settings) as studio:
            person = await studio.person()
            assert (await person.says("/usage")).text, "the page works on"
            async with asyncio.timeout(PATIENCE):
                while not (refused := [entry for entry in logged if entry.get("code") == "discord-intent"]):
                    await asyncio.sleep(0.01)
    assert "FABULA_DISCORD_MESSAGE_CONTENT" in refused[0]["said"]


async def test_while_discord_is_down_the_page_is_there_and_the_bot_comes_later(
    services: EmbeddedProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bots.chores.FIRST_WAIT", 0.05)
    monkeypatch.setattr("bots.chores.LONGEST_AWAY", 0.2)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = {
        "discord_bot_token": "standin-discord-token",
        "discord_api_base": f"http://127.0.0.1:{port}/api/v10",
        "discord_gateway": f"ws://127.0.0.1:{port}/gateway",
    }
    async with studio_at(tmp_path, services, **where) as studio:
        person = await studio.person()
        assert (await person.says("/help")).text, "the page answers"
        async with start_discord_server(port=port) as server, server.people() as people:
            assert server.token == where["discord_bot_token"]
            await people.until_gateway(lambda seen: bool(seen["sessions"]))
            await people.requests("PUT", "/commands", times=1)
            ada = await people.create_user("Ada")
            said = await Somebody(people, ada, await people.private_channel(ada)).asks("help")
            assert "/vary" in said[-1].text
        async with asyncio.timeout(PATIENCE):
            while "Attempting a reconnect" not in caplog.text:
                await asyncio.sleep(0.02)
        assert "(ClientConnectorError)" in caplog.text and "Traceback" not in caplog.text
        assert (await person.says("/usage")).text, "nor is it missed when it goes away again"


async def test_a_gateway_that_refuses_us_for_a_while_loses_nothing(town: Town, hurried: None) -> None:
    """The library then closes everything; what gets ready meanwhile waits until the bot has logged in again."""
    async with town.first() as gathering:
        ada, people = await gathering.privately(), town.people
        await gathering.studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
        await people.say(ada.user, ada.channel, "/image a cat --raw")
        await ada.until(lambda room: any("Drawing" in seen.text for seen in room.by_bot))
        starts = (await people.gateway())["starts"]
        await people.close_gateway(4004)
        async with asyncio.timeout(PATIENCE):
            while not gathering.client.is_closed():
                await asyncio.sleep(0.01)
        await gathering.studio.release("images.generations")
        await people.until_gateway(lambda seen: seen["starts"] > starts)
        await ada.until(lambda room: bool(pictures(room)))
        assert "Today" in (await ada.asks("usage"))[-1].text


async def test_several_processes_share_the_servers(town: Town, tmp_path: Path) -> None:
    """Each takes those of its own shard alone; private conversations are on the first."""
    people, server = town.people, town.server
    await people.reset()
    await people.rate_limits(False)

    def shard(number: int) -> dict[str, object]:
        return discord_settings(server, discord_shard_ids=(str(number),), discord_shard_count=2)

    async with (
        studio_at(tmp_path / "0", town.services, **shard(0)) as first,
        studio_at(tmp_path / "1", town.services, **shard(1)) as second,
    ):
        await people.until_gateway(lambda seen: len(seen["sessions"]) == 2)
        logged = await people.requests("PUT", "/commands", times=1)
        ada = await people.create_user("Ada")
        for number in (0, 1):
            guild = await people.create_guild(f"On {number}", ada, shard=(number, 2))
            await Somebody(people, ada, guild.channels["general"]).asks("image", idea=f"on {number}", raw=True)
        await Somebody(people, ada, await people.private_channel(ada)).asks("image", idea="private", raw=True)
        assert len(logged["requests"]) == 1, "the commands are registered once"
        assert await drawn(first) == ["on 0", "private"]
        assert await drawn(second) == ["on 1"]


async def drawn(studio: Studio) -> list[str]:
    database = studio.program.storage.store._database
    rows = await database.read(
        lambda connection: connection.exec_driver_sql(
            "SELECT json_extract(request, '$.words') FROM jobs ORDER BY seq"
        ).all()
    )
    return [row[0] for row in rows]


# --- starting again --------------------------------------------------------------------------------------------------


async def test_everything_works_on_after_a_restart(town: Town) -> None:
    async with town.first() as gathering:
        ada = gathering.ada
        shown = (await ada.asks("image", idea="a cat", raw=True))[-1]
        await gathering.until_shown(ada, shown.id)
        menu = (await ada.asks("settings"))[-1]
        form = await ada.people.press(ada.user, ada.channel, shown.id, "Edit")
        await ada.people.responded(form)
    async with town.then() as studio:
        gathering.studio = studio
        newest = await ada.newest()
        await ada.people.submit(form, change="make it blue")
        assert (await ada.hears(newest))[-1].files, "a form that was opened before"
        assert (await ada.presses(shown, "Vary"))[-1].files, "a button"
        await ada.presses(menu, "Size", expect=0)
        await ada.until(lambda room: any("Which size" in seen.text for seen in room.by_bot))
        await ada.people.react(ada.user, ada.channel, shown.id, "🔥")
        await gathering.until_scored(ada, shown.id, Score(score=1, count=1))


async def test_a_kill_between_keeping_and_acknowledging_is_answered_by_a_message(town: Town) -> None:
    async with town.first() as gathering:
        ada = gathering.ada
    async with process(town, "take_in", 1) as life:
        asked = await ada.people.slash(ada.user, ada.channel, "image", idea="a cat", raw=True)
        assert await life.wait() == -signal.SIGKILL
    assert (await ada.people.interaction(asked)).acknowledged is None
    async with town.then():
        await ada.until(lambda room: bool(pictures(room)))
        assert [seen.interaction for seen in (await ada.settled()).by_bot] == [None]


@asynccontextmanager
async def process(town: Town, method: str, count: int) -> AsyncIterator[Life]:
    """The program as a process of its own, connected to Discord."""
    own = {
        "DISCORD_BOT_TOKEN": town.server.token,
        "DISCORD_API_BASE": town.server.url,
        "DISCORD_GATEWAY": town.server.gateway,
    }
    sessions = (await town.people.gateway())["starts"]
    async with program(town.folder, town.services, method, count, **own) as life:
        await town.people.until_gateway(lambda seen: seen["starts"] > sessions)
        yield life


async def test_what_was_sent_without_a_receipt_is_not_sent_again(town: Town, unreceipted: Callable[[], None]) -> None:
    """The deferred answer is recognised, and messages carry a number by which Discord knows them."""
    async with town.first() as gathering:
        ada, alone = gathering.ada, await gathering.privately()
        await ada.people.slash(ada.user, ada.channel, "image", idea="a cat", raw=True)
        await alone.people.say(alone.user, alone.channel, "/image an owl --raw")
        for where in (ada, alone):
            await where.until(lambda room: bool(pictures(room)))
    unreceipted()
    async with town.then() as studio:
        await all_sent(studio)
        for where in (ada, alone):
            room = await where.settled()
            assert len(pictures(room)) == len(room.by_bot) == 1
        gathering.studio = studio
        await gathering.until_shown(ada, pictures(await ada.room())[0])


@pytest.mark.parametrize("later", [0, 1000], ids=["while the token works", "when it has ended"])
async def test_a_job_that_was_being_drawn_goes_on_and_nothing_of_its_progress_stays(
    town: Town, monkeypatch: pytest.MonkeyPatch, hurried: None, later: float
) -> None:
    async with town.first() as gathering:
        clock = await moved_clock(town.people, monkeypatch)
        ada, alone = gathering.ada, await gathering.privately()
        await gathering.studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 2})
        asked = await ada.people.slash(ada.user, ada.channel, "image", idea="a cat", raw=True)
        await alone.people.say(alone.user, alone.channel, "/image an owl --raw")
        for where in (ada, alone):
            await where.until(lambda room: any("Drawing" in seen.text for seen in room.by_bot))
        first = (await ada.people.interaction(asked)).message
        await gathering.studio.program.runner.close()  # nothing gets finished in the last moment
    await clock.advance(later)
    async with town.then():
        for where in (ada, alone):
            await where.until(lambda room: bool(pictures(room)))
            room = await where.settled()
            assert len(pictures(room)) == len(room.by_bot) == 1
        assert (pictures(await ada.room()) == [first]) == (not later)


@pytest.mark.parametrize("later", [0, 1000], ids=["at once", "when the token has ended"])
async def test_progress_whose_sending_was_never_answered_goes_too(
    town: Town, monkeypatch: pytest.MonkeyPatch, later: float
) -> None:
    """The power goes while Discord has the progress already and the program does not know it yet."""
    async with town.first() as gathering:
        clock = await moved_clock(town.people, monkeypatch)
        ada, alone = gathering.ada, await gathering.privately()
    async with process(town, "take_in", 0) as life:
        await gathering.studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 9})
        for method, path in (("POST", "/channels/*/messages"), ("PATCH", "/webhooks/*")):
            await town.people.faults({"kind": "stall_after", "method": method, "path": path, "times": 9})
        await ada.people.slash(ada.user, ada.channel, "image", idea="a cat", raw=True)
        await alone.people.say(alone.user, alone.channel, "/image an owl --raw")
        for where in (ada, alone):
            await where.until(lambda room: any(seen.controls for seen in room.by_bot))
        life.send(signal.SIGKILL)
        await life.wait()
    await town.people.faults()
    async with gathering.studio.control() as services:
        await services.delete("/faults")
        await services.post("/release")
    await clock.advance(later)
    async with town.then() as studio:
        for where in (ada, alone):
            await where.until(lambda room: bool(pictures(room)))
        await all_sent(studio)
        for where in (ada, alone):
            assert len((await where.settled()).by_bot) == 1


@pytest.mark.parametrize("method", ["take_in", "finish_step"])
async def test_a_killed_file_arrives_once(town: Town, method: str) -> None:
    async with town.first() as gathering:
        alone = await gathering.privately()
        await alone.people.say(alone.user, alone.channel, "/story a fox who finds a lantern --length short")
        await alone.until(lambda room: bool(pictures(room)))
        before = {seen.id for seen in (await alone.settled()).by_bot}
    async with process(town, method, 1) as life:
        await alone.people.say(alone.user, alone.channel, "/export")
        assert await life.wait() == -signal.SIGKILL
    async with town.then() as studio:
        await alone.until(lambda room: any(seen.files and seen.id not in before for seen in room.by_bot))
        await all_sent(studio)
        (saved,) = [seen for seen in (await alone.settled()).by_bot if seen.id not in before]
        assert [file.name.endswith(".zip") for file in saved.files] == [True]
        assert (await studio.program.storage.media.check()).missing == 0


async def test_a_file_that_was_sent_before_a_kill_is_answered_once(town: Town) -> None:
    async with town.first() as gathering:
        alone = await gathering.privately()
    async with process(town, "take_in", 1) as life:
        await alone.people.say(alone.user, alone.channel, "", File("notes.txt", b"once"))
        assert await life.wait() == -signal.SIGKILL
    async with town.then() as studio:
        await alone.until(lambda room: bool(room.by_bot))
        await all_sent(studio)
        assert len((await alone.settled()).by_bot) == 1


async def test_quick_answers_survive_too(town: Town, unreceipted: Callable[[], None]) -> None:
    async with town.first() as gathering:
        ada = gathering.ada
        await ada.asks("usage")
    unreceipted()
    async with town.then() as studio:
        await all_sent(studio)
        assert len((await ada.settled()).by_bot) == 1


async def all_sent(studio: Studio) -> None:
    async with asyncio.timeout(PATIENCE):
        while await studio.program.storage.store.unsent():
            await asyncio.sleep(0.02)


# --- with other settings ---------------------------------------------------------------------------------------------


async def test_with_the_right_to_read_commands_may_be_written_everywhere(town: Town) -> None:
    async with town.first(discord_message_content=True, rating_emoji={"fabula": 1.0, "meh": -1.0}) as gathering:
        ada = gathering.ada
        shown = (await ada.says("/image a cat --raw"))[-1]
        assert shown.files
        await gathering.until_shown(ada, shown.id)
        for emoji, score in (("fabula:123", 1.0), ("meh:124", -1.0)):
            await ada.people.react(ada.user, ada.channel, shown.id, emoji)
            await gathering.until_scored(ada, shown.id, Score(score=score, count=1))
        await ada.people.say(ada.user, ada.channel, "/roll a die of another bot's")
        await ada.people.say(ada.user, ada.channel, "and talk among friends")
        assert "Today" in (await ada.asks("usage"))[-1].text
        assert len((await ada.settled()).by_bot) == 2
        assert not [payload for _, payload in await kept_rows(gathering.studio) if "friends" in payload]


async def test_a_story_may_open_a_thread(town: Town) -> None:
    async with town.first(discord_threads=True) as gathering:
        ada = gathering.ada
        asked = await ada.people.slash(ada.user, ada.channel, "story", idea="a fox who finds a lantern", length="short")
        async with asyncio.timeout(PATIENCE):
            while not (found := [seen for seen in (await ada.room()).by_bot if seen.thread]):
                await asyncio.sleep(0.01)
        starter = found[0]
        assert "thread" in starter.text and starter.interaction == asked
        inside = ada.at(starter.thread or 0)
        room = await inside.until(lambda room: any(seen.files for seen in room.by_bot))
        assert room.name == "a fox who finds a lantern"
        room = await inside.settled()
        assert [bool(seen.files) for seen in room.by_bot] == [False, True]
        assert (await ada.settled()).by_bot == [starter]
        going_on = await inside.says(f"<@{gathering.server.application_id}> what is its name?")
        assert going_on[-1].text
        alone = await gathering.privately()
        assert (await alone.asks("story", 2, idea="a fox", length="short"))[-1].files, "in private there are no threads"
        await ada.people.permit(ada.channel, deny=["CREATE_PUBLIC_THREADS"])
        assert (await ada.asks("story", 2, idea="an owl", length="short"))[-1].files, "and none without the permission"
