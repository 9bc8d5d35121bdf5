"""Words that are set in a picture: on signs, as titles, in somebody's mouth; and what is told of those that are not."""

from __future__ import annotations

import numpy as np
import pytest

from embedded.artist import changing, draw, lettering, record
from embedded.artist.record import Record
from embedded.artist.words import read

SIZE = {"width": 320, "height": 320}

SET = [
    ('a sign that says "STOP"', "sign", "STOP"),
    ('a "Sale" sign beside a tree', "sign", "Sale"),
    ("a sign saying Keep Off The Grass", "sign", "Keep Off The Grass"),
    ("a wooden sign that says mind the step near a door", "sign", "mind the step"),
    ("a shop called “Corner Books”", "E20C", "Corner Books"),
    ('a book titled "Dune Cats"', "1F4D6", "Dune Cats"),
    ('a banner reading "Well done, Mia!"', "banner", "Well done, Mia!"),
    ('a poster with the words "Vote"', "placard", "Vote"),
    ("a birthday cake with Happy Birthday on it", "1F382", "Happy Birthday"),
    ("a dog saying 'woof'", "1F436", "woof"),
    ('the words "just a test"', "sign", "just a test"),
    ("写着“小心台阶”的牌子", "sign", "小心台阶"),
    ("一块写着禁止入内的木牌", "sign", "禁止入内"),
    ("一家叫“月亮”的书店", "E20C", "月亮"),
    ("蛋糕上写着「生日快乐」", "1F382", "生日快乐"),
    ("一本叫《山海》的书", "1F4D6", "山海"),
    ("写着“加油”的横幅", "banner", "加油"),
    ("一只小狗说：“汪汪”", "1F436", "汪汪"),
    ("一张写着“招聘”的海报", "placard", "招聘"),
]


@pytest.mark.parametrize(("prompt", "art", "words"), SET)
def test_words_are_set_on_what_they_are_said_of(prompt: str, art: str, words: str) -> None:
    lettered = {subject.noun.art: subject.letters for subject in read(prompt).subjects if subject.letters}
    assert lettered == {art: words}
    assert draw(prompt, seed=1, words=prompt, **SIZE).info["unknown"] == ()


@pytest.mark.parametrize(
    "prompt",
    [
        'a fox named "Rusty"',
        "一只叫“小黑”的猫",
        '"a cat on a roof"',
        "the dog's bone and the cat's toy",
        "a girl reading a book",
        "“一只猫”",
    ],
)
def test_names_and_plain_quotation_marks_are_no_words_to_set(prompt: str) -> None:
    scene = read(prompt)
    assert scene.subjects and not scene.lettered
    assert draw(prompt, seed=1, words=prompt, **SIZE).info["unknown"] == ()


def test_what_stands_on_a_sign_is_not_drawn_beside_it() -> None:
    assert [subject.noun.art for subject in read('a sign that says "no dogs, three cats"').subjects] == ["sign"]


@pytest.mark.parametrize(
    ("one", "other"), [('a sign that says "OPEN"', 'a sign that says "NEPO"'), ("写着“大”的牌子", "写着“小”的牌子")]
)
def test_the_words_show(one: str, other: str) -> None:
    """Two words of the same letters differ in the picture, and nowhere but on the board."""
    scenes = [read(text) for text in (one, other)]
    before = Record(scenes[0], scenes[0], 320, 320, 1)
    after = Record(scenes[0], changing.replace(scenes[0], subjects=scenes[1].subjects), 320, 320, 1)
    pictures = [np.asarray(changing.drawn(each).convert("RGB"), int) for each in (before, after)]
    away = np.abs(pictures[0] - pictures[1]).max(axis=-1) > 40
    assert 0.001 < away.mean() < 0.05


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ('a sign that says "Добро OPEN"', ("“Добро”",)),
        ('a sign that says "' + "come in " * 10 + '"', ("“come in come in come in come in come in”",)),
        ("写着“龘”的牌子", ("“龘”",)),
        ('a book titled "Ünïversity of Œuvres"', ()),
    ],
)
def test_what_could_not_be_set_is_told(prompt: str, told: tuple[str, ...]) -> None:
    assert draw(prompt, seed=1, words=prompt, **SIZE).info["unknown"] == told


@pytest.mark.parametrize(
    "words", ["</g><script>x</script>", "&amp; & <b>", '" onload=', "x" * 200, "𝕊\x00\x1f", "M 0 0 L 9 9"]
)
def test_no_words_become_markup(words: str) -> None:
    outlines = lettering.fitted(words, (0, 0, 60, 40), "#000000")
    assert not any(said in outlines for said in ("script", "onload", "&", "<b"))
    assert draw(f"a sign that says “{words}”", seed=1, **SIZE).size == (320, 320)


@pytest.mark.parametrize(
    "words", ["a", "Wide words wrap into lines", "W" * 40, "欢迎光临本店今天营业请进来坐坐喝杯茶", "a b c d e f g"]
)
def test_set_words_stay_within_their_board(words: str) -> None:
    from embedded.artist.emoji_art import measured

    left, top, right, bottom = measured(lettering.fitted(words, (0, 10, 66, 50), "#000000"), 720)
    assert left >= -1 and right <= 67 and top >= 9 and bottom <= 51


def test_a_sign_is_kept_and_written_anew() -> None:
    scene = read('a fox beside a sign that says "OPEN"')
    known = record.read(record.written(Record(scene, scene, 320, 320, 1)))
    assert known is not None and known.now.subjects == scene.subjects
    change = changing.understood(known, 'change the sign to say "CLOSED"')
    assert change.undone == () and not change.everywhere
    assert [subject.letters for subject in change.record.now.subjects] == ["", "CLOSED"]
    blue = changing.understood(change.record, "make the fox blue").record
    assert [subject.letters for subject in blue.now.subjects] == ["", "CLOSED"]
    more = changing.understood(known, 'add a banner that says "Summer Fair"').record.now.subjects[-1]
    assert (more.noun.art, more.letters) == ("banner", "Summer Fair")
