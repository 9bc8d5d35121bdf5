"""The geometry of an edit: nothing is stretched, nothing outside the region changes, and all comes back in its place."""

import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from core.pictures.canvas import Canvas, as_source, canvas_for, compose, fit_canvas, mask_to_canvas, to_canvas
from core.pictures.files import load
from core.pictures.masks import MaskKind, Region, understand
from core.pictures.sizes import FREE_SIZES, STANDARD_SIZES, SizeRule

DATA = Path(__file__).parent / "data"
edges = st.integers(16, 6000)
rules = st.sampled_from([FREE_SIZES, STANDARD_SIZES, SizeRule(multiple=64, longest_edge=2048, most_ratio=2.0)])


def sample(name: str) -> bytes:
    return (DATA / name).read_bytes()


def written(image: Image.Image, file_format: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, file_format, **options)
    return stream.getvalue()


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(load(data), int)


def smooth(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture in which every place has its own colour, so that a shift shows."""
    down, across = np.mgrid[:height, :width]
    planes = [across * 255 / width, down * 255 / height, (across + down) * 255 / (width + height), down * 0 + 255]
    return Image.fromarray(np.stack(planes[: len(mode)], axis=-1).astype(np.uint8))


def disc(width: int, height: int) -> Region:
    down, across = np.mgrid[:height, :width]
    radius = min(width, height) / 3
    return Region((across - width / 2) ** 2 + (down - height / 2) ** 2 < radius**2, MaskKind.ALPHA)


# ---- the size -------------------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(edges, edges, rules)
@example(16, 6000, FREE_SIZES)
@example(6000, 16, STANDARD_SIZES)
def test_every_photo_fits_and_is_not_stretched(width: int, height: int, rule: SizeRule) -> None:
    canvas = fit_canvas(width, height, rule)
    left, top, right, bottom = canvas.box
    assert rule.allows(canvas.width, canvas.height)
    assert 0 <= left < right <= canvas.width
    assert 0 <= top < bottom <= canvas.height
    assert (right - left) / (bottom - top) == pytest.approx(width / height, rel=0.01)
    assert abs(left - (canvas.width - right)) <= 1, "in the middle"
    assert abs(top - (canvas.height - bottom)) <= 1


@settings(max_examples=100, deadline=None)
@given(st.integers(300, 5000), st.integers(300, 5000))
def test_where_sizes_are_free_hardly_anything_is_padded(width: int, height: int) -> None:
    canvas = fit_canvas(width, height)
    left, top, right, bottom = canvas.box
    if max(width, height) <= 3 * min(width, height):
        assert (right - left) * (bottom - top) > 0.96 * canvas.width * canvas.height
    assert canvas.width * canvas.height < 1.5 * FREE_SIZES.sensible_pixels


@pytest.mark.parametrize(
    ("photo", "rule", "size"),
    [
        ((1024, 1024), FREE_SIZES, (1024, 1024)),
        ((1536, 1024), FREE_SIZES, (1536, 1024)),
        ((1920, 1080), FREE_SIZES, (1680, 944)),  # as many pixels as are sensible, two columns of padding
        ((600, 400), FREE_SIZES, (1008, 672)),  # enlarged to the fewest pixels allowed
        ((4000, 1000), FREE_SIZES, (2160, 720)),  # 4:1 is padded to 3:1
        ((1200, 900), STANDARD_SIZES, (1536, 1024)),
        ((900, 1200), STANDARD_SIZES, (1024, 1536)),
        ((500, 500), STANDARD_SIZES, (1024, 1024)),
    ],
)
def test_sizes_one_would_choose(photo: tuple[int, int], rule: SizeRule, size: tuple[int, int]) -> None:
    assert fit_canvas(*photo, rule).size == size


@pytest.mark.parametrize(
    ("size", "allowed"),
    [((1024, 1024), True), ((1000, 1024), False), ((3840, 2160), True), ((3856, 1600), False), ((800, 800), False),
     ((2400, 800), True), ((2416, 800), False), ((3840, 3840), False)],
)  # fmt: skip
def test_the_rule_of_the_models(size: tuple[int, int], allowed: bool) -> None:
    assert FREE_SIZES.allows(*size) is allowed


def test_a_photo_file_is_measured_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert canvas_for(written(smooth(900, 600), "JPEG", exif=exif)).photo == (600, 900)


# ---- there ----------------------------------------------------------------------------------------------------------


def test_the_photo_lies_in_its_box_and_its_edge_goes_on_around_it() -> None:
    canvas = fit_canvas(300, 100, STANDARD_SIZES)
    photo = Image.new("RGB", (300, 100), "red")
    photo.paste("blue", (0, 80, 300, 100))
    sent = pixels(to_canvas(written(photo), canvas))
    assert sent.shape == (1024, 1536, 3)
    assert sent[10, 700].tolist() == [255, 0, 0]
    assert sent[1010, 700].tolist() == [0, 0, 255]
    assert canvas.scale == 1536 / 300


def test_what_is_sent_is_opaque() -> None:
    sticker = smooth(400, 300, "RGBA")
    sticker.paste((0, 0, 0, 0), (0, 0, 200, 300))
    image = Image.open(io.BytesIO(to_canvas(written(sticker), fit_canvas(400, 300))))
    assert image.mode == "RGB"
    assert image.getpixel((20, 20)) == (255, 255, 255)
    assert Image.open(io.BytesIO(as_source(written(sticker)))).mode == "RGB"


def test_the_mask_lies_where_the_photo_lies() -> None:
    canvas = fit_canvas(300, 100, STANDARD_SIZES)
    everything = Region(np.ones((100, 300), bool), MaskKind.ALPHA)
    mask = Image.open(io.BytesIO(mask_to_canvas(everything, canvas)))
    assert (mask.format, mask.mode, mask.size) == ("PNG", "RGBA", (1536, 1024))
    clear = np.asarray(mask.getchannel("A")) == 0
    left, top, right, bottom = canvas.box
    assert clear[top:bottom, left:right].all()
    assert clear.sum() == (right - left) * (bottom - top), "the padding is kept"
    assert np.array_equal(np.asarray(mask.convert("RGB"))[..., 0] == 255, clear), "white is what changes"


@settings(max_examples=12, deadline=None)
@given(st.integers(60, 900), st.integers(60, 900), rules)
def test_the_mask_keeps_its_share(width: int, height: int, rule: SizeRule) -> None:
    canvas, region = fit_canvas(width, height, rule), disc(width, height)
    mask = Image.open(io.BytesIO(mask_to_canvas(region, canvas)))
    clear = np.asarray(mask.getchannel("A")) == 0
    left, top, right, bottom = canvas.box
    assert mask.size == canvas.size
    assert clear.sum() / ((right - left) * (bottom - top)) == pytest.approx(region.share, abs=0.01)


def test_a_corner_of_the_photo_is_that_corner_of_the_mask() -> None:
    """The model paints where the mask says: one that is mirrored or turned would have it paint elsewhere."""
    corner = np.zeros((600, 900), bool)
    corner[:150, :300] = True
    canvas = fit_canvas(900, 600, STANDARD_SIZES)
    clear = (
        np.asarray(Image.open(io.BytesIO(mask_to_canvas(Region(corner, MaskKind.ALPHA), canvas))).getchannel("A")) == 0
    )
    left, top, right, bottom = canvas.box
    rows, columns = np.nonzero(clear)
    found = (columns.min() - left, rows.min() - top, (columns.max() + 1 - left) * 3, (rows.max() + 1 - top) * 4)
    assert np.allclose(found, (0, 0, right - left, bottom - top), atol=8)


def test_the_worst_mask_of_the_largest_size_is_under_4_mb() -> None:
    noise = np.random.default_rng(1).random((2160, 3840)) < 0.5
    canvas = Canvas((3840, 2160), (3840, 2160), (0, 0, 3840, 2160))
    assert len(mask_to_canvas(Region(noise, MaskKind.ALPHA), canvas)) < 4_000_000


def test_further_pictures_are_made_a_sensible_size() -> None:
    assert load(as_source(sample("cat-sent.jpg"))).size == (451, 300)
    large = load(as_source(written(Image.new("L", (4000, 2000)))))
    assert large.width * large.height == pytest.approx(FREE_SIZES.sensible_pixels, rel=0.01)
    assert large.width / large.height == pytest.approx(2, rel=0.01)


# ---- and back -------------------------------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(st.integers(60, 700), st.integers(60, 700), rules)
def test_an_unchanged_answer_gives_the_original_back(width: int, height: int, rule: SizeRule) -> None:
    photo = written(smooth(width, height))
    canvas = fit_canvas(width, height, rule)
    everything = Region(np.ones((height, width), bool), MaskKind.ALPHA)
    result = pixels(compose(photo, to_canvas(photo, canvas), canvas, everything))
    assert result.shape == (height, width, 3)
    assert np.abs(result - pixels(photo)).max() <= 12
    assert np.abs(result - pixels(photo)).mean() < 1


def test_a_real_photo_comes_back_in_its_place() -> None:
    canvas = canvas_for(sample("cup.png"))
    everything = Region(np.ones((400, 600), bool), MaskKind.ALPHA)
    result = pixels(compose(sample("cup.png"), to_canvas(sample("cup.png"), canvas), canvas, everything))
    assert np.abs(result - pixels(sample("cup.png"))).mean() < 1.5


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["RGB", "RGBA"]), st.integers(20, 90), st.integers(20, 90), st.integers(0, 20), st.integers(0, 2**32 - 1)
)  # fmt: skip
def test_outside_the_region_nothing_changes(mode: str, width: int, height: int, feather: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    original = random.integers(0, 256, (height, width, len(mode)), np.uint8)
    mask = random.random((height, width)) < random.random()
    photo, canvas = written(Image.fromarray(original)), fit_canvas(width, height)
    answer = written(Image.new("RGB", canvas.size, "lime"))
    data = compose(photo, answer, canvas, Region(mask, MaskKind.ALPHA), feather)
    result = Image.open(io.BytesIO(data))
    assert (result.format, result.mode, result.size) == ("PNG", mode, (width, height))
    assert np.array_equal(np.asarray(result)[~mask], original[~mask])


def composed(region: Region, feather: int | None, photo: str = "black", answer: str = "white") -> np.ndarray:
    """The red plane after an edit of a plain photo by a plain answer."""
    height, width = region.mask.shape
    canvas = fit_canvas(width, height)
    drawn = written(Image.new("RGB", canvas.size, answer))
    return pixels(compose(written(Image.new("RGB", (width, height), photo)), drawn, canvas, region, feather))[..., 0]


def test_without_feather_the_region_is_the_answer() -> None:
    region = disc(200, 150)
    assert np.array_equal(composed(region, 0) == 255, region.mask)


def test_the_feather_rises_inside_the_region() -> None:
    row = composed(disc(300, 200), 8)[100]
    assert row[150] == 255
    rise = row[80:150]
    assert (np.diff(rise) >= 0).all(), "never back"
    assert 6 <= ((rise > 0) & (rise < 255)).sum() <= 9
    assert composed(disc(300, 200), None).max() == 255


def test_thin_strokes_are_not_feathered_away() -> None:
    mask = np.zeros((200, 300), bool)
    mask[100:103, 40:260] = True
    assert composed(Region(mask, MaskKind.PAINTED), 12)[101, 150] == 255


def test_the_pictures_own_edge_does_not_fade() -> None:
    mask = np.zeros((200, 300), bool)
    mask[:, :150] = True
    result = composed(Region(mask, MaskKind.ALPHA), 8)
    assert (result[:, :100] == 255).all()


def test_an_odd_photo_is_composed_as_it_is_seen() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = written(smooth(451, 300).rotate(90, expand=True), "JPEG", exif=exif)
    region = understand(photo, sample("cat-mask-alpha.png"))
    canvas = canvas_for(photo)
    result = compose(photo, written(Image.new("RGB", canvas.size, "lime")), canvas, region)
    assert np.array_equal(pixels(result)[~region.mask], pixels(photo)[~region.mask])
    assert pixels(result)[130, 230].tolist() == [0, 255, 0]


def test_a_transparent_photo_is_filled_inside_the_region_only() -> None:
    photo = Image.new("RGBA", (200, 100), (255, 0, 0, 0))
    region = Region(np.arange(200)[None].repeat(100, 0) < 100, MaskKind.ALPHA)
    canvas = fit_canvas(200, 100)
    result = pixels(compose(written(photo), written(Image.new("RGB", canvas.size, "blue")), canvas, region, 6))
    assert result[50, 20].tolist() == [0, 0, 255, 255]
    assert result[50, 150].tolist() == [255, 0, 0, 0]
    fading = result[50, 95:100]
    assert ((fading[:, 3] > 0) & (fading[:, 3] < 255)).all()
    assert (fading[:, 0] == 0).all(), "the unseen red does not bleed in"


def test_an_answer_of_another_size_or_with_transparency_is_coped_with() -> None:
    region, canvas = disc(600, 400), fit_canvas(600, 400)
    half = Image.open(io.BytesIO(to_canvas(sample("cup.png"), canvas))).resize((504, 336))
    result = pixels(compose(sample("cup.png"), written(half), canvas, region))
    assert np.abs(result - pixels(sample("cup.png")))[region.mask].mean() < 8
    clear = written(Image.new("RGBA", canvas.size, (0, 0, 0, 0)))
    assert pixels(compose(sample("cup.png"), clear, canvas, region))[200, 300].tolist() == [255, 255, 255]


def test_an_empty_region_changes_nothing() -> None:
    canvas = fit_canvas(600, 400)
    nothing = Region(np.zeros((400, 600), bool), MaskKind.PAINTED)
    result = compose(sample("cup.png"), to_canvas(sample("cup.png"), canvas), canvas, nothing)
    assert np.array_equal(pixels(result), pixels(sample("cup.png")))


def test_a_region_of_another_photo_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="does not belong"):
        compose(sample("cup.png"), sample("cup.png"), fit_canvas(600, 400), disc(400, 600))


def test_a_whole_edit_is_the_answer_without_its_padding() -> None:
    canvas = fit_canvas(300, 100, STANDARD_SIZES)
    answer = Image.new("RGB", canvas.size, "white")
    answer.paste("green", canvas.box)
    result = load(compose(written(smooth(300, 100)), written(answer), canvas, None))
    assert result.size == (1536, 512)
    assert result.getcolors() == [(1536 * 512, (0, 128, 0))]


def test_a_whole_edit_without_padding_is_left_untouched() -> None:
    canvas = fit_canvas(600, 400)
    answer = to_canvas(sample("cup.png"), canvas)
    assert compose(sample("cup.png"), answer, canvas, None) is answer
    as_jpeg = written(load(answer), "JPEG")
    assert compose(sample("cup.png"), as_jpeg, canvas, None) is as_jpeg


@pytest.mark.parametrize("own_format", ["PNG", "JPEG", "WEBP"])
def test_an_answer_without_its_padding_is_of_the_format_it_came_in(own_format: str) -> None:
    canvas = fit_canvas(300, 100)
    answer = written(Image.new("RGB", canvas.size, "green"), own_format)
    assert Image.open(io.BytesIO(compose(written(smooth(300, 100)), answer, canvas, None))).format == own_format


@pytest.mark.parametrize("width", [451, 600, 1023])
def test_scale_is_that_of_both_edges(width: int) -> None:
    canvas = fit_canvas(width, 300)
    assert math.isclose(canvas.scale, (canvas.box[3] - canvas.box[1]) / 300, rel_tol=0.01)
