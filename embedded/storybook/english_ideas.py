"""Reading an English idea.

Nothing here understands language. It finds a few shapes that ideas usually have ("a fox who lost its song") with tables
and patterns, and where it is unsure it finds nothing, and the tale chooses for itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from embedded.storybook.english_turns import (
    ABOUT,
    DETERMINERS,
    LEAD,
    NO_DEED,
    PREPOSITIONS,
    STOPPERS,
    base_of,
    read_deed,
    read_turn,
    until_stopper,
)
from embedded.storybook.ideas import IDEA_LIMIT, Figure, Idea
from embedded.storybook.words import ENGLISH, Being, pairs, vocabulary

_INTRODUCED = re.compile(r"\b([A-Z][a-z]{1,20}) \(((?:an?|the) [^()]{1,300})\)")
"""A name with who that is: "Mia (a small fox)"."""


def read_english(idea: str) -> Idea:
    """Read an English idea, for instance "a fox who lost its song", "Mia and a whale at the North Pole" or "Mia (a small fox) at sea"."""
    told = idea[:IDEA_LIMIT]
    introduced = _INTRODUCED.search(told)
    if introduced is None:
        return _read(told)
    found = _read(f"{told[: introduced.start()]}{introduced[2]}{told[introduced.end() :]}")
    return replace(found, hero=replace(found.hero, name=introduced[1])) if found.hero else found


def _read(told: str) -> Idea:
    text = _plain(told)
    text = ABOUT.sub("", LEAD.sub("", text))
    tokens = re.findall(r"[^\W\d_][\w'-]*|\d+|[,.;:!?]", text)
    hero, rest = _english_hero(tokens)
    plot, about, receiver = read_turn(" ".join(tokens[rest:] if hero else tokens), whole=" ".join(tokens))
    if hero is not None and not plot and (about := read_deed(tokens[rest:])):
        plot = "wish"
    place, place_words = _english_place(text)
    other = _english_other(tokens, rest, about + " " + receiver if plot != "friend" else "", hero)
    if plot == "wish" and other is not None and other.noun in about:
        other = None
    if plot == "friend" and about:
        other = _figure_from_phrase(about) or other
    acquainted = other is not None and (other.describing == "other" or _belongs(other.noun, text))
    if not plot and not acquainted and hero is not None and other is not None and _joined(other.noun, tokens):
        plot = "friend"
    if hero is None and not plot:
        about = next((token.lower() for token in tokens if token.lower() in ENGLISH.things), "")
        plot = "mystery" if about else ""
    return Idea(hero, other, acquainted and plot != "friend", place, place_words, plot, about, receiver)


def _belongs(noun: str, text: str) -> bool:
    """Whether a second somebody belongs to the first: "Emma and her cat"."""
    return re.search(rf"\b(?:his|her|its|their|my) (?:\w+ ){{0,2}}{noun}\b", text, re.IGNORECASE) is not None


def _joined(noun: str, tokens: Sequence[str]) -> bool:
    """Whether the idea is somebody and somebody: "a lighthouse keeper and a whale"."""
    return re.search(rf"\band (?:a|an|the)? ?(?:\w+ )?{noun}", " ".join(tokens).lower()) is not None


def _plain(text: str) -> str:
    """Only letters, digits, spaces and simple punctuation, with straight apostrophes: nothing that could upset a sentence."""
    text = text.replace("’", "'").replace("‘", "'")
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s'.,;:!?-]|_", " ", text)).strip()


def _being(words: Sequence[str]) -> tuple[int, Being] | None:
    """The being that a list of lower-case words begins with, singular or plural, and how many words it takes."""
    for count in (2, 1):
        noun = " ".join(words[:count])
        for single in (
            noun,
            noun.removesuffix("s"),
            noun.removesuffix("es"),
            re.sub("ies$", "y", noun),
            re.sub("ves$", "f", noun),
            noun.replace("mice", "mouse"),
            noun.replace("children", "child"),
        ):
            if len(words) >= count and single in ENGLISH.beings:
                return count, ENGLISH.beings[single]
    return None


def _english_hero(tokens: list[str]) -> tuple[Figure | None, int]:
    """The first somebody who does not follow a preposition, and the index of the first token after."""
    lower = [token.lower() for token in tokens]
    for index, word in enumerate(lower):
        before = lower[index - 1] if index else ""
        if before in PREPOSITIONS or not word[0].isalpha():
            continue
        if index == 0 and _does_something(tokens):
            return _named([word.capitalize(), *tokens[1:]], 0)
        if word in DETERMINERS:
            found = _noun_phrase(tokens, index + 1)
            if (
                found is not None
                and before not in PREPOSITIONS
                and not (found[0].being is None and found[0].noun in ENGLISH.places)
            ):
                return _completed(found[0], tokens, found[1])
        elif _being(lower[index : index + 2]) and (before not in DETERMINERS) and not _inside_phrase(lower, index):
            found = _noun_phrase(tokens, index)
            if found is not None:
                return _completed(found[0], tokens, found[1])
        elif word not in STOPPERS and tokens[index][0].isupper() and _looks_like_name(tokens, index):
            return _named(tokens, index)
    return None, 0


def _inside_phrase(lower: list[str], index: int) -> bool:
    """Whether a word stands in a phrase that began with a preposition ("in the old baker's house")."""
    for back in range(1, 4):
        if index - back < 0 or lower[index - back] in STOPPERS - PREPOSITIONS:
            return False
        if lower[index - back] in PREPOSITIONS:
            return True
    return False


def _looks_like_name(tokens: list[str], index: int) -> bool:
    """A capital in the middle of a sentence, or a first word that a verb, `the`, `and` or `is` follows."""
    following = tokens[index + 1].lower() if index + 1 < len(tokens) else ""
    if len(tokens[index]) < 2 or tokens[index].isupper() or tokens[index].lower().rstrip("s") in ENGLISH.things:
        return False
    return (
        (index > 0 and tokens[index - 1] not in ".!?")
        or following in STOPPERS - PREPOSITIONS
        or following == "the"
        or following == ","
    )


def _does_something(tokens: list[str]) -> bool:
    """Whether an idea begins with a name that a verb follows: "Lena rides a bicycle", "mia learns to swim"."""
    name, verb = tokens[0], tokens[1] if len(tokens) > 1 else ""
    known = STOPPERS | DETERMINERS | ENGLISH.places.keys() | set(ENGLISH.things)
    if not name.isalpha() or len(name) < 2 or name.lower() in known or _being([name.lower()]):
        return False
    if not name[0].isupper() and verb not in STOPPERS:
        return False
    return (
        re.fullmatch(r"[a-z]{2,}s", verb) is not None
        and verb not in NO_DEED
        and not _being([verb])
        and verb[:-1] not in known
    )


def _named(tokens: list[str], index: int) -> tuple[Figure | None, int]:
    """ "Mia", "Mia the mouse", "Mia, a brave girl" """
    name, position = tokens[index], index + 1
    if position < len(tokens) and tokens[position] == ",":
        position += 1
    if position < len(tokens) and tokens[position].lower() in ("the", "a", "an"):
        found = _noun_phrase(tokens, position + 1)
        if found is not None:
            figure, after = found
            return replace(figure, name=name, pronoun=figure.pronoun or _pronoun(tokens[after:])), after
    pronoun = _pronoun(tokens[index + 1 :]) or guessed_pronoun(name)
    noun = {"she": "girl", "he": "boy"}.get(pronoun, "child")
    return Figure(noun, "", "", name, pronoun, ENGLISH.beings[noun]), index + 1


_GIRLS = vocabulary(
    """
    Lily Lucy Emily Alice Grace Zoe Chloe Mary Sophie Rose Ruby Ivy Daisy Molly Amy Anne Jane Kate Iris Violet May Mei
    Poppy Nell Hazel Olive Charlotte Ellie Rosie
    """
)


def guessed_pronoun(name: str) -> str:
    """ "she" for a name that is most likely a girl's, else nothing."""
    return "she" if name.endswith("a") or name in _GIRLS else ""


