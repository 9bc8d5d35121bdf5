"""Every sentence a person sees, from the ``.po`` catalogues beside this file, read once at start."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from string import Formatter

from babel.dates import format_date
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent

from core.graphemes import cut

LANGUAGES = ("en", "zh")
FOLDER = Path(__file__).parent / "locales"
_LOCALES = {"en": "en", "zh": "zh_Hans_CN"}
_TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Signs that turn the direction of what follows, in whatever script that is (https://www.unicode.org/reports/tr9/)."""


def language_of(tag: str | None, default: str = "en") -> str:
    """The language of ours that a platform's or browser's language tag means."""
    if not tag:
        return default
    first = tag.lower().replace("_", "-").split("-")[0]
    return first if first in LANGUAGES else default


def accept_language(header: str | None, default: str = "en") -> str:
    """The first language of ours in an ``Accept-Language`` header, in its order of weight."""
    weighted = []
    for place, item in enumerate((header or "").split(",")):
        tag, _, weight = item.strip().partition(";q=")
        try:
            weighted.append((-float(weight or 1), place, tag))
        except ValueError:
            continue
    for _, _, tag in sorted(weighted):
        if tag.lower().replace("_", "-").split("-")[0] in LANGUAGES:
            return language_of(tag)
    return default


class Catalogue(dict[str, str]):
    """All sentences of a language by key. It is one thing, and not changed: so it has to be looked through once only."""

    __hash__ = object.__hash__  # type: ignore[assignment]


@cache
def catalogue(language: str) -> Catalogue:
    """The sentences of a language."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        read = read_po(file, locale=_LOCALES[language])
    return Catalogue({str(message.id): str(message.string) for message in read if message.id})


class _Sentences(Formatter):
    """Puts values into sentences. ``{count:picture|pictures}`` tells no number: it is the first word where ``count`` is one, else the second."""

    def format_field(self, value: object, spec: str) -> str:
        """A value as it is, or the word that goes with it."""
        one, bar, several = spec.partition("|")
        if not bar:
            return str(super().format_field(value, spec))
        return one if str(value) == "1" else several


def check(keys: Iterable[str]) -> None:
    """See that every language has these sentences, and whatever another has, with the same values. Raises ``LookupError``, naming what is missing.

    So it does for a sentence that chooses a word by a number and does not say both.
    """
    catalogues = [catalogue(language) for language in LANGUAGES]
    known = _compared(*catalogues)
    if lacking := [key for key in dict.fromkeys(keys) if key not in known]:
        raise LookupError(_missing(lacking))


@cache
def _compared(*catalogues: Catalogue) -> frozenset[str]:
    """The keys of all sentences, once it is seen that all languages say the same."""
    known = dict.fromkeys(key for one in catalogues for key in one)
    if lacking := [key for key in known if not all(one.get(key) for one in catalogues)]:
        raise LookupError(_missing(lacking))
    said = {key: tuple(one[key] for one in catalogues) for key in known}
    if unlike := [key for key, sentences in said.items() if len(set(map(_values, sentences))) > 1]:
        raise LookupError(f"sentences tell other values in another language: {', '.join(unlike)}")
    if lame := [key for key, sentences in said.items() if not all(map(_says_both, sentences))]:
        raise LookupError(f"a word by a number is {{number:one|for others}}: {', '.join(lame)}")
    return frozenset(known)


def _missing(keys: Iterable[str]) -> str:
    absent = [f"{key!r} in {name}.po" for key in keys for name in LANGUAGES if not catalogue(name).get(key)]
    return f"sentences are missing: {', '.join(absent)}"


def _says_both(sentence: str) -> bool:
    """Whether each choice of a word is between two."""
    return all(
        len(spec.split("|")) == 2 and all(spec.split("|")) for _, _, spec, _ in Formatter().parse(sentence) if spec
    )


def _values(sentence: str) -> frozenset[str]:
    """The names of the values that a sentence tells."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)


def say(key: str, language: str, **values: object) -> str:
    """A sentence, with its values put in. Values are put in as they are: they are never read as a template."""
    sentence = catalogue(language)[key]
    if not values:
        return sentence
    # What chooses no word is put together by Python's own, ten times as quickly: statuses are said each second, of each job.
    return _Sentences().vformat(sentence, (), values) if "|" in sentence else sentence.format_map(values)


def listed(things: Iterable[str]) -> str:
    """Things in a row, with the comma of their own writing."""
    told = tuple(things)
    return (", " if all(thing.isascii() for thing in told) else "、").join(told)


def together(numbers: Iterable[int], language: str) -> str:
    """Numbers in a sentence: "1, 2 and 3"."""
    told = format_list([str(one) for one in numbers], locale=_LOCALES[language])
    return told.replace("和", " 和 ")  # between digits, which stand apart from Chinese signs


def money(usd: float, language: str) -> str:
    """An amount of money as people write it, in as many digits as it needs."""
    pattern = "¤#,##0.00" if usd >= 1 or usd == 0 else "¤#,##0.00##"
    return format_currency(usd, "USD", format=pattern, locale=_LOCALES[language], currency_digits=False)


def number(amount: float, language: str) -> str:
    """A number as people write it."""
    return format_decimal(amount, locale=_LOCALES[language])


def day(at: float, language: str) -> str:
    """The day (UTC) of a time in seconds since the epoch, as people write it."""
    return format_date(datetime.fromtimestamp(at, UTC), format="long", locale=_LOCALES[language])


def percent(share: float, language: str) -> str:
    """A share from 0 to 1 as people write it; what is there is never written as none."""
    return format_percent(
        max(share, 0.01) if share else 0, format="#,##0 %" if language == "en" else "#,##0%", locale=_LOCALES[language]
    )


def span(seconds: float, language: str) -> str:
    """A span of time as people say it, to the minute, hour or day: 25 minutes, 3 hours."""
    minutes = max(1, round(seconds / 60))
    if minutes < 90:
        return say("span-minutes", language, count=minutes)
    hours = round(minutes / 60)
    return (
        say("span-hours", language, count=hours) if hours < 48 else say("span-days", language, count=round(hours / 24))
    )


def shortened(text: str, length: int = 70) -> str:
    """One line of at most ``length`` characters, which turns nothing that stands behind it."""
    line = " ".join(text.translate(_TURNING).split())
    return line if len(line) <= length else cut(line, length - 1).rstrip() + "…"
