"""Every style has a small picture of its own, and the script that draws them draws them all."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops

from bots.web.pages import SAMPLES
from core.prompts import STYLES
from studio import Studio
from style_samples import EDGE, MOST_BYTES, SCENES, sample


def test_there_is_one_of_each_and_none_of_another() -> None:
    assert {file.stem for file in SAMPLES.iterdir()} == set(STYLES) == set(SCENES)


@pytest.mark.parametrize("style", STYLES)
def test_it_is_small(style: str) -> None:
    data = (SAMPLES / f"{style}.webp").read_bytes()
    assert len(data) < MOST_BYTES
    assert Image.open(io.BytesIO(data)).size == (EDGE, EDGE)


def test_it_is_drawn_again_as_it_is() -> None:
    drawn, kept = Image.open(io.BytesIO(sample("ink"))), Image.open(SAMPLES / "ink.webp")
    difference = ImageChops.difference(drawn.convert("L").resize((8, 8)), kept.convert("L").resize((8, 8)))
    assert difference.getextrema()[1] < 16, "but for how another computer rounds"


async def test_the_page_gets_it_and_nothing_else(studio: Studio) -> None:
    person = await studio.person()
    async with person.http() as http:
        assert (await http.get("/page/styles/ink.webp")).headers["content-type"] == "image/webp"
        for name in ("nothing.webp", "ink", "..%2Fapp.js", "ink.webp%00"):
            assert (await http.get(f"/page/styles/{name}")).status_code == 404
