"""Reading an English idea.

Nothing here understands language. It finds a few shapes that ideas usually have ("a fox who lost its song") with tables
and patterns, and where it is unsure it finds nothing, and the tale chooses for itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from embedded.storybook.english_patterns import (
    ABOUT,
    CLAUSE_END,
    DETERMINERS,
    GERUNDS,
    JOURNEY,
    LEAD,
    NO_VERB,
    PREPOSITIONS,
    SHAPES,
    STOPPERS,
)
from embedded.storybook.ideas import IDEA_LIMIT, Figure, Idea
from embedded.storybook.words import ENGLISH, Being, vocabulary


def read_english(idea: str) -> Idea:
    """Read an English idea, for instance "a fox who lost its song" or "Mia and a whale at the North Pole"."""
    text = _plain(idea[:IDEA_LIMIT])
    text = ABOUT.sub("", LEAD.sub("", text))
    tokens = re.findall(r"[A-Za-z][\w'-]*|\d+|[,.;:!?]", text)
    hero, rest = _english_hero(tokens)
    plot, about, receiver = _english_turn(" ".join(tokens[rest:] if hero else tokens), whole=" ".join(tokens))
    place, place_words = _english_place(text)
    other = _english_other(tokens, rest, about + " " + receiver if plot != "friend" else "", hero)
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


def _named(tokens: list[str], index: int) -> tuple[Figure | None, int]:
    """ "Mia", "Mia the mouse", "Mia, a brave girl" """
    name, position = tokens[index], index + 1
    if position < len(tokens) and tokens[position] == ",":
        position += 1
    if position < len(tokens) and tokens[position].lower() in ("the", "a", "an"):
        found = _noun_phrase(tokens, position + 1)
        if found is not None:
            figure, after = found
            return Figure(
                figure.noun,
                figure.describing,
                figure.trait,
                name,
                figure.pronoun or _pronoun(tokens[after:]),
                figure.being,
            ), after
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
        if lower[0] in STOPPERS or not lower[0].isalpha():
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


_AS_HERO = {
    "daughter": "girl",
    "niece": "girl",
    "granddaughter": "girl",
    "sister": "girl",
    "son": "boy",
    "nephew": "boy",
    "grandson": "boy",
    "brother": "boy",
    "little girl": "girl",
    "kid": "child",
}
"""Nouns that only make sense beside somebody else, and what they are as heroes."""


def _completed(figure: Figure, tokens: list[str], after: int) -> tuple[Figure, int]:
    """Add what follows the noun: a name, "with a red umbrella", and the pronoun used for it."""
    name, trait, rest = "", "", tokens[after:]
    lower = [token.lower() for token in rest]
    if rest and lower[0] == ",":
        rest, lower, after = rest[1:], lower[1:], after + 1
    if len(rest) > 1 and (lower[0] in ("named", "called") or (lower[0] == "whose" and lower[1] == "name")):
        skip = 1 if lower[0] in ("named", "called") else 3
        if len(rest) > skip and rest[skip].isalpha():
            name, after = rest[skip].capitalize()[:20], after + skip + 1
    elif rest and rest[0][0].isupper() and rest[0].isalpha() and lower[0] not in STOPPERS:
        name, after = rest[0][:20], after + 1
    lower = [token.lower() for token in tokens[after:]]
    if len(lower) > 2 and lower[0] in ("with", "in") and lower[1] in ("a", "an"):
        words: list[str] = []
        for word in lower[2:6]:
            if word in STOPPERS or word.endswith("ing") or not word[0].isalpha() or GARMENTS & set(words):
                break
            words.append(word)
        if (
            words
            and words[-1] not in ENGLISH.places
            and not _is_somebody(words[-1])
            and (lower[0] == "with" or words[-1] in GARMENTS)
        ):
            trait = f"{lower[0]} {lower[1]} {' '.join(words)}"[:50]
            after += 2 + len(words)
    noun = _AS_HERO.get(figure.noun, figure.noun)
    describing = f"{figure.describing} little".strip() if figure.noun == "little girl" else figure.describing
    return Figure(
        noun, describing, trait, name, figure.pronoun or _pronoun(tokens[after:]), ENGLISH.beings.get(noun)
    ), after


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


def _english_turn(clause: str, whole: str) -> tuple[str, str, str]:
    """What the idea turns on: the plot, its phrase, and the receiver of something to be brought."""
    best: tuple[int, str, str] | None = None
    for text, shapes in ((clause, SHAPES), (whole, SHAPES), (clause, JOURNEY)):
        for plot, shape in shapes:
            found = re.search(rf"(?:^|(?<=[\s,])){shape}", text, re.IGNORECASE)
            if found is None or (best is not None and found.start() >= best[0]):
                continue
            best = (found.start(), plot, found["about"])
        if best is not None:
            break
    if best is None:
        return "", "", ""
    return _cleaned_turn(best[1], best[2])


def _cleaned_turn(plot: str, about: str) -> tuple[str, str, str]:
    """Cut the phrase where its clause ends; drop it where it does not look safe to weave into a sentence."""
    about = CLAUSE_END.split(f" {about} ".replace(" ,", ","), maxsplit=1)[0].strip()
    words = about.split()
    receiver = ""
    if plot == "wish":
        if words and words[0].endswith("ing"):
            base = GERUNDS.get(words[0], words[0][:-3])
            words = [base, *words[1:]] if len(base) > 1 else []
        elif words and words[0] in ("a", "an", "the", "some"):
            words = ["find", *words]
        elif words and words[0] == "to":
            words = ["go", *words]
        safe = 0 < len(words) <= 8 and words[0].isalpha() and words[0] not in NO_VERB
        if safe and words[-1] in {"friend", "friends"}:
            return "friend", "", ""
        return plot, " ".join(words) if safe else "", ""
    if plot == "promise":
        found = re.match(r"(.+?) to ((?:the|a|an|his|her|its|their|old|grandma|grandpa|santa|mr|mrs|miss)\b.*)", about)
        if found:
            words, receiver = found[1].split(), " ".join(found[2].split()[:4])
    if plot in ("lost", "promise", "mystery") and words and words[0] in DETERMINERS:
        words = words[1:]
    if plot in ("lost", "promise", "mystery", "friend"):
        words = _until_stopper(words)
    safe = (
        0 < len(words) <= 5
        and all(re.fullmatch(r"[A-Za-z][a-z'-]*", word) for word in words)
        and words[-1] not in STOPPERS | DETERMINERS
    )
    if (
        plot == "fear"
        and len(words) > 1
        and words[0] in ("be", "go", "fly", "swim", "speak", "sing", "sleep", "dance", "climb", "jump")
    ):
        return (
            plot,
            " ".join([words[0] + ("ing" if words[0] != "dance" else ""), *words[1:]])
            .replace("danceing", "dancing")
            .replace("swiming", "swimming"),
            "",
        )
    return plot, " ".join(words) if safe else "", receiver


def _until_stopper(words: Sequence[str]) -> list[str]:
    """A noun phrase's words: up to the first that cannot belong to it, "of" excepted."""
    kept: list[str] = []
    for word in words:
        if word in STOPPERS - {"of"} and kept:
            break
        kept.append(word)
    return kept[:-1] if kept and kept[-1] == "of" else kept


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
        if (
            start
            and hero.being is not None
            and any(number in lower[:start] for number in ("two", "three", "four", "five", "seven", "twin"))
        ):
            return Figure(hero.noun, "other", "", "", hero.pronoun, hero.being)
    for index in range(start, len(lower)):
        known = _being(lower[index : index + 2])
        if (
            known is None
            or known[1].kind == "object"
            or avoided & set(known[1].noun.split())
            or lower[index] in avoided
        ):
            continue
        begin = index
        while (
            begin > start
            and lower[begin - 1] not in STOPPERS | DETERMINERS
            and lower[begin - 1].isalpha()
            and index - begin < 2
        ):
            begin -= 1
        name = (
            tokens[index + known[0] + 1]
            if lower[index + known[0] : index + known[0] + 1] in (["named"], ["called"])
            and index + known[0] + 1 < len(tokens)
            else ""
        )
        return Figure(
            known[1].noun, _adjectives(lower[begin:index]), "", name.capitalize()[:20], known[1].pronoun, known[1]
        )
    return None


