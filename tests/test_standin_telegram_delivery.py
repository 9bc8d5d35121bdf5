"""Between the bot and the stand-in Telegram server: webhooks, scripted trouble, the contract, and the server's own life."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
from telegram import Bot
from telegram.error import Conflict, NetworkError, RetryAfter, TimedOut

from patience import PATIENCE
from standin_telegram import SPECIFICATION
from standins.telegram.client import Impossible, People
from standins.telegram.process import TelegramProcess, launch_telegram_server, start_telegram_server

CAT = Path(__file__).parent / "data/cat.png"

pytest_plugins = ("telegram_fixtures",)
pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.filterwarnings("ignore:.*retry_after"),  # the client library's own, about its next version
]


class Receiver:
    """A bot's webhook: answers with the given statuses in turn, then 200, and keeps what it got."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.got: asyncio.Queue[tuple[int, str | None, dict]] = asyncio.Queue()
        self.open = self.most_open = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.open += 1
                self.most_open = max(self.most_open, self.open)
                headers = dict(line.split(": ", 1) for line in head.decode().lower().split("\r\n")[1:] if line)
                body = json.loads(await reader.readexactly(int(headers["content-length"])))
                status = self.statuses.pop(0) if self.statuses else 200
                self.got.put_nowait((status, headers.get("x-telegram-bot-api-secret-token"), body))
                self.open -= 1
                writer.write(f"HTTP/1.1 {status} Said\r\ncontent-length: 0\r\n\r\n".encode())
        except asyncio.IncompleteReadError:
            writer.close()


@asynccontextmanager
async def webhook(*statuses: int) -> AsyncIterator[tuple[str, Receiver]]:
    receiver = Receiver(*statuses)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook", receiver
    server.close()


async def test_a_webhook_gets_updates_in_order_with_its_secret(bot: Bot, people: People, ada: int) -> None:
    async with asyncio.timeout(PATIENCE), webhook() as (url, receiver):
        await people.say(ada, "waited")
        await bot.set_webhook(url, secret_token="open_sesame", allowed_updates=["message"])
        with pytest.raises(Conflict, match="while webhook is active"):
            await bot.get_updates()
        await people.say(ada, "fresh")
        got = [await receiver.got.get() for _ in range(2)]
        assert [(secret, body["message"]["text"]) for _, secret, body in got] == [
            ("open_sesame", "waited"),
            ("open_sesame", "fresh"),
        ]
        assert receiver.most_open == 1
        assert len((await people.webhook(times=2))["deliveries"]) == 2
        await bot.delete_webhook()
        assert (await bot.get_webhook_info()).url == ""
        await people.say(ada, "polled")
        assert [update.message.text for update in await bot.get_updates() if update.message] == ["polled"]


async def test_a_failing_webhook_is_tried_again_after_growing_pauses(bot: Bot, people: People, ada: int) -> None:
    async with asyncio.timeout(PATIENCE), webhook(500, 404, 503) as (url, receiver):
        await bot.set_webhook(url)
        await people.say(ada, "first")
        await people.say(ada, "second")
        texts = []
        for pause in (1, 2, 4):
            texts.append((await receiver.got.get())[2]["message"]["text"])
            await people.webhook(times=len(texts))
            assert (await bot.get_webhook_info()).pending_update_count == 2
            await people.advance(pause - 0.5)
            assert receiver.got.empty()
            await people.advance(0.5)
        texts += [(await receiver.got.get())[2]["message"]["text"] for _ in range(2)]
        assert texts == ["first", "first", "first", "first", "second"]
        info = await bot.get_webhook_info()
        assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"
        await bot.delete_webhook(drop_pending_updates=True)


async def test_pending_updates_can_be_dropped(bot: Bot, people: People, ada: int) -> None:
    await people.say(ada, "old")
    assert (await bot.get_webhook_info()).pending_update_count == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


async def test_a_status_fault_answers_in_the_methods_place(bot: Bot, people: People, ada: int) -> None:
    await people.faults(
        {
            "method": "sendMessage",
            "kind": "status",
            "code": 429,
            "description": "Too Many Requests: retry after 7",
            "retry_after": 7,
            "skip": 1,
        },
        {"method": "*", "kind": "status", "code": 502, "description": "Bad Gateway"},
    )
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await bot.get_me()
    assert await bot.send_message(ada, "spared")
    with pytest.raises(RetryAfter):
        await bot.send_message(ada, "hit")
    assert await bot.send_message(ada, "over")
    assert [message.text for message in (await people.room(ada)).by_bot] == ["spared", "over"]


