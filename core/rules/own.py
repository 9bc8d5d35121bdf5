"""Limits that an operator sets for one person; they hold in the place of those that are for everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress

import structlog
from pydantic import ValidationError

from core.errors import BadInput
from core.rules.form import Rule, Span
from core.types import new_id

log = structlog.get_logger()

SPANS: Mapping[str, tuple[Span, ...]] = {"requests": ("day",), "usd": ("day", "month")}
"""What can be set for one person."""


_OWN = "own "


def own_rule(who: str, given: Mapping[str, str]) -> Rule | None:
    """The rule that a filled form makes: ``given`` holds amounts as they were written, as ``usd-day``; ``None`` where all are empty.

    Raises ``BadInput("admin-amount")`` for what is no amount above 0: to allow nothing at all is to block somebody.
    """
    amounts = {
        kind: {span: text for span in spans if (text := given.get(f"{kind}-{span}", "").strip().lstrip("$"))}
        for kind, spans in SPANS.items()
    }
    if not any(amounts.values()):
        return None
    try:
        if not all(float(text) > 0 for texts in amounts.values() for text in texts.values()):
            raise BadInput("admin-amount")
        return Rule.model_validate({"name": f"{_OWN}{new_id()}", "who": (who,), **amounts})
    except ValueError as error:
        raise BadInput("admin-amount") from error


def read_own(kept: Iterable[str]) -> dict[str, Rule]:
    """The rules that were kept, by the person for whom each is; one that cannot be read is named in the log and left out."""
    return {rule.who[0]: rule for text in kept if (rule := _read(text)) is not None}


def without(person: str, kept: Iterable[str]) -> list[str]:
    """The rules that were kept but for that of one person, as they were written."""
    return [text for text in kept if (rule := _read(text)) is None or rule.who[0] != person]


def _read(text: str) -> Rule | None:
    """A rule as this or another version has kept it; ``None`` where it cannot be read."""
    with suppress(ValidationError):
        rule = Rule.model_validate_json(text, extra="ignore")
        if rule.who:
            return rule
    log.error("a person’s own limits cannot be read")
    return None


def is_own(rule: Rule) -> bool:
    """Whether it is one person's own."""
    return rule.name.startswith(_OWN)


def gives_way(rule: Rule, what: str, span: Span, own: Rule) -> bool:
    """Whether a limit for each person is one in whose place somebody's own holds: one of all that they do, of the same kind and span."""
    is_of_all = rule.each == "person" and not rule.what and not rule.models
    return is_of_all and span in getattr(own, what)
