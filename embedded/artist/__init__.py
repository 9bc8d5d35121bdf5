"""The sketch artist: draws pictures on this computer when no image service is there.

It reads the prompt, sets a scene and draws it; it does not imagine, and never says it is anything but a sketch artist.
The same arguments give the same picture. Animals, people and things are OpenMoji's drawings (https://openmoji.org),
CC BY-SA 4.0; a picture that shows them is shared under the same licence.
"""

from __future__ import annotations

from PIL import Image

from embedded.artist import studio, styles
from embedded.artist.repainting import repaint
from embedded.artist.words import read

__all__ = ["draw", "preview", "repaint"]


def draw(prompt: str, *, width: int, height: int, seed: int, transparent: bool = False) -> Image.Image:
    """The picture of a prompt, RGBA of exactly `width`×`height` pixels; never fails, whatever the prompt says.

    With `transparent` only the subjects are drawn, on nothing.
    """
    scene = read(prompt)
    return studio.picture(scene, width=width, height=height, seed=seed, transparent=transparent)


def preview(picture: Image.Image, index: int, total: int) -> Image.Image:
    """The picture as it looked when it was not finished: `index` 0 of `total` is the roughest."""
    return styles.unfinished(picture, (index + 1) / (total + 1))
