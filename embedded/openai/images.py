"""``/v1/images/generations`` and ``/v1/images/edits``: the rules a request must keep, the drawing, and the bill.

Sizes, values and limits are those of the vendor's reference as of 2026-11-22. Looser or stricter than the real API:

- a transparent background is accepted on 2.6, where it is not verified;
- ``moderation: low`` refuses the same words as ``auto``;
- ``quality: auto`` and an omitted quality draw at medium; a refused prompt costs nothing;
- a mask is compared with the first picture after its EXIF orientation is applied.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from PIL.Image import Image

from embedded.brief import HEADER, Brief, read_brief
from embedded.openai.errors import (
    PICTURE_ERROR,
    ApiError,
    invalid,
    missing,
    not_offered,
    safety_refusal,
    unknown,
    unsupported,
)
from embedded.openai.fields import Body, Fields, Upload
from embedded.openai.models import Model, find_model
from embedded.openai.moderation import flagged_categories
from embedded.openai.pictures import encode, loosen, read_markup, read_mask, read_source
from embedded.openai.special import SPECIAL, Frames, author_usage, check_size, encode_special, read_frames
from embedded.openai.tokens import PREVIEW_TOKENS, drawn_tokens, source_tokens, text_tokens
from embedded.openai.workshop import Workshop

LONGEST_PROMPT = 32_000
STANDARD_SIZES = ((1024, 1024), (1536, 1024), (1024, 1536))

_COMMON = (
    "background",
    "complexity",
    "frame_count",
    "frame_duration_ms",
    "model",
    "n",
    "output_compression",
    "output_format",
    "partial_images",
    "prompt",
    "quality",
    "safety_identifier",
    "size",
    "stream",
    "svg",
    "user",
)
_GENERATION = (*_COMMON, "moderation")
_EDIT = (*_COMMON, "input_fidelity")
_MAX_SOURCES = 16


@dataclass(frozen=True)
class Drawing:
    """A request that keeps every rule, with its defaults filled in."""

    event: str
    """``image_generation`` or ``image_edit``, the prefix of the stream's events."""
    model: Model
    prompt: str
    number: int
    size: tuple[int, int] | None
    """(width, height); None is ``auto``, settled before drawing."""
    quality: str
    transparent: bool
    output_format: str
    compression: int
    streams: bool
    previews: int
    safety_identifier: str | None
    sources: tuple[Image, ...] = ()
    mask: Image | None = None
    """RGBA, alpha 0 where a mask or markup asks for a change; the first source's size."""
    frames: Frames = field(default_factory=Frames)
    brief: Brief | None = None
    """What Fabula tells beside the prompt; to whoever told it, the answer tells what could not be done."""

    @property
    def pixels(self) -> tuple[int, int]:
        """The size to draw: the one asked for, else the standard size nearest to the first source's shape."""
        return self.size or _nearest_standard(self.sources[0].size if self.sources else (1, 1))

    def usage(self, previews: int = 0) -> dict[str, object]:
        """What the request costs, with so many previews sent."""
        text = text_tokens(self.prompt)
        seen = sum(source_tokens(*source.size) for source in self.sources)
        each = drawn_tokens(*self.pixels, self.quality, self.model.quality_steps, self.model.low_cost_factor)
        drawn = each * self.number * self.frames.count + PREVIEW_TOKENS * previews
        return {
            "input_tokens": text + seen,
            "input_tokens_details": {"text_tokens": text, "image_tokens": seen},
            "output_tokens": drawn,
            "output_tokens_details": {"text_tokens": 0, "image_tokens": drawn},
            "total_tokens": text + seen + drawn,
        }

    def settings(self) -> dict[str, object]:
        """The settings that answers and events repeat."""
        width, height = self.pixels
        shown: dict[str, object] = {
            "background": "transparent" if self.transparent else "opaque",
            "output_format": self.output_format,
            "quality": self.quality,
            "size": f"{width}x{height}",
        }
        return shown | ({"safety_identifier": self.safety_identifier} if self.safety_identifier else {})


