"""The stand-in OpenAI server, spoken to by the real client over a real socket."""

import asyncio
import base64
import contextlib
import json
import os
import signal
import sys
from pathlib import Path

import httpx2
import numpy as np
import openai
import pytest
from openai import AsyncOpenAI
from PIL import Image, ImageDraw
from pydantic import BaseModel

from embedded.openai.tokens import source_tokens, text_tokens
from embedded.process import start_openai_server
from embedded_openai import (
    FLARE,
    LUNA,
    MASK,
    PHOTO,
    PICTURE,
    SMALLEST,
    SOL,
    SUNBURST,
    data_url,
    logged,
    mask_for,
    opened,
    photo,
    png,
    upload,
)
from patience import PATIENCE

pytest_plugins = ("openai_fixtures",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOT = Path(__file__).parents[1]


async def test_generates_signed_pictures_and_bills_them(client: AsyncOpenAI) -> None:
    answer = await client.images.generate(
        model=FLARE, prompt="a red fox in the snow", size="1536x1024", quality="low", n=2, safety_identifier="someone"
    )
    pictures = [opened(item.b64_json) for item in answer.data or []]
    assert [picture.size for picture in pictures] == [(1536, 1024)] * 2
    assert all(picture.format == "PNG" and picture.text["Software"] == "Fabula sketch artist" for picture in pictures)
    assert pictures[0].convert("RGB").tobytes() != pictures[1].convert("RGB").tobytes()
    assert (answer.size, answer.quality, answer.background, answer.output_format) == (
        "1536x1024", "low", "opaque", "png",
    )  # fmt: skip
    assert answer.safety_identifier == "someone"
    assert answer.usage is not None
    # 16 * round(16 * 2/3) * (2,000,000 + 1,572,864) / 4,000,000 = 157.2, four times over on 2.6, for two pictures
    assert answer.usage.output_tokens == 158 * 4 * 2
    assert (
        answer.usage.input_tokens
        == answer.usage.input_tokens_details.text_tokens
        == text_tokens("a red fox in the snow")
    )
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens


@pytest.mark.parametrize(("output_format", "compression"), [("jpeg", 60), ("webp", 40), ("png", None)])
async def test_encodes_every_format(client: AsyncOpenAI, output_format: str, compression: int | None) -> None:
    options = {} if compression is None else {"output_compression": compression}
    answer = await client.images.generate(
        model=FLARE, prompt="a boat", size=SMALLEST, output_format=output_format, quality="low", **options
    )
    picture = opened(answer.data[0].b64_json)
    assert (picture.format, picture.size) == (output_format.upper(), (1024, 640))
    assert not picture.has_transparency_data
    assert picture.info.get("Software") or picture.getexif()[0x0131] == "Fabula sketch artist"


async def test_transparent_background_is_transparent(client: AsyncOpenAI) -> None:
    answer = await client.images.generate(
        model="gpt-image-2.5-flare", prompt="a teapot", size=SMALLEST, background="transparent", quality="low"
    )
    assert answer.background == "transparent"
    assert opened(answer.data[0].b64_json).convert("RGBA").getchannel("A").getextrema()[0] == 0


async def test_the_same_prompt_differs_each_time_and_repeats_after_a_restart(
    client: AsyncOpenAI, tmp_path: Path
) -> None:
    async def draw_twice(client: AsyncOpenAI) -> list[str | None]:
        answers = [
            await client.images.generate(model=FLARE, prompt="a lighthouse at dusk", size=SMALLEST, quality="low")
            for _ in range(2)
        ]
        return [answer.data[0].b64_json for answer in answers]

    first, second = await draw_twice(client)
    assert first != second
    again = await start_openai_server(tmp_path, fast=True, plain=True)
    async with AsyncOpenAI(api_key=again.key, base_url=again.url, max_retries=0) as other:
        assert await draw_twice(other) == [first, second]
    await again.close()


async def test_streams_previews_then_the_picture(client: AsyncOpenAI) -> None:
    stream = await client.images.generate(
        model=SUNBURST, prompt="a windmill", size="1024x1024", quality="high", stream=True, partial_images=2
    )
    events = [event async for event in stream]
    assert [event.type for event in events] == ["image_generation.partial_image"] * 2 + ["image_generation.completed"]
    assert [event.partial_image_index for event in events[:2]] == [0, 1]
    assert all(opened(event.b64_json).size == (1024, 1024) for event in events)
    assert events[-1].usage.output_tokens == 1756 + 2 * 100
    assert {(event.size, event.quality, event.output_format, event.background) for event in events} == {
        ("1024x1024", "high", "png", "opaque")
    }


async def test_a_masked_edit_changes_the_hole_and_disturbs_the_rest(client: AsyncOpenAI) -> None:
    """Like the real model, which follows a mask loosely: whoever wants the rest untouched must put it back."""
    before, mask = photo(1024, 1024), mask_for(1024, 1024)
    answer = await client.images.edit(
        model=SUNBURST,
        prompt="a red balloon",
        image=upload(png(before)),
        mask=upload(png(mask)),
        size="1024x1024",
        quality="high",
    )
    after = opened(answer.data[0].b64_json).convert("RGB")
    difference = np.abs(np.asarray(after).astype(int) - np.asarray(before)).max(axis=2)
    hole = np.asarray(mask.getchannel("A")) == 0
    assert difference[hole].mean() > 2 * difference[~hole].mean()
    assert (difference[~hole] > 0).mean() > 0.5
    assert difference[~hole].mean() < 24
    assert answer.usage.input_tokens_details.image_tokens == 1024
    assert answer.usage.output_tokens == 1756


async def test_the_sketch_artist_and_the_storybook_are_behind_it(tmp_path: Path) -> None:
    real = await start_openai_server(tmp_path, fast=True)
    async with AsyncOpenAI(api_key=real.key, base_url=real.url, max_retries=0) as client:
        drawn = await client.images.generate(**PICTURE)
        assert len(opened(drawn.data[0].b64_json).getcolors(1 << 24) or ()) > 500
        stream = await client.images.edit(**PICTURE, image=PHOTO, mask=MASK, stream=True, partial_images=1)
        *_, last = [event async for event in stream]
        assert (opened(last.b64_json).mode, opened(last.b64_json).size) == ("RGB", (1024, 640))
        told = await client.chat.completions.create(model=LUNA, messages=[{"role": "user", "content": "A shy dragon"}])
        assert len(told.choices[0].message.content or "") > 20
    await real.close()


@pytest.mark.parametrize(
    ("size", "expected"), [((90, 60), "1536x1024"), ((60, 90), "1024x1536"), ((70, 64), "1024x1024")]
)
async def test_an_edit_of_no_stated_size_takes_the_nearest_shape(
    client: AsyncOpenAI, size: tuple[int, int], expected: str
) -> None:
    answer = await client.images.edit(
        model=FLARE, prompt="add a kite", image=[upload(png(photo(*size))), upload(png(photo()))], quality="low"
    )
    assert answer.size == expected
    assert "x".join(map(str, opened(answer.data[0].b64_json).size)) == expected


async def test_streams_an_edit_by_markup(client: AsyncOpenAI) -> None:
    markup = Image.new("RGBA", (96, 64), (0, 0, 0, 0))
    ImageDraw.Draw(markup).ellipse((20, 10, 50, 40), outline=(255, 0, 0, 255), width=3)
    stream = await client.images.edit(
        model=FLARE,
        prompt="a hat here",
        image=upload(png(photo(), "JPEG"), "photo.jpg", "image/jpeg"),
        markup=upload(png(markup)),
        quality="low",
        stream=True,
        partial_images=1,
    )
    assert [event.type async for event in stream] == ["image_edit.partial_image", "image_edit.completed"]


async def test_variations_are_gone(client: AsyncOpenAI) -> None:
    with (
        pytest.warns(DeprecationWarning),
        pytest.raises(openai.APIStatusError, match="no longer accepts requests"),
    ):
        await client.images.create_variation(image=PHOTO)


async def test_writes_and_bills(client: AsyncOpenAI) -> None:
    answer = await client.chat.completions.create(
        model=SOL,
        reasoning_effort="low",
        max_completion_tokens=4000,
        messages=[{"role": "system", "content": "You write stories."}, {"role": "user", "content": "A shy dragon"}],
    )
    [choice] = answer.choices
    assert choice.finish_reason == "stop"
    assert choice.message.content
    assert answer.usage.prompt_tokens == 5 + 4 + 3 + 4
    assert answer.usage.completion_tokens == text_tokens(choice.message.content) + 64
    assert answer.usage.completion_tokens_details.reasoning_tokens == 64


async def test_streams_words_and_ends_with_the_usage(client: AsyncOpenAI) -> None:
    stream = await client.chat.completions.create(
        model=LUNA,
        reasoning_effort="none",
        temperature=0.2,
        messages=[{"role": "user", "content": "写一个关于猫的故事"}],
        stream=True,
        stream_options={"include_usage": True},
    )
    *chunks, last = [chunk async for chunk in stream]
    words = [chunk.choices[0].delta.content or "" for chunk in chunks]
    assert len(words) > 8
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [chunk.choices[0].finish_reason for chunk in chunks[-2:]] == [None, "stop"]
    assert all(chunk.usage is None for chunk in chunks)
    assert (last.choices, last.usage.completion_tokens) == ([], text_tokens("".join(words)))
    assert len({chunk.id for chunk in [*chunks, last]}) == 1


async def test_an_answer_beyond_the_limit_is_cut(client: AsyncOpenAI) -> None:
    answer = await client.chat.completions.create(
        model=LUNA,
        reasoning_effort="none",
        max_completion_tokens=6,
        messages=[{"role": "user", "content": "Tell me a long story about the sea"}],
    )
    assert answer.choices[0].finish_reason == "length"
    assert 0 < answer.usage.completion_tokens <= 6


class Book(BaseModel):
    title: str
    pages: list[str]


async def test_answers_in_a_schema(client: AsyncOpenAI) -> None:
    answer = await client.chat.completions.parse(
        model=SOL, messages=[{"role": "user", "content": "A picture book about a cat"}], response_format=Book
    )
    assert isinstance(answer.choices[0].message.parsed, Book)


async def test_sees_pictures_in_messages(client: AsyncOpenAI, control: httpx2.AsyncClient) -> None:
    url = data_url(PHOTO[1])
    parts = [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": url}}]
    answer = await client.chat.completions.create(
        model=LUNA, reasoning_effort="none", messages=[{"role": "user", "content": parts}]
    )
    assert answer.usage.prompt_tokens == 4 + 3 + 8  # 1.2 for each of the 3x2 patches
    assert base64.b64encode(PHOTO[1]).decode() not in json.dumps((await logged(control))[-1])


async def test_moderates_words_in_two_languages(client: AsyncOpenAI) -> None:
    answer = await client.moderations.create(
        model="omni-moderation-latest", input=["a cat in a hat", "Gore everywhere", "色情图片", "Gorecki's symphony"]
    )
    assert [result.flagged for result in answer.results] == [False, True, True, False]
    assert answer.results[1].categories.violence_graphic
    assert not answer.results[1].categories.sexual
    assert answer.results[2].category_scores.sexual > 0.5
    assert len(answer.results[0].to_dict()["categories"]) == 13


async def test_moderates_text_with_a_picture(client: AsyncOpenAI) -> None:
    url = data_url(PHOTO[1])
    parts = [{"type": "text", "text": "my photo"}, {"type": "image_url", "image_url": {"url": url}}]
    [result] = (await client.moderations.create(input=parts)).results
    assert not result.flagged
    assert result.category_applied_input_types.sexual == ["text", "image"]
    assert result.category_applied_input_types.hate == ["text"]


async def test_lists_living_models_with_their_last_day(client: AsyncOpenAI, tmp_path: Path) -> None:
    listed = {model.id: model.shutdown_date async for model in client.models.list()}
    assert (listed[FLARE], listed["gpt-image-1.5"]) == (None, "2026-12-01")
    assert not {"dall-e-3", "gpt-4"} & set(listed)
    assert (await client.models.retrieve("gpt-5.1")).shutdown_date == "2027-04-01"
    with pytest.raises(openai.NotFoundError):
        await client.models.retrieve("dall-e-3")
    later = await start_openai_server(tmp_path, fast=True, plain=True, arguments=("--today", "2026-12-01"))
    async with AsyncOpenAI(api_key=later.key, base_url=later.url, max_retries=0) as other:
        with pytest.raises(openai.NotFoundError, match="deprecated"):
            await other.models.retrieve("gpt-image-1.5")
    await later.close()


async def test_the_log_tells_start_and_end_without_words_or_bytes(client: AsyncOpenAI, tmp_path: Path) -> None:
    other = await start_openai_server(tmp_path, fast=True, plain=True)
    async with AsyncOpenAI(api_key=other.key, base_url=other.url, max_retries=0) as fresh:
        await fresh.images.edit(model=FLARE, prompt="a hat", image=PHOTO, mask=MASK, size=SMALLEST, quality="low")
        with pytest.raises(openai.BadRequestError):
            await fresh.images.generate(**PICTURE | {"size": "1x1"})
    await other.close()
    lines = [json.loads(line) for line in other.log.read_text("utf-8").splitlines()]
    assert [(line["event"], line["index"]) for line in lines] == [
        ("started", 0), ("finished", 0), ("started", 1), ("finished", 1),
    ]  # fmt: skip
    assert (lines[0]["endpoint"], lines[0]["model"]) == ("images.edits", FLARE)
    assert "a hat" not in other.log.read_text("utf-8"), "what people said is not kept there"
    [described] = lines[0]["params"]["mask"]
    assert (described["width"], described["height"], described["bytes"]) == (96, 64, len(MASK[1]))
    assert len(described["sha256"]) == 64
    assert lines[1]["status"] == 200
    assert lines[1]["usage"]["input_tokens_details"]["image_tokens"] == source_tokens(96, 64)
    assert (lines[3]["status"], lines[3]["code"], lines[3]["usage"]) == (400, "invalid_value", None)
    assert lines[0]["started"] <= lines[1]["finished"]


async def test_ends_when_its_stdin_does(tmp_path: Path) -> None:
    process = (await start_openai_server(tmp_path, fast=True, plain=True)).process
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 0


async def test_ends_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    code = (
        "import asyncio, pathlib, sys\n"
        "from embedded.process import start_openai_server\n"
        "async def main():\n"
        "    print((await start_openai_server(pathlib.Path(sys.argv[1]), fast=True, plain=True)).url, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))}
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, str(tmp_path), stdout=asyncio.subprocess.PIPE, env=environment
    )
    url = httpx2.URL((await asyncio.wait_for(parent.stdout.readline(), PATIENCE)).decode().strip())
    reader, writer = await asyncio.open_connection(url.host, url.port)
    parent.send_signal(signal.SIGKILL)
    await parent.wait()
    with contextlib.suppress(ConnectionResetError):  # the kernel may say it either way
        assert await asyncio.wait_for(reader.read(), PATIENCE) == b"", "the server's end closes with the server"
    writer.close()