async def test_a_dropped_connection_may_or_may_not_have_sent(bot: Bot, people: People, ada: int) -> None:
    for kind, sent in (("disconnect_before", []), ("disconnect_after", ["once"])):
        await people.faults({"method": "sendMessage", "kind": kind})
        with pytest.raises(NetworkError):
            await bot.send_message(ada, "once")
        assert [message.text for message in (await people.room(ada)).by_bot] == sent


async def test_a_stalled_request_goes_on_when_the_fault_is_cleared(bot: Bot, people: People, ada: int) -> None:
    async with asyncio.timeout(PATIENCE):
        await people.faults({"method": "sendMessage", "kind": "stall"})
        sending = asyncio.create_task(bot.send_message(ada, "late", read_timeout=15))
        await people.requests("sendMessage", times=1)
        await people.faults()
        assert (await sending).text == "late"
        await people.faults({"method": "sendMessage", "kind": "stall"})
        with pytest.raises(TimedOut):
            await bot.send_message(ada, "never", read_timeout=0.05)
        await people.faults()
        assert [message.text for message in (await people.room(ada)).by_bot] == ["late"]


async def test_faults_that_are_none_are_refused(people: People) -> None:
    with pytest.raises(ValueError, match="kind must be one of"):
        await people.faults({"kind": "explode"})


async def test_the_log_tells_what_was_asked_without_bytes(bot: Bot, people: People, ada: int) -> None:
    await bot.send_document(ada, b"words", filename="a.txt", caption="secret")
    [row] = (await people.requests("sendDocument"))["requests"]
    assert row["params"] == {"chat_id": ada, "caption": "secret", "document": {"upload": "a.txt", "bytes": 5}}
    assert row["status"] == 200


async def test_broken_contracts_are_noted(telegram_server: TelegramProcess, people: People, ada: int) -> None:
    url = f"{telegram_server.url}{telegram_server.token}/sendMessage"
    async with httpx2.AsyncClient() as http:
        for body in ({"chat_id": ada}, {"chat_id": ada, "text": 5}, {"chat_id": ada, "text": "a", "tone": "kind"}):
            assert (await http.post(url, json=body)).status_code == 400
    assert [row["problem"] for row in (await people.requests())["spec_violations"]] == [
        "Bad Request: message text is empty",
        'Bad Request: parameter "text" must be of type text',
        'Bad Request: sendMessage has no parameter "tone"',
    ]


@pytest.mark.skipif(not SPECIFICATION.exists(), reason="the API description is not beside this checkout")
async def test_nested_objects_are_checked_against_the_specification(
    telegram_server: TelegramProcess, people: People, ada: int
) -> None:
    url = f"{telegram_server.url}{telegram_server.token}/sendMessage"
    rows = [[{"text": "a", "callback_data": "b", "colour": "red"}]]
    wrong = (
        {"reply_markup": {"inline_keyboard": rows}},
        {"reply_parameters": {"message_id": "1"}},
        {"entities": [{"type": "bold"}]},
    )
    async with httpx2.AsyncClient() as http:
        for body in wrong:
            assert (await http.post(url, json={"chat_id": ada, "text": "a"} | body)).status_code == 400
    problems = [
        row["problem"].removeprefix("Bad Request: sendMessage.") for row in (await people.requests())["spec_violations"]
    ]
    assert problems == [
        "reply_markup (InlineKeyboardMarkup).inline_keyboard[0][0] (InlineKeyboardButton): unknown field colour",
        "reply_parameters (ReplyParameters).message_id: str where Integer is expected",
        "entities[0] (MessageEntity): offset is required",
    ]


async def test_the_server_ends_with_its_parents_pipe() -> None:
    server = await launch_telegram_server(token="7:other")
    async with Bot("7:other", base_url=server.url) as bot:
        assert bot.id == 7
    assert server.process.stdin
    server.process.stdin.close()
    async with asyncio.timeout(PATIENCE):
        assert await server.process.wait() == 0
    await server.close()


async def test_flood_limits_can_be_left_out_from_the_start() -> None:
    async with (
        start_telegram_server(flood_limits=False) as server,
        server.people() as people,
        Bot(server.token, base_url=server.url) as bot,
    ):
        ada = await people.create_user("Ada")
        for _ in range(5):
            await bot.send_message(ada, "a")


async def test_a_benchmarks_photos_stay_as_they_came() -> None:
    async with start_telegram_server(keep_photos=True) as server, server.people() as people:
        ada = await people.create_user("Ada")
        cat = CAT.read_bytes()
        await people.send_photo(ada, cat)
        photo = (await people.room(ada)).messages[0].photo
        assert photo and await people.file(photo.file_id) == cat
        with pytest.raises(Impossible, match="IMAGE_PROCESS_FAILED"):
            await people.send_photo(ada, b"no picture")