def briefed(drawing: Drawing, header: str | None) -> Drawing:
    """The drawing with the brief of its request. Raises ``ApiError`` for a header that is none."""
    try:
        return replace(drawing, brief=read_brief(header))
    except ValueError as error:
        raise invalid(f"Invalid header '{HEADER}'.", param=HEADER) from error


def misheard(drawing: Drawing, words: str) -> Drawing:
    """The drawing of an artist who passes over some words of the prompt, and of what was told beside it; none where they are empty."""
    if not words:
        return drawing
    brief = drawing.brief and replace(drawing.brief, words=(drawing.brief.words or "").replace(words, " "))
    return replace(drawing, prompt=drawing.prompt.replace(words, " ") or " ", brief=brief)


def read_generation(body: Body, today: date) -> Drawing:
    """Check a request for new pictures. Raises ``ApiError`` at the first broken rule."""
    fields = Fields(body, _GENERATION)
    drawing = _read_common(fields, today, "image_generation")
    fields.choice("moderation", ("auto", "low"), "auto")
    _refuse_unsafe(drawing.prompt)
    return drawing


def read_edit(body: Body, today: date) -> Drawing:
    """Check a request to change pictures, decoding them: run it in a worker thread. Raises ``ApiError``."""
    files = _sorted_files(body.files)
    if not files["image"]:
        raise missing("image")
    fields = Fields(body, _EDIT)
    drawing = _read_common(fields, today, "image_edit")
    if "input_fidelity" in fields:
        _check_fidelity(fields, drawing.model)
    if files["mask"] and files["markup"]:
        raise invalid("'markup' cannot be combined with 'mask'.", param="markup")
    if files["mask"] and drawing.output_format == "gif":
        raise unsupported("mask", "'mask' is not supported with output_format='gif'.")
    if files["markup"] and not drawing.model.markup:
        raise unsupported("markup", f"The model '{drawing.model.id}' does not support the 'markup' parameter.")
    _refuse_unsafe(drawing.prompt)
    sources = tuple(read_source(upload, position) for position, upload in enumerate(files["image"], 1))
    mask = None
    if files["mask"]:
        mask = read_mask(files["mask"][0], sources[0].size)
    elif files["markup"]:
        mask = read_markup(files["markup"][0], sources[0].size)
    return replace(drawing, sources=sources, mask=mask)


async def answer(drawing: Drawing, workshop: Workshop, seed: int, seconds: float) -> dict[str, object]:
    """Draw everything and return the answer's JSON, not before ``seconds`` have passed."""
    due = time.monotonic() + seconds
    made = await asyncio.gather(
        *(workshop.run(_drawn_and_encoded, drawing, workshop, seed + index) for index in range(drawing.number))
    )
    await _until(due)
    data = [{"b64_json": file, **notes} for file, notes in made]
    apart = author_usage(drawing.output_format)
    return {"created": int(time.time()), "data": data, **drawing.settings(), "usage": drawing.usage(), **apart}


async def events(drawing: Drawing, workshop: Workshop, seed: int, seconds: float) -> AsyncGenerator[dict[str, object]]:
    """Draw one picture and yield its previews and itself as a stream's events, spread over ``seconds``."""
    started = time.monotonic()
    finished = await workshop.run(_draw, drawing, workshop, seed)
    shared = {"created_at": int(time.time()), **drawing.settings()}
    for index in range(drawing.previews):
        preview = await workshop.run(workshop.artist().preview, finished, index, drawing.previews)
        file = await workshop.run(_encode, preview, drawing)
        await _until(started + seconds * (index + 1) / (drawing.previews + 1))
        name = f"{drawing.event}.partial_image"
        yield {"type": name, "b64_json": file, "partial_image_index": index, **shared}
    file = await workshop.run(_encode, finished, drawing)
    await _until(started + seconds)
    yield {
        "type": f"{drawing.event}.completed",
        "b64_json": file,
        **shared,
        "usage": drawing.usage(drawing.previews),
        **_notes(finished, drawing),
    }


