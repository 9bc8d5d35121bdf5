"""What the storybook could not use of an idea is said under what it told, and is no part of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from embedded.brief import Brief
from embedded.process import EmbeddedProcess
from embedded.storybook import answered
from storybook_talk import brief, user
from studio import studio_at

NO_KEY = {"openai_api_key": None, "openai_base_url": None, "embedded_fast": True}


@pytest.mark.parametrize(
    ("idea", "used", "unused"),
    [
        ("a hedgehog and a synchrotron", ("hedgehog",), ("synchrotron",)),
        ("a badger on a hoverboard in Lima with a tax adviser", ("badger", "Lima"), ("hoverboard", "tax adviser")),
        ("tell me a bedtime story about thermodynamics for a 6 year old", (), ("thermodynamics",)),
        ("a fox who lost its song", ("fox", "song"), ()),
        ("write me a sad story about a bear with a happy ending", ("bear",), ()),
        ("一只刺猬和一台粒子加速器", ("刺猬",), ("粒子加速器",)),
        ("讲一个关于汇率的故事", (), ("汇率",)),
        ("给五岁的孩子讲一只怕黑的小猫", ("小猫",), ()),
        ("", (), ()),
    ],
)
def test_what_of_an_idea_is_told_and_what_is_not(idea: str, used: tuple[str, ...], unused: tuple[str, ...]) -> None:
    for seed in range(5):
        known = answered([user(idea)], schema=None, seed=seed, brief=brief("story", idea)).known
        assert known.unused == unused, seed
        assert set(used) <= set(known.used), seed


@pytest.mark.parametrize(
    ("idea", "told"),
    [
        ("Zorblax the notary audits a casino", ("Zorblax", "notary", "a casino")),
        ("a girl called Amira who wins a hackathon", ("Amira", "win a hackathon")),
        ("医生小林修好了服务器", ("小林", "修好服务器")),
    ],
)
def test_names_and_deeds_that_nobody_knows_are_told(idea: str, told: tuple[str, ...]) -> None:
    texts = [answered([user(idea)], schema=None, seed=seed, brief=brief("story", idea)).text for seed in range(8)]
    assert all(told[0] in text for text in texts)
    assert all(any(word in text for text in texts) for word in told)


def test_talk_says_which_word_it_only_repeats() -> None:
    def unknown(said: str) -> tuple[str, ...]:
        return answered([user(said)], schema=None, seed=1, brief=Brief("talk", "en")).known.unused

    assert unknown("then we moved to Reykjavik") == ("Reykjavik",)
    assert unknown("I saw a hedgehog") == unknown("hello") == ()


@pytest.mark.asyncio
async def test_it_stands_under_the_story_and_goes_nowhere_else(tmp_path: Path, services: EmbeddedProcess) -> None:
    async with studio_at(tmp_path / "data", services, **NO_KEY) as studio:
        ann = await studio.person("ann")
        told = await ann.says("/story a hedgehog and a synchrotron")
        assert told.replies[0]["text"].endswith("(I don’t know “synchrotron”, so I told of hedgehog.)")
        (kept,) = (await ann.says("/export --format markdown")).pieces
        file = (await ann.picture(kept)).decode()
        assert "hedgehog" in file and "(I don’t know" not in file
        more = await ann.presses(*told.action("continue"))
        assert "synchrotron" not in more.text and "(I don’t know" not in more.text
        zoe = await studio.person("zoe", language="zh")
        assert "（我不认识“粒子加速器”，就只讲了刺猬。）" in (await zoe.says("/story 一只刺猬和一台粒子加速器")).text
