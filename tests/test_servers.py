"""Servers that speak OpenAI's API in their own way, played by scripts of the embedded one: delivered, or one right error, and paid for once."""

import base64
import json

import httpx2
import pytest
from pydantic import BaseModel

from core import bill
from core.errors import FabulaError
from core.services.openai_images import OpenAIPainter
from core.types import TextSoFar
from embedded_openai import photo, png, script
from opened_services import CATALOGUE, FLARE, Services, calls, drawing
from played_servers import BASE64, CHAT, DRAW, IN_LINES, PICTURE, THOUGHT, TURNS, answer, paid, refuse, said, stream

pytest_plugins = ("played_servers",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

# --- what is not taken ---------------------------------------------------------------------------------------------------


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
    played: Services, playing: httpx2.AsyncClient, name: str
) -> None:
    rule, left_out = REFUSED[name]
    await script(playing, rule)
    with bill.opened() as spends:
        async with calls(playing) as asked:
            await played.painter.generate(drawing("a kite", person="h4sh"), played.show)
            await played.painter.generate(drawing("a kite", person="h4sh"), played.show)
    assert paid(asked) == len(spends) == 2, "each picture is paid for once"
    assert asked[-2]["status"] == 200, "the second is asked for as the first was in the end"
    assert left_out <= asked[0]["params"].keys() - asked[-1]["params"].keys()
    assert "size" in asked[-1]["params"]


async def test_what_the_person_misses_by_that_is_said(played: Services, playing: httpx2.AsyncClient) -> None:
    await script(
        playing,
        refuse(DRAW, "background", message="Unknown parameter: 'background'."),
        refuse(DRAW, "quality", "output_format", **BARE),
    )
    painting = await played.painter.generate(
        drawing("a kite", transparent=True, quality="high", format="webp"), played.show
    )
    assert {fit.code for fit in painting.fitted} == {"fitted-transparent", "fitted-quality", "fitted-format"}


async def test_an_edit_learns_for_itself(played: Services, playing: httpx2.AsyncClient) -> None:
    await script(playing, refuse("images.edits", "stream", message="Streaming edits are not supported."))
    async with calls(playing) as asked:
        for _ in range(2):
            await played.painter.edit(drawing("a hat"), [PICTURE], None, played.show)
        await played.painter.generate(drawing("a kite"), played.show)
    assert (paid(asked), len(asked)) == (3, 4)
    assert "stream" in asked[-1]["params"], "drawing still streams"


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
    played: Services, playing: httpx2.AsyncClient, refusal: dict[str, object]
) -> None:
    await script(playing, refuse(DRAW, "size", **refusal))
    async with calls(playing) as asked:
        with pytest.raises(FabulaError):
            await played.painter.generate(drawing("a kite"), played.show)
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
async def test_a_picture_is_found_wherever_it_is(played: Services, playing: httpx2.AsyncClient, model: str) -> None:
    painter = OpenAIPainter(played.connection, CATALOGUE, model=model)
    cases = {name: answer(body) for name, body in PICTURES.items()}
    cases |= {name: answer(body, content_type=kind) for name, (body, kind) in EVENTS.items()}
    cases["its bytes alone"] = answer(BASE64, base64=True, content_type="image/png")
    cases["its bytes as anything"] = answer(BASE64, base64=True, content_type="application/octet-stream")
    for name, rule in cases.items():
        await script(playing, rule | {"times": 1})
        async with calls(playing) as asked:
            painting = await painter.generate(drawing("a kite"), played.show)
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
    played: Services, playing: httpx2.AsyncClient, name: str
) -> None:
    await script(playing, WORDS[name])
    async with calls(playing) as asked:
        for _ in range(2):
            written = await played.writer.write("Tell.", TURNS, person="h4sh", show=played.show)
            assert (written.text, written.cut) == (STORY, False)
    shown = [one.text for one in played.of_kind(TextSoFar)]
    assert shown[-1] == STORY and all(STORY.startswith(text) for text in shown), "no thought is shown, not for a moment"
    assert paid(asked) == len(asked) == 2


