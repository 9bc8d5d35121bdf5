"""Reading an English story, its own or anybody's: who is in it, and where it happens."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from embedded.storybook.book import book
from embedded.storybook.english_ideas import guessed_pronoun, read_english
from embedded.storybook.ideas import Figure
from embedded.storybook.words import ENGLISH, vocabulary

_NAMES = book("english").names
_OWN = frozenset(name for names in _NAMES.values() for name in names)
"""Whoever bears one of these is in a tale of the storybook's own, and mattered to it."""


def figures_of(story: str, random: Random) -> tuple[Figure, Figure]:
    """Hero and companion of any English story: the two names used most, with the nouns that introduce them."""
    inside = set(
        re.findall(r"(?<=[a-z,] )[A-Z][a-z]{1,14}\b", story)
    )  # a capital in the middle of a sentence is a name
    lower = {word.capitalize() for word in re.findall(r"\b[a-z]+\b", story)} - inside
    counted = Counter(
        word for word in re.findall(r"\b[A-Z][a-z]{1,14}\b", story) if word.lower() not in _COMMON and word not in lower
    )
    names = sorted(counted, key=lambda name: -counted[name])
    if len(names) > 1 and 2 * counted[names[1]] >= counted[names[0]] and story.find(names[1]) < story.find(names[0]):
        names[:2] = names[1], names[0]  # whoever comes first in a story is its hero, if the two are about as frequent
    hero = _figure_of(names[0], story) if names and counted[names[0]] > 1 else None
    if hero is None:
        idea = read_english(story[:300])
        hero = replace(idea.hero or Figure("traveller"), pronoun=_usual_pronoun(story))
        hero = replace(hero, name=hero.name or f"the {hero.noun}")
    others = [name for name in names if name != hero.name and (counted[name] > 1 or name in _OWN)]
    others = sorted(
        (name for name in others if _figure_of(name, story).being is not None), key=lambda name: name not in _OWN
    )
    companion = _figure_of(others[0], story) if others else None
    if companion is None:
        noun = random.choice([noun for noun in ("sparrow", "hedgehog", "mouse") if noun != hero.noun])
        companion = Figure(
            noun,
            "small",
            "",
            name_for("it", (hero.name, noun), random),
            random.choice(("he", "she")),
            ENGLISH.beings[noun],
        )
    return hero, companion


_COMMON = vocabulary(
    """
    i the a an and but so then there once one that this what where when who why how he she it they we you his her its
    their my your our no yes oh not now never if in on at to for of with by from as all every everybody nobody somebody
    something monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december good morning evening night hello please thank grandmother aunt cousin old mr mrs
    miss wednesdays fridays sundays mondays far presently further round beyond beside behind just right after before
    while only perhaps maybe suddenly finally meanwhile soon later together inside outside above below under over
    through each both many some most well sorry chapter story here none nothing also still even like such than until
    since because although another anyone anything everything someone somewhere back last next first second third again
    always sometimes today tomorrow yesterday god christmas crack boom plip psst ah hatchoo
    """
)


def _figure_of(name: str, story: str) -> Figure:
    """What a story says about a name: "a small fox called Pip", "Pip the fox", "Pip was a fox"."""
    phrase = r"((?:[a-z'-]+ ?){1,6})"
    shapes = (
        rf"\b(?:an?|the|another) {phrase},? ?(?:called|named|whose name was) {name}\b",
        rf"\b{name},? (?:the|an?|another|was an?|is an?) {phrase}",
        rf"(?:said|asked) the {phrase}(?:, whose name was {name}|\. “I am {name})",
        rf"\b(?:an?|another) {phrase}[^.]{{0,30}}\. “I(?: a|’)m {name}\b",
    )
    for shape in shapes:
        for found in re.finditer(shape, story):
            figure = _named_figure(found[1].split(), name, _usual_pronoun(story, name))
            if figure is not None:
                return figure
    at = max(story.find(name), 0)
    before = re.findall(r"[a-z]+", story[max(at - 140, 0) : at].lower())[::-1]
    after = re.findall(r"[a-z]+", re.split(r"[.!?]", story[at : at + 80])[0])
    pronoun = _usual_pronoun(story, name)
    noun = next(
        (word for word in [*before, *after] if word in ENGLISH.beings and ENGLISH.beings[word].kind != "object"), ""
    )
    noun = noun or {"she": "girl", "he": "boy"}.get(pronoun, "traveller")
    return Figure(noun, "", "", name, pronoun, ENGLISH.beings.get(noun))


def _named_figure(words: Sequence[str], name: str, pronoun: str) -> Figure | None:
    """A figure from "small grey donkey foal", if a being that the tables know is in it."""
    for index in range(len(words)):
        for count in (2, 1):
            being = ENGLISH.beings.get(" ".join(words[index : index + count]))
            following = " ".join(words[index + 1 : index + 2])
            if being is not None and (count == 2 or following not in ENGLISH.beings):
                return Figure(being.noun, " ".join(words[:index]), "", name, pronoun, being)
    return None


def _usual_pronoun(story: str, name: str = "") -> str:
    """The pronoun that most often comes soon after a name, speech left out."""
    told = re.sub(r"“[^”]*”|\"[^\"\n]*\"", " ", story)
    pieces = re.findall(rf"\b{name}\b((?s:.{{0,110}}))", told) if name else [told]
    forms = {
        "she": r"[Ss]he|[Hh]ers?|herself",
        "he": r"[Hh]e|[Hh]im|[Hh]is|himself",
        "it": r"its|itself|It (?:wore|owned|had|wanted|looked|set|took|thought)",
    }
    counts = {
        pronoun: sum(len(re.findall(rf"\b(?:{form})\b", piece)) for piece in pieces) for pronoun, form in forms.items()
    }
    early = pieces[0] if name and pieces else ""
    first = {pronoun: len(re.findall(rf"\b(?:{form})\b", early)) for pronoun, form in forms.items()}
    counts = first if any(first.values()) else counts
    best = max(counts, key=lambda pronoun: counts[pronoun])
    own = next((pronoun for pronoun, names in _NAMES.items() if name in names), "")
    if own in ("he", "she"):
        return own
    return best if counts[best] else guessed_pronoun(name) or own or "they"


def place_of(story: str) -> str:
    """The key of the place that an English story names most often."""
    counts: dict[str, int] = {}
    for word in re.findall(r"[a-z]+", story.lower()):
        key = ENGLISH.places.get(word)
        if key:
            counts[key] = counts.get(key, 0) + (1 if word in ("home", "house", "moon", "stars") else 3)
    return max(counts, key=lambda key: counts[key]) if counts else ""


def name_for(pronoun: str, avoid: Sequence[str], random: Random) -> str:
    """A name that goes with a pronoun and is none of the words to avoid."""
    names = _NAMES.get(pronoun, _NAMES["it"])
    taken = {word.lower() for word in avoid}
    return random.choice(
        [
            name
            for name in names
            if name.lower() not in taken and not any(word[:1] == name.lower()[:1] for word in taken if len(taken) > 1)
        ]
        or names
    )