def _english_place(text: str) -> tuple[str, tuple[str, str]]:
    """A place the idea names, as a key of the tables and in its own words."""
    lower = text.lower()
    shape = r"\b(in|on|at|under|inside|near|above|beneath|beside|across|through|to|into) ((?:the|a|an|his|her|its|outer|my)\b(?: [a-z'-]+){1,4})"
    for found in re.finditer(shape, lower):
        words = _until_stopper(found[2].split())
        for count in (3, 2, 1):
            tail = " ".join(words[-count:])
            key = ENGLISH.places.get(tail) or ENGLISH.places.get(tail.removesuffix("s"))
            if key and len(words) > 1:
                return key, (found[1], " ".join(words))
    proper = re.search(r"\b(in|at|on) ([A-Z][a-z]{2,15}(?: [A-Z][a-z]{2,15})?)\b", text)
    if proper and proper[2].lower() not in ENGLISH.places:
        return "city", (proper[1], proper[2])
    for word in re.findall(r"[a-z]+", lower):
        if word in ENGLISH.places and word not in (
            "home",
            "house",
            "ship",
            "moon",
            "stars",
            "planet",
            "tower",
            "winter",
            "sea",
            "ocean",
            "lighthouse",
            "book",
            "treehouse",
        ):
            return ENGLISH.places[word], ("", "")
    return "", ("", "")