def _noun_phrase(tokens: list[str], start: int) -> tuple[Figure, int] | None:
    """Adjectives and a noun from a position on; up to a known being, or up to the first word that ends a phrase."""
    words: list[str] = []
    for index in range(start, min(start + 6, len(tokens))):
        lower = [token.lower() for token in tokens[index : index + 2]]
        known = _being(lower)
        following = _being([token.lower() for token in tokens[index + 1 : index + 3]])
        if known is not None and not (known[0] == 1 and following is not None):
            count, being = known
            return Figure(being.noun, _adjectives(words), "", "", being.pronoun, being), index + count
        deed = words and base_of(lower[0]) and lower[1:] and lower[1] in DETERMINERS  # "the accountant audits a casino"
        if deed or lower[0] in STOPPERS or not lower[0].isalpha() or (words and tokens[index][0].isupper()):
            break
        words.append(lower[0])
    if (
        not words
        or len(words) > 4
        or words[-1] in ENGLISH.things
        or words[-1] in {"story", "tale", "adventure", "time", "day", "night", "first", "last"}
    ):
        return None
    return Figure(words[-1][:30], _adjectives(words[:-1])), start + len(words)


def _adjectives(words: Sequence[str]) -> str:
    return " ".join(word for word in words if word.isalpha() and word not in DETERMINERS and len(word) < 20)[:40]


