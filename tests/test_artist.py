"""The sketch artist: what it reads in a prompt, what it draws, and what it leaves alone."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from embedded.artist import draw, preview, repaint
from embedded.artist.styles import finished
from embedded.artist.words import Scene, read

SMALL = {"width": 192, "height": 160}


def pixels(picture: Image.Image) -> NDArray[np.int16]:
    return np.asarray(picture.convert("RGBA"), dtype=np.int16)


def difference(one: Image.Image, other: Image.Image) -> float:
    return float(np.abs(pixels(one) - pixels(other)).mean())


def arts(prompt: str) -> list[str]:
    return [subject.noun.art for subject in read(prompt).subjects]


def photo(width: int = 96, height: int = 64) -> Image.Image:
    """A picture with structure everywhere, as a photo has."""
    rows, columns = np.indices((height, width))
    channels = (rows * 3 % 256, columns * 2 % 256, (rows * columns) % 251)
    return Image.fromarray(np.stack(channels, axis=-1).astype(np.uint8))


def hole(size: tuple[int, int], box: tuple[int, int, int, int]) -> Image.Image:
    """A mask whose box is transparent, that is, to be changed."""
    mask = Image.new("RGBA", size, (0, 0, 0, 255))
    ImageDraw.Draw(mask).rectangle(box, fill=(0, 0, 0, 0))
    return mask


class TestReading:
    @pytest.mark.parametrize(
        ("prompt", "expected"),
        [
            ("a fox", ["1F98A"]),
            ("Two FOXES and a mouse", ["1F98A", "1F42D"]),
            ("一只狐狸和一只小猫", ["1F98A", "1F431"]),
            ("hot air balloon", ["balloonride"]),
            ("a teddy bear", ["1F9F8"]),
            ("🐱 and 🦊", ["1F431", "1F98A"]),
            ("猫头鹰", ["1F989"]),
            ("熊猫吃竹子", ["1F43C", "1F38B"]),
            ("a walrus-free trumpet solo", ["1F9AD", "1F3BA"]),
        ],
    )
    def test_finds_the_longest_word_for_a_thing(self, prompt: str, expected: list[str]) -> None:
        assert arts(prompt) == expected

    @pytest.mark.parametrize("prompt", ["education", "catalogue of dogma", "想象", "马上就来", "carpet", "scatter"])
    def test_never_finds_a_thing_inside_another_word(self, prompt: str) -> None:
        assert arts(prompt) == []

    @pytest.mark.parametrize(
        ("prompt", "count"),
        [
            ("three cats", 3),
            ("3 little cats", 3),
            ("两只猫", 2),
            ("五只可爱的小猫", 5),
            ("a cat", 1),
            ("猫", 1),
            ("99 cats", 9),
        ],
    )
    def test_counts(self, prompt: str, count: int) -> None:
        assert [subject.count for subject in read(prompt).subjects] == [count]

    @pytest.mark.parametrize(
        ("prompt", "attribute", "value"),
        [
            ("by the sea at midnight", "hour", "night"),
            ("夕阳下的沙漠", "hour", "sunset"),
            ("夕阳下的沙漠", "places", ("desert",)),
            ("an enchanted forest", "mood", "magic"),
            ("a rainy street", "weather", frozenset({"rain"})),
            ("下雪的村庄", "weather", frozenset({"snow"})),
            ("autumn in the park", "season", "autumn"),
            ("vintage travel poster", "styles", ("poster",)),
            ("水彩画", "styles", ("watercolour",)),
            ("像素风", "style", "pixel"),
            ("anything", "style", "flat"),
        ],
    )
    def test_reads_the_scene(self, prompt: str, attribute: str, value: object) -> None:
        assert getattr(read(prompt), attribute) == value

    def test_gives_colours_to_what_they_stand_by(self) -> None:
        english, chinese = read("a red fox on a blue hill"), read("蓝色的天空下一只红色的狐狸")
        assert english.subjects[0].tint and english.colours.keys() == {"ground"}
        assert chinese.subjects[0].tint == english.subjects[0].tint and chinese.colours.keys() == {"sky"}

    def test_does_not_draw_what_is_to_go(self) -> None:
        assert arts("replace the cup with a vase") == ["1F3FA"]
        assert arts("把杯子换成花瓶") == ["1F3FA"]
        assert arts("remove the dog") == []
        assert arts("a house without a dog") == ["1F3E0"]

    def test_joins_riders_clothes_and_things_in_hand(self) -> None:
        sailor, boat = read("a mouse sailing a paper boat").subjects
        assert (sailor.carrier, boat.carrier) == (1, -1)
        assert read("a girl holding a balloon").subjects[1].held
        (cat,) = read("a cat wearing a red scarf").subjects
        assert [worn.noun.art for worn in cat.worn] == ["1F9E3"]
        assert read("一只戴着围巾的猫").subjects[0].worn

    def test_a_word_is_read_as_its_own_text_in_any_case(self) -> None:
        assert read("A FOX").subjects == read("a fox").subjects
        assert read("") == Scene(print=0)


class TestDrawing:
    def test_same_request_same_bytes(self) -> None:
        first, second = (draw("a fox in the rain, watercolor", seed=5, **SMALL) for _ in range(2))
        assert first.tobytes() == second.tobytes()

    def test_seeds_differ(self) -> None:
        pictures = [draw("a fox in the forest", seed=seed, **SMALL) for seed in range(4)]
        assert all(difference(one, other) > 4 for one, other in combinations(pictures, 2))

    @pytest.mark.parametrize("prompt", ["a fox", "狐狸", "zzyzx", "pixel art ship", "ink wash lake"])
    @pytest.mark.parametrize("size", [(256, 256), (200, 600), (600, 200), (257, 191)])
    def test_exact_size_and_opaque(self, prompt: str, size: tuple[int, int]) -> None:
        picture = draw(prompt, width=size[0], height=size[1], seed=1)
        assert (picture.mode, picture.size) == ("RGBA", size)
        assert picture.getchannel("A").getextrema() == (255, 255)

    def test_large_pictures_have_their_exact_size(self) -> None:
        assert draw("a fox", width=3840, height=2160, seed=1).size == (3840, 2160)

    @pytest.mark.parametrize("prompt", ["a fox", "两只猫", "a fox, pixel art", "nothing known here"])
    def test_transparent_shows_subjects_on_nothing(self, prompt: str) -> None:
        alpha = np.asarray(draw(prompt, seed=2, transparent=True, **SMALL).getchannel("A"))
        assert not any(edge.any() for edge in (alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1])), "nothing is cut off"
        assert 0.01 < (alpha > 200).mean() < 0.8

    def test_the_words_show(self) -> None:
        fox, sky = draw("a fox", seed=1, **SMALL), {"seed": 1, **SMALL}
        assert difference(fox, draw("a whale", **sky)) > 8
        night, day = draw("a fox at night", **sky), draw("a fox at noon", **sky)
        assert pixels(night)[..., :3].mean() < pixels(day)[..., :3].mean() - 40

    def test_a_tint_shows_on_the_subject(self) -> None:
        def mean(prompt: str) -> NDArray[np.float64]:
            cut = pixels(draw(prompt, seed=1, transparent=True, **SMALL))
            return cut[cut[..., 3] > 250][:, :3].mean(axis=0)

        red, blue = mean("a red cat"), mean("a blue cat")
        assert red[0] - red[2] > 40 and blue[2] - blue[0] > 20

    def test_more_things_cover_more(self) -> None:
        one, five = (draw(text, seed=1, transparent=True, **SMALL) for text in ("one cat", "five cats"))
        columns = [(np.asarray(picture.getchannel("A")) > 128).any(axis=0).mean() for picture in (one, five)]
        assert columns[1] > columns[0] + 0.2

    @pytest.mark.parametrize(
        "prompt",
        [
            "<svg onload='x'><script>&amp;\"]]>",
            "cat " * 8000,
            "猫" * 32000,
            "x" * 32000,
            "🐱🦊🏴‍☠️👨‍👩‍👧‍👦🌙",
            "مرحبا بالقطة שלום",
            "",
            "\x00\x01\ud800",
            "in on with riding holding wearing",
            "戴着",
            "a boat in a boat in a boat",
            "%s {} \\ $(reboot)",
        ],
        ids=range(12),
    )
    def test_no_prompt_makes_it_fail(self, prompt: str) -> None:
        assert draw(prompt, width=96, height=96, seed=-1).size == (96, 96)
        source = photo()
        mask = hole(source.size, (20, 20, 50, 50))
        assert repaint([source], mask, prompt, width=96, height=64, seed=2**40).size == (96, 64)
        assert repaint([source], None, prompt, width=96, height=64, seed=0).size == (96, 64)


class TestStyles:
    STYLES = (
        "", "watercolour", "ink wash", "pencil sketch", "pixel art", "vintage poster", "oil painting", "pop art", "crayon",
        "cyberpunk", "black and white", "cinematic", "anime", "clay",
    )  # fmt: skip

    def test_every_style_looks_different(self) -> None:
        scene = draw("a fox in the forest by day", width=256, height=256, seed=1)
        names = [read(style).style for style in self.STYLES]
        assert len(set(names)) == len(self.STYLES)
        looks = {name: finished(scene, name, 1) for name in names}
        pairs = {pair: difference(looks[pair[0]], looks[pair[1]]) for pair in combinations(names, 2)}
        assert min(pairs.values()) > 3, min(pairs, key=lambda pair: pairs[pair])

    @pytest.mark.parametrize("style", STYLES[1:])
    def test_a_style_keeps_size_and_transparency(self, style: str) -> None:
        cut = draw("a cat", width=64, height=90, seed=1, transparent=True)
        done = finished(cut, read(style).style, 3)
        assert done.size == cut.size
        assert done.getpixel((0, 0))[3] == 0  # type: ignore[index]

    def test_pixel_art_is_made_of_squares(self) -> None:
        picture = pixels(draw("a castle, pixel art", width=528, height=528, seed=1))
        same = (picture[:, 1:] == picture[:, :-1]).all(axis=2).mean()
        assert same > 0.7


class TestRepainting:
    @pytest.mark.parametrize("prompt", ["a fox", "月亮下的森林", "make it blue", "remove it", "", "a cat, watercolour"])
    @pytest.mark.parametrize("size", [(96, 64), (300, 200)])
    def test_changes_the_inside_and_nothing_else(self, prompt: str, size: tuple[int, int]) -> None:
        source = photo()
        mask = hole(source.size, (30, 16, 70, 50))
        painted = repaint([source], mask, prompt, width=size[0], height=size[1], seed=4)
        scaled = source.convert("RGBA").resize(size, Image.Resampling.LANCZOS)
        changed = (pixels(painted) != pixels(scaled)).any(axis=2)
        alpha = np.asarray(mask.resize(size, Image.Resampling.BILINEAR).getchannel("A"))
        assert not changed[alpha >= 128].any()
        assert changed[alpha < 128].mean() > 0.6

    def test_paints_softly_at_the_border(self) -> None:
        source = Image.new("RGB", (200, 200), "#808080")
        painted = pixels(
            repaint([source], hole((200, 200), (50, 50, 150, 150)), "night sky", width=200, height=200, seed=1)
        )
        change = np.abs(painted[100, :, :3] - 128).sum(axis=1)
        assert change[50] < change[60] / 2

    def test_an_empty_mask_changes_nothing(self) -> None:
        source = photo()
        same = repaint([source], Image.new("RGBA", source.size, (0, 0, 0, 255)), "a fox", width=96, height=64, seed=1)
        assert same.convert("RGB").tobytes() == source.tobytes()

    def test_taking_away_carries_the_surroundings_on(self) -> None:
        source = Image.new("RGB", (120, 120), "#3c78b4")
        ImageDraw.Draw(source).rectangle((45, 45, 75, 75), fill="#ff0000")
        done = repaint([source], hole(source.size, (40, 40, 80, 80)), "remove the box", width=120, height=120, seed=1)
        assert abs(pixels(done)[60, 60, :3] - np.array([0x3C, 0x78, 0xB4])).max() < 20

    def test_the_subject_depends_on_the_prompt(self) -> None:
        source, mask = photo(), hole((96, 64), (10, 5, 85, 60))
        fox, whale = (repaint([source], mask, text, width=96, height=64, seed=1) for text in ("a fox", "a whale"))
        assert difference(fox, whale) > 3

    def test_variations_differ_and_stay_recognisable(self) -> None:
        source = draw("a lighthouse by the sea", width=128, height=96, seed=9)
        variations = [repaint([source], None, "", width=128, height=96, seed=seed) for seed in range(4)]
        assert all(difference(one, other) > 4 for one, other in combinations([source, *variations], 2))
        assert repaint([source], None, "", width=128, height=96, seed=1).tobytes() == variations[1].tobytes()

    def test_an_edit_without_mask_does_what_it_says(self) -> None:
        source = photo(160, 120)
        night = repaint([source], None, "at night", width=160, height=120, seed=1)
        grey = repaint([source], None, "black and white", width=160, height=120, seed=1)
        assert pixels(night)[..., :3].mean() < pixels(source)[..., :3].mean() * 0.75
        spread = pixels(grey)[..., :3]
        assert (spread.max(axis=2) - spread.min(axis=2)).max() < 40

    def test_other_sources_become_inserts(self) -> None:
        source, other = Image.new("RGB", (200, 200), "#808080"), Image.new("RGB", (80, 50), "#ff00ff")
        both = pixels(repaint([source, other], None, "a day", width=200, height=200, seed=3))
        magenta = (both[..., 0] > 220) & (both[..., 1] < 60) & (both[..., 2] > 220)
        assert 0.02 < magenta.mean() < 0.2

    def test_needs_a_picture(self) -> None:
        with pytest.raises(ValueError, match="no picture"):
            repaint([], None, "a fox", width=64, height=64, seed=1)


def test_previews_get_clearer() -> None:
    picture = draw("a fox in the forest", width=300, height=200, seed=1)
    frames = [preview(picture, index, 3) for index in range(3)]
    distances = [difference(picture, frame) for frame in frames]
    assert distances[0] > distances[1] > distances[2] > 1
    assert all(frame.size == picture.size and frame.mode == "RGBA" for frame in frames)


class TestWordsThatMislead:
    @pytest.mark.parametrize(
        ("prompt", "expected"),
        [
            ("红烧牛肉面", ["1F35C"]),
            ("羊肉汤", ["1F372"]),
            ("a bowl of turtle soup", ["1F372"]),
            ("two hot dogs", ["1F32D"]),
            ("狮子头和马铃薯", ["1F9C6", "1F954"]),
            ("牛和羊", ["1F42E", "1F411"]),
        ],
    )
    def test_a_dish_is_no_animal(self, prompt: str, expected: list[str]) -> None:
        assert arts(prompt) == expected

    @pytest.mark.parametrize(
        ("prompt", "expected"),
        [
            ("a park, no dogs or cats", []),
            ("never a horse, a rabbit instead of it", ["1F430"]),
            ("not a lion but a tiger", ["1F42F"]),
            ("a house that isn't near a tree", ["1F3E0"]),
            ("别画老虎，画一只兔子", ["1F430"]),
            ("没有猫的花园", []),
        ],
    )
    def test_what_is_not_wanted_is_not_drawn(self, prompt: str, expected: list[str]) -> None:
        assert arts(prompt) == expected

    @pytest.mark.parametrize("prompt", ["a black and white cow", "一只黑白熊猫", "a red and white boat"])
    def test_two_colours_of_a_thing_are_not_the_pictures(self, prompt: str) -> None:
        scene = read(prompt)
        assert scene.styles == () and scene.colours == {} and scene.subjects[0].tint

    def test_a_photo_in_black_and_white_is_one(self) -> None:
        assert "mono" in read("a black and white photo of a cow").styles
        assert "mono" in read("a cow, black and white").styles
