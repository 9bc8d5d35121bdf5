"""The reader's age is read by code wherever it stands in a request, so what follows from it holds for typed and for plain words."""

from __future__ import annotations

import pytest

from core import prompts
from studio import Studio

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize(
    ("words", "age"),
    [
        ("a bear, for a 4 year old", 4),
        ("a bear for my 6-year-old daughter", 6),
        ("for 9 year olds: a whale", 9),
        ("a whale for a group of five year olds", 5),
        ("a whale for kids aged 7", 7),
        ("a whale for my niece, aged 8, who likes boats", 8),
        ("a whale for children ages 4 to 6", 4),
        ("a whale for my son (3)", 3),
        ("a whale for my son who is 11", 11),
        ("a whale, for a 5yo please", 5),
        ("a ghost story for a 40 year old reader", 40),
        ("给四岁孩子的小熊故事", 4),
        ("一只小熊，给我5岁的女儿", 5),
        ("讲给七岁的小朋友听：鲸鱼", 7),
        ("适合6到8岁儿童的鲸鱼故事", 6),
        ("给十二岁的学生写一只鲸鱼", 12),
        ("给我女儿（3岁）的故事", 3),
        ("a 4 year old girl finds a key", None),
        ("a story about a 90 year old captain", None),
        ("a toy for a 5 year old dog", None),
        ("a ship that waited for 12 years", None),
        ("for 5 friends at sea", None),
        ("一个四岁的女孩捡到钥匙", None),
        ("一座一百岁的灯塔", None),
        ("", None),
    ],
)
async def test_whom_it_is_for(words: str, age: int | None) -> None:
    assert prompts.age_in(words) == age


async def test_a_typed_story_and_what_goes_on_from_it_know_the_age(studio: Studio) -> None:
    ann = await studio.person()

    async def ages(kind: str) -> list[int | None]:
        briefs = [entry.get("brief") or {} for entry in await studio.requests()]
        return [brief.get("age") for brief in briefs if brief.get("kind") == kind]

    told = await ann.says("/story a bear and a kite, for my 4 year old --length short")
    await ann.presses(*told.action("continue"))
    await ann.says("/story 一只小熊，给六岁的孩子 --length short")
    await ann.says("/story a bear, for a 4 year old --age 9 --length short")
    assert await ages("story") == [4, 6, 9] and await ages("continuation") == [4] and await ages("plan") == [4, 6, 9]
