"""Servers that speak OpenAI's API in their own way, played by scripts of the embedded one: delivered, or one right error, and paid for once."""

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from pydantic import BaseModel

from core import bill
from core.errors import FabulaError
from core.services.openai import Connection
from core.services.openai_images import OpenAIPainter
from core.services.openai_text import OpenAIWriter
from core.types import TextSoFar, Turn
from embedded.process import EmbeddedProcess, launch
from embedded_openai import photo, png, script
from opened_services import CATALOGUE, FLARE, LUNA, QUICK, Services, calls, drawing

pytest_plugins = ("openai_fixtures",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

PICTURE = png(photo())
BASE64 = base64.b64encode(PICTURE).decode()
IN_LINES = "\n".join(BASE64[start : start + 76] for start in range(0, len(BASE64), 76))
DRAW, CHAT = "images.generations", "chat"
TURNS = [Turn(role="person", text="a fox")]
THOUGHT = "The user wants a fox"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def openai_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedProcess]:
    """The embedded server with a key that does not show that it is one: nothing is known of how its models think."""
    log: Path = tmp_path_factory.mktemp("server") / "log.jsonl"
    options = ["--fast", "--plain", "--today", "2026-11-22", "--log", str(log)]
    ready, process = await launch("embedded.openai.server", options, environment={"EMBEDDED_KEY": "sk-somebody-elses"})
    server = EmbeddedProcess(url=ready["url"], key=ready["key"], log=log, process=process)
    yield server
    await server.close()


@pytest_asyncio.fixture(loop_scope="module")
async def services(openai_server: EmbeddedProcess) -> AsyncIterator[Services]:
    connection = Connection(openai_server.url, openai_server.key, patience=QUICK, timeout=20.0)
    yield Services(connection)
    await connection.close()


def answer(body: object, endpoint: str = DRAW, **more: object) -> dict[str, object]:
    return {"endpoint": endpoint, "kind": "answer", "body": body, "times": None, **more}


def said(content: object, **message: object) -> dict[str, object]:
    return {"choices": [{"message": {"content": content, **message}, "finish_reason": "stop"}]}


def stream(*events: object, end: str = "data: [DONE]\n\n", **more: object) -> dict[str, object]:
    """A stream of chat events: text for a delta, an object for itself."""
    told = [{"choices": [{"delta": {"content": event}}]} if isinstance(event, str) else event for event in events]
    body = "".join(f"data: {json.dumps(event)}\n\n" for event in told) + end
    return answer(body, CHAT, content_type="text/event-stream", **more)


def paid(asked: list[dict]) -> int:
    return sum(call["status"] == 200 for call in asked)


# --- what is not taken ---------------------------------------------------------------------------------------------------


def refuse(endpoint: str, *parameters: str, **more: object) -> dict[str, object]:
    return {"endpoint": endpoint, "kind": "refuse", "parameters": parameters, "times": None, **more}


def named_by_pydantic(name: str) -> dict[str, object]:
    return {"status": 422, "body": {"detail": [{"type": "extra_forbidden", "loc": ["body", name], "msg": "No."}]}}


