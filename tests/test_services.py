"""Writing, drawing and moderating over real sockets, against the stand-in server: what is sent, what comes back, what goes wrong."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise

import httpx2
import pytest
import pytest_asyncio
from pydantic import BaseModel
from structlog.testing import capture_logs

from core.errors import BadInput, FabulaError, OperatorFault, Refused, Unavailable
from core.ports import Drawing, Show
from core.services import openai_moderation
from core.services.catalogue import Catalogue
from core.services.openai import Connection
from core.services.openai_images import OpenAIPainter
from core.services.openai_moderation import OpenAIModerator
from core.services.openai_text import OpenAIWriter, strict_schema
from core.services.retry import Patience
from core.types import Preview, Progress, Status, TextSoFar, Turn
from embedded.process import SandboxProcess
from openai_sandbox import SMALLEST, logged, mask_for, photo, png, script

pytest_plugins = ("openai_fixtures",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

FLARE, SOL, LUNA = "gpt-image-2.6-flare", "gpt-6.2-sol", "gpt-6-luna"
CATALOGUE = Catalogue.load()
QUICK = Patience(first_pause=0.002)
FOREIGN_WORDS = "the very words of the server"
JPEG = b"\xff\xd8\xff"


class Services:
    """Writer, painter and moderator on one connection, and all the progress they showed."""

    def __init__(self, connection: Connection, **painter: object) -> None:
        self.connection = connection
        self.writer = OpenAIWriter(connection, CATALOGUE, model=SOL, helper=LUNA)
        self.painter = OpenAIPainter(connection, CATALOGUE, **{"model": FLARE, **painter})  # type: ignore[arg-type]
        self.moderator = OpenAIModerator(connection)
        self.shown: list[Progress] = []

    @property
    def show(self) -> Show:
        return self.shown.append

    def of_kind(self, kind: type) -> list:
        return [progress for progress in self.shown if isinstance(progress, kind)]


Opened = Callable[..., Services]


@pytest_asyncio.fixture(loop_scope="module")
async def opened(openai_server: SandboxProcess) -> AsyncIterator[Opened]:
    """Makes services toward the stand-in server; all are closed afterwards."""
    connections = []

    def make(*, key: str | None = None, painter: dict | None = None, **options: object) -> Services:
        settings = {"patience": QUICK, "timeout": 20.0, "successor": CATALOGUE.successor, **options}
        connections.append(Connection(openai_server.url, key or openai_server.key, **settings))  # type: ignore[arg-type]
        return Services(connections[-1], **(painter or {}))

    yield make
    for connection in connections:
        await connection.close()


@asynccontextmanager
async def calls(control: httpx2.AsyncClient) -> AsyncIterator[list[dict]]:
    """The requests that reach the server inside the block, known when it ends."""
    before = len(await logged(control))
    new: list[dict] = []
    yield new
    new += (await logged(control))[before:]


def drawing(words: str, **fields: object) -> Drawing:
    return Drawing(**{"prompt": words, "quality": "low", "size": SMALLEST, **fields})  # type: ignore[arg-type]


# --- drawing ------------------------------------------------------------------------------------------------------------


async def test_a_picture_arrives_with_previews_and_its_price(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened()
    async with calls(control) as asked:
        painting = await services.painter.generate(drawing("a red kite", person="h4sh", slot=3), services.show)
    assert painting.data.startswith(JPEG)
    assert painting.mime == "image/jpeg"
    assert [preview.slot for preview in services.of_kind(Preview)] == [3, 3]
    assert all(preview.data.startswith(JPEG) and preview.mime == "image/jpeg" for preview in services.of_kind(Preview))
    (sent,) = asked
    assert sent["model"] == painting.model == FLARE
    assert sent["params"] == {
        "size": SMALLEST,
        "quality": "low",
        "output_format": "jpeg",
        "output_compression": 90,
        "stream": True,
        "partial_images": 2,
        "n": 1,
        "safety_identifier": "h4sh",
    }
    assert painting.parameters.items() <= sent["params"].items()
    usage = sent["usage"]
    by_hand = (usage["input_tokens_details"]["text_tokens"] * 5 + usage["output_tokens"] * 30) / 1_000_000
    assert painting.spend.usd == pytest.approx(by_hand)
    assert painting.spend.usage["image_out"] == usage["output_tokens"]


@pytest.mark.parametrize(
    ("wish", "sent"),
    [
        ({}, ("jpeg", 90)),
        ({"transparent": True}, ("png", None)),
        ({"format": "png"}, ("png", None)),
        ({"format": "jpeg"}, ("jpeg", None)),
        ({"format": "webp"}, ("webp", None)),
        ({"format": "webp", "transparent": True}, ("webp", None)),
    ],
)
async def test_a_picture_comes_light_unless_something_speaks_for_another_format(
    opened: Opened, control: httpx2.AsyncClient, wish: dict[str, object], sent: tuple[str, int | None]
) -> None:
    services = opened()
    async with calls(control) as asked:
        painting = await services.painter.generate(drawing("a red kite", **wish), services.show)
    params = asked[0]["params"]
    assert (params["output_format"], params.get("output_compression")) == sent
    assert painting.mime == f"image/{sent[0]}" and not painting.fitted


async def test_the_estimate_comes_near_the_bill(opened: Opened) -> None:
    services = opened()
    wish = drawing("a red kite over the sea")
    painting = await services.painter.generate(wish, services.show)
    assert services.painter.estimate(wish) == pytest.approx(painting.spend.usd, rel=0.01)


async def test_without_previews_the_picture_comes_at_once(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened(painter={"previews": 0, "moderation": "low", "complexity": "low"})
    async with calls(control) as asked:
        painting = await services.painter.generate(drawing("a blue kite", format="jpeg"), services.show)
    assert painting.mime == "image/jpeg"
    assert services.shown == []
    params = asked[0]["params"]
    assert "stream" not in params
    assert (params["moderation"], params["complexity"]) == ("low", "low")
    assert painting.spend.usd is not None


async def test_an_edit_sends_every_picture_and_the_mask(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened(painter={"moderation": "low"})
    sources = [png(photo()), png(photo(64, 64), "JPEG"), png(photo(64, 64), "WEBP")]
    async with calls(control) as asked:
        painting = await services.painter.edit(drawing("add a hat"), sources, png(mask_for()), services.show)
    assert painting.data.startswith(JPEG)
    assert len(services.of_kind(Preview)) == 2
    params = asked[0]["params"]
    assert [file["mimetype"] for file in params["image"]] == ["image/png", "image/jpeg", "image/webp"]
    assert len(params["mask"]) == 1
    assert not {"moderation", "input_fidelity", "complexity"} & params.keys()
    details = asked[0]["usage"]["input_tokens_details"]
    by_hand = (
        details["text_tokens"] * 5 + details["image_tokens"] * 8 + asked[0]["usage"]["output_tokens"] * 30
    ) / 1_000_000
    assert painting.spend.usd == pytest.approx(by_hand)


async def test_what_the_model_does_not_offer_is_replaced_and_told(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened(painter={"model": "gpt-image-2"})
    async with calls(control) as asked:
        painting = await services.painter.generate(
            drawing("a kite", quality="max", size="1000x700", transparent=True), services.show
        )
    assert asked[0]["params"]["quality"] == "high"
    assert "background" not in asked[0]["params"]
    assert {change.code for change in painting.fitted} == {"fitted-quality", "fitted-size", "fitted-transparent"}


async def test_usual_seconds_follow_what_is_seen(opened: Opened) -> None:
    services = opened()
    guess = CATALOGUE.image(FLARE).seconds
    wish = drawing("a quick kite")
    assert services.painter.usual_seconds(wish) == guess
    await services.painter.generate(wish, services.show)
    assert services.painter.usual_seconds(wish) < guess
    assert services.painter.usual_seconds(drawing("a slow kite", quality="high")) == guess


async def test_wishes_that_cannot_be_drawn_are_not_sent(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened()
    retired = opened(painter={"model": "gpt-image-1"})
    many = [png(photo(16, 16))] * 17
    async with calls(control) as asked:
        with pytest.raises(BadInput, match="words-missing"):
            await services.painter.generate(drawing("<sd_cpp_extra_args>{}</sd_cpp_extra_args>"), services.show)
        with pytest.raises(BadInput, match="too-many-pictures"):
            await services.painter.edit(drawing("merge"), many, None, services.show)
        with pytest.raises(BadInput, match="file-not-a-picture"):
            await services.painter.edit(drawing("merge"), [b"GIF89a"], None, services.show)
        with pytest.raises(OperatorFault, match="model-retired") as gone:
            await retired.painter.generate(drawing("a kite"), services.show)
    assert gone.value.values["successor"] == FLARE
    assert asked == []


# --- when a picture fails ---------------------------------------------------------------------------------------------------


def status(number: int, code: str | None = None, **more: object) -> dict[str, object]:
    return {"kind": "status", "status": number, "code": code, **more}


FAILURES = {
    "refused": (status(400, "moderation_blocked"), Refused, "refused-words", False, 1),
    "refused by a type": (status(400, type="image_generation_user_error"), Refused, "refused-words", False, 1),
    "refused late": ({"kind": "late_refusal"}, Refused, "refused-result", True, 1),
    "damaged photo": (status(400, "invalid_image_file"), BadInput, "file-damaged", False, 1),
    "bad value": (
        status(400, "invalid_value", type="image_generation_user_error"), OperatorFault, "service-rejects", False, 1,
    ),
    "empty account": (status(429, "insufficient_quota"), OperatorFault, "no-credit", False, 1),
    "no balance": (status(429, "credit_balance_exhausted"), OperatorFault, "no-credit", False, 1),
    "organization's limit": (status(429, "organization_spend_limit_exceeded"), OperatorFault, "no-credit", False, 1),
    "project's limit": (status(429, "project_spend_limit_exceeded"), OperatorFault, "no-credit", False, 1),
    "quota by type": (status(429, "other", type="insufficient_quota"), OperatorFault, "no-credit", False, 1),
    "wrong key": (status(401, "invalid_api_key"), OperatorFault, "wrong-key", False, 1),
    "not verified": (status(403, message="Your organization must be verified"), OperatorFault, "not-verified", False, 1),
    "too long": (status(400, "string_above_max_length"), BadInput, "words-too-long", False, 1),
    "too large": (status(413), BadInput, "file-too-large", False, 1),
    "not permitted": (status(403), OperatorFault, "not-permitted", False, 1),
    "no such model": (status(404, "model_not_found"), OperatorFault, "model-unknown", False, 1),
    "redirect": (status(307), OperatorFault, "service-rejects", False, 1),
    "rate": (status(429, "rate_limit_exceeded"), Unavailable, "busy", False, 3),
    "slow down": (status(429, "slow_down", retry_after=0.01), Unavailable, "busy", False, 3),
    "long wait": (status(429, "rate_limit_exceeded", retry_after=600), Unavailable, "busy", False, 1),
    "broken": (status(500), Unavailable, "service-down", False, 3),
    "overloaded": (status(503), Unavailable, "service-down", False, 3),
    "never reached": (status(522), Unavailable, "service-down", False, 3),
    "the proxy got nothing": (status(502), Unavailable, "service-slow", True, 2),
    "the proxy did not wait": (status(504), Unavailable, "service-slow", True, 2),
    "nor did the network's": (status(524), Unavailable, "service-slow", True, 2),
    "nor did it understand": (status(520), Unavailable, "service-slow", True, 2),
    "the server did not wait": (status(408), Unavailable, "service-slow", True, 2),
    "nobody answers": ({"kind": "disconnect"}, Unavailable, "answer-cut", True, 2),
    "cut before a preview": ({"kind": "cut_stream"}, Unavailable, "answer-cut", True, 2),
    "cut after a preview": ({"kind": "cut_stream", "after": 1}, Unavailable, "answer-cut", True, 2),
    "half a picture": ({"kind": "truncated_base64"}, Unavailable, "answer-unreadable", True, 1),
    "half a JSON": ({"kind": "invalid_json"}, Unavailable, "answer-unreadable", True, 1),
}  # fmt: skip


@pytest.mark.parametrize(("fault", "kind", "code", "spent", "tries"), FAILURES.values(), ids=FAILURES.keys())
async def test_every_failure_has_its_name_and_is_paid_for_no_oftener_than_it_may(
    opened: Opened,
    control: httpx2.AsyncClient,
    fault: dict[str, object],
    kind: type[FabulaError],
    code: str,
    spent: bool,
    tries: int,
) -> None:
    services = opened()
    await script(control, {"endpoint": "images.generations", "times": None, "message": FOREIGN_WORDS, **fault})
    async with calls(control) as asked:
        with capture_logs() as log, pytest.raises(FabulaError) as raised:
            await services.painter.generate(drawing("a doomed kite"), services.show)
    assert (type(raised.value), raised.value.code, raised.value.spent) == (kind, code, spent)
    assert len(asked) == tries
    assert FOREIGN_WORDS not in f"{raised.value!r} {raised.value} {raised.value.values}"
    assert len([entry for entry in log if entry["event"] == "service.failed"]) == tries
    assert not any(
        secret in str(log) for secret in (FOREIGN_WORDS, "a doomed kite", services.connection.client.api_key)
    )
    waits = [shown.phase for shown in services.of_kind(Status)]
    assert waits == ["waiting", "drawing"] * (tries - 1)


async def test_a_long_wait_is_told_and_a_short_one_is_waited(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened()
    busy = {"endpoint": "images.generations", **status(429, "rate_limit_exceeded")}
    await script(control, busy | {"retry_after": 90})
    with pytest.raises(Unavailable) as raised:
        await services.painter.generate(drawing("a kite"), services.show)
    assert raised.value.retry_after == 90
    await script(control, busy | {"retry_after": 0.03})
    painting = await services.painter.generate(drawing("a kite", slot=2), services.show)
    assert painting.data.startswith(JPEG)
    waiting, drawing_again = services.of_kind(Status)
    assert (waiting.phase, waiting.usual, waiting.slot) == ("waiting", 0.03, 2)
    assert drawing_again.phase == "drawing"


async def test_a_time_out_is_tried_once_more_and_says_that_it_may_have_cost(
    opened: Opened, control: httpx2.AsyncClient
) -> None:
    services = opened(timeout=0.2)
    await script(control, {"endpoint": "images.generations", "kind": "hang_until_released", "times": None})
    async with calls(control) as asked:
        with pytest.raises(Unavailable) as raised:
            await services.painter.generate(drawing("a kite"), services.show)
    assert (raised.value.code, raised.value.spent) == ("service-slow", True)
    assert len(asked) == 2


async def test_what_was_perhaps_paid_stays_so_when_the_next_try_fails_otherwise(
    opened: Opened, control: httpx2.AsyncClient
) -> None:
    services = opened()
    where = {"endpoint": "images.generations"}
    await script(control, where | {"kind": "disconnect"}, where | {"times": None} | status(500))
    async with calls(control) as asked:
        with pytest.raises(Unavailable) as raised:
            await services.painter.generate(drawing("a kite"), services.show)
    assert (raised.value.code, raised.value.spent) == ("service-down", True)
    assert len(asked) == 3


async def test_a_server_that_is_not_there_cost_nothing(unused_tcp_port: int) -> None:
    connection = Connection(f"http://127.0.0.1:{unused_tcp_port}/v1", "key", patience=QUICK)
    services = Services(connection)
    with pytest.raises(Unavailable) as raised:
        await services.painter.generate(drawing("a kite"), services.show)
    await connection.close()
    assert (raised.value.code, raised.value.spent) == ("service-down", False)
    assert len(services.of_kind(Status)) == 4


async def test_a_cancelled_picture_frees_its_connection(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened()
    await script(control, {"endpoint": "images.generations", "kind": "hang_until_released", "after": 1})
    before = len(await logged(control))
    task = asyncio.create_task(services.painter.generate(drawing("a kite"), services.show))
    await logged(control, started=before + 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    entry = (await logged(control, finished=before + 1))[before]
    assert entry["status"] == 499


# --- writing ------------------------------------------------------------------------------------------------------------


async def test_a_text_grows_and_has_its_price(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened()
    turns = [
        Turn(role="person", text="a story about a fox", author="Mei"),
        Turn(role="fabula", text="Once there was a fox."),
        Turn(role="person", text="and then?"),
    ]
    await control.post("/latency", json={"chat_token": 0.001})
    async with calls(control) as asked:
        written = await services.writer.write("Tell stories.", turns, person="h4sh", show=services.show)
    texts = [shown.text for shown in services.of_kind(TextSoFar)]
    assert len(texts) > 1
    assert all(longer.startswith(shorter) for shorter, longer in pairwise(texts))
    assert texts[-1] == written.text
    assert not written.cut
    (sent,) = asked
    assert [(message["role"], message["content"]) for message in sent["messages"]] == [
        ("system", "Tell stories."),
        ("user", "Mei: a story about a fox"),
        ("assistant", "Once there was a fox."),
        ("user", "and then?"),
    ]
    assert sent["params"]["reasoning_effort"] == "low"
    assert sent["params"]["safety_identifier"] == "h4sh"
    assert "temperature" not in sent["params"]
    usage = sent["usage"]
    by_hand = (usage["prompt_tokens"] * 2 + usage["completion_tokens"] * 10) / 1_000_000
    assert written.spend.usd == pytest.approx(by_hand)
    assert written.spend.model == SOL


async def test_a_text_that_breaks_off_once_is_written_anew(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened()
    await script(control, {"endpoint": "chat", "kind": "cut_stream", "after": 4})
    async with calls(control) as asked:
        written = await services.writer.write(
            "Tell.", [Turn(role="person", text="a fox")], person="", show=services.show
        )
    assert len(asked) == 2
    assert services.of_kind(TextSoFar)[-1].text == written.text
    assert [shown.phase for shown in services.of_kind(Status)] == ["waiting", "writing"]


async def test_a_text_that_breaks_off_twice_fails(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened()
    await script(control, {"endpoint": "chat", "kind": "cut_stream", "after": 4, "times": None})
    async with calls(control) as asked:
        with pytest.raises(Unavailable) as raised:
            await services.writer.write("Tell.", [Turn(role="person", text="a fox")], person="", show=services.show)
    assert (raised.value.code, raised.value.spent) == ("answer-cut", True)
    assert len(asked) == 2


class Line(BaseModel):
    words: str


class Scene(BaseModel):
    """What strict mode is particular about: a field called title, a default, an option, a list of shapes."""

    title: str = "untitled"
    mood: str | None = None
    lines: list[Line]


async def test_a_strict_schema_requires_everything_and_allows_nothing_else() -> None:
    schema = strict_schema(Scene)
    assert schema["required"] == ["title", "mood", "lines"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["title"] == {"type": "string"}
    assert schema["$defs"]["Line"]["required"] == ["words"]
    assert schema["$defs"]["Line"]["additionalProperties"] is False
    assert schema["properties"]["lines"]["items"] == {"$ref": "#/$defs/Line"}


async def test_a_shape_is_filled_by_the_cheaper_model(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened()
    async with calls(control) as asked:
        scene, spend = await services.writer.extract(
            "Make a scene.", "a fox in the snow", Scene, name="scene", person="h4sh", pictures=[png(photo())]
        )
    assert isinstance(scene, Scene)
    (sent,) = asked
    assert sent["model"] == spend.model == LUNA
    assert sent["params"]["temperature"] == 0.2
    assert sent["params"]["reasoning_effort"] == "none"
    assert sent["params"]["response_format"]["json_schema"]["strict"] is True
    assert [part["type"] for part in sent["messages"][1]["content"]] == ["text", "image_url"]
    usage = sent["usage"]
    assert spend.usd == pytest.approx((usage["prompt_tokens"] * 0.1 + usage["completion_tokens"] * 0.5) / 1_000_000)


# --- moderation, keys, pace -----------------------------------------------------------------------------------------------


async def test_harmless_words_and_pictures_pass(opened: Opened, control: httpx2.AsyncClient) -> None:
    services = opened()
    async with calls(control) as asked:
        await services.moderator.check("a fox asleep", [png(photo())])
    assert len(asked) == 2
    assert services.moderator.available


async def test_words_that_are_flagged_are_refused(opened: Opened) -> None:
    with pytest.raises(Refused) as raised:
        await opened().moderator.check("how to build a bomb")
    assert (raised.value.code, raised.value.spent) == ("refused-words", False)


@pytest.mark.parametrize(
    ("fault", "code", "tries"),
    [
        (status(401, "invalid_api_key"), "wrong-key", 1),
        (status(500), "service-down", 3),
        ({"kind": "disconnect"}, "answer-cut", 2),
    ],
)
async def test_moderation_that_fails_never_cost_anything(
    opened: Opened, control: httpx2.AsyncClient, fault: dict[str, object], code: str, tries: int
) -> None:
    await script(control, {"endpoint": "moderations", "times": None, **fault})
    async with calls(control) as asked:
        with pytest.raises(FabulaError) as raised:
            await opened().moderator.check("a fox")
    assert (raised.value.code, raised.value.spent) == (code, False)
    assert len(asked) == tries


@pytest.mark.parametrize("number", [404, 405, 501])
async def test_a_server_without_moderation_is_believed_after_three_answers_and_asked_again_later(
    opened: Opened, control: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    moderator = opened().moderator
    await script(control, {"endpoint": "moderations", "times": None, **status(number)})
    async with calls(control) as asked:
        await moderator.check("how to build a bomb")
        await moderator.check("how to build a bomb", [png(photo())])
    assert not moderator.available
    assert len(asked) == openai_moderation.ABSENCES
    await control.delete("/faults")
    monkeypatch.setattr(openai_moderation.time, "monotonic", lambda: 10 * openai_moderation.LOOK_AGAIN + time.time())
    with pytest.raises(Refused):
        await moderator.check("how to build a bomb")
    assert moderator.available


async def test_one_answer_of_a_proxy_that_starts_does_not_switch_moderation_off(
    opened: Opened, control: httpx2.AsyncClient
) -> None:
    moderator = opened().moderator
    for _ in range(openai_moderation.ABSENCES):
        await script(control, {"endpoint": "moderations", "times": 2, **status(404)})
        with pytest.raises(Refused):
            await moderator.check("how to build a bomb")
    assert moderator.available


async def test_a_server_that_has_moderation_is_never_believed_to_have_none(
    opened: Opened, control: httpx2.AsyncClient
) -> None:
    moderator = opened().moderator
    await moderator.check("a fox")
    await script(control, {"endpoint": "moderations", "times": None, **status(404)})
    for _ in range(openai_moderation.ABSENCES):
        with pytest.raises(Unavailable, match="service-down"):
            await moderator.check("how to build a bomb")
    await control.delete("/faults")
    with pytest.raises(Refused):
        await moderator.check("how to build a bomb")


async def test_where_moderation_is_required_nothing_goes_on_without_it(
    opened: Opened, control: httpx2.AsyncClient
) -> None:
    moderator = openai_moderation.OpenAIModerator(opened().connection, required=True)
    await script(control, {"endpoint": "moderations", "times": None, **status(404)})
    for _ in range(2):
        with pytest.raises(OperatorFault, match="moderation-missing"):
            await moderator.check("a fox")
    await control.delete("/faults")
    await moderator.check("a fox")


async def test_the_list_of_models_tells_when_each_goes_and_whether_the_key_is_good(opened: Opened) -> None:
    listed = await opened().connection.list_models()
    assert listed[FLARE] is None
    assert listed["gpt-image-1.5"] == "2026-12-01"
    with pytest.raises(OperatorFault) as raised:
        await opened(key="sk-of-somebody-else").connection.list_models()
    assert raised.value.code == "wrong-key"


async def test_no_more_calls_go_out_in_a_minute_than_were_agreed(opened: Opened, control: httpx2.AsyncClient) -> None:
    connection = opened(calls_per_minute=2).connection
    async with calls(control) as asked:
        tasks = {asyncio.create_task(connection.list_models()) for _ in range(3)}
        await asyncio.wait(tasks, timeout=5, return_when=asyncio.FIRST_COMPLETED)
        _, waiting = await asyncio.wait(tasks, timeout=0.3)
    for task in waiting:
        task.cancel()
    assert len(waiting) == 1
    assert len(asked) == 2
