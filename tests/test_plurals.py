"""Sentences with numbers read well, however many there are."""

from __future__ import annotations

import re
import string

import pytest

from core import texts

NUMBERS = frozenset(
    {"count", "limit", "length", "position", "asked", "planned", "failed", "parts", "calls", "days", "number", "all"}
) | {"right", "missing", "changed", "least", "most", "done", "total", "limit_megapixels", "usual", "elapsed"}
"""The values that sentences count with."""

MEASURES = frozenset(
    {
        "s",
        "of",
        "MB",
        "to",
        "and",
        "is",
        "are",
        "has",
        "have",
        "was",
        "were",
        "did",
        "had",
        "came",
        "by",
        "model",
        "more",
        "kB",
        *("failed", "done", "from"),
    }
)
"""What may stand behind a number whatever it is: units, and words that have no plural with an s."""

PAIRS = {"is": "are", "has": "have", "was": "were"}

READ = {
    "status-queued": ("position", "In line: 1 request before this one …", "In line: 2 requests before this one …"),
    "page-ratings": ("count", "1 rating", "2 ratings"),
    "error-too-fast": (
        "limit",
        "That was a lot in one minute. Please wait a moment: 1 request a minute is the limit.",
        "That was a lot in one minute. Please wait a moment: 2 requests a minute is the limit.",
    ),
    "export-pictures": (
        "count",
        "Here is your story to keep, with its 1 picture as it was drawn.",
        "Here is your story to keep, with its 2 pictures as they were drawn.",
    ),
}


def counted(key: str, amount: int, language: str) -> str:
    """A sentence with the same amount in place of each of its numbers."""
    sentence = texts.catalogue(language)[key]
    names = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
    return texts.say(key, language, **{name: amount if name in NUMBERS else "x" for name in names})


def with_numbers() -> list[str]:
    parsed = {key: string.Formatter().parse(sentence) for key, sentence in texts.catalogue("en").items()}
    return [key for key, parts in parsed.items() if any(name in NUMBERS for _, name, _, _ in parts)]


@pytest.mark.parametrize("amount", [0, 1, 2, 5])
def test_what_is_counted_agrees_with_its_number(amount: int) -> None:
    """Behind a number stands a word that changes with it, unless it is one of few that never do."""
    assert len(with_numbers()) > 25
    for key in with_numbers():
        said = counted(key, amount, "en")
        for word in re.findall(rf"(?<![\w/]){amount} ([^\W\d_]+)", said):
            assert word in MEASURES or word.endswith("s") == (amount != 1), f"{key}: {said}"
            assert word not in (PAIRS.values() if amount == 1 else ()), f"{key}: {said}"
        assert "{" not in said and "|" not in said
        assert "{" not in counted(key, amount, "zh")


@pytest.mark.parametrize("key", READ)
def test_one_and_two_read_as_people_write_them(key: str) -> None:
    name, one, two = READ[key]
    assert (texts.say(key, "en", **{name: 1}), texts.say(key, "en", **{name: 2})) == (one, two)
    assert texts.say(key, "en", **{name: "1"}) == one


def test_a_choice_of_one_word_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is what is checked: two words for each number, in every language."""
    read = texts.catalogue
    monkeypatch.setattr(
        texts, "catalogue", lambda language: texts.Catalogue(read(language), **{"page-ratings": "{count} {count:one|}"})
    )
    with pytest.raises(LookupError, match="page-ratings"):
        texts.check(())