BARE = {"body": {"error": {"message": "Bad Request", "code": "400"}}}
REFUSED = {
    "a stream, in words": (refuse(DRAW, "stream", message="Streaming is not supported here."), {"stream", "partial_images"}),
    "previews, as vLLM does": (refuse(DRAW, "partial_images", **named_by_pydantic("partial_images")), {"partial_images"}),
    "the person, as Mistral does": (
        refuse(DRAW, "safety_identifier", body={"object": "error", "message": {"detail": [{"loc": ["body", "safety_identifier"]}]}}, status=422),
        {"safety_identifier"},
    ),
    "quality, in a list of what is taken": (refuse(DRAW, "quality", body={"error": "quality: unknown field"}), {"quality"}),
    "something, without a word": (
        refuse(DRAW, "output_compression", **BARE),
        {"output_compression", "partial_images", "quality", "output_format", "safety_identifier", "n"},
    ),
    "something, without a body": (refuse(DRAW, "stream", body="", status=422), {"stream", "partial_images"}),
    "how much is kept, as a gateway tells it": (
        refuse(
            DRAW, "output_compression",
            body={"error": {"code": 400, "message": "Provider error", "metadata": {"raw": '{"param": "output_compression"}'}}},
        ),
        {"output_compression"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
async def test_what_a_server_does_not_take_is_left_out_and_remembered(
    services: Services, control: httpx2.AsyncClient, name: str
) -> None:
    rule, left_out = REFUSED[name]
    await script(control, rule)
    with bill.opened() as spends:
        async with calls(control) as asked:
            await services.painter.generate(drawing("a kite", person="h4sh"), services.show)
            await services.painter.generate(drawing("a kite", person="h4sh"), services.show)
    assert paid(asked) == len(spends) == 2, "each picture is paid for once"
    assert asked[-2]["status"] == 200, "the second is asked for as the first was in the end"
    assert left_out <= asked[0]["params"].keys() - asked[-1]["params"].keys()
    assert "size" in asked[-1]["params"]


async def test_what_the_person_misses_by_that_is_said(services: Services, control: httpx2.AsyncClient) -> None:
    await script(
        control,
        refuse(DRAW, "background", message="Unknown parameter: 'background'."),
        refuse(DRAW, "quality", "output_format", **BARE),
    )
    painting = await services.painter.generate(
        drawing("a kite", transparent=True, quality="high", format="webp"), services.show
    )
    assert {fit.code for fit in painting.fitted} == {"fitted-transparent", "fitted-quality", "fitted-format"}


@pytest.mark.parametrize(
    "refusal",
    [
        {"message": "No.", "body": {"error": {"message": "No.", "param": "prompt"}}},
        {"status": 404, "body": {"error": {"message": "model 'x' not found, try pulling it first"}}},
        {"body": {"error": {"code": "content_filter", "innererror": {"code": "ResponsibleAIPolicyViolation"}}}},
    ],
    ids=["the words", "the model", "the rules"],
)
async def test_a_refusal_of_something_else_is_final(
    services: Services, control: httpx2.AsyncClient, refusal: dict[str, object]
) -> None:
    await script(control, refuse(DRAW, "size", **refusal))
    async with calls(control) as asked:
        with pytest.raises(FabulaError):
            await services.painter.generate(drawing("a kite"), services.show)
    assert len(asked) == 1


# --- pictures ------------------------------------------------------------------------------------------------------------

PICTURES = {
    "a data: URL": {"data": [{"url": f"data:image/png;base64,{BASE64}"}]},
    "base64 in lines": {"data": [{"b64_json": IN_LINES}]},
    "base64 with a prefix": {"data": [{"b64_json": f"data:image/png;base64,{BASE64}"}]},
    "a bare list": [{"b64_json": BASE64}],
    "a bare list of strings": [BASE64],
    "a name of its own": {"images": [BASE64]},
    "another name of its own": {"artifacts": [{"base64": BASE64, "finishReason": "SUCCESS"}]},
    "in a message, as a gateway does": {
        "choices": [
            {"message": {"images": [{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{BASE64}"}}]}}
        ]
    },
    "data as an object": {"data": {"b64_json": BASE64}},
    "not the first": {"data": [{"b64_json": ""}, {"b64_json": None}, {"revised_prompt": "a kite"}, {"b64_json": BASE64}]},
    "beside what was sent": {"input": {"image": base64.b64encode(png(photo(8, 8))).decode()}, "output": [BASE64]},
}  # fmt: skip
EVENTS = {
    "called JSON": (f'data: {{"type": "image_generation.completed", "b64_json": "{BASE64}"}}\n\n', "application/json"),
    "behind pings": (
        f': ping\n\nretry: 100\n\ndata:\n\ndata: ping\n\ndata: [1]\n\ndata: {{"data": [{{"b64_json": "{BASE64}"}}]}}\n\n',
        "text/event-stream",
    ),
    "without the last line": (f'event: done\r\ndata: {{"type": "image_generation.completed", "b64_json": "{BASE64}"}}', "text/plain"),
    "behind a mark": (f'\ufeffid: 1\ndata: {{"images": ["{BASE64}"]}}\n\ndata: [DONE]\n\n', "text/event-stream"),
    "a whole answer that is called a stream": (json.dumps({"data": [{"b64_json": BASE64}]}), "text/event-stream"),
}  # fmt: skip


@pytest.mark.parametrize("model", [FLARE, "local"])
async def test_a_picture_is_found_wherever_it_is(services: Services, control: httpx2.AsyncClient, model: str) -> None:
    painter = OpenAIPainter(services.connection, CATALOGUE, model=model)
    cases = {name: answer(body) for name, body in PICTURES.items()}
    cases |= {name: answer(body, content_type=kind) for name, (body, kind) in EVENTS.items()}
    cases["its bytes alone"] = answer(BASE64, base64=True, content_type="image/png")
    cases["its bytes as anything"] = answer(BASE64, base64=True, content_type="application/octet-stream")
    for name, rule in cases.items():
        await script(control, rule | {"times": 1})
        async with calls(control) as asked:
            painting = await painter.generate(drawing("a kite"), services.show)
        assert (name, painting.data, painting.mime, paid(asked)) == (name, PICTURE, "image/png", 1)


# --- words ---------------------------------------------------------------------------------------------------------------

STORY = "Once there was a fox."
WORDS = {
    "whole": answer(said(STORY), CHAT),
    "whole, with thoughts": answer(said(f"<think>{THOUGHT}</think>\n\n{STORY}"), CHAT),
    "whole, with unopened thoughts": answer(said(f"{THOUGHT}</think>{STORY}"), CHAT),
    "whole, thoughts beside": answer(said(STORY, reasoning_content=THOUGHT), CHAT),
    "whole, in parts": answer(said([{"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]}, {"type": "text", "text": STORY}]), CHAT),
    "a stream with thoughts": stream("<thi", f"nk>{THOUGHT}", " again", "</think>", "Once there", " was a fox."),
    "a stream with unopened thoughts": stream(THOUGHT, ".", "</think>", "Once there", " was a fox."),
    "a stream with another's tags": stream(f"[THINK]{THOUGHT}[/THINK]", "Once there", " was a fox."),
    "a stream in channels": stream(
        f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant", f"<|channel|>final<|message|>{STORY}<|return|>"
    ),
    "a stream with thoughts beside": stream({"choices": [{"delta": {"reasoning_content": THOUGHT, "content": None}}]}, STORY),
    "a stream in parts": stream({"choices": [{"delta": {"content": [{"type": "text", "text": STORY}]}}]}),
    "a stream called JSON": stream(STORY) | {"content_type": "application/json"},
    "a stream with odd events": stream(
        {"usage": None}, {"choices": []}, {"choices": [None]}, STORY, end=": x\n\nevent: ping\ndata:\n\ndata: 1\n\ndata: [DONE]\n\n"
    ),
    "a stream without [DONE]": stream(STORY, {"choices": [{"delta": {}, "finish_reason": "stop"}]}, end=""),
    "a stream without its last line": stream(STORY, end='data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}'),
}  # fmt: skip


@pytest.mark.parametrize("name", WORDS)
async def test_a_text_is_what_was_said_and_nothing_that_was_thought(
    services: Services, control: httpx2.AsyncClient, name: str
) -> None:
    await script(control, WORDS[name])
    async with calls(control) as asked:
        for _ in range(2):
            written = await services.writer.write("Tell.", TURNS, person="h4sh", show=services.show)
            assert (written.text, written.cut) == (STORY, False)
    shown = [one.text for one in services.of_kind(TextSoFar)]
    assert shown[-1] == STORY and all(STORY.startswith(text) for text in shown), "no thought is shown, not for a moment"
    assert paid(asked) == len(asked) == 2


async def test_a_model_that_is_known_to_say_all_it_thinks_is_shown_as_it_writes(
    services: Services, control: httpx2.AsyncClient
) -> None:
    await script(control, stream("Once ", "there was a fox."))
    for _ in range(2):
        await services.writer.write("Tell.", TURNS, person="", show=services.show)
    first, *later = [one.text for one in services.of_kind(TextSoFar)]
    assert first == STORY, "of the first nobody knew whether it thinks aloud"
    assert later[0] == "Once "


@pytest.mark.parametrize(
    ("rule", "code", "tries"),
    [
        (stream("Once", end=""), "answer-cut", 2),
        (stream("Once", {"choices": [{"delta": {}, "finish_reason": "error"}]}), "answer-cut", 2),
        (stream(f"<think>{THOUGHT}"), "answer-unreadable", 1),
        (stream("Once", end='data: {"choices": [{"delta": {}, "finish_rea'), "answer-cut", 2),
    ],
    ids=["no end", "an end in error", "nothing but thoughts", "half an event"],
)
async def test_a_text_without_an_end_is_none(
    services: Services, control: httpx2.AsyncClient, rule: dict[str, object], code: str, tries: int
) -> None:
    await script(control, rule)
    async with calls(control) as asked:
        with pytest.raises(FabulaError) as raised:
            await services.writer.write("Tell.", TURNS, person="", show=services.show)
    assert (raised.value.code, raised.value.spent, len(asked)) == (code, True, tries)


# --- objects -------------------------------------------------------------------------------------------------------------


class Mood(BaseModel):
    mood: str


MERRY = '{"mood": "merry"}'
OBJECTS = {
    "alone": MERRY,
    "in a fence": f"```json\n{MERRY}\n```",
    "in a fence among words": f"Here you are:\n```\n{MERRY}\n```\nAnything else?",
    "behind thoughts": f"<think>Is it {{sad}}? {{}}</think>{MERRY}",
    "among words": f"The mood, as {{asked}}, is {MERRY}. I hope that helps!",
    "in a list": f"[{MERRY}]",
    "wrapped": f'{{"mood": {MERRY}}}',
}


@pytest.mark.parametrize("name", OBJECTS)
async def test_an_object_is_taken_out_of_what_was_said(
    services: Services, control: httpx2.AsyncClient, name: str
) -> None:
    await script(control, answer(said(OBJECTS[name]), CHAT))
    async with calls(control) as asked:
        mood, _ = await services.writer.extract("Feel.", "a fox", Mood, name="mood", person="")
    assert (mood, len(asked)) == (Mood(mood="merry"), 1)


NO_SCHEMA = refuse(CHAT, "response_format=json_schema", message="response_format json_schema is unavailable now")
NO_OBJECT = refuse(CHAT, "response_format=json_object", status=422, body={"detail": "response_format"})


@pytest.mark.parametrize(
    ("rules", "asked_as"),
    [
        ([NO_SCHEMA], ["json_schema", "json_object", "json_object"]),
        ([NO_SCHEMA, NO_OBJECT], ["json_schema", "json_object", None, None]),
        ([refuse(CHAT, "response_format", body="Bad Request")], [*["json_schema"] * 2, "json_object", None, None]),
    ],
    ids=["no schema", "no object", "without a word"],
)  # fmt: skip
async def test_an_object_is_asked_for_as_the_server_takes_it(
    services: Services, control: httpx2.AsyncClient, rules: list[dict[str, object]], asked_as: list[str | None]
) -> None:
    await script(control, *rules, answer(said(MERRY), CHAT))
    async with calls(control) as asked:
        for _ in range(2):
            await services.writer.extract("Feel.", "a fox", Mood, name="mood", person="")
    assert [(call["params"].get("response_format") or {}).get("type") for call in asked] == asked_as
    assert paid(asked) == 2
    instructions = asked[-1]["messages"][0]["content"]
    assert instructions.startswith("Feel.") and '"mood"' in instructions, "the shape is told in words"


async def test_a_schema_that_is_passed_over_is_put_into_words_from_then_on(
    services: Services, control: httpx2.AsyncClient
) -> None:
    await script(control, answer(said("Merry, I would say."), CHAT, times=1), answer(said(MERRY), CHAT))
    async with calls(control) as asked:
        for _ in range(2):
            await services.writer.extract("Feel.", "a fox", Mood, name="mood", person="")
    told = ['"mood"' in call["messages"][0]["content"] for call in asked]
    assert told == [False, True, True]


# --- errors --------------------------------------------------------------------------------------------------------------


def flat(**error: object) -> dict[str, object]:
    return answer("data: " + json.dumps(error) + "\n\n", content_type="text/event-stream")


ERRORS = {
    "in a success, by code": (answer({"error": {"code": "insufficient_quota", "message": "No."}}), "no-credit", False, 1),
    "in a success, by number": (answer({"error": {"code": 402, "message": "Insufficient credits"}}), "no-credit", False, 1),
    "in a success, in words": (answer({"error": "model 'x' not found"}), "model-unknown", False, 1),
    "in a success, a detail": (answer({"detail": "Rate limit reached"}), "busy", False, 3),
    "in a success, of nothing known": (answer({"error": {"message": "No."}}), "answer-cut", True, 2),
    "flat in a stream": (flat(object="error", message="No.", code="content_filter"), "refused-words", False, 1),
    "flat in a stream, by number": (flat(message="Too many", code=429), "busy", False, 3),
    "text in a stream": (flat(error="The model `x` does not exist"), "model-unknown", False, 1),
    "broken in a stream": (flat(error={"code": 500, "message": "boom"}), "answer-cut", True, 2),
    "wrapped": (answer({"error": {"code": "400", "innererror": {"code": "content_filter"}}}, status=400), "refused-words", False, 1),
    "wrapped as text": (
        answer({"error": {"code": 400, "metadata": {"raw": '{"error": {"code": "insufficient_balance"}}'}}}, status=400),
        "no-credit", False, 1,
    ),
    "only a type": (answer({"error": {"code": "401", "type": "authentication_error"}}, status=400), "wrong-key", False, 1),
    "DeepSeek's empty account": (
        answer({"error": {"message": "Insufficient Balance", "code": "invalid_request_error"}}, status=402),
        "no-credit", False, 1,
    ),
    "Ollama's missing model": (answer({"error": {"message": 'model "x" not found, try pulling it first'}}, status=404), "model-unknown", False, 1),
    "vLLM's missing model": (
        answer({"object": "error", "message": "The model `x` does not exist.", "type": "NotFoundError", "code": 404}, status=404),
        "model-unknown", False, 1,
    ),
    "Azure's missing deployment": (answer({"error": {"code": "DeploymentNotFound", "message": "No."}}, status=404), "model-unknown", False, 1),
    "LiteLLM's wrong name": (
        answer({"error": {"message": "Invalid model name passed in model=x", "code": "400"}}, status=400),
        "model-unknown", False, 1,
    ),
    "a wrong path": (answer("404 page not found", status=404, content_type="text/plain"), "service-rejects", False, 1),
    "a proxy's page": (answer("<html>Sign in to the network</html>", content_type="text/html"), "answer-unreadable", True, 1),
    "no JSON's types": (answer({"error": {"code": {"a": 1}, "type": ["b"], "param": 7, "message": {}}}, status=409), "service-down", False, 3),
}  # fmt: skip


@pytest.mark.parametrize("name", ERRORS)
async def test_an_error_is_read_by_what_it_means(services: Services, control: httpx2.AsyncClient, name: str) -> None:
    rule, code, spent, tries = ERRORS[name]
    for endpoint in (DRAW, CHAT):
        await control.delete("/faults")
        await script(control, rule | {"endpoint": endpoint})
        async with calls(control) as asked:
            with pytest.raises(FabulaError) as raised:
                if endpoint == DRAW:
                    await services.painter.generate(drawing("a kite"), services.show)
                else:
                    await services.writer.write("Tell.", TURNS, person="", show=services.show)
        assert (raised.value.code, raised.value.spent, len(asked)) == (code, spent, tries), endpoint


async def test_nothing_the_transport_raises_is_a_bug_of_ours(unused_tcp_port: int) -> None:
    """Wrong addresses, and what listens there but speaks no HTTP."""
    for url in (f"https://127.0.0.1:{unused_tcp_port}/v1", "http://no.such.host.invalid/v1", "http://[::1]:1/v1"):
        connection = Connection(url, "key", patience=QUICK, timeout=5)
        with pytest.raises(FabulaError, match="service-down"):
            await OpenAIWriter(connection, CATALOGUE, model=LUNA, helper=LUNA).write(
                "Tell.", TURNS, person="", show=lambda progress: None
            )
        await connection.close()