def _drawn_and_encoded(drawing: Drawing, workshop: Workshop, seed: int) -> tuple[str, dict[str, object]]:
    picture = _draw(drawing, workshop, seed)
    return _encode(picture, drawing), _notes(picture, drawing)


def _notes(picture: Image, drawing: Drawing) -> dict[str, object]:
    """What the artist could not do, told to whoever sent a brief: the real API has no such field."""
    told = {name: list(picture.info[name]) for name in ("unknown", "undone") if picture.info.get(name)}
    return {"fabula_notes": told} if told and drawing.brief else {}


def _draw(drawing: Drawing, workshop: Workshop, seed: int) -> Image:
    artist, prompt = workshop.artist(), drawing.prompt
    width, height = drawing.pixels
    if not drawing.sources:
        words = drawing.brief.words if drawing.brief else None
        return artist.draw(prompt, width=width, height=height, seed=seed, transparent=drawing.transparent, words=words)
    words, told = None, drawing.brief
    if told and told.kind == "page":  # its sources show the looks, which its words tell too
        page = told.words or prompt
        return artist.draw(page, width=width, height=height, seed=seed, transparent=drawing.transparent)
    if told and told.kind in ("edit", "variation"):
        words, prompt = (told.words, prompt) if told.kind == "edit" else (None, told.words or "")
    painted = artist.repaint(drawing.sources, drawing.mask, prompt, width=width, height=height, seed=seed, words=words)
    if painted.info.get("exact"):
        return painted
    loosened = loosen(painted, seed)
    loosened.info["record"] = painted.info.get("record", "")
    return loosened


def _encode(picture: Image, drawing: Drawing) -> str:
    if drawing.output_format in SPECIAL:
        return encode_special(picture, drawing.output_format, drawing.frames)
    return encode(picture, drawing.output_format, drawing.compression, transparent=drawing.transparent)


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.monotonic()))


def _read_common(fields: Fields, today: date, event: str) -> Drawing:
    model = find_model(fields.raw("model"), today, "image")
    prompt = fields.needed_text("prompt", longest=LONGEST_PROMPT)
    number = fields.integer("n", 1, 10, 1)
    output_format = _read_format(fields, model)
    frames = read_frames(fields, output_format)
    size = _read_size(fields, model, frames)
    quality = fields.choice("quality", model.qualities, "auto")
    if "complexity" in fields:
        if not model.complexity:
            raise unsupported("complexity", f"The model '{model.id}' does not support the 'complexity' parameter.")
        fields.choice("complexity", ("low", "medium", "high"), "high")
    streams = fields.flag("stream")
    previews = fields.integer("partial_images", 0, 3, 0)
    if streams and number > 1:
        raise invalid("Streaming is only supported with n=1.", param="n")
    if previews and not streams:
        raise invalid("'partial_images' is only supported when 'stream' is true.", param="partial_images")
    identifier = fields.text("safety_identifier", longest=128)
    return Drawing(
        event=event,
        model=model,
        prompt=prompt,
        number=number,
        size=size,
        quality="medium" if quality == "auto" else quality,
        transparent=_read_transparency(fields, model, output_format),
        output_format=output_format,
        compression=_read_compression(fields, output_format),
        streams=streams,
        previews=previews,
        frames=frames,
        safety_identifier=identifier or fields.text("user", longest=512),
    )


def _read_format(fields: Fields, model: Model) -> str:
    return fields.choice("output_format", ("png", "jpeg", "webp", *(SPECIAL if model.gif_and_svg else ())), "png")


def _read_compression(fields: Fields, output_format: str) -> int:
    compression = fields.integer("output_compression", 0, 100, 100)
    if output_format == "png" and compression < 100:
        message = "Compression less than 100 is not supported for PNG output format."
        raise invalid(message, param="output_compression", kind=PICTURE_ERROR)
    return compression


