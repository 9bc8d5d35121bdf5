"""Masks: whatever was sent becomes the region that was meant, or one sentence says why not."""

import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageDraw, ImageEnhance

from core.errors import BadInput
from core.pictures.files import load
from core.pictures.masks import MaskKind, Region, decode_region, encode_region, inverted, tint, understand
from core.pictures.shapes import close_gaps, drop_specks, fill_outlines, grow, parts, scale_mask, shrink

DATA = Path(__file__).parent / "data"
RED, GREEN, WHITE = (228, 30, 40), (40, 200, 60), (255, 255, 255)


def sample(name: str) -> bytes:
    return (DATA / name).read_bytes()


def written(image: Image.Image, file_format: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, file_format, **options)
    return stream.getvalue()


def drawn(text: str) -> np.ndarray:
    """A small mask from rows of # and dots."""
    return np.array([[mark == "#" for mark in row] for row in text.split()])


def overlap(region: Region, truth: np.ndarray) -> float:
    """Intersection over union."""
    return float((region.mask & truth).sum() / (region.mask | truth).sum())


def truth_of(subject: str) -> np.ndarray:
    return np.asarray(Image.open(DATA / f"{subject}-mask-alpha.png").getchannel("A")) == 0


def refused(photo: bytes, mask: bytes, **options: bool) -> BadInput:
    with pytest.raises(BadInput) as refusal:
        understand(photo, mask, **options)
    return refusal.value


# ---- the samples ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", ["cat", "cup"])
@pytest.mark.parametrize("photo", ["{}.png", "{}-sent.jpg"])
@pytest.mark.parametrize(
    ("mask", "kind", "least"),
    [
        ("{}-mask-alpha.png", MaskKind.ALPHA, 1.0),
        ("{}-mask-white.jpg", MaskKind.BLACK_AND_WHITE, 0.99),
        ("{}-painted.jpg", MaskKind.PAINTED, 0.98),
    ],
)
def test_real_masks_are_understood(subject: str, photo: str, mask: str, kind: MaskKind, least: float) -> None:
    region = understand(sample(photo.format(subject)), sample(mask.format(subject)))
    assert region.kind is kind
    assert region.certain == (kind is MaskKind.ALPHA)
    assert overlap(region, truth_of(subject)) >= least
    assert region.share == pytest.approx(truth_of(subject).mean(), abs=0.01)


def test_invert_turns_the_region_round() -> None:
    plain = understand(sample("cat.png"), sample("cat-mask-white.jpg"))
    other = understand(sample("cat.png"), sample("cat-mask-white.jpg"), invert=True)
    assert np.array_equal(other.mask, ~plain.mask)
    assert np.array_equal(inverted(plain).mask, other.mask)
    assert inverted(plain).kind is plain.kind


# ---- masks of other sizes and orientations --------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [0.25, 0.5, 0.84, 1.7, 3])
@pytest.mark.parametrize("name", ["cup-mask-alpha.png", "cup-mask-white.jpg"])
def test_a_mask_of_the_same_ratio_is_scaled(name: str, scale: float) -> None:
    mask = Image.open(DATA / name)
    resized = mask.resize((int(mask.width * scale), int(mask.height * scale)))
    assert overlap(understand(sample("cup.png"), written(resized)), truth_of("cup")) > 0.97


def test_a_mask_belongs_to_the_photo_as_it_is_seen() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = Image.open(DATA / "cat.png").convert("RGB").rotate(90, expand=True)
    photo = written(lying, "JPEG", exif=exif)  # stored 300×451, seen 451×300
    region = understand(photo, sample("cat-mask-alpha.png"))
    assert overlap(region, truth_of("cat")) == 1.0
    assert refused(photo, written(Image.new("1", (300, 451)))).code == "mask-wrong-ratio"


# ---- transparency ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "convert",
    [
        pytest.param(lambda mask: written(mask.convert("LA")), id="grey with alpha"),
        pytest.param(lambda mask: written(mask, "WEBP", lossless=True), id="WebP"),
        pytest.param(lambda mask: written(mask.quantize(32)), id="palette"),
    ],
)
def test_transparency_in_any_guise_is_certain(convert: Callable[[Image.Image], bytes]) -> None:
    region = understand(sample("cat.png"), convert(Image.open(DATA / "cat-mask-alpha.png")))
    assert region.certain
    assert overlap(region, truth_of("cat")) == 1.0


