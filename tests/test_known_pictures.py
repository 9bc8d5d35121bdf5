"""The sketch artist's own pictures, changed through the doors: what was named changes, and every other pixel stays."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray
from PIL import Image

from embedded.artist import changing, draw, record, repaint
from embedded.artist.record import Record
from embedded.artist.words import read
from embedded.process import start_openai_server
from studio import Person, Studio, studio_at

SIZE = {"width": 192, "height": 128}

CHANGES = [
    ("a red fox under a tree", "make the fox blue"),
    ("a cat and a dog in the park", "remove the dog"),
    ("a cat and a dog in the park", "the cat should be bigger"),
    ("a rabbit on a hill", "add a balloon"),
    ("a bear on the grass", "give the bear a red hat"),
    ("a bear holding an umbrella", "make the umbrella yellow"),
    ("a lighthouse by the sea", "make the lighthouse smaller"),
    ("three cats on the grass", "paint them black"),
    ("a cat wearing a red scarf", "make the scarf blue"),
    ("a cat wearing a red scarf", "take off the scarf"),
    ("a penguin on the ice", "replace the penguin with a polar bear"),
    ("a horse in a field", "add another horse"),
    ("a mouse in a boat", "remove the mouse"),
    ("a dog in a garden, watercolor", "make the dog white and add a butterfly"),
    ("一只红色的狐狸在树下", "把狐狸变成蓝色"),
    ("公园里的猫和狗", "去掉狗"),
    ("公园里的猫和狗", "让猫大一点"),
    ("山坡上的兔子", "加一个气球"),
    ("森林里的熊", "给熊戴上红帽子"),
    ("海边的灯塔", "把灯塔缩小"),
    ("戴着红围巾的猫", "摘掉围巾"),
    ("冰上的企鹅", "把企鹅换成北极熊"),
    ("田野里的马", "再加一匹马"),
    ("狮子和老虎", "老虎变成紫色"),
]
WITHOUT_A_WAY = ["make it smile", "turn its head to the left", "add a smart watch", "让它笑一笑", "把耳朵变长"]


def known(prompt: str, seed: int = 3) -> Record:
    scene = read(prompt)
    kept = record.read(record.written(Record(scene, scene, SIZE["width"], SIZE["height"], seed)))
    assert (kept and kept.now.subjects == scene.subjects) or kept
    return kept


def differs(one: Image.Image, other: Image.Image) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (np.asarray(one.convert("RGB"), int) != np.asarray(other.convert("RGB"), int)).any(
        axis=-1
    )
    return found


@pytest.mark.parametrize(("prompt", "words"), CHANGES)
def test_what_was_named_changes_and_every_other_pixel_stays(prompt: str, words: str) -> None:
    before = known(prompt)
    change = changing.understood(before, words)
    assert change.undone == () and not change.everywhere
    assert record.read(record.written(change.record)) == change.record, "it can be changed again"
    changed = differs(changing.drawn(before), changing.repainted(before, change))
    assert 0.001 < changed.mean() < 0.6
    assert not changed[:, 0].all() and not changed[0].all()
    calm = ~changed.any(axis=0)
    assert calm.sum() > changed.shape[1] // 4, "there are whole columns that nothing happened in"


@pytest.mark.parametrize("words", ["at night", "let it rain", "in autumn", "改成夜晚", "下雨", "make the sky pink"])
def test_another_light_leaves_everybody_where_they_are(words: str) -> None:
    before = known("a cat and a dog in the park")
    change = changing.understood(before, words)
    assert change.undone == () and change.everywhere
    assert change.record.now.subjects == before.now.subjects and change.record.first == before.first
    assert differs(changing.drawn(before), changing.repainted(before, change)).mean() > 0.2


@pytest.mark.parametrize("words", WITHOUT_A_WAY)
def test_what_cannot_be_done_is_told_and_nothing_changes(words: str) -> None:
    before = known("a cat and a dog in the park")
    change = changing.understood(before, words)
    assert change.undone == (words,)
    assert not differs(changing.drawn(before), changing.repainted(before, change)).any()


def spoilt(**changes: Any) -> str:
    scene = read("a red fox in a boat wearing a hat")
    told = json.loads(record.written(Record(scene, scene, 192, 128, 1)))
    return json.dumps(told | changes)


@pytest.mark.parametrize(
    "told",
    [
        "", "{", "[]", "null", "[" * 5000, '{"fabula":1}', "x" * 100_000,
        spoilt(size=[10**9, 10**9]), spoilt(size=["1", 2]), spoilt(seed=1.5), spoilt(fabula=2), spoilt(now=None), spoilt(now=[]),
        spoilt(now={"subjects": [{"noun": {"art": "../../etc/passwd", "role": "C", "size": 1}}]}),
        spoilt(first={**json.loads(spoilt())["first"], "colours": {"sky": '"/><script>'}}),
        spoilt(first={**json.loads(spoilt())["first"], "words": ["somebody's name"]}),
        spoilt(first={**json.loads(spoilt())["first"], "places": ["nowhere"]}),
        spoilt(first={**json.loads(spoilt())["first"], "subjects": json.loads(spoilt())["first"]["subjects"] * 20}),
    ],
    ids=range(18),
)  # fmt: skip
def test_a_record_that_somebody_made_up_is_none(told: str) -> None:
    assert record.read(told) is None
    picture = draw("a fox", seed=1, **SIZE)
    picture.info["record"] = told
    assert repaint([picture], None, "", seed=1, words="make the fox blue", **SIZE).size == (192, 128)


def test_the_record_of_another_picture_is_not_believed() -> None:
    other = draw("a whale at night", seed=9, **SIZE)
    other.info["record"] = record.written(known("a fox in the park"))
    done = repaint([other], None, "", seed=1, words="make the fox blue", **SIZE)
    assert done.info["undone"] == ("make the fox blue",)
    assert not differs(done, other).any()


def test_a_record_tells_nothing_of_what_was_said() -> None:
    scene = read("Margarethe Zwiebelmann and her red fox by the sea, 给张小明")
    told = record.written(Record(scene, scene, 192, 128, 1))
    assert told and not any(word in told.lower() for word in ("marg", "zwiebel", "张", "小明"))


def repainted(
    source: Image.Image, mask: Image.Image | None, prompt: str, words: str | None = None, seed: int = 8
) -> Image.Image:
    return repaint([source], mask, prompt, seed=seed, words=words, **SIZE)


@pytest.mark.parametrize(("how", "hour"), [("", ""), ("at night", "night"), ("夜晚", "night")])
def test_a_variation_keeps_everybody_and_can_be_changed(how: str, hour: str) -> None:
    source = draw("a goat and two ducks by the lake", seed=3, **SIZE)
    other = repainted(source, None, how)
    kept, before = record.read(other.info["record"]), record.read(source.info["record"])
    assert kept and before and kept.now.subjects == before.now.subjects and kept.now.hour == hour
    assert differs(source, other).mean() > 0.3
    changed = repainted(other, None, "", words="make the goat red")
    assert not changed.info["undone"] and 0.001 < differs(other, changed).mean() < 0.5


def test_what_is_painted_over_is_not_forgotten_by_the_next_change() -> None:
    """The record tells nothing of a masked change, so it goes: else the next change would bring back what was painted over."""
    source = draw("a goat by the lake", seed=3, **SIZE)
    mask = Image.new("RGBA", source.size, (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), (10, 10, 45, 45))
    painted = repainted(source, mask, "a balloon", words="a balloon")
    assert "record" not in painted.info
    after = repainted(painted, None, "", words="make the goat red")
    assert after.info["undone"] == ("make the goat red",) and not differs(painted, after).any()
    unclear = repainted(source, None, "in the manner of nobody")
    assert not unclear.info.get("record")


@pytest.mark.parametrize(("prompt", "words"), [("a cat and a dog", "make the cat blue"), ("猫和狗", "去掉狗")])
def test_a_cut_out_picture_is_known_too(prompt: str, words: str) -> None:
    source = draw(prompt, seed=3, transparent=True, **SIZE)
    changed = repainted(source, None, "", words=words)
    assert not changed.info["undone"]
    assert 0.01 < differs(source, changed).mean() < 0.6
    assert changed.getchannel("A").getextrema()[0] == 0


def test_a_bicycle_takes_a_colour_as_a_whole() -> None:
    plain, blue = (
        np.asarray(draw(f"a {colour} bicycle", seed=1, transparent=True, **SIZE), int) for colour in ("", "blue")
    )
    red = [(one[..., 0] > one[..., 2] + 60) & (one[..., 3] > 200) for one in (plain, blue)]
    assert red[0].mean() > 0.004 and red[1].mean() < red[0].mean() / 10


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sketching(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    """A studio with the real sketch artist."""
    process = await start_openai_server(tmp_path_factory.mktemp("artist"), fast=True)
    try:
        async with studio_at(tmp_path_factory.mktemp("sketching") / "data", process) as running:
            yield running
    finally:
        await process.close()


async def shown(person: Person, piece: dict[str, Any]) -> Image.Image:
    return Image.open(io.BytesIO(await person.picture(piece)))


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("form", ["jpeg", "png", "webp"])
async def test_a_picture_is_known_again_in_every_format(sketching: Studio, form: str) -> None:
    ann = await sketching.person(f"ann-{form}")
    made = await ann.says(f"/image a cat and a dog in the park --raw --size 1024x640 --quality low --format {form}")
    pictures = [await shown(ann, made.pictures[0])]
    for words in ("make the cat blue", "remove the dog")[: 2 if form == "jpeg" else 1]:  # whose second one is as theirs
        changed = await ann.says(f"/edit {words}")
        pictures.append(await shown(ann, changed.pictures[0]))
    for old, new in itertools.pairwise(pictures):
        assert old.size == new.size
        away = np.abs(np.asarray(old.convert("RGB"), int) - np.asarray(new.convert("RGB"), int)).max(axis=-1)
        assert 0.005 < (away > 60).mean() < 0.2
        assert (away > 12).mean() < 0.2, "most of it is as it was, but for compression: edits come as JPEG"


@pytest.mark.asyncio(loop_scope="module")
async def test_what_it_cannot_change_is_told_with_what_can_be_done_instead(sketching: Studio) -> None:
    ann = await sketching.person()
    await ann.says("/image a cat --raw --size 1024x640 --quality low")
    undone = await ann.says("/edit make it dance")
    assert "make it dance" in undone.text and "mask" in undone.text


@pytest.mark.asyncio(loop_scope="module")
async def test_a_photo_of_which_nothing_is_known_is_left_as_it_is(sketching: Studio) -> None:
    ann = await sketching.person("ben", language="zh")
    answer = await ann.says("/edit 把猫变成蓝色", "cat.png")
    assert "把猫变成蓝色" in answer.text and "蒙版" in answer.text


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("language", "words", "told"),
    [
        ("en", "a fox beside a spectrometer", "I can’t draw: spectrometer."),
        ("en", 'a shop with a sign that says "Хлеб"', "I can’t draw: “Хлеб”."),
        ("zh", "一块写着“龘”的牌子", "这些我不会画：“龘”。"),
        ("en", 'a shop with a sign that says "BAKERY"', ""),
        ("zh", "一块写着“欢迎”的牌子", ""),
        ("zh", "一只猫和一台离心机", "这些我不会画：离心机。"),
        ("en", "a fox under a tree at night", ""),
    ],
)
async def test_what_it_cannot_draw_is_told_under_the_picture(
    sketching: Studio, language: str, words: str, told: str
) -> None:
    person = await sketching.person(f"cy-{language}", language=language)
    answer = await person.says(f"/image {words} --size 1024x640")
    assert answer.pictures and told in answer.text
    assert told or not any(said in answer.text for said in ("can’t draw", "不会画"))
