"""The stand-in's files and batches, as strict as the real ones: asked by the real client."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx2
import openai
import pytest
from openai import AsyncOpenAI

from embedded_openai import HELLO, LUNA, SOL
from patience import PATIENCE

pytest_plugins = ("openai_fixtures",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

WINDOW: Any = "24h"
CHAT: Any = "/v1/chat/completions"


def line(name: str, *, model: str = LUNA, url: str = CHAT, **more: object) -> dict[str, object]:
    return {"custom_id": name, "method": "POST", "url": url, "body": {"model": model, "messages": HELLO, **more}}


def jsonl(*lines: object) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in lines)


async def begun(client: AsyncOpenAI, data: bytes) -> Any:
    file = await client.files.create(file=("calls.jsonl", data), purpose="batch")
    return await client.batches.create(input_file_id=file.id, endpoint=CHAT, completion_window=WINDOW)


async def ended(client: AsyncOpenAI, batch: str) -> Any:
    async with asyncio.timeout(PATIENCE):
        while (found := await client.batches.retrieve(batch)).status in ("validating", "in_progress", "cancelling"):
            await asyncio.sleep(0.02)
    return found


async def lines_of(client: AsyncOpenAI, file: str | None) -> list[dict[str, Any]]:
    assert file
    return [json.loads(one) for one in (await client.files.content(file)).text.splitlines()]


async def test_each_line_is_answered_as_its_endpoint_answers(client: AsyncOpenAI) -> None:
    made = await begun(client, jsonl(line("well"), line("badly", temperature=9)))
    done = await ended(client, made.id)
    assert done.status == "completed" and (done.request_counts.completed, done.request_counts.failed) == (1, 1)
    (well,) = await lines_of(client, done.output_file_id)
    assert well["custom_id"] == "well" and well["response"]["body"]["choices"][0]["message"]["content"]
    (badly,) = await lines_of(client, done.error_file_id)
    assert badly["response"]["status_code"] == 400 and badly["response"]["body"]["error"]["param"] == "temperature"
    with pytest.raises(openai.ConflictError):
        await client.batches.cancel(made.id)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((), "empty_file"),
        (("no object",), "invalid_json_line"),
        ((line("a"), line("a")), "duplicate_custom_id"),
        ((line("a"), line("b", model=SOL)), "mismatched_model"),
        ((line("a", url="/v1/images/generations"),), "mismatched_url"),
        ((line("a", stream=True),), "stream_not_supported"),
        ((line("a") | {"more": 1},), "invalid_json_line"),
    ],
)
async def test_a_file_with_something_wrong_fails_as_a_whole(
    client: AsyncOpenAI, lines: tuple[object, ...], code: str
) -> None:
    failed = await ended(client, (await begun(client, jsonl(*lines))).id)
    assert failed.status == "failed" and failed.output_file_id is None
    assert [one.code for one in failed.errors.data] == [code]


async def test_what_is_no_batch_is_refused_at_once(client: AsyncOpenAI) -> None:
    odd: Any = "anything"
    with pytest.raises(openai.BadRequestError, match="jsonl"):
        await client.files.create(file=("calls.txt", jsonl(line("a"))), purpose="batch")
    with pytest.raises(openai.BadRequestError, match="Supported values"):
        await client.files.create(file=("calls.jsonl", b"{}"), purpose=odd)
    file = (await client.files.create(file=("calls.jsonl", jsonl(line("a"))), purpose="batch")).id
    for wrong in ({"endpoint": odd}, {"completion_window": odd}, {"input_file_id": "file-none"}):
        right = {"input_file_id": file, "endpoint": CHAT, "completion_window": WINDOW}
        with pytest.raises(openai.BadRequestError):
            await client.batches.create(**{**right, **wrong})
    with pytest.raises(openai.NotFoundError):
        await client.batches.retrieve("batch_none")
    await client.files.delete(file)
    with pytest.raises(openai.NotFoundError):
        await client.files.content(file)


async def test_a_day_that_is_over_leaves_the_rest_unanswered(client: AsyncOpenAI, control: httpx2.AsyncClient) -> None:
    await control.post("/batches", json={"expire_after": 1})
    done = await ended(client, (await begun(client, jsonl(line("a"), line("b"), line("c")))).id)
    await control.post("/batches", json={"expire_after": None})
    assert done.status == "expired"
    assert [one["custom_id"] for one in await lines_of(client, done.output_file_id)] == ["a"]
    rest = await lines_of(client, done.error_file_id)
    assert [(one["custom_id"], one["error"]["code"]) for one in rest] == [
        ("b", "batch_expired"),
        ("c", "batch_expired"),
    ]
