"""Answers that no service should give: each is an error of ours, on the bill where it may have been billed, and lets nothing pass unseen."""

import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from core import bill
from core.errors import FabulaError, Unavailable
from core.services.openai import Connection
from core.services.openai_batches import OpenAIBatches
from core.services.openai_moderation import OpenAIModerator
from core.services.retry import Patience
from odd_server import Canned, OddServer, odd_server
from patience import PATIENCE
from test_services_elsewhere import (
    BASE64,
    CHAT,
    DRAW,
    EDIT,
    MODERATE,
    PICTURE,
    TURNS,
    WISH,
    Mood,
    ignore,
    painter,
    picture,
    told,
    writer,
)

Asking = tuple[str, Callable[[Connection], Awaitable[object]]]

PAID: dict[str, Asking] = {
    "a picture": (DRAW, lambda to: painter(to, "local").generate(WISH, ignore)),
    "a streamed picture": (DRAW, lambda to: painter(to).generate(WISH, ignore)),
    "a change": (EDIT, lambda to: painter(to).edit(WISH, [PICTURE], None, ignore)),
    "a text": (CHAT, lambda to: writer(to).write("Tell.", TURNS, person="", show=ignore)),
    "a shape": (CHAT, lambda to: writer(to).extract("Feel.", "a fox", Mood, name="mood", person="")),
}
FREE: dict[str, Asking] = {
    "a look": (MODERATE, lambda to: OpenAIModerator(to).check("a fox")),
    "the models": ("/v1/models", lambda to: to.list_models()),
}
EVENTS = {"content-type": "text/event-stream"}


def event(data: bytes) -> Canned:
    return Canned(b"data: " + data + b"\n\n", headers=EVENTS)


ODD = {
    "nothing": Canned(b""),
    "no event": Canned(b"", headers=EVENTS),
    "null": Canned(b"null"),
    "deep": Canned(b"[" * 200_000),
    "deep inside": Canned(b'{"data":' + b"[" * 200_000),
    "a deep event": event(b'{"a":' * 200_000),
    "a long number": Canned(b'{"created": ' + b"9" * 50_000 + b"}"),
    "a long number in an event": event(b'{"created": ' + b"9" * 50_000 + b"}"),
    "no numbers": Canned(b'{"created": NaN, "data": NaN, "choices": NaN, "results": NaN}'),
    "no letters": Canned(b'\xff\xfe{"a"\xff'),
    "an event without letters": event(b"\xff\xff"),
    "empty lists": Canned(b'{"choices": [], "data": [], "results": []}'),
    "lists of nothing": Canned(b'{"choices": [null], "data": [null], "results": [null]}'),
    "words for lists": Canned(b'{"choices": "abc", "data": "abc", "results": "abc"}'),
    "nothing said": Canned(b'{"choices": [{"message": null}], "data": [{"id": [3]}], "results": [{}]}'),
    "numbers for words": Canned(
        b'{"choices": [{"message": {"content": 7}}], "data": [3], "results": [{"flagged": 3}]}'
    ),
    "events of nothing": event(b'{"choices": [null]}'),
    "a number for choices": event(b'{"choices": 7}'),
    "a number for a word": event(b'{"choices": [{"delta": {"content": 3}, "finish_reason": "stop"}]}'),
    "packed nonsense": Canned(b"nonsense", headers={"content-encoding": "gzip"}),
    "of no known letters": Canned(b'{"a": 1}', headers={"content-type": "application/json; charset=nonsense"}),
}


@pytest_asyncio.fixture
async def server() -> AsyncIterator[OddServer]:
    async with odd_server() as running:
        yield running


@pytest_asyncio.fixture
async def connection(server: OddServer) -> AsyncIterator[Connection]:
    made = Connection(server.url, "", patience=Patience(first_pause=0.002), timeout=PATIENCE)
    yield made
    await made.close()


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("what", [*PAID, *FREE])
async def test_whatever_is_answered_is_an_error_of_ours_and_on_the_bill(
    server: OddServer, connection: Connection, what: str, odd: str
) -> None:
    path, ask = {**PAID, **FREE}[what]
    server.answer(path, ODD[odd])
    if what == "the models" and odd == "empty lists":
        assert await connection.list_models() == {}
        return
    with bill.opened() as spends, pytest.raises(Unavailable) as raised:
        await ask(connection)
    assert raised.value.code in ("answer-unreadable", "answer-cut")
    assert len(server.asked) <= 2
    assert (raised.value.spent, len(spends)) == ((True, len(server.asked)) if what in PAID else (False, 0))


SOUND = {
    "a picture": picture(b64_json=BASE64),
    "a streamed picture": picture(b64_json=BASE64),
    "a change": picture(b64_json=BASE64),
    "a text": told("Once upon a time."),
    "a shape": told('{"mood": "merry"}'),
    "a look": Canned({"id": "m", "results": [{"flagged": False}]}),
    "the models": Canned({"data": [{"id": "m"}]}),
}


