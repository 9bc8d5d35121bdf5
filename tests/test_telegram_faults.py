"""Telegram when things go wrong: nothing is lost, nobody is held up, nothing secret is told."""

from __future__ import annotations

import asyncio
import re
import socket
from pathlib import Path

import httpx2
import pytest
from structlog.testing import capture_logs

from contract import sample
from core.errors import StorageFault
from core.ports import InboxRow
from core.types import Button, KeptReply, Reply
from embedded.process import EmbeddedProcess
from fabula_process import fabula as run_fabula
from fabula_process import running_fabula
from patience import PATIENCE
from standins.telegram.client import People
from standins.telegram.process import TelegramProcess, start_telegram_server
from storage.store import SqlStore
from studio import Studio, paid, studio_at
from telegram_talker import asked, quiet, rows_with, somebody, unlimited, until_answered

pytest_plugins = ("telegram_studio",)

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.delivery.FIRST_WAIT", 0.05)
    monkeypatch.setattr("bots.chores.FIRST_WAIT", 0.05)


# --- deliveries ------------------------------------------------------------------------------------------------------

TROUBLE = {
    "flood limit": {"kind": "status", "code": 429, "description": "Too Many Requests: retry after 1", "retry_after": 1},
    "a proxy's page": {"kind": "page", "code": 502, "times": 2},
    "a page to sign in": {"kind": "page", "code": 200, "times": 2},
    "half a JSON": {"kind": "page", "code": 200, "body": "{", "times": 2},
    "bad gateway": {"kind": "status", "code": 502, "description": "Bad Gateway", "times": 2},
    "lost request": {"kind": "disconnect_before", "times": 2},
    "lost answer": {"kind": "disconnect_after"},
    "silence": {"kind": "stall", "seconds": 2},
}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, trouble: str) -> None:
    """Connections that wait a second for an answer, not half a minute: where none comes, for a slow one would be taken for none."""
    if trouble == "silence":
        monkeypatch.setattr("bots.telegram.platform.PATIENCE", 1)


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_no_delivery_is_lost(
    impatient: None, crowd: People, fabula: Studio, capsys: pytest.CaptureFixture[str], trouble: str
) -> None:
    """A text, a photo and an album with its buttons, each hit on its way: they arrive and are paid for once, and the log says what it was."""
    ada, bob = await somebody(crowd), await somebody(crowd, "Bob")
    twice = trouble == "lost answer"
    for method in ("sendMessage", "sendPhoto", "sendMediaGroup"):
        await crowd.faults({"method": method, **TROUBLE[trouble]})
    usage = await crowd.say(ada.user, "/usage")
    assert len(await until_answered(crowd, ada.user, usage, 1 + twice)) == 1 + twice
    photo, album = (
        await crowd.say(ada.user, "/image a cat --raw"),
        await crowd.say(bob.user, "/image a dog --raw --n 2"),
    )
    assert len(await until_answered(crowd, ada.user, photo, 1 + twice)) == 1 + twice
    await until_answered(crowd, bob.user, album, 3 + 2 * twice)
    await quiet(crowd, fabula)  # what told how far it was is taken away by then
    shown = await until_answered(crowd, bob.user, album, 3 + 2 * twice)
    assert len(shown) == 3 + 2 * twice, "at least once, and twice only where the answer was lost"
    assert shown[-1].labels == [one for place in "12" for one in (place, "👍", "👎")]
    press = await crowd.press(bob.user, shown[-1].message_id, "2")
    await crowd.answer(press, bob.user)
    assert (await until_answered(crowd, bob.user, shown[-1].message_id))[0].photo
    spent = await fabula.program.storage.store.spent(0)
    assert (spent.calls, spent.unpriced) == (3, 0), "sending again draws nothing again"
    put_off = [line for line in capsys.readouterr().out.splitlines() if "delivery is put off" in line]
    reason = "busy" if trouble == "flood limit" else "service-down"
    plain = [re.sub(r"\x1b\[\d*m", "", line) for line in put_off]
    assert plain and all("[warning" in line and f"code={reason}" in line for line in plain)


async def test_a_flood_limit_delays_one_chat_alone(crowd: People, fabula: Studio) -> None:
    ada, bob = await somebody(crowd), await somebody(crowd, "Bob")
    limit = {"kind": "status", "code": 429, "description": "Too Many Requests: retry after 2", "retry_after": 2}
    await crowd.faults({"method": "sendMessage", **limit})
    first = [await crowd.say(ada.user, text) for text in ("/usage", "/help")]
    await crowd.requests("sendMessage", times=1)
    assert (await bob.says("/usage")).text
    assert (await crowd.room(ada.user)).by_bot == []
    room = await crowd.until(ada.user, lambda room: len(room.by_bot) == 2)
    assert [seen.reply_to for seen in room.by_bot] == first, "nothing is lost, and the order stays"
    refused, answered = [
        row for row in await asked(crowd, "sendMessage") if str(row["params"]["chat_id"]) == str(ada.user)
    ][:2]
    assert answered["at"] - refused["at"] >= 2


