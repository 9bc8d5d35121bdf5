"""The same services toward servers that speak the API otherwise than OpenAI: no streams, links for pictures, no usage, broken answers."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from pydantic import BaseModel

from core.errors import OperatorFault, Refused, Unavailable
from core.ports import Drawing, Fit
from core.services import openai as connections
from core.services.catalogue import Catalogue
from core.services.openai import Connection
from core.services.openai_images import OpenAIPainter
from core.services.openai_moderation import ABSENCES, OpenAIModerator
from core.services.openai_text import OpenAIWriter
from core.services.retry import Patience
from core.types import Progress, TextSoFar, Turn
from embedded_openai import photo, png
from odd_server import Canned, OddServer, odd_server
from patience import PATIENCE

DRAW, EDIT, CHAT, MODERATE = "/v1/images/generations", "/v1/images/edits", "/v1/chat/completions", "/v1/moderations"
CATALOGUE = Catalogue.load()
PICTURE = png(photo())
BASE64 = base64.b64encode(PICTURE).decode()
TURNS = [Turn(role="person", text="a story about a fox")]
WISH = Drawing(prompt="a kite", person="h4sh")


@pytest_asyncio.fixture
async def server() -> AsyncIterator[OddServer]:
    async with odd_server() as running:
        yield running


@pytest_asyncio.fixture
async def connection(server: OddServer) -> AsyncIterator[Connection]:
    made = Connection(server.url, "", patience=Patience(first_pause=0.002), timeout=PATIENCE)
    yield made
    await made.close()


def painter(connection: Connection, model: str = "gpt-image-2.6-flare") -> OpenAIPainter:
    return OpenAIPainter(connection, CATALOGUE, model=model)


def writer(connection: Connection) -> OpenAIWriter:
    return OpenAIWriter(connection, CATALOGUE, model="gpt-6.2-sol", helper="gpt-6-luna")


def ignore(progress: Progress) -> None:
    """Nobody looks."""


def picture(**item: object) -> Canned:
    return Canned({"created": 1, "data": [item]})


def told(text: str | None, finish: str | None = "stop", **more: object) -> Canned:
    message = {"role": "assistant", "content": text, **more}
    usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
    return Canned({"id": "c", "choices": [{"index": 0, "message": message, "finish_reason": finish}], "usage": usage})


def stream(*events: object) -> Canned:
    lines = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
    return Canned(lines.encode(), headers={"content-type": "text/event-stream"})


# --- pictures -----------------------------------------------------------------------------------------------------------


async def test_a_server_that_does_not_stream_and_tells_no_usage(server: OddServer, connection: Connection) -> None:
    server.answer(DRAW, picture(b64_json=BASE64))
    painting = await painter(connection).generate(WISH, ignore)
    assert painting.data == PICTURE
    assert server.calls(DRAW)[0]["stream"] is True
    assert painting.spend.usd is None
    assert painting.spend.usage == {}


async def test_a_large_answer_is_handed_on_in_large_parts(server: OddServer, connection: Connection) -> None:
    """And not in those of the SDK's transport, of 16 kB: a picture has two megabytes."""
    server.answer("/v1/models", Canned(b"x" * 4_000_000))
    async with connection.client.models.with_streaming_response.list() as response:
        parts = [len(part) async for part in response.iter_bytes()]
    assert sum(parts) == 4_000_000 and max(parts) > 4 * 16_384


@pytest.mark.parametrize("streamed", [True, False])
async def test_base64_may_be_written_as_json_allows(server: OddServer, connection: Connection, streamed: bool) -> None:
    """PHP's servers escape slashes, .NET's plus signs."""
    escaped = f"\\u{ord(BASE64[0]):04x}{BASE64[1:]}".replace("/", "\\/").replace("+", "\\u002B")
    whole = f'{{"created": 1, "data": [{{"b64_json" : "{escaped}"}}]}}'
    event = f'data: {{"type": "image_generation.completed", "b64_json": "{escaped}"}}\n\n'
    kind = "text/event-stream" if streamed else "application/json"
    server.answer(DRAW, Canned((event if streamed else whole).encode(), headers={"content-type": kind}))
    assert (await painter(connection).generate(WISH, ignore)).data == PICTURE


async def test_an_unknown_model_is_asked_for_nothing_special_but_no_link(
    server: OddServer, connection: Connection
) -> None:
    server.answer(DRAW, picture(b64_json=BASE64))
    painting = await painter(connection, "dreams-of-mine").generate(WISH, ignore)
    plain = {"model": "dreams-of-mine", "prompt": "a kite", "n": 1, "size": "1024x1024"}
    assert server.calls(DRAW) == [plain | {"response_format": "b64_json"}]
    assert painting.data == PICTURE


