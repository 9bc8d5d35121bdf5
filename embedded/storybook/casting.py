"""What both storybooks share of choosing who is in a tale, and where it happens."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from embedded.storybook.book import Book, Scene
from embedded.storybook.ideas import Figure, Idea


def kind_of(figure: Figure) -> str:
    """`animal`, `person`, `wonder` or `object`; what nobody knows is a wonder."""
    return figure.being.kind if figure.being is not None else "wonder"


def realm_of(figure: Figure) -> str:
    """Where somebody feels at home."""
    return figure.being.realm if figure.being is not None else "land"


def scene_for(idea: Idea, hero: Figure, book: Book, random: Random) -> tuple[str, Scene]:
    """The place that the idea names, unless somebody only goes there, or one where the hero is at home; with its key."""
    usual = {"land": ("forest", "village", "garden", "river"), "air": ("forest", "mountain", "sea")}
    realm = realm_of(hero)
    key = (idea.place if not idea.goes_there else "") or random.choice(usual.get(realm, (realm,)))
    if realm == "water" and key not in ("sea", "river", "water"):
        key = "water"
    key = key if key in book.scenes else "forest"
    return key, book.scenes[key]


def look_for(hero: Figure, book: Book, random: Random) -> tuple[str, bool]:
    """What the hero wears, or a mark where nothing can be worn; and whether it is a mark."""
    if kind_of(hero) == "object" or realm_of(hero) in ("water", "air") or hero.noun in ("snail", "worm", "ghost"):
        return random.choice(book.looks.marks), True
    return random.choice(book.looks.people if kind_of(hero) == "person" else book.looks.animals), False


def newcomer_in(idea: Idea, known: tuple[Figure, Figure]) -> Figure | None:
    """Somebody whom a wish for a continuation names, and who was not in the story before."""
    nouns = [figure.noun for figure in known]
    for figure in (idea.hero, idea.other):
        if figure is None or figure.being is None or figure.name or kind_of(figure) == "object":
            continue
        if not any(_is_same(figure.noun, noun) for noun in nouns):
            return figure
    return None


def wished(idea: Idea, thing: str, newcomer: Figure | None, random: Random) -> Idea:
    """A wish for a continuation, made fit for a plot: a mystery where it names a thing, or one of those that need nothing more."""
    if not idea.about or idea.plot == "friend" or (newcomer is not None and newcomer.noun in idea.about):
        idea = replace(idea, plot="mystery" if thing else random.choice(("wish", "fear", "promise")), about=thing)
    return replace(idea, place_words=("in", idea.place_words[1])) if idea.goes_there else idea


def _is_same(noun: str, other: str) -> bool:
    """Whether two nouns mean one kind of being: "bear" and "polar bear", 兔 and 兔子."""
    return bool(set(noun.split()) & set(other.split())) or (not noun.isascii() and (noun in other or other in noun))
