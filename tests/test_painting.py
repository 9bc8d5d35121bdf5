"""Edits through the doors: what a model is told, what a photo keeps, and photos with paint on them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from colour_profiles import ADOBE_RGB, DISPLAY_P3
from core.pictures.scribbles import looks_painted
from studio import Person, Studio, paid

pytest_plugins = ("lasting",)


@pytest.fixture
def studio(lasting: Studio) -> Studio:
    """One for all tests here."""
    return lasting


DATA = Path(__file__).parent / "data"
PENS = {
    "red": (235, 30, 40),
    "blue": (20, 110, 250),
    "yellow": (255, 214, 10),
    "green": (40, 200, 60),
    "pink": (250, 40, 190),
    "black": (0, 0, 0),
    "white": (254, 254, 254),
}


def written(image: Image.Image, file_format: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, file_format, **options)
    return stream.getvalue()


def photo(name: str = "cat.png", width: int = 900) -> Image.Image:
    image = Image.open(DATA / name).convert("RGB")
    return image.resize((width, width * image.height // image.width), Image.Resampling.LANCZOS)


def scribbled(image: Image.Image, pen: tuple[int, int, int], how: str) -> Image.Image:
    painted = image.copy()
    draw, (width, height), thick = ImageDraw.Draw(painted), image.size, image.width // 60
    if how == "outline":
        draw.ellipse((width * 0.3, height * 0.2, width * 0.7, height * 0.7), outline=pen, width=thick)
    elif how == "fill":
        draw.ellipse((width * 0.4, height * 0.3, width * 0.6, height * 0.6), fill=pen)
    else:
        zigzag = [(width * (0.3 + place % 2 * 0.3), height * 0.25 + place * thick * 1.8) for place in range(9)]
        draw.line(zigzag, fill=pen, width=thick, joint="curve")
    return painted


def hole(image: Image.Image, box: tuple[int, int, int, int]) -> bytes:
    mask = Image.new("RGBA", image.size, (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), box)
    return written(mask)


HOW = ("outline", "fill", "zigzag")
STROKES = [
    *((pen, how) for pen in ("red", "black", "white") for how in HOW),  # the three ways in which a pen is told
    *(("blue", "fill"), ("yellow", "outline"), ("green", "zigzag"), ("pink", "fill")),
]


@pytest.mark.parametrize(("pen", "how"), STROKES)
def test_paint_is_seen_on_a_photo_alone(pen: str, how: str) -> None:
    painted = scribbled(photo(), PENS[pen], how)
    assert looks_painted(Image.open(io.BytesIO(written(painted, "JPEG", quality=85))).convert("RGB"))


@pytest.mark.parametrize("name", ["cat.png", "cup.png", "cat-sent.jpg", "cup-sent.jpg"])
def test_no_paint_is_seen_where_there_is_none(name: str) -> None:
    assert not looks_painted(Image.open(DATA / name).convert("RGB"))
    assert not looks_painted(photo(name))


def night(image: Image.Image) -> Image.Image:
    """A photo at night, with the moon."""
    dark = image.point(lambda value: value // 5)
    ImageDraw.Draw(dark).ellipse((600, 60, 720, 180), fill="white")
    return dark.filter(ImageFilter.GaussianBlur(1.2))


def with_box(image: Image.Image, fill: str, words: str = "") -> Image.Image:
    """A photo with a screen or a card in it."""
    draw = ImageDraw.Draw(image)
    draw.rectangle((250, 150, 700, 420), fill=fill)
    for row, word in enumerate(words.split()):
        draw.text((270, 170 + 40 * row), word, fill="black", font_size=32)
    return image


def with_words(image: Image.Image, outline: int) -> Image.Image:
    ImageDraw.Draw(image).text((90, 380), "when it rains", "white", font_size=90, stroke_width=outline, stroke_fill=0)
    return image


UNPAINTED = {
    "a night with a moon": night,
    "a dark screen": lambda image: with_box(image, "black"),
    "a card with words": lambda image: with_box(image, "white", "We are closed today"),
    "a caption": lambda image: with_words(image, 0),
    "a caption with an outline": lambda image: with_words(image, 5),
    "a film's bars": lambda image: ImageOps.pad(image, (900, 900), color="black"),
    "a white frame": lambda image: ImageOps.expand(image, 40, "white"),
    "a black frame": lambda image: ImageOps.expand(image, 40, "black"),
}


@pytest.mark.parametrize("name", ["cat.png", "cup.png"])
@pytest.mark.parametrize("what", UNPAINTED)
def test_what_is_black_or_white_by_itself_is_no_paint(what: str, name: str) -> None:
    shown = UNPAINTED[what](photo(name))
    assert not looks_painted(Image.open(io.BytesIO(written(shown, "JPEG", quality=85))).convert("RGB"))


async def upload(person: Person, piece: dict[str, Any]) -> Image.Image:
    return Image.open(io.BytesIO(await person.picture(piece)))


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("words", "said", "kept", "style"),
    [
        ("a red hat", "a red hat", "Change this and nothing else", ""),
        ("a red hat --style ink", "a red hat", "Change this and nothing else", "ink wash painting"),
        ("戴一顶红帽子", "戴一顶红帽子", "只改这一处", ""),
        ("戴一顶红帽子 --style 水彩", "戴一顶红帽子", "只改这一处", "水彩画"),
    ],
)
async def test_an_edit_tells_the_model_the_change_what_stays_and_the_style(
    studio: Studio, words: str, said: str, kept: str, style: str
) -> None:
    ann = await studio.person()
    await ann.says(f"/edit {words}", "cat.png")
    await ann.says(f"/edit {words}", "cat.png", mask="cat-mask-alpha.png")
    whole, part = [request["prompt"] for request in await studio.requests("images.edits")]
    assert whole.startswith(f"{said}\n{kept}") and style in whole
    assert part.startswith(f"{said}\n") and kept not in part and style in part
    assert "mask" in part or "蒙版" in part


@pytest.mark.asyncio(loop_scope="module")
async def test_a_photo_keeps_its_profile_and_every_number_outside_the_mask(studio: Studio) -> None:
    ann = await studio.person()
    for profile in (DISPLAY_P3, ADOBE_RGB):
        image = photo("cup.png", 640)
        mask = hole(image, (200, 150, 420, 330))
        answer = await ann.says("/edit a bowl", ("a.png", written(image, icc_profile=profile)), mask=("m.png", mask))
        shown = await upload(ann, answer.pictures[0])
        assert shown.info["icc_profile"] == profile
        before, after = np.asarray(image), np.asarray(shown).copy()
        assert (before[150:330, 200:420] != after[150:330, 200:420]).any()
        after[150:330, 200:420] = before[150:330, 200:420]
        assert (before == after).all()


@pytest.mark.asyncio(loop_scope="module")
async def test_of_a_long_screenshot_it_is_told_how_large_it_was_drawn(studio: Studio) -> None:
    ann = await studio.person()
    long = written(photo("cup.png", 400).resize((400, 3600)))
    assert "400×3600" in (await ann.says("/edit at night", ("long.png", long))).text
    usual = await ann.says("/edit at night", ("photo.png", written(photo("cup.png", 1600))))
    assert "×" not in usual.text


@pytest.mark.asyncio(loop_scope="module")
async def test_a_photo_with_paint_on_it_is_asked_about_and_the_clean_one_is_changed(studio: Studio) -> None:
    ann = await studio.person()
    clean = photo()
    painted = written(scribbled(clean, PENS["green"], "fill").resize((756, 503)), "JPEG", quality=85)
    asked = await ann.says("/edit a red nose", ("painted.jpg", painted))
    assert "painted" in asked.text and not asked.pictures
    region = await ann.says("", ("clean.jpg", written(clean, "JPEG", quality=90)))
    assert "%" in region.text
    assert paid(await studio.requests()) == []
    done = await ann.presses(*region.action("region-use"))
    [request] = await studio.requests("images.edits")
    assert request["prompt"].startswith("a red nose")
    shown = np.asarray((await upload(ann, done.pictures[0])).convert("RGB"), int)
    away = np.abs(shown - np.asarray(clean, int)).max(axis=-1)
    assert (away[:100] < 25).all(), "what lies far from the paint is the photo"
    assert not (np.abs(shown - PENS["green"]).max(axis=-1) < 20).any(), "no paint is left"


@pytest.mark.asyncio(loop_scope="module")
async def test_what_only_looks_like_paint_is_changed_when_its_person_says_so(studio: Studio) -> None:
    ann = await studio.person(language="zh")
    sign = ("sign.jpg", written(scribbled(photo(), PENS["red"], "fill"), "JPEG", quality=90))
    asked = await ann.says("/edit 加一只蝴蝶", sign)
    done = await ann.presses(*asked.action("edit-as-is"))
    assert done.pictures
    [request] = await studio.requests("images.edits")
    assert request["prompt"].startswith("加一只蝴蝶")


@pytest.mark.parametrize("verb", ["edit-as-is", "cancel"])
@pytest.mark.asyncio(loop_scope="module")
async def test_in_a_room_only_who_was_asked_says_that_it_is_no_paint(studio: Studio, verb: str) -> None:
    ann, ben = await studio.person("ann", "den"), await studio.person("ben", "den")
    sign = ("sign.jpg", written(scribbled(photo(), PENS["red"], "fill"), "JPEG", quality=90))
    asked = await ann.says("/edit a butterfly", sign)
    assert (await ben.presses(*asked.action("edit-as-is"))).code in ("not-asked", "button-unknown")
    done = await ann.presses(*asked.action(verb))
    assert done.code is None and bool(done.pictures) is (verb == "edit-as-is")
    answer = next(one for one in done.replies if one["text"] or one["pieces"])
    assert bool(answer.get("private")) is (verb == "cancel"), "the picture is the room's to see"


@pytest.mark.asyncio(loop_scope="module")
async def test_paint_on_a_picture_that_was_made_here_needs_no_question_about_it(studio: Studio) -> None:
    ann = await studio.person()
    made = await ann.says("/edit a bowl", ("photo.png", written(photo("cup.png"))))
    drawn = (await upload(ann, made.pictures[0])).convert("RGB")
    painted = written(scribbled(drawn, (20, 110, 250), "zigzag"), "JPEG", quality=90)
    region = await ann.says("/edit a spoon", ("painted.jpg", painted))
    assert "%" in region.text and region.action("region-use")


@pytest.mark.asyncio(loop_scope="module")
async def test_a_painted_copy_answers_what_shall_change(studio: Studio) -> None:
    ann = await studio.person()
    offered = await ann.says("", "cat-sent.jpg")
    await ann.presses(*offered.action("edit"))
    region = await ann.says("a red hat", "cat-painted.jpg")
    assert "%" in region.text and region.action("region-use")
