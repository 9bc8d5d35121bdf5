"""Requests the stand-in OpenAI server accepts and answers it gives, against the vendor's own description."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import jsonschema_rs
import openai
import pytest
import pytest_asyncio
from openai import AsyncOpenAI

from embedded.process import EmbeddedProcess
from embedded_openai import FLARE, HELLO, LUNA, MASK, PHOTO, SOL

pytest_plugins = ("openai_fixtures",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

SPECIFICATION = Path(__file__).parents[2] / "shared/specs/openai-images-chat.json"


@pytest.fixture(scope="module")
def specification() -> dict:
    if not SPECIFICATION.exists():
        pytest.skip("the vendor's API description is not beside this checkout")
    return json.loads(SPECIFICATION.read_text("utf-8"))


def conforms(specification: dict, name: str, value: object) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": specification["components"]}
    jsonschema_rs.validate(schema, value)


@pytest.fixture
def sent() -> list[httpx2.Request]:
    return []


@pytest_asyncio.fixture(loop_scope="module")
async def watched(openai_server: EmbeddedProcess, sent: list[httpx2.Request]) -> AsyncIterator[AsyncOpenAI]:
    """A client whose requests are kept in ``sent``."""

    async def keep(request: httpx2.Request) -> None:
        sent.append(request)

    http = httpx2.AsyncClient(event_hooks={"request": [keep]})
    async with AsyncOpenAI(
        api_key=openai_server.key, base_url=openai_server.url, max_retries=0, http_client=http
    ) as client:
        yield client


async def test_pictures_conform_to_the_specification(
    specification: dict, watched: AsyncOpenAI, sent: list[httpx2.Request]
) -> None:
    request = {"model": FLARE, "prompt": "a cat", "size": "1024x1024", "quality": "low", "moderation": "low"}
    answer = await watched.images.with_raw_response.generate(**request)
    conforms(specification, "CreateImageRequest", json.loads(sent[0].content))
    conforms(specification, "ImagesResponse", answer.http_response.json())
    options = {"prompt": "a hat", "size": "1024x1024", "quality": "low"}
    edited = await watched.images.with_raw_response.edit(model=FLARE, image=PHOTO, mask=MASK, **options)
    conforms(specification, "CreateImageEditRequest", options | {"model": FLARE, "image": "", "mask": ""})
    conforms(specification, "ImagesResponse", edited.http_response.json())
    drawn = await watched.images.generate(**request, stream=True, partial_images=1)
    for event in [event async for event in drawn]:
        conforms(specification, "ImageGenStreamEvent", event.to_dict(mode="json"))
    edit = await watched.images.edit(model=FLARE, image=PHOTO, **options, stream=True, partial_images=1)
    for event in [event async for event in edit]:
        conforms(specification, "ImageEditStreamEvent", event.to_dict(mode="json"))


async def test_text_conforms_to_the_specification(
    specification: dict, watched: AsyncOpenAI, sent: list[httpx2.Request]
) -> None:
    answer = await watched.chat.completions.with_raw_response.create(
        model=SOL, reasoning_effort="low", max_completion_tokens=900, messages=HELLO
    )
    conforms(specification, "CreateChatCompletionRequest", json.loads(sent[0].content))
    conforms(specification, "CreateChatCompletionResponse", answer.http_response.json())
    stream = await watched.chat.completions.create(
        model=LUNA, messages=HELLO, stream=True, stream_options={"include_usage": True}
    )
    conforms(specification, "CreateChatCompletionRequest", json.loads(sent[1].content))
    async for chunk in stream:
        value = chunk.to_dict(mode="json")
        # The document's text says that usage is null on all chunks but the last; its schema forgot.
        conforms(
            specification, "CreateChatCompletionStreamResponse", value if value["usage"] else _without_usage(value)
        )
    moderated = await watched.moderations.with_raw_response.create(model="omni-moderation-latest", input="gore")
    conforms(specification, "CreateModerationRequest", json.loads(sent[2].content))
    conforms(specification, "CreateModerationResponse", moderated.http_response.json())
    models = await watched.models.with_raw_response.list()
    conforms(specification, "ListModelsResponse", models.http_response.json())
    with pytest.raises(openai.BadRequestError) as caught:
        await watched.chat.completions.create(model=LUNA, messages=[])
    conforms(specification, "ErrorResponse", caught.value.response.json())


def _without_usage(chunk: dict) -> dict:
    return {name: value for name, value in chunk.items() if name != "usage"}
