"""The storybook: stories that follow the idea in both languages, and structured answers that are valid."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embedded.brief import Brief
from embedded.storybook import answer
from embedded.storybook.book import PAGES, Book, PagesError, read_pages

ENGLISH_IDEAS = (
    "a fox who lost its song",
    "a lighthouse keeper and a whale",
    "An owl that is afraid of the dark",
    "a robot who wants to touch the moon",
    "Mia the mouse finds an old map in the library",
    "an otter who must bring an umbrella to his grandmother",
    "write me a story about a dragon who cannot breathe fire",
    "a blorple",
    "",
)
CHINESE_IDEAS = (
    "小狐狸丢了它的歌",
    "写一个关于灯塔看守人和鲸鱼的故事",
    "一只怕黑的小猫",
    "想去月球的机器人",
    "一个小女孩在图书馆发现了一扇小门",
    "小蜗牛答应给月亮送一封信",
    "讲个故事",
)


def user(text: Any) -> dict[str, Any]:
    return {"role": "user", "content": text}


def brief(kind: str, text: Any, **facts: Any) -> Brief:
    return Brief(kind, **{"language": "zh" if chinese(str(text)) else "en"} | facts)


def story(idea: Any, seed: int = 1, **facts: Any) -> str:
    return answer([user(idea)], schema=None, seed=seed, brief=brief("story", idea, **facts))


def body(text: str) -> str:
    return text.partition("\n\n")[2]


def words(text: str) -> int:
    return len(text.split())


def characters(text: str) -> int:
    return len(re.sub(r"\s", "", text))


def chinese(text: str) -> bool:
    return re.search("[\u4e00-\u9fff]", text) is not None


# --- stories ---------------------------------------------------------------------------------------------------------


def test_the_language_is_the_one_asked_for_else_the_ideas() -> None:
    assert not chinese(story("a fox who lost its song"))
    assert chinese(story("小狐狸丢了它的歌"))
    assert not chinese(story("小狐狸丢了它的歌", language="en"))
    in_chinese = story("a fox who lost its song", language="zh")
    assert "狐狸" in in_chinese
    assert not re.search("[A-Za-z]", in_chinese)


@pytest.mark.parametrize("length", [100, 150, 200, 240, 350, 600, 1000, 1500])
def test_an_english_story_is_about_as_long_as_asked(length: int) -> None:
    for idea, seed in itertools.product(ENGLISH_IDEAS[:6], range(2)):
        told = words(body(story(idea, seed, length=length)))
        assert 0.75 * length <= told <= 1.25 * length, (idea, seed)


@pytest.mark.parametrize("length", [160, 250, 380, 420, 600, 1000, 1800, 2500])
def test_a_chinese_story_is_about_as_long_as_asked(length: int) -> None:
    for idea, seed in itertools.product(CHINESE_IDEAS, range(2)):
        told = characters(body(story(idea, seed, length=length)))
        assert 0.75 * length <= told <= 1.25 * length, (idea, seed)


@pytest.mark.parametrize(
    ("idea", "wanted"),
    [
        ("a fox who lost its song", ["fox", "song"]),
        ("a lighthouse keeper and a whale", ["lighthouse keeper", "whale"]),
        ("a robot who wants to touch the moon", ["robot", "touch the moon"]),
        ("Mia the mouse finds an old map in the library", ["Mia", "mouse", "old map", "library"]),
        ("an otter who is scared of thunder", ["otter", "thunder"]),
        ("a snail who promised to deliver a letter to the king", ["snail", "letter", "the king"]),
        ("a boy with a red umbrella in a rainy city", ["boy with a red umbrella", "in a rainy city"]),
        ("the blorple that wanted to fly", ["blorple", "fly"]),
        ("一只怕黑的小猫", ["小猫", "怕黑"]),
        ("写一个关于灯塔看守人和鲸鱼的故事", ["灯塔看守人", "鲸鱼"]),
        ("小兔子捡到一颗会发光的蛋", ["小兔子", "会发光的蛋"]),
        ("给我讲一只叫豆豆的小狗想飞的故事", ["豆豆", "小狗", "飞"]),
        ("小蜗牛答应给月亮送一封信", ["小蜗牛", "月亮", "信"]),
        ("月亮上的两只猫", ["月亮上", "小猫"]),
        ("阁楼里传来奇怪的声音", ["阁楼里", "奇怪的声音"]),
        ("a train that must bring a honey cake to the moon", ["train", "honey cake", "the moon"]),
        ("下雨的城市里一个打红伞的男孩", ["打红伞的小男孩", "城市里"]),
    ],
)
def test_what_the_idea_names_is_in_the_story(idea: str, wanted: list[str]) -> None:
    for seed in range(6):
        told = story(idea, seed)
        for word in wanted:
            assert word.lower() in told.lower(), (word, seed)


@pytest.mark.parametrize(
    ("idea", "wrong"),
    [
        ("a train that must bring a honey cake to the moon", "to the moon, to the moon"),
        ("a girl in the attic who wants to sing", "for the attic"),
        ("想唱歌的小女孩住在阁楼里", "到阁楼去"),
        ("怕打雷的小老虎", "打雷的小老虎，"),
        ("爱画画的公主想画大海", "的爱画画的"),
        ("围着一条红围巾的小熊想飞", "帽子"),
    ],
)
def test_nothing_is_said_twice(idea: str, wrong: str) -> None:
    assert not [seed for seed in range(20) if wrong in story(idea, seed)]


@pytest.mark.parametrize(
    ("idea", "companion"),
    [
        ("a girl called Emma and her cat", "a cat"),
        ("two cats on the moon", "another cat"),
        ("小女孩和她的小狗", "一只小狗"),
        ("月亮上的两只猫", "另一只小猫"),
    ],
)
def test_who_belongs_together_does_not_meet_for_the_first_time(idea: str, companion: str) -> None:
    for seed in range(6):
        first, second = body(story(idea, seed)).split("\n\n")[:2]
        assert companion in first
        assert companion not in second


@pytest.mark.parametrize(
    "idea",
    [
        "a fox who lost its song",
        "write me a story about a dragon who cannot breathe fire",
        "一只怕黑的小猫",
        "想去月球的机器人",
    ],
)
def test_the_idea_is_woven_and_not_pasted(idea: str) -> None:
    assert all(idea not in body(story(idea, seed)) for seed in range(6))


@pytest.mark.parametrize(
    ("idea", "wrong"),
    [
        ("a fox who lost its song", r"\b(he|she|his|her|him)\b"),
        ("a girl who wants to fly", r"\b[Gg]irl[^.]*\b(he|his|its)\b"),
    ],
)
def test_the_heros_pronoun_is_the_ideas(idea: str, wrong: str) -> None:
    for seed in range(5):
        beginning = body(story(idea, seed, length=120)).split("\n\n")[0]
        assert not re.search(wrong, beginning), beginning


def test_it_begins_with_a_title_and_has_paragraphs_and_somebody_speaks() -> None:
    for idea in (*ENGLISH_IDEAS, *CHINESE_IDEAS):
        told = story(idea)
        assert re.match(r"# \S[^\n]{1,80}\n\n\S", told)
        assert told.count("\n\n") > 4
        assert "“" in told


def test_the_same_messages_and_seed_tell_the_same_story_in_another_process() -> None:
    turns = [user("一个小狐狸和一封信的故事")]
    code = f"from embedded.storybook import answer; print(answer({turns!r}, schema=None, seed=4))"
    root = Path(__file__).parent.parent
    tellings = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            cwd=root,
            env={"PYTHONHASHSEED": salt, "PYTHONUTF8": "1"},
            check=True,
        ).stdout
        for salt in ("1", "2")
    }
    assert len(tellings) == 1
    assert len(tellings.pop()) > 100


def test_other_seeds_tell_other_stories() -> None:
    for idea in ("a penguin", "小企鹅"):
        assert len({story(idea, seed) for seed in range(12)}) == 12
        assert len({story(idea, seed).split("\n")[0] for seed in range(30)}) > 5


def test_the_youngest_get_shorter_sentences() -> None:
    def longest(age: int, idea: str, measure: Any) -> float:
        told = "".join(story(idea, seed, age=age, length=500) for seed in range(16))
        lengths = [measure(sentence) for sentence in re.split(r"[.!?。！？]+", told) if sentence.strip()]
        return sum(lengths) / len(lengths)

    assert longest(4, "a fox who lost its song", words) < longest(10, "a fox who lost its song", words) - 0.5
    assert longest(4, "小狐狸丢了它的歌", characters) < longest(10, "小狐狸丢了它的歌", characters)


RESIDUE = (
    r"[{}<>|¶=+_]",
    r"\bNone\b",
    r" {2}",
    r" [,.!?]",
    r"\ba [aeio]\w+",
    r"\ban [bcdfgjklmnpqrstvwxyz]\w+",
    r"[。，！？；][。，；]",
    r"\.\.",
    r"(?m)^\W*[a-z]",
    r"\b(\w{2,}) \1\b",
)


def test_no_template_shows_through() -> None:
    for idea, seed in itertools.product((*ENGLISH_IDEAS, *CHINESE_IDEAS), range(24)):
        told = story(idea, seed, length=(120, 300, 700)[seed % 3], age=4 + seed % 8)
        for pattern in RESIDUE:
            found = re.search(pattern, told)
            assert found is None, (idea, seed, pattern, told[max(0, found.start() - 40) : found.end() + 40])
        assert told.count("“") == told.count("”")


# --- pages -----------------------------------------------------------------------------------------------------------


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


# --- continuing ------------------------------------------------------------------------------------------------------


def continued(told: str, wish: str, seed: int = 1, length: int = 220) -> str:
    turns = [user("…"), {"role": "assistant", "content": told}, user(wish)]
    return answer(turns, schema=None, seed=seed, brief=brief("continuation", told + wish, length=length))


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


# --- talk ------------------------------------------------------------------------------------------------------------


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


# --- structured answers ----------------------------------------------------------------------------------------------

TEXT = {"type": "string"}


def shape(name: str, required: Sequence[str] | None = None, /, **properties: Any) -> dict[str, Any]:
    return {
        "name": name,
        "strict": True,
        "schema": {
            "type": "object",
            "properties": properties,
            "required": list(required or properties),
            "additionalProperties": False,
        },
    }


def plan_shape(number: int) -> dict[str, Any]:
    item = {
        "type": "object",
        "properties": {"prompt": TEXT, "caption": TEXT},
        "required": ["prompt", "caption"],
        "additionalProperties": False,
    }
    return shape(
        "picture_plan",
        characters=TEXT,
        pictures={"type": "array", "minItems": number, "maxItems": number, "items": item},
    )


def structured(schema: dict[str, Any], text: str, **facts: Any) -> Any:
    kind = "plan" if facts else "picture"
    value = json.loads(answer([user(text)], schema=schema, seed=3, brief=brief(kind, text, **facts)))
    jsonschema.validate(value, schema["schema"])
    return value


PROMPT = shape("picture_prompt", prompt=TEXT)


def test_a_picture_prompt_keeps_the_idea_and_adds_what_is_open() -> None:
    prompt = structured(PROMPT, "draw me a fox with a lantern")["prompt"]
    assert prompt.startswith("a fox with a lantern, ")
    assert "light" in prompt or "colours" in prompt
    prompt = structured(PROMPT, "帮我画一只在雪地里的小猫")["prompt"]
    assert "一只在雪地里的小猫" in prompt
    assert not re.search("[A-Za-z]", prompt)


@pytest.mark.parametrize(
    "idea",
    [
        "a fox who lost its song",
        "a girl in a red coat who is afraid of the dark",
        "小狐狸丢了它的歌",
        "一个小女孩和一只小猫",
    ],
)
@pytest.mark.parametrize("number", [1, 3, 6])
def test_a_plan_follows_the_story_with_one_look(idea: str, number: int) -> None:
    told = story(idea, length=500)
    plan = structured(plan_shape(number), told, pictures=number)
    pictures = plan["pictures"]
    assert len(pictures) == number
    look = re.split(r"\.|。", re.split(r" is |：", plan["characters"])[1])[0]
    assert len(look) > 5
    for picture in pictures:
        assert look in picture["prompt"]
        assert chinese(picture["prompt"]) == chinese(idea)
        assert 3 < len(picture["caption"]) < 130
    plain = re.sub(r"[“”]", "", told)
    places = [plain.find(re.sub(r"[“”]", "", picture["caption"]).rstrip("….。")) for picture in pictures]
    assert -1 not in places
    assert len(set(places)) == number
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("idea", "both"),
    [
        ("two cats on the moon", "cat"),
        ("a girl called Emma and her cat", "girl|cat"),
        ("小女孩和她的小狗", "女孩|小狗"),
    ],
)
def test_the_plan_knows_both_people_of_a_short_story(idea: str, both: str) -> None:
    for seed in range(1, 16):
        told = story(idea, seed, length=150 if idea.isascii() else 225)
        plan = structured(plan_shape(1), told, pictures=1)
        assert len(re.findall(both, plan["characters"])) == 2, (seed, plan["characters"])


def test_the_plan_sees_what_the_hero_wears_and_the_hour() -> None:
    told = "Pip was a small fox who lived in a wood. He wore a green scarf.\n\nThat night Pip climbed a tree and held up a lantern."
    plan = structured(plan_shape(2), told, pictures=2)
    assert "fox with a green scarf" in plan["characters"]
    last = plan["pictures"][1]["prompt"]
    assert all(word in last for word in ("fox with a green scarf", "climbing", "a lantern", "night", "forest"))


def test_an_unknown_schema_gets_the_smallest_valid_value() -> None:
    schema = shape(
        "unheard_of",
        ("name", "kind", "tags", "nested", "maybe", "size"),
        name={"type": "string", "maxLength": 5},
        kind={"enum": ["cat", "dog"]},
        tags={"type": "array", "items": TEXT, "minItems": 2},
        nested={"$ref": "#/$defs/inner"},
        maybe={"anyOf": [{"type": "null"}, {"type": "integer", "minimum": 7}]},
        size={"type": ["number", "null"], "exclusiveMinimum": 3, "multipleOf": 2.5},
        unused=TEXT,
    )
    schema["schema"]["$defs"] = {
        "inner": {"type": "object", "properties": {"on": {"type": "boolean"}}, "required": ["on"]}
    }
    value = structured(schema, "a long text about a fox")
    assert value == {
        "name": "a lon",
        "kind": "cat",
        "tags": ["a long text about a fox"] * 2,
        "nested": {"on": False},
        "maybe": 7,
        "size": 5.0,
    }


def test_a_known_name_with_another_schema_is_still_valid() -> None:
    known = shape("picture_prompt", prompt={"type": "string", "maxLength": 10}, seed={"type": "integer"})
    assert structured(known, "a fox reading a book")["prompt"] == "a fox read"
    assert structured(shape("picture_plan", score={"type": "integer", "maximum": -5}), "x") == {"score": -5}


# --- whatever comes --------------------------------------------------------------------------------------------------

HOSTILE = (
    "",
    " \n\t",
    "a" * 100_000,
    "怕" * 100_000,
    "a fox who " * 10_000,
    "שלום, ספר לי סיפור על שועל",
    "🦊" * 50,
    "\x00\u202e\ud800",
    "{name} {0} %s {{}} <a|b> ¶",
    "一只" * 2000,
    "“" * 500,
    "Mia the",
    "# # #\n" * 2000,
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_input_never_fails(text: str) -> None:
    for facts in (brief("story", text), brief("talk", text), None):
        assert answer([user(text)], schema=None, seed=1, brief=facts).strip()
    assert continued(text, text).strip()
    assert "{" not in story(text)
    for schema in (PROMPT, plan_shape(4), shape("other", a=TEXT)):
        structured(schema, text, pictures=4)


def test_parts_missing_contents_and_no_messages_at_all() -> None:
    parts = [{"type": "text", "text": "a fox who lost its song"}, {"type": "image_url", "image_url": {"url": "data:,"}}]
    assert "fox" in story(parts)
    assert answer([], schema=None, seed=0)
    assert answer([{"role": "user", "content": None}, {}, user(["odd", 3])], schema=None, seed=0)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(max_size=80), st.sampled_from(["story", "continuation", "talk"]), st.integers(0, 2**63))
def test_any_text_is_answered_cleanly(text: str, kind: str, seed: int) -> None:
    turns = [{"role": "assistant", "content": text}, user(text)]
    told = answer(turns, schema=None, seed=seed, brief=brief(kind, text))
    assert told.strip()
    assert "{" not in told