async def test_an_album_with_half_its_receipts_goes_again_and_its_buttons_follow(crowd: People, fabula: Studio) -> None:
    """As after a kill between two receipts, and with a flood limit on top."""
    ada = await somebody(crowd)
    said = await ada.says("/image a cat --raw --n 2", expect=3)
    store = fabula.program.storage.store
    shown = [
        await store.piece(piece)
        for message in said.messages[:2]
        for piece in await store.shown_in(ada.place, message.id)
    ]
    pieces = tuple(kept.piece for kept in shown if kept)
    buttons = (Button(action=f"pick:{pieces[0].id}", label="1"),)
    half = KeptReply(
        id=10**6,
        key="half",
        place=ada.place,
        user="",
        in_reply_to=said.id,
        job=None,
        reply=Reply(text="again", pieces=pieces, buttons=buttons),
        receipts=(said.messages[0].id,),
    )
    await crowd.faults({"method": "sendMessage", "kind": "status", "code": 502})
    fabula.program.delivery.deliver([half])
    answers = await until_answered(crowd, ada.user, int(said.id), 6)
    assert [bool(answer.photo) for answer in answers[3:]] == [True, True, False]
    assert answers[5].text == "again" and answers[5].labels == ["1"]


async def test_pictures_that_are_gone_hold_up_nothing(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    await crowd.faults({"method": "sendPhoto", "kind": "status", "code": 502, "times": 3})
    await crowd.say(ada.user, "/image a cat --raw")
    await crowd.requests("sendPhoto", times=1)
    store = fabula.program.storage.store
    (kept,) = await store.pieces(f"telegram:{ada.user}::{ada.user}", 1)
    await store.delete_piece(kept.piece.id)
    assert (await ada.says("/usage")).text


async def test_what_telegram_takes_for_no_photo_is_sent_as_a_file(crowd: People, fabula: Studio) -> None:
    refused = {"kind": "status", "code": 400, "description": "Bad Request: PHOTO_INVALID_DIMENSIONS"}
    await crowd.faults({"method": "sendPhoto", **refused}, {"method": "sendMediaGroup", **refused})
    ada = await somebody(crowd)
    single = await crowd.say(ada.user, "/image a cat --raw")
    (file,) = await until_answered(crowd, ada.user, single)
    assert file.document and file.text == "a cat" and len(file.labels) == 8
    album = await crowd.say(ada.user, "/image a dog --raw --n 2")
    answers = await until_answered(crowd, ada.user, album, 3)
    assert [bool(answer.document) for answer in answers] == [True, True, False]


async def test_what_is_already_so_or_gone_is_no_trouble(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    menu = (await ada.says("/settings")).messages[0]
    press = await crowd.press(ada.user, int(menu.id), "set:reset=")
    await crowd.answer(press, ada.user)
    picture = await ada.says("/image a cat --raw")
    sure = await ada.presses(*picture.button("delete"))
    await crowd.delete(ada.user, int(picture.with_picture.id))
    await ada.presses(*sure.button("delete-yes"), expect=0)
    assert (await ada.says("/usage")).text
    assert {row["status"] for row in await asked(crowd, "editMessageText")} <= {200, 400}


async def test_updates_that_meet_a_full_disk_are_answered_once_when_there_is_room(
    crowd: People, fabula: Studio, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of two that come together, one is kept at once and the other at the third try."""
    store, take_in, full = fabula.program.storage.store, SqlStore.take_in, 2

    async def sometimes(self: SqlStore, row: InboxRow) -> bool:
        nonlocal full
        if "/usage" in row.payload and full:
            full -= 1
            raise StorageFault("disk-full")
        return await take_in(self, row)

    monkeypatch.setattr(SqlStore, "take_in", sometimes)
    ada = await somebody(crowd)
    used, helped = [await crowd.say(ada.user, text) for text in ("/usage", "/help")]
    await until_answered(crowd, ada.user, used)
    await until_answered(crowd, ada.user, helped)
    await quiet(crowd, fabula)
    assert len((await crowd.room(ada.user)).by_bot) == 2
    assert full == 0 and not await store.waiting_rows("telegram")
    assert (await store.spent(0)).calls == 0
    logged = "".join(capsys.readouterr())
    assert logged.count("disk-full") == 2 and "Traceback" not in logged


# --- connecting ------------------------------------------------------------------------------------------------------


async def test_another_program_that_polls_is_noted_and_outlasted(
    crowd: People, fabula: Studio, capsys: pytest.CaptureFixture[str]
) -> None:
    conflict = "Conflict: terminated by other getUpdates request"
    await crowd.faults({"method": "getUpdates", "kind": "status", "code": 409, "description": conflict, "times": 3})
    ada = await somebody(crowd)
    assert (await ada.says("/image a pear --raw")).pictures
    await quiet(crowd, fabula)
    assert len((await crowd.room(ada.user)).by_bot) == 1
    assert (await fabula.program.storage.store.spent(0)).calls == len(paid(await fabula.requests())) == 1
    logged = "".join(capsys.readouterr())
    assert logged.count("telegram-elsewhere") == 3 and "Traceback" not in logged


async def test_a_slow_long_poll_delays_and_a_lost_one_doubles_nothing(
    crowd: People, fabula: Studio, capsys: pytest.CaptureFixture[str]
) -> None:
    """Telegram answers late, and once its answer is lost on the way, so that it tells the same again."""
    poll = {"method": "getUpdates"}
    await crowd.faults({**poll, "kind": "stall", "seconds": 0.5}, {**poll, "kind": "disconnect_after", "times": 2})
    ada = await somebody(crowd)
    assert (await ada.says("/image a pear --raw")).pictures
    await quiet(crowd, fabula)
    assert len((await crowd.room(ada.user)).by_bot) == 1
    assert (await fabula.program.storage.store.spent(0)).calls == 1
    assert "Traceback" not in "".join(capsys.readouterr())


@pytest.mark.parametrize("url", ["http://telegram.example/hook", "https://example.com:8000/hook"])
async def test_an_address_that_telegram_cannot_call_is_the_operators_to_mend(
    crowd: People, services: EmbeddedProcess, tmp_path: Path, telegram_stand_in: TelegramProcess, url: str
) -> None:
    hook = unlimited(telegram_stand_in, telegram_webhook_url=url)
    with capture_logs() as logged:
        async with studio_at(tmp_path, services, **hook) as studio:
            person = await studio.person()
            assert (await person.says("/usage")).text, "the page works on"
            await crowd.requests("setWebhook", times=1)
            async with asyncio.timeout(PATIENCE):
                while not any(entry.get("code") == "telegram-webhook-refused" for entry in logged):
                    await asyncio.sleep(0.01)
    (refused,) = [entry for entry in logged if entry["log_level"] == "error"]
    assert "TELEGRAM_WEBHOOK_URL" in refused["said"]


async def test_a_webhook_without_a_path_of_its_own_is_one_sentence_at_the_start(tmp_path: Path) -> None:
    """It would be the page's address; no platform has to be asked about that."""
    ended = await run_fabula(tmp_path, "run", TELEGRAM_BOT_TOKEN="1:a", TELEGRAM_WEBHOOK_URL="https://example.com")
    assert ended.code == 1
    assert ended.complained.strip().splitlines()[-1].startswith("Telegram does not take TELEGRAM_WEBHOOK_URL")


async def test_without_telegram_the_page_works_and_telegram_follows(services: EmbeddedProcess, tmp_path: Path) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = {
        "telegram_bot_token": "4242:standin-telegram-token",
        "telegram_base_url": f"{address}/bot",
        "telegram_base_file_url": f"{address}/file/bot",
        "telegram_unlimited": True,
    }
    async with studio_at(tmp_path / "data", services, **settings) as studio:
        person = await studio.person()
        assert (await person.says("/usage")).text
        async with start_telegram_server(port=port, flood_limits=False) as server, server.people() as people:
            ada = await somebody(people)
            assert (await ada.says("/image a cat --raw")).pictures
            assert len(await people.menu(ada.user)) == len(list(studio.program.manager.repertoire.commands)), (
                "the commands are registered then, too"
            )


# --- webhook ---------------------------------------------------------------------------------------------------------


async def test_a_webhook_is_kept_before_it_is_answered_and_demands_its_secret(
    crowd: People, services: EmbeddedProcess, tmp_path: Path, telegram_stand_in: TelegramProcess
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/telegram"
    hook = unlimited(telegram_stand_in, telegram_webhook_url=url, web_port=port)
    ada = await somebody(crowd)
    early = await crowd.say(ada.user, "/usage")
    async with studio_at(tmp_path / "data", services, **hook) as studio:
        await until_answered(crowd, ada.user, early)
        done = await ada.says("/edit a red hat", "cat.png", mask="cat-mask-alpha.png")
        assert len(done.pictures) == 1
        assert all(row["trouble"] is None for row in (await crowd.webhook())["deliveries"][-2:])
        forged = {"update_id": 5, "message": {"message_id": 1, "text": "/image a cat"}}
        async with httpx2.AsyncClient(trust_env=False, verify=False) as client:
            for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "guessed"}):
                assert (await client.post(url, json=forged, headers=headers)).status_code == 403
            assert (await client.post(url, content=b"{", headers={"host": "bot.example"})).status_code == 403
        assert await studio.program.storage.store.waiting_rows("telegram") == []
        assert not rows_with(tmp_path / "data", "'telegram:4242:5'")
        (secret,) = {row["params"]["secret_token"] for row in await asked(crowd, "setWebhook")}
        assert telegram_stand_in.token not in secret and len(secret) == 64
    async with studio_at(tmp_path / "data", services, **unlimited(telegram_stand_in)):
        assert (await ada.says("/usage")).text, "back to polling"


async def test_a_webhook_call_that_meets_a_full_disk_comes_again(
    crowd: People,
    services: EmbeddedProcess,
    tmp_path: Path,
    telegram_stand_in: TelegramProcess,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port = free_port()
    hook = unlimited(telegram_stand_in, telegram_webhook_url=f"http://127.0.0.1:{port}/telegram", web_port=port)
    take_in, full = SqlStore.take_in, True

    async def once_full(self: SqlStore, row: InboxRow) -> bool:
        nonlocal full
        if full:
            full = False
            raise StorageFault("disk-full")
        return await take_in(self, row)

    monkeypatch.setattr(SqlStore, "take_in", once_full)
    async with studio_at(tmp_path / "data", services, **hook) as studio:
        ada = await somebody(crowd)
        usage = await crowd.say(ada.user, "/usage")
        await crowd.webhook(times=1)
        await crowd.advance(1)  # as long as Telegram waits before it tries again
        await until_answered(crowd, ada.user, usage)
        await quiet(crowd, studio)
        assert len((await crowd.room(ada.user)).by_bot) == 1
        troubles = [row["trouble"] for row in (await crowd.webhook())["deliveries"]]
        full_disk, taken, *_ = (said for said in troubles if "503" not in (said or ""))  # what came before it was ready
        assert "507" in full_disk and taken is None


# --- secrets ---------------------------------------------------------------------------------------------------------


async def test_neither_token_nor_file_links_are_told_or_kept(
    crowd: People, services: EmbeddedProcess, tmp_path: Path, telegram_stand_in: TelegramProcess
) -> None:
    server = telegram_stand_in
    ada, bob = await somebody(crowd), await somebody(crowd, "Bob")
    variables = {
        "OPENAI_API_KEY": services.key,
        "OPENAI_BASE_URL": services.url,
        "TELEGRAM_BOT_TOKEN": server.token,
        "TELEGRAM_BASE_URL": server.url,
        "TELEGRAM_BASE_FILE_URL": server.file_url,
        "FABULA_LOG_LEVEL": "DEBUG",
    }
    await crowd.faults(
        {"method": "getFile", "kind": "status", "code": 502},
        {"method": "sendPhoto", "kind": "disconnect_before"},
        {"method": "getUpdates", "kind": "page", "code": 200, "skip": 1},
    )
    async with running_fabula(tmp_path, **variables) as (process, _):
        varied = await crowd.send_photo(bob.user, sample("cup-sent.jpg"), "/vary")
        done = await ada.says("/edit a secret hat", "cat-sent.jpg")
        assert len(done.pictures) == 1
        await until_answered(crowd, bob.user, varied)
        process.terminate()
        _, complained = await process.communicate()
    logged = complained.decode()
    assert "delivery is put off" in logged, "there was something to tell"
    everywhere = {"the log": logged, "Ada's chat": await crowd.transcript(ada.user)}
    everywhere["Bob's chat"] = await crowd.transcript(bob.user)
    for path in (tmp_path / "data").rglob("*"):
        if path.is_file():
            everywhere[path.name] = path.read_bytes().decode("latin-1")
    for place, said in everywhere.items():
        for secret in (server.token, server.token.partition(":")[2], "file/bot", "photos/file_"):
            assert secret not in said, f"{secret} in {place}"
    assert "a secret hat" not in logged, "nor what people say"
    assert "</html>" not in logged and "Traceback" not in logged, "nor what somebody else says instead of Telegram"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