async def test_a_link_to_the_server_itself_is_followed(server: OddServer, connection: Connection) -> None:
    server.answer(DRAW, picture(url=server.url.removesuffix("/v1") + "/made/1.png"))
    server.answer("/made/1.png", Canned(PICTURE, headers={"content-type": "image/png"}))
    assert (await painter(connection, "local").generate(WISH, ignore)).data == PICTURE


@pytest.mark.parametrize("kind", ["too large", "gone", "no picture"])
async def test_what_a_link_leads_to_is_not_trusted(
    server: OddServer, connection: Connection, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(connections, "LARGEST_PICTURE", 1000 if kind == "too large" else 1_000_000)
    server.answer(DRAW, picture(url="/made/1.png"))
    answers = {
        "too large": Canned(PICTURE + bytes(2000)),
        "gone": Canned(b"", 404),
        "no picture": Canned(b"<html>not here</html>"),
    }
    server.answer("/made/1.png", answers[kind])
    with pytest.raises(Unavailable, match="answer-unreadable"):
        await painter(connection, "local").generate(WISH, ignore)


async def test_a_link_to_anywhere_else_is_never_followed(server: OddServer, connection: Connection) -> None:
    async with odd_server() as stranger:
        stranger.answer("/x.png", Canned(PICTURE))
        server.answer(DRAW, picture(url=stranger.url.removesuffix("/v1") + "/x.png"))
        with pytest.raises(OperatorFault) as raised:
            await painter(connection, "local").generate(WISH, ignore)
        assert (raised.value.code, raised.value.spent) == ("answer-is-link", True)
        assert stranger.asked == []


async def test_a_redirect_is_never_followed(server: OddServer, connection: Connection) -> None:
    async with odd_server() as stranger:
        server.answer(DRAW, Canned(b"", 307, {"location": stranger.url + "/images/generations"}))
        with pytest.raises(OperatorFault, match="service-rejects"):
            await painter(connection).generate(WISH, ignore)
        assert stranger.asked == []
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Canned(b"<html>hello</html>", headers={"content-type": "text/html"}),
        Canned([1, 2]),
        Canned({"created": 1, "data": []}),
        Canned({"created": 1, "data": [{}]}),
        Canned({"created": 1, "data": [{"b64_json": "%%%"}]}),
        Canned({"created": 1, "data": [{"b64_json": base64.b64encode(b"no picture").decode()}]}),
    ],
    ids=["a page", "a list", "no data", "nothing in it", "no base64", "no picture"],
)
@pytest.mark.parametrize("model", ["gpt-image-2.6-flare", "local"])
async def test_an_answer_without_a_picture_is_unreadable(
    server: OddServer, connection: Connection, answer: Canned, model: str
) -> None:
    server.answer(DRAW, answer)
    with pytest.raises(Unavailable) as raised:
        await painter(connection, model).generate(WISH, ignore)
    assert (raised.value.code, raised.value.spent) == ("answer-unreadable", True)
    assert len(server.asked) == 1


ENDLESS = {
    "a picture": (DRAW, lambda to: painter(to, "local").generate(WISH, ignore)),
    "a streamed picture": (DRAW, lambda to: painter(to).generate(WISH, ignore)),
    "a text": (CHAT, lambda to: writer(to).write("Tell.", TURNS, person="", show=ignore)),
    "a look": (MODERATE, lambda to: OpenAIModerator(to).check("a fox")),
    "the models": ("/v1/models", lambda to: to.list_models()),
}


@pytest.mark.parametrize("kind", ["application/json", "text/event-stream"])
@pytest.mark.parametrize("what", ENDLESS)
async def test_an_answer_that_does_not_end_is_not_read_to_its_end(
    server: OddServer, connection: Connection, monkeypatch: pytest.MonkeyPatch, what: str, kind: str
) -> None:
    monkeypatch.setattr(connections, "LARGEST_ANSWER", 1000)
    monkeypatch.setattr(connections, "LARGEST_TEXT", 1000)
    path, ask = ENDLESS[what]
    server.answer(path, Canned(b'data: {"x": "' + b" " * 5_000_000, headers={"content-type": kind}))
    with pytest.raises(Unavailable) as raised:
        await ask(connection)
    assert raised.value.code == "answer-unreadable"
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "link", ["http://[", "http://a\x00b/", "http://\udce4/", "//:-1/x", "\x7f", "http://x:99999999/"]
)
async def test_a_link_that_is_none_is_unreadable(server: OddServer, connection: Connection, link: str) -> None:
    server.answer(DRAW, picture(url=link))
    with pytest.raises((Unavailable, OperatorFault)) as raised:
        await painter(connection, "local").generate(WISH, ignore)
    assert raised.value.code in ("answer-unreadable", "answer-is-link")
    assert raised.value.spent


