"""A picture book as it is bound into a file, whatever the file: its cover and pages, each with its words and its picture."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from core.pictures import files

QUALITY = 90
"""Of the JPEGs in a bound book: a fourteenth of the originals' bytes, and nobody sees a difference on paper."""

PAPER = (255, 250, 240)
"""What is seen through a picture without a background."""


@dataclass(frozen=True)
class Leaf:
    """A page, or the cover, whose words are the title. ``alt`` tells what its ``picture`` (a JPEG of so many pixels) shows; empty: there is none."""

    text: str
    alt: str = ""
    picture: bytes = b""
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Bound:
    """A book to bind: ``leaves`` are its cover and then its pages. ``id`` names it among all books; ``colophon`` is its small print."""

    id: str
    title: str
    language: str
    colophon: str
    leaves: tuple[Leaf, ...]


def leaf(text: str, alt: str, picture: bytes) -> Leaf:
    """A page with the JPEG of its picture. For a thread. Raises ``BadInput`` for what is no sound picture."""
    seen = files.load(picture)
    if seen.mode != "RGB":
        ground = Image.new("RGB", seen.size, PAPER)
        ground.paste(seen, mask=seen.getchannel("A"))
        seen = ground
    file = io.BytesIO()
    seen.save(file, "JPEG", quality=QUALITY, optimize=True)
    return Leaf(text, alt, file.getvalue(), seen.width, seen.height)
