"""A story told differently, as far as a storybook can: another name, another ending, shorter; else told anew with the wish in its idea."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

from embedded.storybook import chinese, chinese_stories, english, english_stories
from embedded.storybook.book import PAGES, Page, Texts, read_pages
from embedded.storybook.ideas import Figure
from embedded.storybook.request import Request

READ_LIMIT = 300
"""Characters of a wish that are read."""


class _Endings(Page):
    """Other endings in one language."""

    happier: Texts
    sadder: Texts
    funnier: Texts


_ENGLISH = read_pages(PAGES / "english_revisions.toml", _Endings)
_CHINESE = read_pages(PAGES / "chinese_revisions.toml", _Endings)
_RENAMED = (
    re.compile(
        r"^(?P<who>.{0,60}?)\b(?:name|call|rename)\b(?P<whom>.{0,40}?)(?: to| into| as)? (?P<name>[A-Z][\w'-]{1,20})[.! ]*$"
    ),
    re.compile(
        r"^(?P<who>.{0,20}?)(?:名字|改名|改叫|叫做?)(?P<whom>)(?:改成|改为|换成|叫做?|成|为)*(?P<name>[^\s，。！的]{1,6}?)(?:吧)?[。！]*$"
    ),
)
_MOODS = {
    "happier": re.compile(r"happ|cheer|merr|nice|warm|better|开心|快乐|高兴|幸福|温暖|圆满|好一"),
    "sadder": re.compile(r"\bsad|悲伤|难过|伤感"),
    "funnier": re.compile(r"funn|laugh|silly|搞笑|好笑|有趣"),
}
_SHORTER = re.compile(r"\bshort|短|缩")
_LONGER = re.compile(r"\blong|长")


def revise(request: Request, random: Random) -> str:
    """The last part of the story with what the last message wishes."""
    told, wish = request.earlier[-1], request.last[:READ_LIMIT]
    stories = chinese_stories if request.chinese else english_stories
    hero, friend = stories.figures_of("\n".join(request.earlier), random)
    if named := renamed(told, wish, hero, friend, chinese_story=request.chinese):
        return named
    mood = next((name for name, pattern in _MOODS.items() if pattern.search(wish.lower())), "")
    if mood:
        ending = random.choice(getattr(_CHINESE if request.chinese else _ENGLISH, mood))
        return _with_ending(told, ending.format(name=hero.name, comp=friend.name))
    if _SHORTER.search(wish.lower()):
        return _shorter(told)
    longer = request.length * 3 // 2 if _LONGER.search(wish.lower()) else request.length
    idea = request.asked[-1] if request.asked else ""
    joint = "，" if request.chinese else ", "
    tell: Callable[[Request, Random], str] = chinese.tell if request.chinese else english.tell
    return tell(replace(request, last=f"{idea}{joint}{wish}", length=longer), random)


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
    pattern = re.escape(old) if chinese_story else rf"\b{re.escape(old)}\b"
    return re.sub(pattern, lambda _: found["name"], told)


def _with_ending(told: str, ending: str) -> str:
    paragraphs = told.rstrip().split("\n\n")
    return "\n\n".join([*(paragraphs[:-1] if len(paragraphs) > 2 else paragraphs), ending])


def _shorter(told: str) -> str:
    """Without every third paragraph of its middle."""
    paragraphs = told.rstrip().split("\n\n")
    if len(paragraphs) < 5:
        return told
    middle = [text for place, text in enumerate(paragraphs[2:-1]) if place % 3 != 1]
    return "\n\n".join([*paragraphs[:2], *middle, paragraphs[-1]])