LATER = {
    "once": ["thinks", "plain", "thinks"],
    "not at first": ["plain", "thinks", "plain", "thinks"],
    "not where it is held to a form": ["form", "thinks", "thinks"],
}


@pytest.mark.parametrize("name", LATER)
async def test_of_whom_once_thought_aloud_no_later_thought_is_shown(
    played: Services, playing: httpx2.AsyncClient, name: str
) -> None:
    rules = {
        "thinks": stream(THOUGHT, ", so once ", "there was.", "</think>", "Once ", "there was a fox."),
        "plain": stream("Once ", "there was a fox."),
        "form": answer(said('{"mood": "merry"}'), CHAT),
    }
    known = name != "not at first"  # before, nobody could tell
    for kind in LATER[name]:
        await playing.delete("/faults")
        await script(playing, rules[kind])
        if kind == "form":
            await played.writer.extract("Fill.", "a fox", Mood, name="mood", person="")
            continue
        before = len(played.of_kind(TextSoFar))
        await played.writer.write("Tell.", TURNS, person="", show=played.show)
        shown = [one.text for one in played.of_kind(TextSoFar)][before:]
        assert shown[-1] == STORY
        assert not known or all(STORY.startswith(text) for text in shown), (kind, shown)
        known = known or kind == "thinks"


async def test_what_another_server_notes_beside_a_text_is_not_believed(
    played: Services, playing: httpx2.AsyncClient
) -> None:
    await script(playing, answer({**said("A fox."), "fabula_notes": {"unused": ["you owe us money"]}}, CHAT))
    written = await played.writer.write("Tell.", TURNS, person="", show=played.show)
    assert (written.text, written.fitted) == ("A fox.", ())


async def test_a_model_that_is_known_to_say_all_it_thinks_is_shown_as_it_writes(
    played: Services, playing: httpx2.AsyncClient
) -> None:
    await script(playing, stream("Once ", "there was a fox."))
    for _ in range(2):
        await played.writer.write("Tell.", TURNS, person="", show=played.show)
    first, *later = [one.text for one in played.of_kind(TextSoFar)]
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
    played: Services, playing: httpx2.AsyncClient, rule: dict[str, object], code: str, tries: int
) -> None:
    await script(playing, rule)
    async with calls(playing) as asked:
        with pytest.raises(FabulaError) as raised:
            await played.writer.write("Tell.", TURNS, person="", show=played.show)
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
    played: Services, playing: httpx2.AsyncClient, name: str
) -> None:
    await script(playing, answer(said(OBJECTS[name]), CHAT))
    async with calls(playing) as asked:
        mood, _ = await played.writer.extract("Feel.", "a fox", Mood, name="mood", person="")
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
    played: Services, playing: httpx2.AsyncClient, rules: list[dict[str, object]], asked_as: list[str | None]
) -> None:
    await script(playing, *rules, answer(said(MERRY), CHAT))
    async with calls(playing) as asked:
        for _ in range(2):
            await played.writer.extract("Feel.", "a fox", Mood, name="mood", person="")
    assert [(call["params"].get("response_format") or {}).get("type") for call in asked] == asked_as
    assert paid(asked) == 2
    instructions = asked[-1]["messages"][0]["content"]
    assert instructions.startswith("Feel.") and '"mood"' in instructions, "the shape is told in words"


async def test_a_schema_that_is_passed_over_is_put_into_words_from_then_on(
    played: Services, playing: httpx2.AsyncClient
) -> None:
    await script(playing, answer(said("Merry, I would say."), CHAT, times=1), answer(said(MERRY), CHAT))
    async with calls(playing) as asked:
        for _ in range(2):
            await played.writer.extract("Feel.", "a fox", Mood, name="mood", person="")
    told = ['"mood"' in call["messages"][0]["content"] for call in asked]
    assert told == [False, True, True]
