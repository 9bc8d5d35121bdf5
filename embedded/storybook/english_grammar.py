"""English forms: pronouns, articles, plurals, capitals."""

from __future__ import annotations

import re

from embedded.storybook.words import pairs, vocabulary

PRONOUNS = {
    "he": ("he", "him", "his", "himself", "was", "knows"),
    "she": ("she", "her", "her", "herself", "was", "knows"),
    "it": ("it", "it", "its", "itself", "was", "knows"),
    "they": ("they", "them", "their", "themselves", "were", "know"),
}
_MASS = vocabulary(
    """
    bread honey soup chocolate snow rain jam milk medicine music laughter courage joy magic luck sleep food light sand
    gold silver water candy sweets treasure happiness wool paper
    """
)
_PLURALS_WITHOUT_S = vocabulary("boots footprints tracks spectacles glasses mice children people stairs")
_SINGULAR_WITH_S = vocabulary(
    """
    compass glass dress princess lens bus christmas class cross grass moss gas chess happiness darkness
    """
)
_PLURALS = pairs(
    """
    mouse:mice fish:fish child:children wolf:wolves sheep:sheep goose:geese fox:foxes deer:deer man:men woman:women
    """
)
_SMALL_WORDS = vocabulary("a an the and or of in on at to with for from by")


def article(phrase: str) -> str:
    """A phrase with "a" or "an"; "some" for plurals and for what cannot be counted."""
    head = re.split(r" (?:of|that|with) ", phrase)[0].split()[-1:]
    if is_plural(phrase) or (head and head[0] in _MASS):
        return f"some {phrase}"
    if phrase.startswith("other "):
        return f"an{phrase}"
    vowel = re.match(r"(?!uni|use|usu|eu|one\b|once)[aeiou]|hour|honest|heir", phrase.lower())
    return f"{'an' if vowel else 'a'} {phrase}"


def is_plural(phrase: str) -> bool:
    """Whether a noun phrase is plural: "boots", "old letters"; not "compass"."""
    head = re.split(r" (?:of|that|with|tied) ", phrase)[0].split()[-1:] or [""]
    word = head[0].lower()
    return word in _PLURALS_WITHOUT_S or (
        word.endswith("s") and not word.endswith(("ss", "us", "is")) and word not in _SINGULAR_WITH_S
    )


def plural(noun: str) -> str:
    """The plural of a noun."""
    if noun in _PLURALS:
        return _PLURALS[noun]
    if re.search(r"(?:s|x|ch|sh)$", noun):
        return f"{noun}es"
    return re.sub(r"([^aeiou])y$", r"\1ie", noun) + "s"


def turned(phrase: str, his: str, mine: str, myself: str) -> str:
    """A phrase as somebody else would say it: "find his mother" → "find my mother"."""
    selves = re.sub(r"\b(?:himself|herself|itself|themselves)\b", myself, phrase)
    return re.sub(rf"\b(?:his|her|its|their|{his})\b", mine, selves)


def polished(text: str) -> str:
    """The text, with a capital wherever a sentence begins with a word that was filled in."""
    text = re.sub(r"(?m)^([“*]?)([a-z])", lambda match: match[1] + match[2].upper(), text)
    return re.sub(r"([.!?]) ([“]?)([a-z])", lambda match: f"{match[1]} {match[2]}{match[3].upper()}", text)


def title_case(text: str) -> str:
    """A title's capitals: "The Fox Who Lost His Song"."""
    written = [
        word.lower() if index and word.lower() in _SMALL_WORDS else word[:1].upper() + word[1:]
        for index, word in enumerate(text.split())
    ]
    return " ".join(written)