async def test_a_damaged_preview_does_not_lose_the_picture(server: OddServer, connection: Connection) -> None:
    partial = {"type": "image_generation.partial_image", "b64_json": "x", "partial_image_index": 0}
    final = {"type": "image_generation.completed", "b64_json": BASE64}
    server.answer(DRAW, stream({"type": "keepalive"}, partial, final))
    shown: list[Progress] = []
    assert (await painter(connection).generate(WISH, shown.append)).data == PICTURE
    assert shown == []


async def test_transparency_that_was_only_worth_a_try_is_given_up(server: OddServer, connection: Connection) -> None:
    refusal = {"message": "No.", "type": "invalid_request_error", "param": "background", "code": "invalid_value"}
    server.answer(DRAW, Canned({"error": refusal}, 400), picture(b64_json=BASE64))
    artist = painter(connection)
    painting = await artist.generate(WISH.model_copy(update={"transparent": True}), ignore)
    assert painting.fitted == (Fit(code="fitted-transparent", asked="transparent"),)
    await artist.generate(WISH.model_copy(update={"transparent": True}), ignore)
    assert [call.get("background") for call in server.calls(DRAW)] == ["transparent", None, None]


async def test_a_rejection_of_something_else_is_no_reason_to_try_again(
    server: OddServer, connection: Connection
) -> None:
    refusal = {"message": "No.", "type": "invalid_request_error", "param": "size", "code": "invalid_value"}
    server.answer(DRAW, Canned({"error": refusal}, 400))
    with pytest.raises(OperatorFault, match="service-rejects"):
        await painter(connection).generate(WISH.model_copy(update={"transparent": True}), ignore)
    assert len(server.asked) == 1


async def test_a_server_that_cannot_edit_is_told_apart(server: OddServer, connection: Connection) -> None:
    with pytest.raises(OperatorFault, match="service-cannot-edit"):
        await painter(connection, "local").edit(WISH, [PICTURE], None, ignore)


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (
            {"code": "moderation_blocked", "moderation_details": {"moderation_stage": "output"}},
            Refused,
            "refused-result",
        ),
        ({"code": "moderation_blocked"}, Refused, "refused-words"),
        ({"type": "server_error"}, Unavailable, "answer-cut"),
        ({"code": "insufficient_quota"}, OperatorFault, "no-credit"),
        ({}, Unavailable, "answer-cut"),
    ],
)
async def test_an_error_in_the_middle_of_a_stream_is_read_by_its_code(
    server: OddServer, connection: Connection, error: dict[str, object], kind: type, code: str
) -> None:
    server.answer(DRAW, stream({"type": "error", "error": {"message": "No.", **error}}))
    with pytest.raises(kind, match=code):
        await painter(connection).generate(WISH, ignore)


# --- texts --------------------------------------------------------------------------------------------------------------


async def test_a_text_that_comes_at_once(server: OddServer, connection: Connection) -> None:
    server.answer(CHAT, told("Once upon a time.", "length"))
    shown: list[Progress] = []
    written = await writer(connection).write("Tell.", TURNS, person="", show=shown.append)
    assert (written.text, written.cut) == ("Once upon a time.", True)
    assert shown == [TextSoFar(text="Once upon a time.")]
    assert written.spend.usd == pytest.approx((100 * 2 + 10 * 10) / 1_000_000)


async def test_an_unknown_writer_is_sent_only_the_words(server: OddServer, connection: Connection) -> None:
    server.answer(CHAT, told("Once upon a time."))
    local = OpenAIWriter(connection, CATALOGUE, model="my-llama", helper="my-llama")
    written = await local.write("Tell.", TURNS, person="h4sh", show=ignore)
    assert server.calls(CHAT)[0].keys() == {"model", "messages", "stream", "stream_options"}
    assert written.spend.usd is None


