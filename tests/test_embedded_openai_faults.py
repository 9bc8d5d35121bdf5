"""Scripted trouble of the stand-in OpenAI server, as the real client meets it."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import openai
import pytest
from openai import AsyncOpenAI

from embedded.openai.tokens import drawn_tokens
from embedded_openai import (
    FLARE,
    HELLO,
    LUNA,
    PHOTO,
    PICTURE,
    logged,
    opened,
    script,
)

pytest_plugins = ("openai_fixtures",)
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def types_of(stream: AsyncIterator, seen: list[str]) -> None:
    """Note the type of each event in ``seen``, up to the stream's end or error."""
    async for event in stream:
        seen += [event.type]


async def test_scripted_errors_come_as_often_and_where_they_were_ordered(
    client: AsyncOpenAI, control: httpx2.AsyncClient
) -> None:
    rule = {"endpoint": "chat", "kind": "status", "status": 429, "code": "rate_limit_exceeded", "type": "requests"}
    await script(control, rule | {"retry_after": 2.5, "skip": 1, "times": 2, "match": "dragon"})

    async def ask(words: str) -> str:
        message = {"role": "user", "content": words}
        try:
            await client.chat.completions.create(model=LUNA, messages=[message])
        except openai.RateLimitError as error:
            assert (error.code, error.type) == ("rate_limit_exceeded", "requests")
            return str(error.response.headers["retry-after"])
        return "fine"

    assert [await ask(words) for words in ("dragon", "cat", "dragon", "dragon", "dragon")] == [
        "fine", "fine", "2.5", "2.5", "fine",
    ]  # fmt: skip
    assert (await control.get("/faults")).json() == {"faults": []}


async def test_a_hanging_request_is_logged_and_goes_on_when_released(
    client: AsyncOpenAI, control: httpx2.AsyncClient
) -> None:
    count = len(await logged(control))
    await script(control, {"endpoint": "images.generations", "kind": "hang_until_released"})
    waiting = asyncio.ensure_future(client.images.generate(**PICTURE))
    records = await logged(control, started=count + 1)
    assert await logged(control, after=count) == records[count:]
    assert (records[-1]["prompt"], records[-1]["faults"]) == ("a cat", ["hang_until_released"])
    assert "finished" not in records[-1]
    assert not waiting.done()
    await control.post("/release")
    assert (await waiting).data
    assert (await logged(control, finished=count + 1))[-1]["status"] == 200


async def test_a_stream_can_hang_after_its_first_preview_until_the_client_leaves(
    client: AsyncOpenAI, control: httpx2.AsyncClient
) -> None:
    count = len(await logged(control))
    await script(control, {"endpoint": "*", "kind": "hang_until_released", "after": 1})
    stream = await client.images.generate(**PICTURE, stream=True, partial_images=2)
    first = await anext(aiter(stream))
    assert first.type == "image_generation.partial_image"
    await stream.close()
    record = (await logged(control, finished=count + 1))[-1]
    assert record["status"] == 499
    assert record["usage"]["output_tokens"] == drawn_tokens(1024, 640, "low", (16,), 4) + 200, "what was left is billed"


async def test_a_stall_ends_by_itself_and_the_error_after_it_comes(
    client: AsyncOpenAI, control: httpx2.AsyncClient
) -> None:
    stall = {"endpoint": "moderations", "kind": "stall", "seconds": 0.01}
    await script(control, stall, {"endpoint": "moderations", "kind": "status", "status": 503})
    with pytest.raises(openai.InternalServerError) as caught:
        await client.moderations.create(input="hello")
    assert caught.value.status_code == 503
    assert not (await client.moderations.create(input="hello")).results[0].flagged


async def test_a_dropped_connection_has_no_answer(client: AsyncOpenAI, control: httpx2.AsyncClient) -> None:
    await script(control, {"endpoint": "images.edits", "kind": "disconnect"})
    with pytest.raises(openai.APIConnectionError):
        await client.images.edit(model=FLARE, prompt="a hat", image=PHOTO)
    assert (await logged(control))[-1]["status"] is None


async def test_a_stream_is_cut_after_so_many_events(client: AsyncOpenAI, control: httpx2.AsyncClient) -> None:
    await script(control, {"endpoint": "images.generations", "kind": "cut_stream", "after": 1})
    await client.images.generate(**PICTURE)  # no stream: spared
    stream = await client.images.generate(**PICTURE, stream=True, partial_images=2)
    seen = []
    with pytest.raises((openai.APIConnectionError, httpx2.RemoteProtocolError)):
        await types_of(stream, seen)
    assert seen == ["image_generation.partial_image"]


async def test_late_refusals(client: AsyncOpenAI, control: httpx2.AsyncClient) -> None:
    await script(control, {"endpoint": "images.generations", "kind": "late_refusal", "times": 2})
    with pytest.raises(openai.BadRequestError) as caught:
        await client.images.generate(**PICTURE)
    assert caught.value.body["moderation_details"]["moderation_stage"] == "output"
    assert (await logged(control))[-1]["usage"]["output_tokens"] > 0
    stream = await client.images.generate(**PICTURE, stream=True, partial_images=1)
    seen = []
    with pytest.raises(openai.APIError) as late:
        await types_of(stream, seen)
    assert seen == ["image_generation.partial_image"]
    assert (late.value.code, late.value.type) == ("moderation_blocked", "image_generation_user_error")


async def test_broken_answers(client: AsyncOpenAI, control: httpx2.AsyncClient) -> None:
    await script(
        control,
        {"endpoint": "images.generations", "kind": "truncated_base64", "times": 2},
        {"endpoint": "chat", "kind": "invalid_json", "times": 2},
    )
    answer = await client.images.generate(**PICTURE)
    with pytest.raises(ValueError, match="base64"):
        opened(answer.data[0].b64_json)
    events = [event async for event in await client.images.generate(**PICTURE, stream=True, partial_images=1)]
    assert opened(events[0].b64_json)
    with pytest.raises(ValueError, match="base64"):
        opened(events[1].b64_json)
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|delimiter"):
        (await client.chat.completions.with_raw_response.create(model=LUNA, messages=HELLO)).http_response.json()
    with pytest.raises(ValueError):
        _ = [chunk async for chunk in await client.chat.completions.create(model=LUNA, messages=HELLO, stream=True)]


@pytest.mark.parametrize(
    "rules",
    [
        {"endpoint": "chat", "kind": "status"},
        [{"endpoint": "chat", "kind": "explode"}],
        [{"endpoint": "video", "kind": "stall"}],
        [{"endpoint": "chat", "kind": "stall", "second": 1}],
        [{"endpoint": "chat", "kind": "truncated_base64"}],
    ],
)
async def test_a_rule_that_could_never_work_is_refused(control: httpx2.AsyncClient, rules: object) -> None:
    assert (await control.post("/faults", json=rules)).status_code == 400
    assert (await control.get("/faults")).json() == {"faults": []}


async def test_latency_is_set_and_checked(control: httpx2.AsyncClient) -> None:
    assert (await control.post("/latency", json={"chat_token": 0.001})).json()["chat_token"] == 0.001
    assert (await control.post("/latency", json={"coffee": 1})).status_code == 400
    assert (await control.post("/latency", json={"images": -1})).status_code == 400