def test_an_alpha_channel_that_is_all_opaque_says_nothing() -> None:
    mask = Image.open(DATA / "cup-mask-white.jpg").convert("RGBA")
    assert understand(sample("cup.png"), written(mask)).kind is MaskKind.BLACK_AND_WHITE


def test_the_photos_own_transparency_is_no_mask() -> None:
    photo = Image.open(DATA / "cup.png").convert("RGBA")
    photo.putalpha(Image.new("L", photo.size, 255))
    photo.paste((0, 0, 0, 0), (0, 0, 100, 400))
    painted = photo.copy()
    ImageDraw.Draw(painted).ellipse((300, 150, 420, 260), fill=RED)
    region = understand(written(photo), written(painted))
    assert region.kind is MaskKind.PAINTED
    assert not region.mask[:, :100].any()
    more = photo.copy()
    more.paste((0, 0, 0, 0), (500, 0, 600, 400))
    assert understand(written(photo), written(more)).kind is MaskKind.ALPHA


# ---- painted copies -------------------------------------------------------------------------------------------------

CIRCLE = [(225 + 70 * math.cos(step / 8), 150 + 70 * math.sin(step / 8)) for step in range(52)]


def painted(paint: Callable[[ImageDraw.ImageDraw], Any], scale: float = 0.84, quality: int = 80) -> bytes:
    """The cat, painted over and sent by a messenger."""
    image = Image.open(DATA / "cat-sent.jpg").convert("RGB")
    paint(ImageDraw.Draw(image))
    size = (int(image.width * scale), int(image.height * scale))
    return written(image.resize(size, Image.Resampling.BICUBIC), "JPEG", quality=quality)


def stencil(paint: Callable[[ImageDraw.ImageDraw], Any]) -> np.ndarray:
    mask = Image.new("L", (451, 300))
    paint(ImageDraw.Draw(mask))
    return np.asarray(mask) > 0


@pytest.mark.parametrize("scale", [0.5, 0.84, 1, 1.5])
@pytest.mark.parametrize("colour", [RED, GREEN, WHITE, (0, 0, 0), (250, 220, 20)])
def test_paint_of_any_colour_and_scale(colour: tuple[int, int, int], scale: float) -> None:
    region = understand(
        sample("cat-sent.jpg"), painted(lambda pen: pen.ellipse((290, 20, 380, 90), fill=colour), scale)
    )
    assert region.kind is MaskKind.PAINTED
    assert overlap(region, stencil(lambda pen: pen.ellipse((290, 20, 380, 90), fill=255))) > 0.93


@pytest.mark.parametrize("quality", [35, 60, 95])
def test_a_thin_stroke_survives_the_messenger(quality: int) -> None:
    stroke = [(60, 60), (200, 90), (390, 240)]
    region = understand(sample("cat.png"), painted(lambda pen: pen.line(stroke, GREEN, 9), quality=quality))
    assert overlap(region, stencil(lambda pen: pen.line(stroke, 255, 9))) > 0.8


@pytest.mark.parametrize("opening", [0, 2])
def test_an_outline_means_its_inside(opening: int) -> None:
    """Also if it is not quite closed."""
    points = CIRCLE[: len(CIRCLE) - opening]
    region = understand(sample("cat-sent.jpg"), painted(lambda pen: pen.line(points, RED, 7)))
    assert overlap(region, stencil(lambda pen: pen.polygon(CIRCLE, 255))) > 0.85
    assert region.mask[150, 225]


def test_a_background_painted_around_something_keeps_it() -> None:
    def background(pen: ImageDraw.ImageDraw, colour: Any = RED) -> None:
        for box in ((0, 0, 451, 60), (0, 240, 451, 300), (0, 0, 120, 300), (330, 0, 451, 300)):
            pen.rectangle(box, fill=colour)

    region = understand(sample("cat-sent.jpg"), painted(background))
    assert not region.mask[150, 225]
    assert overlap(region, stencil(lambda pen: background(pen, 255))) > 0.95


