"""From what a person asked for to what a model is sent: nothing goes out that the model is known to refuse."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import Field

from core.errors import BadInput
from core.file_formats import SPECIAL
from core.pictures.canvas import fit_canvas
from core.pictures.sizes import Size, SizeRule
from core.ports import Drawing, Fit
from core.services.catalogue import QUALITIES, ImageModel
from core.types import Value

SIZE_WORDS: Mapping[str, Size] = {"square": (1024, 1024), "wide": (1536, 1024), "tall": (1024, 1536)}
"""The three standard sizes, which every model draws (2026-11-22)."""

LIGHT = 90
"""How much of a JPEG is kept that nobody asked for by name, of 100: a fifth of a PNG's bytes, and no difference that could be seen."""

FRAMES, PAUSE = 8, 200
"""Of a GIF, where nobody chose: how many frames, and for how many milliseconds each of them stands."""

_PLAIN_QUALITY = "medium"
_SIZE = re.compile(r"(\d{1,5})x(\d{1,5})")
_EXTRA_ARGUMENTS = re.compile(r"<sd_cpp_extra_args>.*?(</sd_cpp_extra_args>|\Z)", re.DOTALL | re.IGNORECASE)


class Fitted(Value):
    """A drawing as a model takes it. ``parameters`` go to the API as they are, ``changes`` are what the person should be told."""

    prompt: str
    size: Size
    quality: str
    frames: int = 1
    parameters: Mapping[str, Any] = Field(default_factory=dict)
    changes: tuple[Fit, ...] = ()


def fit(drawing: Drawing, model: ImageModel) -> Fitted:
    """Fit a drawing to a model. Raises ``BadInput`` for words that are too many or none, and for a size that is none."""
    changes: list[Fit] = []
    moves = drawing.format == "gif"
    frames = (drawing.frames or FRAMES) if moves else 1
    size = _fit_size(drawing.size, model, changes, frames)
    quality = _fit_quality(drawing.quality, model, changes)
    transparent = _fit_transparency(drawing, model, changes)
    file_format = _fit_format(drawing.format, model, changes, transparent=transparent)
    kept = _fit_compression(drawing, file_format if model.formats else "png", changes)
    sent = {
        "size": "{}x{}".format(*size),
        "quality": quality if model.qualities else None,
        "output_format": file_format if model.formats else None,
        "output_compression": kept,
        "background": "transparent" if transparent else None,
        "frame_count": frames if moves else None,
        "frame_duration_ms": (drawing.pause or PAUSE) if moves else None,
    }
    return Fitted(
        prompt=_fit_prompt(drawing.prompt, model),
        size=size,
        quality=quality,
        frames=frames,
        parameters={name: value for name, value in sent.items() if value is not None},
        changes=tuple(changes),
    )


def plain_prompt(prompt: str) -> str:
    """The prompt without ``<sd_cpp_extra_args>``, by which stable-diffusion.cpp's server lets a prompt set the server's own options."""
    return _EXTRA_ARGUMENTS.sub(" ", prompt).strip()  # a space, since without one the halves of another might be joined


def _fit_prompt(prompt: str, model: ImageModel) -> str:
    plain = plain_prompt(prompt)
    if not plain:
        raise BadInput("words-missing")
    if len(plain) > model.longest_prompt:
        raise BadInput("words-too-long", limit=model.longest_prompt)
    return plain


def _fit_size(asked: str, model: ImageModel, changes: list[Fit], frames: int) -> Size:
    """The size of a picture, or of each frame: the limits are for all frames together."""
    rule = model.sizes if frames == 1 else _shared(model.sizes, frames)
    if asked in SIZE_WORDS:
        usual = SIZE_WORDS[asked]
        return usual if rule.allows(*usual) else fit_canvas(*usual, rule).size
    written = _SIZE.fullmatch(asked)
    width, height = (int(written[1]), int(written[2])) if written else (0, 0)
    if not width or not height:
        raise BadInput("size-unknown", size=asked)
    if rule.allows(width, height):
        return width, height
    generous = replace(rule, sensible_pixels=rule.most_pixels)  # who names a size means it
    nearest = fit_canvas(width, height, generous).size
    changes.append(Fit(code="fitted-size", asked=asked, used="{}x{}".format(*nearest)))
    return nearest


def _shared(sizes: SizeRule, frames: int) -> SizeRule:
    most, fewest = sizes.most_pixels // frames, -(-sizes.fewest_pixels // frames)
    return replace(sizes, most_pixels=most, fewest_pixels=fewest, sensible_pixels=min(sizes.sensible_pixels, most))


def _fit_quality(asked: str, model: ImageModel, changes: list[Fit]) -> str:
    """The quality to send: always one, because the models vary widely in cost when left to choose."""
    if asked in model.qualities:
        return asked
    if not model.qualities:  # not sent at all, which is worth a word only to somebody who chose
        if asked != _PLAIN_QUALITY:
            changes.append(Fit(code="fitted-quality", asked=asked, used="auto"))
        return ""
    wanted = QUALITIES.index(asked if asked in QUALITIES else _PLAIN_QUALITY)
    used = min(
        model.qualities, key=lambda offered: abs(QUALITIES.index(offered) - wanted)
    )  # the cheaper of two as near
    changes.append(Fit(code="fitted-quality", asked=asked, used=used))
    return used


def _fit_transparency(drawing: Drawing, model: ImageModel, changes: list[Fit]) -> bool:
    if drawing.transparent and (model.transparent == "no" or drawing.format in SPECIAL):
        changes.append(Fit(code="fitted-transparent", asked="transparent"))
        return False
    return drawing.transparent


def _fit_compression(drawing: Drawing, file_format: str, changes: list[Fit]) -> int | None:
    """How much of the picture is kept, of 100; ``None`` where that is the model's own affair, or nothing is ever lost (PNG)."""
    if file_format in ("jpeg", "webp"):
        usual = LIGHT if file_format == "jpeg" and not drawing.format else None
        return usual if drawing.compression is None else drawing.compression
    if drawing.compression is not None:
        changes.append(Fit(code="fitted-compression", asked=str(drawing.compression), used=file_format.upper()))
    return None


def _fit_format(asked: str, model: ImageModel, changes: list[Fit], *, transparent: bool) -> str:
    offered = model.formats or ("png",)
    if not asked:
        return "png" if transparent or "jpeg" not in offered else "jpeg"
    if asked in offered and not (transparent and asked == "jpeg"):
        return asked
    changes.append(Fit(code="fitted-format", asked=asked, used="png"))
    return "png"
