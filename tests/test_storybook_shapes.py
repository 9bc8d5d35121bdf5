"""Structured answers of the storybook are valid whatever comes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embedded.storybook import answer
from storybook_talk import brief, chinese, continued, story, user

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
        "properties": {"prompt": TEXT, "who": {"type": "array", "items": TEXT}, "caption": TEXT},
        "required": ["prompt", "who", "caption"],
        "additionalProperties": False,
    }
    somebody = {
        "type": "object",
        "properties": {"name": TEXT, "look": TEXT},
        "required": ["name", "look"],
        "additionalProperties": False,
    }
    return shape(
        "picture_plan",
        characters={"type": "array", "items": somebody},
        pictures={"type": "array", "minItems": number, "maxItems": number, "items": item},
    )


def structured(schema: dict[str, Any], text: str, **facts: Any) -> Any:
    kind = "plan" if facts else "picture"
    value = json.loads(answer([user(text)], schema=schema, seed=3, brief=brief(kind, text, **facts)))
    jsonschema_rs.validate(schema["schema"], value)
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
    ("idea", "contrary"),
    [
        ("a kitten, no windows please", "window"),
        ("a puppy indoors, but no lamp", "lamp"),
        ("a squirrel without any trees", "tree|pine|forest"),
        ("a hedgehog but no mushrooms or flowers", "mushroom|flower"),
        ("an owl and not a single cloud", "cloud"),
        ("a bear cub, don't show any houses", "house|cottage|village"),
        ("a deserted playground, nobody there", "people|sitting|looking|walking"),
        ("a lion, monochrome", "colour|green|blue|gold"),
        ("a horse on a plain background", "forest|garden|room|light"),
        ("a puppy in a thunderstorm", "sun|daylight|morning|room"),
        ("a rabbit in winter snow", "flower|green|room"),
        ("一只小狗，不要窗户", "窗"),
        ("一只松鼠，别画树", "树|松|森林"),
        ("一只刺猬，不要蘑菇和花", "蘑菇|花"),
        ("没有云，一只老鹰", "云"),
        ("黑白的狮子", "颜色|绿|蓝|金色"),
        ("白色背景的小马", "森林|花园|光"),
        ("大雨里的小狗", "阳光|日光|晨光|房间"),
        ("空无一人的小巷", "坐着|看着|走着"),
    ],
)
def test_a_picture_prompt_adds_nothing_that_was_not_wanted(idea: str, contrary: str) -> None:
    for seed in range(12):
        given = answer([user(idea)], schema=PROMPT, seed=seed, brief=brief("picture", idea))
        prompt = json.loads(given)["prompt"]
        assert prompt.startswith(idea) and not re.search(contrary, prompt.removeprefix(idea))


@pytest.mark.parametrize(
    "idea", ["a kitten, no windows please", "a squirrel without any trees", "一只小狗，不要窗户", "没有云，一只老鹰"]
)
def test_a_picture_prompt_still_adds_what_contradicts_nothing(idea: str) -> None:
    added = [
        json.loads(answer([user(idea)], schema=PROMPT, seed=seed, brief=brief("picture", idea)))["prompt"]
        for seed in range(6)
    ]
    assert all(len(prompt) > len(idea) + 5 for prompt in added) and len(set(added)) > 1


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
    look = plan["characters"][0]["look"]
    assert len(look) > 5
    for picture in pictures:
        assert look in picture["prompt"]
        assert picture["who"][0] == plan["characters"][0]["name"]
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
        assert len(re.findall(both, " ".join(one["look"] for one in plan["characters"]))) == 2, (
            seed,
            plan["characters"],
        )


def test_the_plan_sees_what_the_hero_wears_and_the_hour() -> None:
    told = "Pip was a small fox who lived in a wood. He wore a green scarf.\n\nThat night Pip climbed a tree and held up a lantern."
    plan = structured(plan_shape(2), told, pictures=2)
    assert "fox with a green scarf" in plan["characters"][0]["look"]
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
