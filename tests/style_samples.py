"""The small pictures of the styles that the page's palette shows, drawn by the sketch artist: ``make samples`` draws them again."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from bots.web.pages import SAMPLES
from core import prompts
from core.features.taste_pictures import ROWS, SHELF
from embedded import artist
from embedded.artist.words import read

EDGE = 96
"""Pixels: shown at half of that, so they are sharp on a phone."""

MOST_BYTES = 4_000

DRAWN = 512
"""Pixels in which they are drawn: strokes and grain are still to be seen when they are small."""

SCENES = {
    "watercolor": "a fox by a lake in the mountains",
    "oil": "a sailing ship at sea at sunset",
    "ink": "a crane in the mountains in mist",
    "sketch": "an owl in the forest",
    "acrylic": "a parrot in the jungle",
    "impressionism": "sunflowers in a meadow",
    "surrealism": "a whale in the sky above clouds",
    "pop": "a red apple",
    "minimalism": "a sailing boat on calm water",
    "digital": "a dragon above the mountains",
    "concept": "a castle in the mountains at dawn",
    "cyberpunk": "a cat in a city at night",
    "pixel": "a frog in a meadow",
    "3d": "a robot",
    "vector": "a rocket in the night sky",
    "flat": "a hedgehog in the autumn forest",
    "poster": "a lighthouse by the sea",
    "cartoon": "a bear with balloons in a meadow",
    "photo": "a dog on the beach",
    "portrait": "a cat",
    "macro": "a ladybird on a leaf",
    "monochrome": "a horse in the fog",
    "vintage": "a bicycle in a street",
    "cinematic": "a camel in the desert at sunset",
    "vangogh": "a village under the stars at night",
    "monet": "a swan on a pond",
    "picasso": "a guitar and a bottle",
    "landscape": "mountains and a lake",
    "childlike": "a house with a tree and the sun",
    "pastel": "a bowl of apples",
    "papercut": "a deer in the forest",
    "clay": "a snail in a meadow",
    "stainedglass": "a sunflower",
    "woodcut": "an oak tree on a hill",
    "isometric": "a house in a meadow",
    "icon": "a teapot",
    "sticker": "a panda",
    "coloring": "a butterfly on a flower",
    "ghibli": "a house in a meadow in summer",
    "shinkai": "a train by the sea at dusk",
}


def sample(style: str) -> bytes:
    """A scene in a style, as WebP."""
    words = (
        style if read(style).styles else prompts.STYLES[style].english.removeprefix("storybook ")
    )  # the words of some name things besides
    prompt = f"{SCENES[style]}, {words}"
    picture = artist.draw(prompt, width=DRAWN, height=DRAWN, seed=7).convert("RGB")
    small = picture.resize((EDGE, EDGE), Image.Resampling.LANCZOS)
    for quality in range(86, 20, -6):
        file = io.BytesIO()
        small.save(file, "WEBP", quality=quality, method=6)
        if file.tell() < MOST_BYTES:
            break
    return file.getvalue()


SHELF_EDGE, SHELF_BYTES = 320, 16_000
"""Pixels and bytes of the pictures for ``/taste``, where each row shows one scene in four styles."""

SHELF_SCENES = (
    "a fox by a lake in the mountains at dusk",
    "a lighthouse by the sea at sunset",
    "a cat in a garden with flowers",
)


def shelf_picture(style: str) -> bytes:
    """The scene of its row in a style, as WebP."""
    row = next(number for number, styles in enumerate(ROWS) if style in styles)
    words = style if read(style).styles else prompts.STYLES[style].english.removeprefix("storybook ")
    picture = artist.draw(f"{SHELF_SCENES[row]}, {words}", width=2 * SHELF_EDGE, height=2 * SHELF_EDGE, seed=7).convert(
        "RGB"
    )
    small = picture.resize((SHELF_EDGE, SHELF_EDGE), Image.Resampling.LANCZOS)
    for quality in range(86, 20, -6):
        file = io.BytesIO()
        small.save(file, "WEBP", quality=quality, method=6)
        if file.tell() < SHELF_BYTES:
            break
    return file.getvalue()


def draw_shelf(folder: Path) -> None:
    """Draw the pictures for ``/taste``."""
    folder.mkdir(exist_ok=True)
    for style in (style for row in ROWS for style in row):
        (folder / f"{style}.webp").write_bytes(shelf_picture(style))


def draw_all(folder: Path) -> None:
    """Draw every style."""
    folder.mkdir(exist_ok=True)
    for style in prompts.STYLES:
        (folder / f"{style}.webp").write_bytes(sample(style))


if __name__ == "__main__":
    draw_all(SAMPLES)
    draw_shelf(SHELF)