@pytest.mark.parametrize(
    ("subject", "shift", "light"), [("cat", 3, 1.0), ("cup", 3, 1.0), ("cat", 0, 0.75), ("cup", 1, 0.75)]
)
def test_paint_is_found_when_the_copy_is_shifted_or_of_other_light(subject: str, shift: int, light: float) -> None:
    photo = Image.open(DATA / f"{subject}.png").convert("RGB")
    copy, truth = photo.copy(), Image.new("L", photo.size)
    ImageDraw.Draw(copy).ellipse((100, 60, 260, 200), fill=GREEN)
    ImageDraw.Draw(truth).ellipse((100, 60, 260, 200), fill=255)
    copy = ImageEnhance.Brightness(copy).enhance(light)
    moved = np.pad(np.asarray(copy), ((shift, 0), (0, shift), (0, 0)), mode="edge")[: photo.height, shift:]
    region = understand(written(photo), written(Image.fromarray(moved), "JPEG", quality=85))
    assert overlap(region, np.asarray(truth) > 0) > 0.95


def test_a_black_and_white_photo_can_be_painted_over_too() -> None:
    page = Image.new("RGB", (400, 300), "white")
    pen = ImageDraw.Draw(page)
    for row in range(20, 280, 24):
        for column in range(20, 370, 14):
            pen.rectangle((column, row, column + (row * column) % 11, row + 9), fill="black")
    copy = page.copy()
    ImageDraw.Draw(copy).rectangle((100, 80, 200, 180), fill="black")
    region = understand(written(page), written(copy, "JPEG", quality=90))
    assert region.kind is MaskKind.PAINTED
    assert region.mask[130, 150]
    assert not region.mask[:60].any()
    mask = Image.new("L", page.size)
    mask.paste(255, (100, 80, 200, 180))
    assert understand(written(page), written(mask)).kind is MaskKind.BLACK_AND_WHITE


# ---- what is refused ------------------------------------------------------------------------------------------------


def flat(colour: Any, size: tuple[int, int] = (451, 300), mode: str = "RGB") -> bytes:
    return written(Image.new(mode, size, colour))


@pytest.mark.parametrize(
    ("mask", "code"),
    [
        pytest.param(flat("black"), "mask-empty", id="all black"),
        pytest.param(flat("white"), "mask-full", id="all white"),
        pytest.param(flat((0, 0, 0, 0), mode="RGBA"), "mask-full", id="all transparent"),
        pytest.param(sample("cat-sent.jpg"), "mask-empty", id="the photo itself, re-encoded"),
        pytest.param(sample("cat-mask-wrong-ratio.png"), "mask-wrong-ratio", id="blank, nearly the ratio"),
        pytest.param(flat((0, 0, 0, 0), (300, 300), "RGBA"), "mask-wrong-ratio", id="transparent, square"),
        pytest.param(flat("black", (300, 451)), "mask-wrong-ratio", id="black, turned"),
        pytest.param(sample("cup-mask-alpha.png")[:9000], "file-damaged", id="damaged"),
        pytest.param(sample("bomb.png"), "picture-too-many-pixels", id="bomb"),
        pytest.param(b"not a picture", "file-not-a-picture", id="text"),
        pytest.param(sample("cup-sent.jpg"), "mask-unclear", id="another photo of the same ratio"),
        pytest.param(flat(RED), "mask-unclear", id="one colour"),
        pytest.param(flat(RED, (300, 300)), "mask-unclear", id="another picture of another ratio"),
        pytest.param(
            written(Image.open(DATA / "cat.png").transpose(Image.Transpose.FLIP_LEFT_RIGHT)), "mask-unclear", id="mirrored"
        ),
    ],
)  # fmt: skip
def test_useless_masks_get_a_sentence_of_their_own(mask: bytes, code: str) -> None:
    assert refused(sample("cat.png"), mask).code == code


def test_the_sentence_about_the_ratio_names_both_sizes() -> None:
    refusal = refused(sample("cat.png"), sample("cat-mask-wrong-ratio.png"))
    assert refusal.values == {"mask_size": "300×200", "photo_size": "451×300"}


def test_a_blank_mask_of_the_very_ratio_is_full_or_empty_also_inverted() -> None:
    blank = sample("cat-mask-wrong-ratio.png")  # 300×200 is exactly the ratio of the cup
    assert refused(sample("cup.png"), blank).code == "mask-full"
    assert refused(sample("cup.png"), blank, invert=True).code == "mask-empty"


def test_a_damaged_photo_is_refused_before_the_mask_is_judged() -> None:
    assert refused(sample("broken-truncated.png"), sample("cat-mask-alpha.png")).code == "file-damaged"