def _read_transparency(fields: Fields, model: Model, output_format: str) -> bool:
    if fields.choice("background", ("transparent", "opaque", "auto"), "auto") != "transparent":
        return False
    if not model.transparent:
        message = "Transparent background is not supported for this model."
        raise invalid(message, param="background", kind=PICTURE_ERROR)
    if output_format not in ("png", "webp"):
        message = f"Transparent background is not supported for {output_format.upper()} output format."
        raise invalid(message, param="background", kind=PICTURE_ERROR)
    return True


def _read_size(fields: Fields, model: Model, frames: Frames) -> tuple[int, int] | None:
    """The size asked for, by the rules for free sizes: multiples of 16, ratio 1:3 to 3:1, edges and area within bounds."""
    text = fields.text("size", longest=20)
    if text is None or text == "auto":
        return None
    if not model.any_size:
        standard = {f"{width}x{height}": (width, height) for width, height in STANDARD_SIZES}
        if text not in standard:
            raise not_offered("size", text, (*standard, "auto"))
        return standard[text]
    parts = text.split("x")
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() and 0 < len(part) <= 5 for part in parts):
        raise _bad_size(text, "Expected 'auto' or WIDTHxHEIGHT.")
    width, height = int(parts[0]), int(parts[1])
    if width == 0 or height == 0 or width % 16 or height % 16:
        raise _bad_size(text, "Width and height must both be divisible by 16.")
    if max(width, height) > 3840:
        raise _bad_size(text, "The longest edge must be at most 3840 pixels.")
    if max(width, height) > 3 * min(width, height):
        raise _bad_size(text, "The aspect ratio must be between 1:3 and 3:1.")
    check_size((width, height), frames)
    return width, height


def _bad_size(text: str, rule: str) -> ApiError:
    return invalid(f"Invalid size '{text}'. {rule}", param="size", kind=PICTURE_ERROR)


def _check_fidelity(fields: Fields, model: Model) -> None:
    if not model.input_fidelity:
        message = f"The model '{model.id}' does not support the 'input_fidelity' parameter."
        raise invalid(message, param="input_fidelity", code="invalid_input_fidelity_model", kind=PICTURE_ERROR)
    fields.choice("input_fidelity", ("high", "low"), "low")


def _refuse_unsafe(prompt: str) -> None:
    flagged = flagged_categories(prompt)
    if flagged:
        raise safety_refusal(flagged, stage="input")


def _sorted_files(files: Sequence[Upload]) -> dict[str, list[Upload]]:
    """The uploads by purpose. Several pictures need the name ``image[]``; everything else comes once."""
    sorted_files: dict[str, list[Upload]] = {"image": [], "mask": [], "markup": []}
    for upload in files:
        purpose = "image" if upload.field == "image[]" else upload.field
        if purpose not in sorted_files:
            raise unknown(upload.field)
        if sorted_files[purpose] and upload.field != "image[]":
            message = f"Duplicate parameter: '{upload.field}'. Use the array syntax 'image[]' to send several pictures."
            raise invalid(message, param=upload.field, code="duplicate_parameter")
        sorted_files[purpose].append(upload)
    pictures = sorted_files["image"]
    if len(pictures) > _MAX_SOURCES:
        message = (
            f"Invalid 'image': array too long. Expected an array with maximum length {_MAX_SOURCES}, "
            f"but got an array with length {len(pictures)} instead."
        )
        raise invalid(message, param="image", code="array_above_max_length")
    sorted_files["image"] = [replace(upload, field=f"image[{i}]") for i, upload in enumerate(pictures)]
    return sorted_files


def _nearest_standard(size: tuple[int, int]) -> tuple[int, int]:
    """The standard size whose shape is closest to this one's, compared as ratios."""
    ratio = size[0] / size[1]
    return min(
        STANDARD_SIZES, key=lambda standard: max(ratio / (standard[0] / standard[1]), standard[0] / standard[1] / ratio)
    )