async def test_a_stream_without_usage_has_no_known_price(server: OddServer, connection: Connection) -> None:
    server.answer(
        CHAT,
        stream(
            {"choices": [{"index": 0, "delta": {"content": "Once "}}]},
            {"choices": [{"index": 0, "delta": {"content": "more."}, "finish_reason": "stop"}]},
        ),
    )
    written = await writer(connection).write("Tell.", TURNS, person="", show=ignore)
    assert written.text == "Once more."
    assert written.spend.usd is None


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (told(None, refusal="I will not."), Refused, "refused-words"),
        (told("Once", "content_filter"), Refused, "refused-words"),
        (told("  "), Unavailable, "answer-unreadable"),
        (Canned(b"<html>", headers={"content-type": "text/html"}), Unavailable, "answer-unreadable"),
        (stream({"choices": [{"index": 0, "delta": {"refusal": "I will"}, "finish_reason": "stop"}]}), Refused, "refused-words"),
        (stream({"choices": [{"index": 0, "delta": {"content": "Once"}}]}), Unavailable, "answer-cut"),
    ],
    ids=["refusal", "filter", "nothing", "a page", "streamed refusal", "no end"],
)  # fmt: skip
async def test_a_text_that_is_none(
    server: OddServer, connection: Connection, answer: Canned, kind: type, code: str
) -> None:
    server.answer(CHAT, answer)
    with pytest.raises(kind) as raised:
        await writer(connection).write("Tell.", TURNS, person="", show=ignore)
    assert (raised.value.code, raised.value.spent) == (code, True)


class Mood(BaseModel):
    mood: str


async def test_an_answer_of_another_shape_is_asked_for_once_more_and_both_are_paid(
    server: OddServer, connection: Connection
) -> None:
    server.answer(CHAT, told('{"mood": '), told('{"mood": "merry"}'))
    mood, spend = await writer(connection).extract("Feel.", "a fox", Mood, name="mood", person="")
    assert mood == Mood(mood="merry")
    assert spend.usage == {"text_in": 200, "text_cached": 0, "text_out": 20}
    assert spend.usd == pytest.approx((200 * 0.1 + 20 * 0.5) / 1_000_000)


async def test_a_sum_with_an_unknown_part_is_unknown(server: OddServer, connection: Connection) -> None:
    merry = {"index": 0, "message": {"content": '{"mood": "merry"}'}, "finish_reason": "stop"}
    server.answer(CHAT, told('{"mood": '), Canned({"id": "c", "choices": [merry]}))
    _, spend = await writer(connection).extract("Feel.", "a fox", Mood, name="mood", person="")
    assert (spend.usd, spend.usage) == (None, {})


async def test_an_answer_of_another_shape_twice_is_unreadable(server: OddServer, connection: Connection) -> None:
    server.answer(CHAT, told('{"mood": 7}'))
    with pytest.raises(Unavailable) as raised:
        await writer(connection).extract("Feel.", "a fox", Mood, name="mood", person="")
    assert (raised.value.code, raised.value.spent) == ("answer-unreadable", True)
    assert raised.value.__cause__ is None
    assert len(server.asked) == 2


# --- moderation -----------------------------------------------------------------------------------------------------------


async def test_a_flagged_picture_is_refused_as_a_picture(server: OddServer, connection: Connection) -> None:
    server.answer(
        MODERATE,
        Canned({"id": "m", "results": [{"flagged": False}]}),
        Canned({"id": "m", "results": [{"flagged": True}]}),
    )
    with pytest.raises(Refused, match="refused-picture"):
        await OpenAIModerator(connection).check("what is this", [PICTURE])


async def test_a_server_without_the_endpoint_lets_everything_pass(server: OddServer, connection: Connection) -> None:
    moderator = OpenAIModerator(connection)
    await moderator.check("a fox", [PICTURE])
    assert not moderator.available
    asked = len(server.asked)
    await moderator.check("a fox", [PICTURE])
    assert len(server.asked) == asked <= 2 * ABSENCES, "the two were asked together, and nothing afterwards"


async def test_what_many_are_told_in_one_moment_does_not_switch_moderation_off(
    server: OddServer, connection: Connection
) -> None:
    """A proxy that starts answers all looks of one moment alike."""
    absent, flagged = Canned({"detail": "Not Found"}, 404), Canned({"id": "m", "results": [{"flagged": True}]})
    server.answer(MODERATE, *[absent] * ABSENCES, flagged)
    moderator = OpenAIModerator(connection)
    looks = (moderator.check(f"{number} foxes") for number in range(ABSENCES))
    ends = await asyncio.gather(*looks, return_exceptions=True)
    assert [type(end) for end in ends] == [Refused] * ABSENCES, "nothing passed unseen"
    assert moderator.available


async def test_openai_itself_is_known_to_have_it() -> None:
    official, other = Connection(None, "k"), Connection("https://openai.com.example.org/v1", "k")
    assert official.is_openai
    assert not other.is_openai
    for made in (official, other):
        await made.close()
