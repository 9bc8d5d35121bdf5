"""Reading a file of rules: what is wrong with it, each with its line and key."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Set
from dataclasses import dataclass

from pydantic import ValidationError

from core import texts
from core.recipes.lines import Lines
from core.rules.form import Cheaper, Rule, RuleFile

LARGEST = 128_000
"""Bytes of a file of rules."""

MOST_PROBLEMS = 20
_AT_LINE = re.compile(r"at line (\d{1,6})")
_KEYS = (*Rule.model_fields, *Cheaper.model_fields, "minute", "day", "month", "rule")


@dataclass(frozen=True)
class Problem:
    """Something that is wrong: ``code`` is the end of its sentence's key, ``rules-bad-<code>``."""

    line: int
    key: str
    code: str
    near: str = ""

    def told(self, language: str) -> str:
        """It as one sentence."""
        sentence = texts.say(f"rules-bad-{self.code}", language, name=self.key, near=self.near)
        return texts.say("rules-problem", language, line=self.line, sentence=sentence)


class Unusable(Exception):
    """A file that cannot be used, with what is wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("unusable rules")
        self.problems = tuple(problems[:MOST_PROBLEMS])


def read_rules(data: bytes, known: Set[str], platforms: Set[str]) -> RuleFile:
    """The rules that a file holds. ``known``: everything that can be done. Raises ``Unusable``."""
    if len(data) > LARGEST:
        raise Unusable([Problem(1, "", "large")])
    try:
        source = data.decode("utf-8-sig").replace("\r\n", "\n")
        raw = tomllib.loads(source)
    except UnicodeDecodeError:
        raise Unusable([Problem(1, "", "toml")]) from None
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        at = _AT_LINE.search(str(error)[:300])
        raise Unusable([Problem(int(at[1]) if at else 1, "", "toml")]) from None
    rows = _rows(source)
    try:
        rules = RuleFile.model_validate(raw)
    except (ValidationError, RecursionError) as error:
        raise Unusable(list(_problems(error, rows))) from None
    if unknown := list(_unknown(rules, known, platforms, rows)):
        raise Unusable(unknown)
    named = (rule if rule.name else rule.model_copy(update={"name": str(n)}) for n, rule in enumerate(rules.rule, 1))
    rules = RuleFile(rule=tuple(named))
    if len({rule.name for rule in rules.rule}) < len(rules.rule):
        raise Unusable([Problem(1, "name", "twice")])
    return rules


def _rows(source: str) -> list[tuple[int, Lines]]:
    """Where each rule begins, with the lines of its keys: the reader of lines knows one table of a name."""
    lines = source.split("\n")
    starts = [number for number, line in enumerate(lines) if line[:40].replace(" ", "").startswith("[[rule]]")]
    ends = [*starts[1:], len(lines)]
    return [(start, Lines("\n".join(lines[start:end]))) for start, end in zip(starts, ends, strict=False)]


def _line(rows: list[tuple[int, Lines]], path: tuple[object, ...]) -> int:
    number = path[1] if len(path) > 1 and isinstance(path[1], int) else None
    if number is None or number >= len(rows):
        return 1
    start, lines = rows[number]
    return start + lines.of(("rule", *(str(part) for part in path[2:])))


def _problems(error: ValidationError | RecursionError, rows: list[tuple[int, Lines]]) -> Iterator[Problem]:
    if isinstance(error, RecursionError):
        yield Problem(1, "", "toml")
        return
    for one in error.errors(include_input=False, include_url=False):
        path = one["loc"]
        key = ".".join(str(part) for part in path[2:] if not isinstance(part, int) and part != "[key]") or str(path[0])
        if one["type"] == "extra_forbidden":
            near = difflib.get_close_matches(str(path[-1])[:40], _KEYS, 1)
            yield Problem(_line(rows, path), key, "unknown-near" if near else "unknown", near[0] if near else "")
        else:
            yield Problem(_line(rows, path), key, "value")


def _unknown(rules: RuleFile, known: Set[str], platforms: Set[str], rows: list[tuple[int, Lines]]) -> Iterator[Problem]:
    """Names that nothing has: a rule with a slip in it would hold for nobody, and nobody would notice."""
    for number, rule in enumerate(rules.rule):
        for name in rule.what:
            if name not in known:
                near = difflib.get_close_matches(name[:40], sorted(known), 1)
                line = _line(rows, ("rule", number, "what"))
                yield Problem(line, name, "command-near" if near else "command", near[0] if near else "")
        for who in rule.who:
            if who not in ("everybody", "administrators") and who.partition(":")[0] not in platforms:
                yield Problem(_line(rows, ("rule", number, "who")), who, "who")
        if rule.allow is None and not rule.requests and not rule.usd:
            yield Problem(_line(rows, ("rule", number)), "", "empty")