_AS_HERO = pairs(
    """
    daughter:girl niece:girl granddaughter:girl sister:girl son:boy nephew:boy grandson:boy brother:boy kid:child
    """
)
"""Nouns that only make sense beside somebody else, and what they are as heroes."""


def _completed(figure: Figure, tokens: list[str], after: int) -> tuple[Figure, int]:
    """Add what follows the noun: a name, "with a red umbrella", and the pronoun used for it."""
    after += tokens[after : after + 1] == [","]
    name, after = _given_name(tokens, after)
    trait = _trait([token.lower() for token in tokens[after:]])
    after += len(trait.split())
    noun = "girl" if figure.noun == "little girl" else _AS_HERO.get(figure.noun, figure.noun)
    describing = f"{figure.describing} little".strip() if figure.noun == "little girl" else figure.describing
    pronoun = figure.pronoun or _pronoun(tokens[after:])
    return Figure(noun, describing, trait, name, pronoun, ENGLISH.beings.get(noun)), after


def _given_name(tokens: list[str], at: int) -> tuple[str, int]:
    """ "called Emma", "whose name is Emma", "Emma"; and the index of the token after."""
    lower = [token.lower() for token in tokens[at : at + 3]]
    skip = 1 if lower[:1] in (["named"], ["called"]) else 3 if lower[:2] == ["whose", "name"] else 0
    name = next(iter(tokens[at + skip : at + skip + 1]), "")
    if not name.isalpha() or (not skip and (not name[0].isupper() or name.lower() in STOPPERS)):
        return "", at
    return (name.capitalize() if skip else name)[:20], at + skip + 1


def _trait(lower: list[str]) -> str:
    """ "with a red umbrella", "in a green coat"; nothing where that is no thing, or a place."""
    if lower[:1] not in (["with"], ["in"]) or lower[1:2] not in (["a"], ["an"]):
        return ""
    words: list[str] = []
    for word in lower[2:6]:
        if word in STOPPERS or word.endswith("ing") or not word[0].isalpha() or GARMENTS & set(words):
            break
        words.append(word)
    worn = bool(words) and words[-1] in GARMENTS
    if lower[2 + len(words) : 3 + len(words)] == ["ending"]:  # of the tale, and no look
        return ""
    if not words or words[-1] in ENGLISH.places or _is_somebody(words[-1]) or (lower[0] == "in" and not worn):
        return ""
    return " ".join([*lower[:2], *words])


