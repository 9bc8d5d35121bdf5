"""Telegram and a program that is killed: what was asked arrives, once, and nothing is left over."""

from __future__ import annotations

import asyncio
import io
import signal
import zipfile
from pathlib import Path

import pytest

from embedded.process import EmbeddedProcess
from killed import program
from patience import PATIENCE
from standins.telegram.client import People
from standins.telegram.process import TelegramProcess
from studio import Studio, studio_at
from telegram_talker import quiet, rows_with, somebody, unlimited, until_answered

pytest_plugins = ("telegram_studio",)


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.delivery.FIRST_WAIT", 0.05)
    monkeypatch.setattr("bots.chores.FIRST_WAIT", 0.05)


KILLS = [("take_in", 1), ("finish_step", 3), ("receipt", 1)]
"""After which commit the process dies: the update is kept but not confirmed, the text is paid for, the text is delivered."""


def where(server: TelegramProcess) -> dict[str, str]:
    """Telegram in a process's environment."""
    return {
        "TELEGRAM_BOT_TOKEN": server.token,
        "TELEGRAM_BASE_URL": server.url,
        "TELEGRAM_BASE_FILE_URL": server.file_url,
        "FABULA_TELEGRAM_UNLIMITED": "true",
    }


@pytest.mark.parametrize(("method", "count"), KILLS)
async def test_a_killed_story_arrives(
    crowd: People,
    services: EmbeddedProcess,
    tmp_path: Path,
    telegram_stand_in: TelegramProcess,
    method: str,
    count: int,
) -> None:
    ada = await somebody(crowd)
    async with program(tmp_path, services, method, count, **where(telegram_stand_in)) as life:
        story = await crowd.say(ada.user, "/story a fox who finds a lantern --length short")
        assert await life.wait() == -signal.SIGKILL
    async with studio_at(tmp_path, services, **unlimited(telegram_stand_in)) as studio:
        answers = await until_answered(crowd, ada.user, story, 2)
        await quiet(crowd, studio)
        room = await crowd.room(ada.user)
        assert [bool(answer.photo) for answer in answers] == [False, True]
        left = [seen.text for seen in room.by_bot if seen.message_id not in [answer.message_id for answer in answers]]
        # Delivery runs beside the job: a status that was on its way in the moment of the kill has an id that nobody was told.
        assert len(left) <= (method == "receipt") and all("Drawing" in text for text in left), (
            "once, and nothing is left over"
        )


async def test_a_story_killed_in_the_middle_of_sending_arrives_twice_at_most(
    crowd: People, services: EmbeddedProcess, tmp_path: Path, telegram_stand_in: TelegramProcess
) -> None:
    """The message is with Telegram, its receipt is not kept."""
    ada = await somebody(crowd)
    await crowd.faults({"method": "sendMessage", "kind": "disconnect_after"})
    async with program(tmp_path, services, **where(telegram_stand_in)) as life:
        usage = await crowd.say(ada.user, "/usage")
        await until_answered(crowd, ada.user, usage)
        life.send(signal.SIGKILL)
    async with studio_at(tmp_path, services, **unlimited(telegram_stand_in)) as studio:
        await quiet(crowd, studio)
        assert len(await until_answered(crowd, ada.user, usage, 2)) == 2


async def test_a_status_message_left_over_by_a_kill_is_taken_away(
    crowd: People, services: EmbeddedProcess, tmp_path: Path, telegram_stand_in: TelegramProcess
) -> None:
    ada = await somebody(crowd)
    before = Studio(None, "", services)  # type: ignore[arg-type]
    await before.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    async with program(tmp_path, services, **where(telegram_stand_in)) as life:
        await crowd.say(ada.user, "/image a cat --raw")
        room = await crowd.until(ada.user, lambda room: bool(room.by_bot))
        left_over = room.by_bot[0].message_id
        async with asyncio.timeout(PATIENCE):
            while not rows_with(tmp_path, f"status:{left_over}"):
                await asyncio.sleep(0.02)
        life.send(signal.SIGKILL)
    await before.close()
    async with studio_at(tmp_path, services, **unlimited(telegram_stand_in)) as studio:
        await crowd.until(ada.user, lambda room: any(seen.photo for seen in room.by_bot))
        await quiet(crowd, studio)
        assert [bool(seen.photo) for seen in (await crowd.room(ada.user)).by_bot] == [True]


@pytest.mark.parametrize(("method", "count"), [("take_in", 1), ("finish_step", 1), ("receipt", 1)])
async def test_a_killed_file_arrives_once_and_one_that_was_sent_is_answered_once(
    crowd: People,
    services: EmbeddedProcess,
    tmp_path: Path,
    telegram_stand_in: TelegramProcess,
    method: str,
    count: int,
) -> None:
    ada, bea = await somebody(crowd), await somebody(crowd)
    async with studio_at(tmp_path, services, **unlimited(telegram_stand_in)) as studio:
        story = await crowd.say(ada.user, "/story a fox who finds a lantern --length short")
        await until_answered(crowd, ada.user, story, 2)
        await quiet(crowd, studio)
    async with program(tmp_path, services, method, count, **where(telegram_stand_in)) as life:
        saved = await crowd.say(ada.user, "/export")
        sent = await crowd.send_document(bea.user, b"once", "notes.txt")
        assert await life.wait() == -signal.SIGKILL
    async with studio_at(tmp_path, services, **unlimited(telegram_stand_in)) as studio:
        answers = await until_answered(crowd, ada.user, saved)
        refused = await until_answered(crowd, bea.user, sent)
        await quiet(crowd, studio)
        # Of what was on its way in the moment of the kill Telegram tells nobody whether it came.
        assert 1 <= len(answers) <= 2 and all(one.document for one in answers) and len(refused) <= 2
        (archive,) = {await crowd.file(one.document.file_id) for one in answers if one.document}
        assert zipfile.ZipFile(io.BytesIO(archive)).testzip() is None
        assert (await studio.program.storage.media.check()).missing == 0
