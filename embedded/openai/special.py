"""Moving pictures (``gif``) and drawings made of shapes (``svg``): their own rules, and how they are made of one picture.

The rules are those of the vendor's reference as of 2026-11-22; there both need preview access, which everybody has here. What no source says: the
fewest pixels of a request are counted over all frames, as the most are, and the model that writes shapes cannot be chosen (``svg``).
"""

import base64
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from PIL import Image

from embedded.openai.errors import PICTURE_ERROR, ApiError, invalid, unsupported
from embedded.openai.fields import Fields

SPECIAL = ("gif", "svg")
FEWEST_PIXELS, MOST_PIXELS = 655_360, 8_294_400
AUTHOR_TOKENS = {"input_tokens": 900, "output_tokens": 2400, "reasoning_tokens": 600, "total_tokens": 3300}
"""What the shapes of one drawing cost, beside its picture (ours: about what such a file takes)."""

_SWAY = 0.03  # how far the view moves, of an edge
_COLOURS, _GRAINS = 32, 120  # of a drawing made of shapes, and the fields of its longer edge


@dataclass(frozen=True)
class Frames:
    """How a picture moves: ``count`` 1 stands still; each is shown for ``pause`` milliseconds."""

    count: int = 1
    pause: int = 0


def read_frames(fields: Fields, output_format: str) -> Frames:
    """The frames of a request, and all that such a format does not go with. Raises ``ApiError``."""
    for name, needed in (("frame_count", "gif"), ("frame_duration_ms", "gif"), ("svg", "svg")):
        if name in fields and output_format != needed:
            raise unsupported(name, f"'{name}' is only supported with output_format='{needed}'.")
    if output_format not in SPECIAL:
        return Frames()
    for name in ("output_compression", "partial_images"):
        if name in fields:
            raise unsupported(name, f"'{name}' is not supported with output_format='{output_format}'.")
    if fields.flag("stream"):
        raise unsupported("stream", f"'stream' is not supported with output_format='{output_format}'.")
    if "svg" in fields:
        raise ApiError(
            403, "Your organization has no access to SVG model selection.", code="preview_access_required", param="svg"
        )
    if output_format == "svg":
        if fields.integer("n", 1, 10, 1) > 1:
            raise invalid("SVG generation requires n=1.", param="n", kind=PICTURE_ERROR)
        return Frames()
    count = fields.integer("frame_count", 2, 16, 9)
    return Frames(count, fields.integer("frame_duration_ms", 10, 655_350, 200))


def check_size(size: tuple[int, int], frames: Frames) -> None:
    """Raise ``ApiError`` for frames that are too many pixels, or too few, together."""
    total = math.prod(size) * frames.count
    if not FEWEST_PIXELS <= total <= MOST_PIXELS:
        message = f"All frames together must be between {FEWEST_PIXELS} and {MOST_PIXELS} pixels."
        raise invalid(message, param="size", kind=PICTURE_ERROR)


def encode_special(picture: Image.Image, output_format: str, frames: Frames) -> str:
    """The file as base64."""
    made = _moving(picture, frames) if output_format == "gif" else _of_shapes(picture)
    return base64.b64encode(made).decode("ascii")


def author_usage(output_format: str) -> Mapping[str, object]:
    """What the shapes cost, beside the usage."""
    return {"svg_usage": {"model": "gpt-6.2-sol", **AUTHOR_TOKENS}} if output_format == "svg" else {}


def _moving(picture: Image.Image, frames: Frames) -> bytes:
    """The view sways gently over the picture and ends where it began."""
    image, (width, height) = picture.convert("RGB"), picture.size
    palette = image.quantize(128, method=Image.Quantize.FASTOCTREE)
    made = []
    for number in range(frames.count):
        turn = 2 * math.pi * number / frames.count
        left, top = (_SWAY * edge * (1 + way(turn)) for edge, way in ((width, math.cos), (height, math.sin)))
        box = (left, top, left + width * (1 - 2 * _SWAY), top + height * (1 - 2 * _SWAY))
        seen = image.resize((width, height), Image.Resampling.BILINEAR, box=box)
        made.append(seen.quantize(palette=palette, dither=Image.Dither.NONE))
    file = io.BytesIO()
    pause = max(10, round(frames.pause, -1))
    made[0].save(file, "GIF", save_all=True, append_images=made[1:], duration=pause, loop=0, optimize=False)
    return file.getvalue()


def _of_shapes(picture: Image.Image) -> bytes:
    """The picture as a mosaic: a path for each colour, with a rectangle for each run of fields in a row."""
    scale = _GRAINS / max(picture.size)
    wide, high = (max(1, round(edge * scale)) for edge in picture.size)
    fields = picture.convert("RGB").resize((wide, high), Image.Resampling.BOX).quantize(_COLOURS)
    runs: dict[int, list[str]] = {}
    pixels = fields.tobytes()
    for row in range(high):
        start = 0
        for column in range(1, wide + 1):
            colour = pixels[row * wide + start]
            if column == wide or pixels[row * wide + column] != colour:
                runs.setdefault(colour, []).append(f"M{start} {row}h{column - start}v1h-{column - start}z")
                start = column
    palette = fields.getpalette() or []
    paths = "".join(
        f'<path fill="#{bytes(palette[3 * colour : 3 * colour + 3]).hex()}" d="{"".join(parts)}"/>'
        for colour, parts in runs.items()
    )
    title = escape(str(picture.info.get("title", "A drawing made of shapes")))
    space = 'xmlns="http://www.w3.org/2000/svg" shape-rendering="crispEdges"'
    return f'<svg {space} viewBox="0 0 {wide} {high}"><title>{title}</title>{paths}</svg>'.encode()
