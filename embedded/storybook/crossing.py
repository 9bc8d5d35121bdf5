"""An idea in one language for a tale in the other: the few words that both storybooks know by heart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from embedded.storybook.book import PAGES, Page, read_pages
from embedded.storybook.ideas import Figure, Idea
from embedded.storybook.words import CHINESE, ENGLISH


class _CrossingPages(Page):
    beings: str
    phrases: dict[str, tuple[tuple[str, str, str, str], ...]]
    """Plot → what tells a phrase in English and in Chinese, and the phrase in each."""


_PAGES = read_pages(PAGES / "crossing.toml", _CrossingPages)
_TO_CHINESE = {
    english.strip(): chinese.strip()
    for english, chinese in (pair.split(":") for pair in _PAGES.beings.replace("\n", " ").split(",") if pair.strip())
}
_TO_ENGLISH = {chinese: english for english, chinese in reversed(_TO_CHINESE.items())}


def to_chinese(idea: Idea) -> Idea:
    """An idea read from English for a Chinese tale; what has no known word is left for the tale to choose."""
    return _crossed(idea, _chinese_figure, told=0, phrase=3)


def to_english(idea: Idea) -> Idea:
    """An idea read from Chinese for an English tale."""
    return _crossed(idea, _english_figure, told=1, phrase=2)


def _crossed(idea: Idea, figure: Callable[[Figure], Figure | None], *, told: int, phrase: int) -> Idea:
    rows = _PAGES.phrases.get(idea.plot, ())
    about = next((row[phrase] for row in rows if row[told] in idea.about.lower()), "")
    hero, other = (figure(one) if one is not None else None for one in (idea.hero, idea.other))
    return replace(idea, hero=hero, other=other, place_words=("", ""), about=about, receiver="")


def _chinese_figure(figure: Figure) -> Figure | None:
    noun = _TO_CHINESE.get(figure.noun)
    if noun is None:
        return None
    being = CHINESE.beings[noun]
    own = {"she": "她", "he": "他"}.get(figure.pronoun, "") if being.kind == "person" else ""
    return Figure(noun, pronoun=own or being.pronoun, being=being)


def _english_figure(figure: Figure) -> Figure | None:
    noun = _TO_ENGLISH.get(figure.noun)
    return Figure(noun, pronoun=ENGLISH.beings[noun].pronoun, being=ENGLISH.beings[noun]) if noun else None