@pytest.mark.parametrize("what", SOUND)
async def test_nothing_is_unpacked_that_may_become_a_thousand_times_larger(
    server: OddServer, connection: Connection, what: str
) -> None:
    path, ask = {**PAID, **FREE}[what]
    packed = gzip.compress(json.dumps(SOUND[what].body).encode())
    server.answer(path, SOUND[what], Canned(packed, headers={"content-encoding": "gzip"}))
    await ask(connection)
    with pytest.raises(Unavailable, match="answer-unreadable"):
        await ask(connection)
    assert {headers["accept-encoding"] for headers in server.headers} == {"identity"}


@pytest.mark.parametrize("status", [502, 524])
async def test_the_status_of_a_packed_page_is_read_all_the_same(
    server: OddServer, connection: Connection, status: int
) -> None:
    server.answer(CHAT, Canned(gzip.compress(b"<html>"), status, {"content-encoding": "gzip"}))
    with pytest.raises(Unavailable, match="service-slow"):
        await writer(connection).write("Tell.", TURNS, person="", show=ignore)


@pytest.mark.parametrize(
    "link", ["http://u:p@{host}/x", "http://{host}/\x00", "http://{host}/\udce4", "http://{host}/" + "x" * 70_000]
)
async def test_an_odd_link_to_the_server_itself_is_unreadable(
    server: OddServer, connection: Connection, link: str
) -> None:
    host = server.url.removeprefix("http://").removesuffix("/v1")
    server.answer(DRAW, picture(url=link.format(host=host)))
    with bill.opened() as spends, pytest.raises(FabulaError, match="answer-unreadable"):
        await painter(connection, "local").generate(WISH, ignore)
    assert len(spends) == 1


async def test_a_sign_that_came_in_halves_is_whole_and_half_a_sign_can_be_kept(
    server: OddServer, connection: Connection
) -> None:
    halves = [
        b'{"choices": [{"delta": {"content": "\\ud83e"}}]}',
        b'{"choices": [{"delta": {"content": "\\udd8a \\ud83e"}, "finish_reason": "stop"}]}',
    ]
    server.answer(CHAT, Canned(b"".join(b"data: " + half + b"\n\n" for half in halves), headers=EVENTS))
    written = await writer(connection).write("Tell.", TURNS, person="", show=ignore)
    assert written.text == "🦊 \N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("usage", "usd"),
    [
        ({"prompt_tokens": 100, "completion_tokens": 10**400}, None),
        ({"prompt_tokens": 100, "completion_tokens": 10**12}, None),
        ({"prompt_tokens": 100, "completion_tokens": -10}, None),
        ({"prompt_tokens": 100, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 5000}}, 0.0006),
    ],
    ids=["beyond numbers", "beyond models", "less than nothing", "cached ones apart"],
)
async def test_no_usage_makes_a_bill_that_cannot_be(
    server: OddServer, connection: Connection, usage: dict[str, object], usd: float | None
) -> None:
    merry = {"index": 0, "message": {"content": "Once."}, "finish_reason": "stop"}
    server.answer(CHAT, Canned({"id": "c", "choices": [merry], "usage": usage}))
    with bill.opened() as spends:
        written = await writer(connection).write("Tell.", TURNS, person="", show=ignore)
    assert spends == [written.spend]
    assert written.spend.usd == (usd and pytest.approx(usd))


async def test_a_picture_that_took_nothing_has_no_known_price(server: OddServer, connection: Connection) -> None:
    usage = {"input_tokens": 12, "input_tokens_details": {"text_tokens": 12}, "output_tokens": 10**12}
    server.answer(DRAW, Canned({"created": 1, "data": [{"b64_json": BASE64}], "usage": usage}))
    painting = await painter(connection).generate(WISH, ignore)
    assert (painting.spend.usd, painting.spend.usage) == (None, {})


async def test_an_odd_answer_of_a_batch_keeps_none_of_the_others_away(
    server: OddServer, connection: Connection
) -> None:
    """Half a sign can be kept, and what is no answer is left out."""
    lines = (
        b'{"custom_id": "half", "response": {"status_code": 200, "body": {"said": "hi \\ud83d"}}}',
        b'{"custom_id": "deep", "response": ' + b"[" * 200_000,
        b'{"custom_id": "endless", "response": {"status_code": 1e999, "body": {}}}',
        b'{"custom_id": "sound", "response": {"status_code": 200, "body": {"said": "hi"}}}',
    )
    server.answer("/v1/files/f/content", Canned(b"\n".join(lines)))
    answers = [one async for one in OpenAIBatches(connection).answers("f")]
    assert [one.id for one in answers] == ["half", "sound"]
    assert json.loads(answers[0].body) == {"said": "hi \ud83d"}