# ---- showing and keeping --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ground", ["black", "white", (255, 0, 144)])
def test_the_preview_shows_the_region_on_any_ground(ground: Any) -> None:
    mask = np.zeros((400, 600), bool)
    mask[100:300, 200:400] = True
    preview = np.asarray(load(tint(flat(ground, (600, 400)), Region(mask, MaskKind.PAINTED))), int)
    assert preview.shape == (400, 600, 3)
    inside, outside = preview[200, 300], preview[20, 20]
    assert np.abs(inside - outside).sum() > 60
    line = preview[200, 190:206].sum(axis=-1)
    assert line.max() - line.min() > 500, "the outline has black and white"


def test_the_preview_of_a_large_photo_is_of_screen_size() -> None:
    mask = np.zeros((1500, 2000), bool)
    mask[:700] = True
    assert load(tint(flat("grey", (2000, 1500)), Region(mask, MaskKind.ALPHA))).size == (1280, 960)


masks_of_any_shape = st.tuples(st.integers(1, 40), st.integers(1, 40)).flatmap(lambda shape: arrays(np.bool_, shape))


@settings(max_examples=60, deadline=None)
@given(masks_of_any_shape, st.sampled_from(MaskKind))
def test_a_region_survives_being_kept(mask: np.ndarray, kind: MaskKind) -> None:
    kept = decode_region(encode_region(Region(mask, kind)))
    assert np.array_equal(kept.mask, mask)
    assert kept.kind is kind
    assert np.array_equal(inverted(inverted(kept)).mask, mask)


def test_a_kept_region_is_small() -> None:
    region = understand(sample("cup.png"), sample("cup-painted.jpg"))
    assert len(encode_region(region)) < 4_000


def test_only_kept_regions_are_read_back() -> None:
    with pytest.raises(ValueError, match="region"):
        decode_region(sample("cat-mask-alpha.png"))


# ---- shapes ---------------------------------------------------------------------------------------------------------


def flooded(mask: np.ndarray, diagonal: bool) -> list[frozenset[tuple[int, int]]]:
    """Connected parts the slow and obvious way."""
    waiting = {(int(row), int(column)) for row, column in np.argwhere(mask)}
    found = []
    while waiting:
        part, edge = set(), [waiting.pop()]
        while edge:
            row, column = edge.pop()
            part.add((row, column))
            steps = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1) if diagonal or y == 0 or x == 0]
            near = {(row + y, column + x) for y, x in steps} & waiting
            waiting -= near
            edge += near
        found.append(frozenset(part))
    return found


@settings(max_examples=60, deadline=None)
@given(masks_of_any_shape, st.booleans())
def test_parts_are_the_connected_parts(mask: np.ndarray, diagonal: bool) -> None:
    found = parts(mask, diagonal=diagonal)
    sets = [
        frozenset(map(tuple, np.argwhere(found.labels == number).tolist())) for number in range(1, len(found.areas))
    ]
    assert set(sets) == set(flooded(mask, diagonal))
    assert [len(part) for part in sets] == found.areas[1:].tolist()
    assert np.array_equal(found.labels > 0, mask)


@settings(max_examples=60, deadline=None)
@given(masks_of_any_shape, st.integers(0, 4))
def test_growing_shrinking_and_closing(mask: np.ndarray, radius: int) -> None:
    assert not (mask & ~grow(mask, radius)).any()
    assert not (shrink(mask, radius) & ~mask).any()
    assert np.array_equal(shrink(mask, radius), ~grow(~mask, radius))
    assert not (mask & ~close_gaps(mask, radius)).any()


def test_outlines_specks_and_gaps() -> None:
    ring = drawn("........ .####... .#..#... .#..#... .####..# ........")
    assert np.array_equal(
        fill_outlines(ring, leak=0, lapse=0), drawn("........ .####... .####... .####... .####..# ........")
    )
    assert np.array_equal(drop_specks(ring, 2), drawn("........ .####... .#..#... .#..#... .####... ........"))
    assert not fill_outlines(drawn("###### #....# #....#"), leak=0, lapse=0)[1, 2], "open to the picture's edge"
    assert close_gaps(drawn("##..## " * 5), 1)[2].all()


def test_scaling_a_mask_keeps_its_share() -> None:
    mask = truth_of("cup")
    assert scale_mask(mask, (600, 400)) is mask
    assert scale_mask(mask, (150, 100)).mean() == pytest.approx(mask.mean(), abs=0.005)
