"""Which of the operator's rules hold for a request, and what comes of one that is beyond them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from core import texts
from core.errors import NotAllowed
from core.jobs import Estimator
from core.operators import Operators
from core.ports import Ask, Ceiling, Change, NewReply
from core.rules.form import Rule, RuleFile, Span
from core.rules.own import gives_way
from core.settings import Settings
from core.types import Button, Place, Reply, Request, User, new_id

QUALITIES = ("low", "medium", "high", "xhigh", "max")
ROLES = {"text": ("writer_model", "helper_model"), "image": ("image_model",)}
"""The settings that name the models of a service."""

SPANS: tuple[Span, ...] = ("minute", "day", "month")


@dataclass(frozen=True)
class Limit:
    """One limit of a rule, and the ceiling that it is for a request."""

    rule: Rule
    what: str
    span: Span
    ceiling: Ceiling


class Book(Protocol):
    """The rules that hold now."""

    @property
    def rules(self) -> RuleFile:
        """All of them."""
        ...


class Ruling:
    """Looks rules up. An operator is beyond them."""

    def __init__(
        self,
        book: Book,
        settings: Settings,
        estimator: Estimator,
        belongs: Mapping[str, str],
        operates: Operators,
    ) -> None:
        """``belongs``: the command of each kind of job. ``operates``: whether somebody is an operator."""
        self._book = book
        self._settings = settings
        self._estimator = estimator
        self._belongs = belongs
        self.operates = operates
        self.own: Mapping[str, Rule] = {}
        """The limits of single people, by who they are."""

    @property
    def asks_who_administers(self) -> bool:
        """Whether a platform has to be asked who runs a chat."""
        return self._book.rules.asks_who_administers

    @property
    def number(self) -> int:
        """How many rules hold."""
        return len(self._book.rules.rule)

    def check(self, user: User, place: Place, name: str, request: Request | None = None) -> None:
        """Raise ``NotAllowed`` where the rules do not let somebody do that there."""
        if (rule := self.deciding(user, place, name, request)) and rule.allow is False:
            raise NotAllowed("rule-not-allowed")

    def deciding(self, user: User, place: Place, name: str, request: Request | None = None) -> Rule | None:
        """The first rule that says whether that may be done at all."""
        return next((rule for rule in self.holding(user, place, name, request) if rule.allow is not None), None)

    def holding(self, user: User, place: Place, name: str, request: Request | None = None) -> list[Rule]:
        """The rules that hold for somebody, doing that there. Without a ``request`` nothing is made by any model."""
        rules = self._book.rules.rule
        if not rules or self.operates(user):
            return []
        names = frozenset({name, self._belongs.get(name, name)})
        models = self._models(request) if request and any(rule.models for rule in rules) else frozenset()
        return [rule for rule in rules if rule.concerns(user, place) and rule.is_about(names, models)]

    def limits(self, request: Request, since: Mapping[Span, float]) -> list[Limit]:
        """The limits that hold for a request, but for those that it may go beyond. ``since``: when each span begins."""
        own = self.own_of(request.author)
        holding = [*self.holding(request.author, request.place, request.called, request), *([own] if own else ())]
        found = [
            limit for rule in holding if rule.name not in request.beyond for limit in self._of(rule, request, since)
        ]
        return [
            limit
            for limit in found
            if own in (None, limit.rule) or not gives_way(limit.rule, limit.what, limit.span, own)
        ]

    def own_of(self, user: User) -> Rule | None:
        """What an operator set for one person alone."""
        return None if self.operates(user) else self.own.get(user.key)

    def _of(self, rule: Rule, request: Request, since: Mapping[Span, float]) -> list[Limit]:
        whose = {"user": request.author.key} if rule.each == "person" else {}
        whose |= {"home": request.place.home} if rule.each == "room" else {}
        kinds = {kind for kind, command in self._belongs.items() if command in rule.what}
        found = []
        for span in SPANS:
            for what in ("requests", "usd"):
                amount = getattr(rule, what).get(span)
                if amount is not None:
                    ceiling = Ceiling(
                        name=f"{what}-{span}:{rule.name}",
                        since=since[span],
                        commands=tuple(sorted(kinds | set(rule.what))),
                        models=rule.models,
                        **{what: amount, **whose},
                    )
                    found.append(Limit(rule, what, span, ceiling))
        return found

    def _models(self, request: Request) -> frozenset[str]:
        _, services = self._estimator.parts(request)
        usual = {getattr(self._settings, field) for service in services for field in ROLES[service]}
        return frozenset({*usual, *request.models.values()})

    # --- at the limit ------------------------------------------------------------------------------------------------

    def broken(self, bound: str) -> Rule | None:
        """The rule whose ceiling it is that was broken, if it still holds."""
        _, colon, name = bound.partition(":")
        rules = (*self._book.rules.rule, *self.own.values())
        return next((rule for rule in rules if rule.name == name), None) if colon else None

    def thrifty(self, request: Request) -> Request:
        """A request as it goes on beyond limits that it may exceed by being cheaper."""
        rules = [one for one in self._book.rules.rule if one.name in request.beyond and one.at_limit == "cheaper"]
        for rule in rules:
            given = {name: model for name in ("text", "image") if (model := getattr(rule.cheaper, name))}
            given.setdefault("text", self._settings.helper_model)
            usual = request.options.get("quality", self._settings.quality)
            lower = min(rule.cheaper.quality, usual, key=lambda one: QUALITIES.index(one) if one in QUALITIES else 9)
            draws = "image" in self._estimator.parts(request)[1]
            options = {**request.options, "quality": lower} if draws else request.options
            request = request.model_copy(update={"models": {**request.models, **given}, "options": options})
        return request

    def question(self, request: Request, rule: Rule, to: Place, job: str = "") -> Change:
        """The question to whoever runs a place whether somebody may go beyond a rule, which waits for an answer under the name of its ``job``."""
        asked = request.model_copy(update={"beyond": (*request.beyond, rule.name)})
        ask = Ask(id=job or new_id(), request=asked, home=to.home)
        language, here = request.language, to.home == request.place.home
        usd = texts.money(self._estimator.usd(request), language)
        who = request.author.shown_name or request.author.key
        told = {"who": who, "what": request.called, "words": texts.shortened(request.words) or "–", "usd": usd}
        reply = Reply(text=texts.say("ask-beyond", language, **told), buttons=asking(ask.id, language))
        replies = [
            NewReply(
                key=f"ask:{ask.id}:{rule.name}",
                place=to,
                user=request.author.key,
                in_reply_to=request.message if here else "",
                reply=reply,
                language=language,
            )
        ]
        if not here:
            waits = Reply(text=texts.say("ask-passed-on", language))
            own = {
                "place": request.place,
                "in_reply_to": request.message,
                "reply": waits,
                "key": f"ask:{ask.id}:{rule.name}:told",
            }
            replies.append(replies[0].model_copy(update=own))
        return Change(asks=(ask,), replies=tuple(replies))


def asking(ask: str, language: str) -> tuple[Button, ...]:
    """The two answers to such a question."""
    return tuple(
        Button(action=f"{verb}:{ask}", label=texts.say(f"button-{verb}", language)) for verb in ("grant", "decline")
    )
