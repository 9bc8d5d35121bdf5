"""The words the storybook knows: who may be a hero, where a tale may happen, what may be lost or found, and how it is drawn.

They stand in ``pages/english_words.toml`` and ``chinese_words.toml``. Whatever is not in there still works; the tables only make the telling
better informed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from embedded.storybook.book import PAGES, Page, read_pages
from embedded.storybook.vocabulary import pairs, vocabulary

__all__ = ["CHINESE", "ENGLISH", "Being", "Words", "pairs", "vocabulary"]

Kind = Literal["animal", "person", "wonder", "object"]


@dataclass(frozen=True)
class Being:
    """Somebody who can be in a tale."""

    noun: str
    kind: Kind
    """`wonder`: dragon, robot …"""
    realm: str
    """Where it feels at home: `land`, `water`, `air` or a place's key such as `snow`."""
    looks: tuple[str, ...]
    """Colours or other looks to choose from, without article; for a person the clothes' colour."""
    pronoun: str
    """`he`, `she`, `it` or the Chinese ones; empty where the tale may choose."""
    measure: str = ""
    """The Chinese measure word."""


class _Row(Page):
    """A line of the table of beings: nouns and looks with commas."""

    nouns: str
    realm: str = "land"
    pronoun: str = ""
    measure: str = ""
    looks: str = ""


class _WordPages(Page):
    """A file of words."""

    things: str
    beings: dict[Kind, tuple[_Row, ...]]
    places: dict[str, str]
    surroundings: dict[str, str]
    light: dict[str, str]
    hours: dict[str, str]
    actions: dict[str, str]
    measures: dict[str, str] = Field(default_factory=dict)
    nouns: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True)
class Words:
    """The words of one language."""

    beings: Mapping[str, Being]
    places: Mapping[str, str]
    """Word → the place's key."""
    things: tuple[str, ...]
    """The longest first."""
    surroundings: Mapping[str, str]
    """A place's key → how it is drawn."""
    light: Mapping[str, str]
    """Hour → how it is drawn."""
    hours: Mapping[str, str]
    """Hour → a pattern for what tells it in a story."""
    actions: Mapping[str, str]
    """How an action is drawn → a pattern for how it is told."""
    measures: Mapping[str, str]
    """Thing → its measure word (Chinese)."""
    nouns: Mapping[str, str]
    """Fear → a noun for it (Chinese)."""


def _read(language: str, pronoun: str, measures: Mapping[Kind, str]) -> Words:
    """The words of a language; what its rows leave open is ``pronoun`` and the kind's measure word."""
    pages = read_pages(PAGES / f"{language}_words.toml", _WordPages)
    beings = {
        noun: Being(
            noun,
            kind,
            row.realm,
            tuple(_listed(row.looks)),
            row.pronoun or pronoun or ("it" if kind == "object" else ""),
            row.measure or measures.get(kind, ""),
        )
        for kind, rows in pages.beings.items()
        for row in rows
        for noun in _listed(row.nouns)
    }
    return Words(
        beings,
        _turned(pages.places),
        tuple(sorted(_listed(pages.things), key=lambda thing: (-len(thing), thing))),
        pages.surroundings,
        pages.light,
        pages.hours,
        pages.actions,
        _turned(pages.measures),
        pages.nouns,
    )


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _turned(groups: Mapping[str, str]) -> dict[str, str]:
    """Group → words as word → group."""
    return {word: group for group, words in groups.items() for word in _listed(words)}


ENGLISH = _read("english", "", {})
CHINESE = _read("chinese", "它", {"animal": "只", "person": "个", "wonder": "个", "object": "只"})
