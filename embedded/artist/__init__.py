"""The sketch artist: draws pictures on this computer when no image service is there.

It reads the prompt, sets a scene and draws it; it does not imagine, and never says it is anything but a sketch artist.
The same arguments give the same picture. Animals, people and things are OpenMoji's drawings (https://openmoji.org),
CC BY-SA 4.0; a picture that shows them is shared under the same licence.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from embedded.artist import changing, record, repainting, studio, styles
from embedded.artist.unknown import unknown
from embedded.artist.words import read

__all__ = ["draw", "preview", "repaint"]


def draw(
    prompt: str, *, width: int, height: int, seed: int, transparent: bool = False, words: str | None = None
) -> Image.Image:
    """The picture of a prompt, RGBA of exactly `width`×`height` pixels; never fails, whatever the prompt says.

    With `transparent` only the subjects are drawn, on nothing. `words` are the person's own: the picture's `info` tells under `unknown`
    what of them the artist cannot draw, and under `record` what it drew.
    """
    scene = read(prompt)
    picture = studio.picture(scene, width=width, height=height, seed=seed, transparent=transparent)
    picture.info["record"] = record.written(record.Record(scene, scene, width, height, seed, transparent))
    picture.info["unknown"] = unknown(words or "")
    return picture


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
    """The first source changed, RGBA of exactly `width`×`height` pixels.

    `words` are a change in the person's own words: without a mask what they name is changed and nothing else, as far as the artist knows
    what is there (by the `record` in the source's `info`); the `info` of the answer tells under `undone` what it could not do. Without them
    the prompt is painted into the mask, or the whole picture varied: one that
    the artist knows is drawn anew with everybody in it. Raises ValueError if there is no source.
    """
    if not sources:
        raise ValueError("there is no picture to repaint")
    known = (
        None if mask or len(sources) > 1 else changing.recalled(record.read(sources[0].info.get("record")), sources[0])
    )
    if words is None and known is not None and (varied := changing.varied(known, prompt, seed)):
        picture = changing.drawn(varied).resize((width, height), Image.Resampling.LANCZOS)
        picture.info = {"record": record.written(varied)}
        return picture
    if mask is not None or words is None or len(sources) > 1:
        picture = repainting.repaint(sources, mask, words or prompt, width=width, height=height, seed=seed)
        picture.info.pop("record", None)  # it does not tell of what was painted over it
        return picture
    if known is None:
        picture = repainting.edited(sources[0], words, width=width, height=height, seed=seed)
        picture.info.pop("record", None)
        return picture
    change = changing.understood(known, words)
    picture = changing.repainted(known, change)
    if picture.size != (width, height):
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    picture.info |= {"record": record.written(change.record), "undone": change.undone, "exact": True}
    return picture


def preview(picture: Image.Image, index: int, total: int) -> Image.Image:
    """The picture as it looked when it was not finished: `index` 0 of `total` is the roughest."""
    return styles.unfinished(picture, (index + 1) / (total + 1))
