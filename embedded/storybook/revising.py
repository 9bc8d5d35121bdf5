"""A story told differently, as far as a storybook can: another name, another ending, shorter; else told anew with the wish in its idea."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

from embedded.storybook import chinese, chinese_stories, english, english_stories
from embedded.storybook.endings import with_ending
from embedded.storybook.ideas import Figure
from embedded.storybook.request import Request

READ_LIMIT = 300
"""Characters of a wish that are read."""


_RENAMED = (
    re.compile(
        r"^(?P<who>.{0,60}?)\b(?:name|call|rename)\b(?P<whom>.{0,40}?)(?: to| into| as)? (?P<name>[A-Z][\w'-]{1,20})[.! ]*$"
    ),
    re.compile(
        r"^(?P<who>.{0,20}?)(?:名字|改名|改叫|叫做?)(?P<whom>)(?:改成|改为|换成|叫做?|成|为)*(?P<name>[^\s，。！的]{1,6}?)(?:吧)?[。！]*$"
    ),
)
_MOODS = {
    "happier": re.compile(
        r"happ|cheer|merr|joy|joll|sweet|hope|cosy|cozy|nice|warm|better|开心|乐|高兴|欢|喜|幸福|暖|甜|圆|美满|希望|好一"
    ),
    "sadder": re.compile(r"\bsad|tragic|tear|melanchol|bitter|悲|难过|伤|哀|惨|催泪|苦"),
    "funnier": re.compile(r"funn|laugh|silly|humou?r|comic|hilarious|搞笑|好笑|有趣|幽默|逗|滑稽|好玩"),
}
_ENDING = re.compile(r"\bend(?:s|ing)?\b|结局|结尾|收尾")
_SHORTER = re.compile(r"\bshort|短|缩")
_LONGER = re.compile(r"\blong|长")


def revise(request: Request, random: Random) -> str:
    """The last part of the story with what the last message wishes."""
    told, wish = request.earlier[-1], request.last[:READ_LIMIT]
    stories = chinese_stories if request.chinese else english_stories
    hero, friend = stories.figures_of("\n".join(request.earlier), random)
    if named := renamed(told, wish, hero, friend, chinese_story=request.chinese):
        return named
    moods = (name for name, pattern in _MOODS.items() if pattern.search(wish.lower()))
    mood = next(moods, random.choice([*_MOODS]) if _ENDING.search(wish.lower()) else "")
    if mood:
        return with_ending(told, mood, (hero.name, friend.name), random, in_chinese=request.chinese)
    if _SHORTER.search(wish.lower()):
        return _shorter(told)
    longer = request.length * 3 // 2 if _LONGER.search(wish.lower()) else request.length
    idea = request.asked[-1] if request.asked else ""
    joint = "，" if request.chinese else ", "
    tell: Callable[[Request, Random], str] = chinese.tell if request.chinese else english.tell
    anew = tell(replace(request, last=f"{idea}{joint}{wish}", length=longer), random)
    others = stories.figures_of(anew, random)
    for new, old in zip(others, (hero, friend), strict=True):  # whoever was in it stays in it
        anew = _called(anew, new.name, old.name, chinese_story=request.chinese) if new.name and old.name else anew
    return anew


def renamed(told: str, wish: str, hero: Figure, friend: Figure, *, chinese_story: bool) -> str:
    """The story with the name that a wish gives to one of the two; empty where it gives none."""
    found = next((match for pattern in _RENAMED if (match := pattern.search(wish))), None)
    if found is None:
        return ""
    of = f"{found['who']} {found['whom']}".lower()
    named_friend = friend.name.lower() in of or (friend.noun and friend.noun in of and hero.noun not in of)
    old = friend.name if named_friend else hero.name
    if not old or old not in told:
        return ""
    return _called(told, old, found["name"], chinese_story=chinese_story)


def _called(told: str, old: str, new: str, *, chinese_story: bool) -> str:
    """The story with another name for somebody in it."""
    pattern = re.escape(old) if chinese_story else rf"\b{re.escape(old)}\b"
    return re.sub(pattern, lambda _: new, told)


def _shorter(told: str) -> str:
    """Without every third paragraph of its middle."""
    paragraphs = told.rstrip().split("\n\n")
    if len(paragraphs) < 5:
        return told
    middle = [text for place, text in enumerate(paragraphs[2:-1]) if place % 3 != 1]
    return "\n\n".join([*paragraphs[:2], *middle, paragraphs[-1]])
