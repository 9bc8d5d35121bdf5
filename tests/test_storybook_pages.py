"""The storybook's pages, and what it goes on with."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from embedded.storybook import answer
from embedded.storybook.book import PAGES, Book, PagesError, read_pages
from storybook_talk import brief, chinese, continued, story, words


@pytest.mark.parametrize(
    ("written", "instead", "complaint"),
    [
        ("{home}", "{hime}", "frame.openings.0: .*no such slot: 'hime'"),
        ("{name}", "{name", "no such slot"),
        ("The Secret of {Far}", "The Secret of {Fur}", "plots.mystery.titles: .*'fur'"),
        ("advice =", "advise =", r"threads\.0\.advice: Field required"),
        ("[scenes.forest]", "[scenes.woods]", "one of the scenes forest"),
        ("\n+ Every morning", "\n+\n+ Every morning", "no text in"),
        ("apart = true", "apart = 1", "apart: .*boolean"),
        ("[names]", "[names", "english.toml: .*line"),
        ("+ The bushes had turned", "\n+ The bushes had turned", "fear.threads.0.low: .*without an empty line"),
    ],
)
def test_a_slip_of_the_pen_is_named(tmp_path: Path, written: str, instead: str, complaint: str) -> None:
    text = (PAGES / "english.toml").read_text(encoding="utf-8")
    assert written in text
    (tmp_path / "english.toml").write_text(text.replace(written, instead, 1), encoding="utf-8")
    with pytest.raises(PagesError, match=complaint) as raised:
        read_pages(tmp_path / "english.toml", Book)
    assert str(raised.value).startswith("english.toml: ")


def test_a_plot_needs_a_thread_for_any_idea(tmp_path: Path) -> None:
    text = (PAGES / "chinese.toml").read_text(encoding="utf-8")
    (tmp_path / "chinese.toml").write_text(
        re.sub(r"\nadvice =", '\nkeys = ["x"]\nadvice =', re.sub(r"\nkeys = .*", "", text))
    )
    with pytest.raises(PagesError, match="needs a thread without keys"):
        read_pages(tmp_path / "chinese.toml", Book)


def test_a_continuation_takes_up_the_people_and_the_wish() -> None:
    told = story("Mia the mouse and an owl called Bubo", length=300)
    more = continued(told, "then they find an old map")
    assert "Mia" in more
    assert "Bubo" in more
    assert "old map" in more
    assert not more.startswith("#")

    dragon = continued(told, "Now a dragon appears and it starts to snow")
    assert "a dragon" in dragon
    assert "snow" in dragon
    assert "to the desert" in continued(told, "they travel to the desert")


def test_the_companions_running_joke_goes_on() -> None:
    told = next(
        text for text in (story("a fox who lost its song", seed) for seed in range(60)) if "cheese sandwich" in text
    )
    more = continued(told, "go on", seed=5) + continued(told, "go on", seed=5, length=400)
    assert "sandwich" in more
    assert "always carried a cheese sandwich" not in more


def test_a_chinese_continuation_takes_up_the_people_and_the_wish() -> None:
    told = story("一只叫豆豆的小狗和一只叫米粒的小鸟", length=500)
    more = continued(told, "后来它们发现了一张地图")
    assert "豆豆" in more
    assert "米粒" in more
    assert "地图" in more
    assert not more.startswith("#")
    assert "龙" in continued(told, "这时候来了一条龙")


def test_a_story_by_somebody_else_can_be_continued() -> None:
    told = 'Clara pushed the gate. "Are you sure?" whispered Tom, her brother. Clara laughed, and Tom followed. She ran. Tom sneezed at Clara.'
    more = continued(told, "they hear thunder")
    assert "Clara" in more
    assert "Tom" in more


def talk(*turns: str, seed: int = 1) -> str:
    roles = itertools.cycle(("user", "assistant"))
    messages = [{"role": role, "content": text} for role, text in zip(roles, turns, strict=False)]
    return answer(messages, schema=None, seed=seed, brief=brief("talk", turns[-1]))


def test_talk_is_short_reacts_and_offers() -> None:
    for seed in range(6):
        reply = talk("I saw a hedgehog in the garden today", seed=seed)
        assert "edgehog" in reply
        assert "/story" in reply
        assert words(reply) < 60
        reply = talk("今天我看到一只小刺猬", seed=seed)
        assert "刺猬" in reply
        assert "/story" in reply
        assert chinese(reply)


def test_it_says_what_it_is() -> None:
    for seed in range(4):
        assert "storybook" in talk("who are you?", seed=seed)
        assert "故事书" in talk("你是谁？", seed=seed)
        assert not re.search(r"\bAI\b|人工智能", talk("are you an AI?", seed=seed))


def test_talk_refers_to_earlier_turns() -> None:
    assert "Lena" in talk("My name is Lena", "Nice!", "what is my name?")
    assert "dog" in talk("I have a dog", "Nice!", "and also a kitten")
    assert "The Lost Kite" in talk("/story a kite", "# The Lost Kite\n\nOnce there was a kite.", "that was lovely")
