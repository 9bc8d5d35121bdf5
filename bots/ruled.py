"""What holds for people in a running studio, put together: its operators, its rules and its limits."""

from __future__ import annotations

from bots.platforms import Settings
from bots.web.places import PLATFORM as WEB
from core.conversation.feature import Repertoire
from core.conversation.limits import Limits
from core.conversation.ruling import Ruling
from core.features.steps.toolbox import Toolbox
from core.jobs import Estimator
from core.operators import OPENED, OPERATORS, Operators
from core.recipes.shelf import Shelf
from core.rules.book import RuleBook
from storage.opening import Storage
from storage.overview import Overview
from storage.state import State


async def operators_of(settings: Settings, storage: Storage, reached: bool) -> Operators:
    """Those who operate the studio. ``reached``: whether strangers can reach it, on a platform.

    One that was used before there was this door stays as open as it was.
    """
    state, person = State(storage.database), await storage.people.operator()
    came, opened = await state.names(OPERATORS), bool(await state.names(OPENED))
    if not (opened or came) and await Overview(storage.database).was_used():
        await state.keep(OPENED, frozenset({"yes"}))
        opened = True
    paid = not (settings.text_is_embedded and settings.image_is_embedded)
    closed = paid and not (settings.allowed or settings.rules or opened)
    closed = reached and (closed if settings.open is None else not settings.open)
    on_page = [f"{WEB}:{person.id}"] if person else []
    seed, alone = await storage.store.secret(), settings.web_token is None
    known = {*settings.operators, *came}
    return Operators(known, on_page, closed=closed, alone=alone, keep=state.keep, seed=seed)


def rules_of(settings: Settings, repertoire: Repertoire, shelf: Shelf) -> RuleBook:
    """The operator's rules, read. Raises ``OperatorFault`` for a file that cannot be used."""
    rules = RuleBook(settings.rules, lambda: {*repertoire.belongs, *repertoire.belongs.values(), *shelf.recipes})
    rules.open()
    return rules


def limits_of(
    settings: Settings, tools: Toolbox, repertoire: Repertoire, rules: RuleBook, operators: Operators
) -> Limits:
    """The limits that the settings and the rules set."""
    estimator = Estimator(tools.writer, tools.painter, settings, repertoire.costs)
    return Limits(tools.store, estimator, settings, Ruling(rules, settings, estimator, repertoire.belongs, operators))


def broken_rules(rules: RuleBook, language: str) -> str:
    """What is wrong with the newest state of the file of rules."""
    return rules.problems[0].told(language) if rules.problems else ""
