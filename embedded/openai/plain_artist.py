"""An artist for tests: fields of colour instead of scenes, in a hundredth of the time.

What was asked for is remembered by a name in the file, so that whoever looks at it can say what would be there; no file holds anybody's words.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

if TYPE_CHECKING:
    from embedded.artist.record import Record

LONGEST = 100
"""Characters of what is kept in a file."""

_REMEMBERED = 2000
"""Pictures of which is remembered what was asked for."""

_memory: OrderedDict[str, tuple[str, ...]] = OrderedDict()

_PREVIEW_GRAIN = 32


def draw(
    prompt: str, *, width: int, height: int, seed: int, transparent: bool = False, words: str | None = None
) -> Image.Image:
    """A gradient in a colour of the seed, with a palette; with ``transparent`` only its middle, on nothing, as RGBA."""
    field = Image.linear_gradient("L").resize((1, height)).resize((width, height), Image.Resampling.NEAREST)
    field.putpalette([(shade + part) // 2 for shade in range(256) for part in _colour(seed)])
    if not transparent:
        field.info["record"] = _kept(prompt)
        return field
    paper = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    middle = (width // 4, height // 4, width * 3 // 4, height * 3 // 4)
    paper.paste(field.crop(middle).convert("RGB"), middle)
    paper.info["record"] = _kept(prompt)
    return paper


def repaint(
    sources: Sequence[Image.Image],
    mask: Image.Image | None,
    prompt: str,
    *,
    width: int,
    height: int,
    seed: int,
    words: str | None = None,
) -> Image.Image:
    """The first source with a field of colour where the mask says so, or over its lower half without a mask."""
    picture = sources[0].convert("RGBA").resize((width, height))
    region = Image.new("L", (width, height), 0)
    if mask is None:
        region.paste(255, (0, height // 2, width, height))
    else:
        region = ImageChops.invert(mask.getchannel("A").resize((width, height), Image.Resampling.NEAREST))
    picture.paste((*_colour(seed), 255), mask=region)
    before = _asked(sources[0].info.get("record"))
    picture.info["record"] = _kept(*before, words) if words and before and mask is None else ""
    return picture


def recalled(told: object) -> "Record | None":
    """What the sketch artist would have drawn of what is kept in a file; ``None`` where that is nothing of ours."""
    asked = _asked(told)
    if not asked:
        return None
    from embedded.artist import changing
    from embedded.artist.record import Record
    from embedded.artist.words import read

    scene = read(asked[0])
    record = Record(scene, scene, 16, 16, 1)
    for change in asked[1:]:
        record = changing.understood(record, change).record
    return record


def _kept(*asked: str) -> str:
    """The name by which a prompt, and what was changed afterwards, is remembered; the same for the same words."""
    name = hashlib.sha256("\n".join(asked).encode(errors="replace")).hexdigest()[:24]
    _memory[name] = asked
    while len(_memory) > _REMEMBERED:
        _memory.popitem(last=False)
    return json.dumps({"plain": name})


def _asked(told: object) -> tuple[str, ...]:
    try:
        name = json.loads(told)["plain"] if isinstance(told, str) and len(told) <= LONGEST else ""
    except (ValueError, KeyError, TypeError, RecursionError):
        return ()
    return _memory.get(name, ()) if isinstance(name, str) else ()


def preview(picture: Image.Image, index: int, total: int) -> Image.Image:
    """The picture in coarse squares."""
    coarse = picture.resize((_PREVIEW_GRAIN, _PREVIEW_GRAIN), Image.Resampling.NEAREST)
    return coarse.resize(picture.size, Image.Resampling.NEAREST)


def _colour(seed: int) -> tuple[int, int, int]:
    """A strong colour: one channel full, one empty, one by the seed."""
    channels = [255, 0, seed // 6 % 256]
    turn = seed % 3
    red, green, blue = channels[turn:] + channels[:turn]
    return red, green, blue