def _is_somebody(word: str) -> bool:
    """Whether a word names an animal, a person or a wonder, and not a thing."""
    known = _being([word])
    return known is not None and known[1].kind != "object"


GARMENTS = vocabulary(
    """
    scarf hat coat raincoat dress jacket waistcoat jumper sweater cape boots crown cap bow ribbon apron satchel glasses
    spectacles armour armor cloak shirt uniform spacesuit
    """
)


def _pronoun(tokens: Sequence[str]) -> str:
    """The first pronoun used, which most likely stands for the hero."""
    for token in tokens:
        for pronoun, forms in (
            ("she", "she her hers herself"),
            ("he", "he him his himself"),
            ("it", "its itself"),
            ("they", "their themselves"),
        ):
            if token.lower() in forms.split():
                return pronoun
    return ""


def _figure_from_phrase(phrase: str) -> Figure | None:
    """A figure from "a huge old whale"."""
    words = phrase.split()
    if words and words[0] in DETERMINERS:
        words = words[1:]
    found = _noun_phrase(words, 0)
    return found[0] if found is not None and found[0].being is not None else None


def _english_other(tokens: list[str], start: int, about: str, hero: Figure | None) -> Figure | None:
    """A second somebody: the first known being after the hero that is not what the plot turns on, nor a place."""
    lower = [token.lower() for token in tokens]
    avoided = set(about.split()) | set(re.findall(r"\w+", _english_place(" ".join(tokens))[1][1]))
    if hero is not None:
        avoided.add(hero.noun)
        if hero.being is not None and {"two", "three", "four", "five", "seven", "twin"} & set(lower[:start]):
            return Figure(hero.noun, "other", "", "", hero.pronoun, hero.being)
    for index in range(start, len(lower)):
        known = _being(lower[index : index + 2])
        if known is None or known[1].kind == "object" or avoided & {lower[index], *known[1].noun.split()}:
            continue
        begin = index
        while begin > max(start, index - 2) and _is_adjective(lower[begin - 1]):
            begin -= 1
        count, being = known
        called = lower[index + count : index + count + 1] in (["named"], ["called"])
        name = _given_name(tokens, index + count)[0] if called else ""
        return Figure(being.noun, _adjectives(lower[begin:index]), "", name, being.pronoun, being)
    return None


def _is_adjective(word: str) -> bool:
    return word.isalpha() and word not in STOPPERS | DETERMINERS


_SELDOM_PLACES = vocabulary("home house ship moon stars planet tower winter sea ocean lighthouse book treehouse")
"""Words of the table that by themselves are rather things."""


def _english_place(text: str) -> tuple[str, tuple[str, str]]:
    """A place the idea names, as a key of the tables and in its own words."""
    lower = text.lower()
    shape = r"\b(in|on|at|under|inside|near|above|beneath|beside|across|through|to|into) ((?:the|a|an|his|her|its|outer|my)\b(?: [a-z'-]+){1,4})"
    for found in re.finditer(shape, lower):
        words = until_stopper(found[2].split())
        for count in (3, 2, 1):
            tail = " ".join(words[-count:])
            key = ENGLISH.places.get(tail) or ENGLISH.places.get(tail.removesuffix("s"))
            if key and len(words) > 1:
                return key, (found[1], " ".join(words))
    proper = re.search(r"\b(in|at|on) ([A-Z][a-z]{2,15}(?: [A-Z][a-z]{2,15})?)\b", text)
    if proper and proper[2].lower() not in ENGLISH.places:
        return "city", (proper[1], proper[2])
    word = next(
        (word for word in re.findall(r"[a-z]+", lower) if word in ENGLISH.places and word not in _SELDOM_PLACES), ""
    )
    return ENGLISH.places.get(word, ""), ("", "")
