"""What belongs to which thing, what a place does without, and which words are reported."""

from __future__ import annotations

import pytest

from embedded.artist.unknown import unknown
from embedded.artist.words import read


@pytest.mark.parametrize(
    ("prompt", "pattern"),
    [
        ("a black and white pony", "patches"), ("a green and yellow parrot", "patches"), ("a rainbow cake", "rainbow"), ("a striped mug", "stripes"),
        ("a spotted cow", "spots"), ("a horse with white spots", "spots"), ("黑白相间的小狗", "patches"), ("彩虹色的蛋糕", "rainbow"),
        ("条纹杯子", "stripes"),
    ],
)  # fmt: skip
def test_colours_and_patterns_belong_to_their_thing(prompt: str, pattern: str) -> None:
    scene = read(prompt)
    assert scene.subjects[0].pattern == pattern
    assert not scene.styles and not scene.colours and not scene.weather


@pytest.mark.parametrize(
    ("prompt", "bare"),
    [
        ("a bear, no trees", "trees"),
        ("a mug without a window", "window"),
        ("没有云，一只熊", "clouds"),
        ("一只猫，不要花", "flowers"),
    ],
)
def test_what_a_place_brings_along_is_left_out_where_it_is_refused(prompt: str, bare: str) -> None:
    assert read(prompt).bare == {bare}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("a granite lion", ("granite",)), ("a red titanium robot", ("titanium",)), ("a lovely little dog", ()), ("two brave old knights", ()),
        ("a hot air balloon", ()), ("一只大理石做的狮子", ("大理石",)), ("一只可爱的狮子", ()),
        ("a portrait of a fox with a green scarf", ()), ("an illustration of a granite fox", ("granite",)), ("一只围着绿围巾的小狐狸", ()),
    ],
)  # fmt: skip
def test_strange_adjectives_are_reported_and_ordinary_ones_are_not(words: str, told: tuple[str, ...]) -> None:
    assert unknown(words) == told


@pytest.mark.parametrize(
    ("prompt", "rider", "carrier"),
    [
        ("a cat on a roof", "1F431", "roof"),
        ("一只在屋顶上的猫", "1F431", "roof"),
        ("an owl on a rooftop at night", "1F989", "roof"),
        ("an owl on a bicycle", "1F989", "1F6B2"),
        ("船上的海盗", "pirate", "sailboat"),
        ("杯子里的小猫", "1F431", "mug"),
        ("自行车上的猫头鹰", "1F989", "1F6B2"),
    ],
)
def test_who_is_on_or_in_something_is_drawn_there(prompt: str, rider: str, carrier: str) -> None:
    subjects = read(prompt).subjects
    assert {one.noun.art: subjects[one.carrier].noun.art for one in subjects if one.carrier >= 0} == {rider: carrier}


@pytest.mark.parametrize(
    ("prompt", "wearer"),
    [
        ("an owl with a red hat", "1F989"),
        ("一只戴红帽子的猫头鹰", "1F989"),
        ("a whale wearing a blue hat", "1F433"),
        ("a fox with an owl, wearing a green hat", "1F98A"),
    ],
)
def test_whoever_wears_something_has_it_on(prompt: str, wearer: str) -> None:
    dressed = {one.noun.art: len(one.worn) for one in read(prompt).subjects if one.worn}
    assert dressed == {wearer: 1} and not any(one.noun.role == "W" for one in read(prompt).subjects)
