"""What the stand-in OpenAI server refuses, and how: each row is one broken rule."""

from pathlib import Path

import httpx2
import openai
import pytest
from openai import AsyncOpenAI
from PIL import Image

from embedded.process import EmbeddedProcess
from embedded_openai import FLARE, HELLO, LUNA, MASK, PHOTO, PICTURE, SOL, mask_for, photo, png, upload

pytest_plugins = ("openai_fixtures",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

DATA = Path(__file__).parent / "data"


def named(value: object) -> str:
    """A row's name in the report: what was changed, without bytes and long texts."""
    return "+".join(value) if isinstance(value, dict) else str(value)


REFUSED_GENERATIONS = [
    ({"seed": 7}, 400, "unknown_parameter", "seed"),
    ({"response_format": "b64_json"}, 400, "unknown_parameter", "response_format"),
    ({"style": "vivid"}, 400, "unknown_parameter", "style"),
    ({"prompt": None}, 400, "missing_required_parameter", "prompt"),
    ({"prompt": " "}, 400, "empty_string", "prompt"),
    ({"prompt": "x" * 32_001}, 400, "string_above_max_length", "prompt"),
    ({"prompt": 5}, 400, "invalid_type", "prompt"),
    ({"model": None}, 400, "missing_required_parameter", "model"),
    ({"model": "gpt-image-9"}, 404, "model_not_found", None),
    ({"model": "dall-e-3"}, 404, "model_not_found", None),
    ({"model": "gpt-image-1"}, 404, "model_not_found", None),
    ({"model": LUNA}, 400, "invalid_value", "model"),
    ({"n": 0}, 400, "integer_below_min_value", "n"),
    ({"n": 11}, 400, "integer_above_max_value", "n"),
    ({"n": "2"}, 400, "invalid_type", "n"),
    ({"n": True}, 400, "invalid_type", "n"),
    ({"n": 2, "stream": True}, 400, "invalid_value", "n"),
    ({"stream": True, "partial_images": 4}, 400, "integer_above_max_value", "partial_images"),
    ({"partial_images": 1}, 400, "invalid_value", "partial_images"),
    ({"size": "512x512"}, 400, "invalid_value", "size"),
    ({"size": "1030x1024"}, 400, "invalid_value", "size"),
    ({"size": "3072x1008"}, 400, "invalid_value", "size"),
    ({"size": "3856x2000"}, 400, "invalid_value", "size"),
    ({"size": "3840x2176"}, 400, "invalid_value", "size"),
    ({"size": "1024 x 1024"}, 400, "invalid_value", "size"),
    ({"size": "0x0"}, 400, "invalid_value", "size"),
    ({"size": "1536x864", "model": "gpt-image-1.5"}, 400, "invalid_value", "size"),
    ({"quality": "hd"}, 400, "invalid_value", "quality"),
    ({"quality": "max", "model": "gpt-image-2"}, 400, "invalid_value", "quality"),
    ({"background": "green"}, 400, "invalid_value", "background"),
    ({"background": "transparent", "output_format": "jpeg"}, 400, "invalid_value", "background"),
    ({"background": "transparent", "model": "gpt-image-2"}, 400, "invalid_value", "background"),
    ({"output_format": "bmp"}, 400, "invalid_value", "output_format"),
    ({"output_format": "gif", "size": "1024x1024"}, 400, "invalid_value", "size"),  # nine frames of 1024x1024 are too much
    ({"output_format": "gif", "frame_count": 17}, 400, "integer_above_max_value", "frame_count"),
    ({"output_format": "gif", "frame_count": 2, "stream": True}, 400, "unsupported_parameter", "stream"),
    ({"output_format": "gif", "frame_count": 2, "output_compression": 50}, 400, "unsupported_parameter", "output_compression"),
    ({"output_format": "gif", "frame_count": 2, "background": "transparent"}, 400, "invalid_value", "background"),
    ({"output_format": "svg", "n": 2}, 400, "invalid_value", "n"),
    ({"output_format": "svg", "partial_images": 1}, 400, "unsupported_parameter", "partial_images"),
    ({"output_format": "svg", "frame_count": 4}, 400, "unsupported_parameter", "frame_count"),
    ({"output_format": "gif", "model": "gpt-image-2.5-flare"}, 400, "invalid_value", "output_format"),
    ({"frame_count": 4}, 400, "unsupported_parameter", "frame_count"),
    ({"output_compression": 50}, 400, "invalid_value", "output_compression"),
    ({"output_format": "webp", "output_compression": 101}, 400, "integer_above_max_value", "output_compression"),
    ({"moderation": "none"}, 400, "invalid_value", "moderation"),
    ({"complexity": "low", "model": "gpt-image-2.5-flare"}, 400, "unsupported_parameter", "complexity"),
    ({"safety_identifier": "x" * 129}, 400, "string_above_max_length", "safety_identifier"),
    ({"prompt": "a gory battle"}, 400, "moderation_blocked", None),
    ({"prompt": "血腥的战场"}, 400, "moderation_blocked", None),
]  # fmt: skip


@pytest.mark.parametrize(("change", "status", "code", "param"), REFUSED_GENERATIONS, ids=named)
async def test_refuses_generations(
    client: AsyncOpenAI, change: dict[str, object], status: int, code: str, param: str | None
) -> None:
    body = {name: value for name, value in (PICTURE | change).items() if value is not None}
    with pytest.raises(openai.APIStatusError) as caught:
        await client.post("/images/generations", body=body, cast_to=object)
    assert (caught.value.status_code, caught.value.code, caught.value.param) == (status, code, param)


async def test_says_what_was_retired_and_what_was_unsafe(client: AsyncOpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="`dall-e-2` has been deprecated"):
        await client.images.generate(**PICTURE | {"model": "dall-e-2"})
    with pytest.raises(openai.BadRequestError, match=r"safety_violations=\[sexual\]") as caught:
        await client.images.generate(**PICTURE | {"prompt": "porn poster"})
    assert caught.value.type == "image_generation_user_error"
    assert caught.value.body["moderation_details"]["moderation_stage"] == "input"


REFUSED_EDITS = [
    ({"image": None}, "missing_required_parameter", "image"),
    ({"image": upload(b"not a picture at all")}, "invalid_image_file", "image[0]"),
    ({"image": upload(png(photo())[:-40])}, "invalid_image_file", "image[0]"),
    ({"image": [PHOTO, upload(b"")]}, "invalid_image_file", "image[1]"),
    ({"image": upload(png(photo(), "GIF"))}, "invalid_image_file", "image[0]"),
    ({"image": upload(png(photo()), "photo", "application/octet-stream")}, "unsupported_file_mimetype", "image[0]"),
    ({"image": [PHOTO] * 17}, "array_above_max_length", "image"),
    ({"image": upload(bytes(50_000_000))}, "file_too_large", "image[0]"),
    ({"mask": upload(png(mask_for().convert("RGB")))}, "invalid_mask_image_format", "mask"),
    ({"mask": upload(png(mask_for(64, 96)))}, "invalid_mask_image_format", "mask"),
    ({"mask": upload(png(mask_for(), "WEBP"))}, "invalid_image_file", "mask"),
    ({"mask": upload(bytes(4_000_000))}, "file_too_large", "mask"),
    ({"mask": MASK, "markup": MASK}, "invalid_value", "markup"),
    ({"markup": upload(png(Image.new("RGBA", (96, 64), "red")))}, "invalid_image_file", "markup"),
    ({"markup": MASK, "model": "gpt-image-2"}, "unsupported_parameter", "markup"),
    ({"input_fidelity": "high"}, "invalid_input_fidelity_model", "input_fidelity"),
    ({"response_format": "b64_json"}, "unknown_parameter", "response_format"),
    ({"extra_body": {"moderation": "low"}}, "unknown_parameter", "moderation"),
    ({"n": 11}, "integer_above_max_value", "n"),
    ({"size": "256x256"}, "invalid_value", "size"),
    ({"prompt": "色情"}, "moderation_blocked", None),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code", "param"), REFUSED_EDITS, ids=named)
async def test_refuses_edits(client: AsyncOpenAI, change: dict[str, object], code: str, param: str | None) -> None:
    request = {"model": FLARE, "prompt": "a hat", "image": PHOTO} | change
    with pytest.raises(openai.BadRequestError) as caught:
        if request["image"] is None:
            body = {"model": FLARE, "prompt": "a hat"}
            headers = {"content-type": "multipart/form-data"}
            await client.post(
                "/images/edits", body=body, files=[("mask", MASK)], cast_to=object, options={"headers": headers}
            )
        else:
            await client.images.edit(**request)
    assert (caught.value.code, caught.value.param) == (code, param)


async def test_a_decompression_bomb_is_refused_unread(client: AsyncOpenAI) -> None:
    for bomb in ((DATA / "bomb.png").read_bytes(), png(Image.new("1", (9000, 9000)))):
        with pytest.raises(openai.BadRequestError) as caught:
            await client.images.edit(model=FLARE, prompt="a hat", image=upload(bomb))
        assert caught.value.code == "invalid_image_file"


REFUSED_CHATS = [
    ({"model": SOL, "reasoning_effort": "none"}, "unsupported_value", "reasoning_effort"),
    ({"model": SOL, "temperature": 0.3}, "unsupported_value", "temperature"),
    ({"model": SOL, "reasoning_effort": "extreme"}, "invalid_value", "reasoning_effort"),
    ({"model": LUNA, "temperature": 0.3}, "unsupported_value", "temperature"),
    ({"model": LUNA, "temperature": 2.5, "reasoning_effort": "none"}, "decimal_above_max_value", "temperature"),
    ({"model": "gpt-4"}, "model_not_found", None),
    ({"model": "gpt-7"}, "model_not_found", None),
    ({"model": FLARE}, "invalid_value", "model"),
    ({"max_tokens": 100}, "unsupported_parameter", "max_tokens"),
    ({"max_completion_tokens": 0}, "integer_below_min_value", "max_completion_tokens"),
    ({"n": 2}, "unsupported_value", "n"),
    ({"tools": []}, "unsupported_parameter", "tools"),
    ({"stream_options": {"include_usage": True}}, None, "stream_options"),
    ({"mood": "merry"}, "unknown_parameter", "mood"),
    ({"messages": None}, "missing_required_parameter", "messages"),
    ({"messages": []}, "empty_array", "messages"),
    ({"messages": [{"role": "poet", "content": "x"}]}, "invalid_value", "messages[0].role"),
    ({"messages": [{"role": "user"}]}, "missing_required_parameter", "messages[0].content"),
    ({"messages": [{"role": "user", "content": 5}]}, "invalid_type", "messages[0].content"),
    ({"messages": [{"role": "user", "content": "x", "mood": "y"}]}, "unknown_parameter", "messages[0].mood"),
    ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://x/y.png"}}]}]},
     "invalid_image_url", "messages[0].content[0].image_url.url"),
    ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url":
      {"url": "data:image/png;base64,AAAA"}}]}]}, "invalid_image_file", "messages[0].content[0].image_url.url"),
    ({"response_format": {"type": "json_schema"}}, "missing_required_parameter", "response_format.json_schema"),
    ({"response_format": {"type": "json_object"}}, None, "messages"),
    ({"response_format": {"type": "json_schema", "json_schema": {"name": "a", "strict": True, "schema": {
        "type": "object", "properties": {"x": {"type": "string"}}, "additionalProperties": False}}}},
     None, "response_format"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code", "param"), REFUSED_CHATS, ids=named)
async def test_refuses_chats(
    client: AsyncOpenAI, change: dict[str, object], code: str | None, param: str | None
) -> None:
    body = {name: value for name, value in ({"model": LUNA, "messages": HELLO} | change).items() if value is not None}
    with pytest.raises(openai.APIStatusError) as caught:
        await client.post("/chat/completions", body=body, cast_to=object)
    assert caught.value.status_code == (404 if code == "model_not_found" else 400)
    assert (caught.value.code, caught.value.param) == (code, param)


async def test_checks_the_key_and_names_every_request(openai_server: EmbeddedProcess) -> None:
    async with AsyncOpenAI(api_key="wrong", base_url=openai_server.url, max_retries=0) as stranger:
        with pytest.raises(openai.AuthenticationError) as caught:
            await stranger.models.list()
    assert caught.value.code == "invalid_api_key"
    assert str(caught.value.request_id).startswith("req_")
    async with httpx2.AsyncClient() as http:
        assert (await http.get(f"{openai_server.url}/models")).status_code == 401
        assert (await http.post(f"{openai_server.control_url}/faults", json=[])).status_code == 401


async def test_refuses_what_is_no_request(client: AsyncOpenAI, openai_server: EmbeddedProcess) -> None:
    headers = {"authorization": f"Bearer {openai_server.key}"}
    async with httpx2.AsyncClient(base_url=openai_server.url, headers=headers) as http:
        broken = await http.post(
            "/chat/completions", content=b"{not json", headers={"content-type": "application/json"}
        )
        form = await http.post("/images/generations", data={"prompt": "a cat"})
        nowhere = await http.post("/pictures", json={})
        wrong_verb = await http.get("/chat/completions")
    assert broken.status_code == 400
    assert form.json()["error"]["code"] == "unsupported_content_type"
    assert (nowhere.status_code, nowhere.json()["error"]["code"]) == (404, "unknown_url")
    assert wrong_verb.status_code == 405
