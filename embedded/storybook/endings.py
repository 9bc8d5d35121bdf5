"""How a story ends where somebody wants another ending, or a tone."""

from __future__ import annotations

from random import Random

from embedded.storybook.book import PAGES, Page, Texts, read_pages
from embedded.storybook.request import Request

CHILDREN = 12
"""Years up to which nothing ends badly."""


class Endings(Page):
    """Other endings in one language."""

    happier: Texts
    sadder: Texts
    funnier: Texts
    sleepy: Texts
    spooky: Texts
    eerie: Texts
    noir: Texts


ENGLISH = read_pages(PAGES / "english_revisions.toml", Endings)
CHINESE = read_pages(PAGES / "chinese_revisions.toml", Endings)
_OF_TONES = {"sad": "sadder", "funny": "funnier", "bedtime": "sleepy", "spooky": "eerie", "noir": "noir"}
_FOR_CHILDREN = {"eerie": "spooky", "noir": ""}


def ended(told: str, request: Request, names: tuple[str, str], random: Random) -> str:
    """The story with the ending of the tone that is wanted; for children one of theirs, and for other tones its own."""
    mood = _OF_TONES.get(request.tone, "")
    if request.age is not None and request.age <= CHILDREN:
        mood = _FOR_CHILDREN.get(mood, mood)
    return with_ending(told, mood, names, random, in_chinese=request.chinese) if mood else told


def with_ending(told: str, mood: str, names: tuple[str, str], random: Random, *, in_chinese: bool) -> str:
    """The story with an ending of a mood, for its hero and companion, in place of its last paragraph."""
    ending = random.choice(getattr(CHINESE if in_chinese else ENGLISH, mood))
    paragraphs = told.rstrip().split("\n\n")
    kept = paragraphs[:-1] if len(paragraphs) > 2 else paragraphs
    return "\n\n".join([*kept, ending.format(name=names[0], comp=names[1])])
