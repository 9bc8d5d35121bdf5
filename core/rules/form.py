"""What stands in a file of rules, and which rules hold for a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from core.types import Place, User, Value

Span = Literal["minute", "day", "month"]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\s\x00-\x1f]+$")]
Who = Annotated[
    str,
    StringConstraints(
        max_length=120, pattern=r"^(everybody|administrators|[a-z]{1,20}(:([@#]?[^\s:@#][^\s]{0,90}))?)$"
    ),
]
Requests = Annotated[int, Field(ge=0, le=10**9)]
Amount = Annotated[float, Field(ge=0, le=10**9, allow_inf_nan=False)]


class Cheaper(Value):
    """What a request goes on with beyond its limit: a quality, and models in place of the usual ones where they are named."""

    quality: Literal["low", "medium", "high"] = "low"
    text: Name | None = None
    image: Name | None = None


class Rule(Value):
    """One rule: for ``who``, doing ``what``, with one of these ``models``; nothing named is everything.

    ``who``: ``everybody``, ``administrators`` (of the chat, as its platform says), a platform (``telegram``), a person (``telegram:42``), a room
    (``telegram:#-100``), a role (``discord:@99``). ``what``: commands, kinds of job, recipes. ``allow``: whether that may be done at all; of the
    rules that say so the first decides. ``requests`` and ``usd``: so many in a minute (the last 60 s), day or month (UTC), counted for ``each``
    person, room, or for all together. ``at_limit``: what happens then.
    """

    name: str = Field("", max_length=60)
    who: tuple[Who, ...] = ("everybody",)
    what: tuple[Name, ...] = ()
    models: tuple[Name, ...] = ()
    allow: bool | None = None
    requests: Mapping[Span, Requests] = Field(default_factory=dict)
    usd: Mapping[Span, Amount] = Field(default_factory=dict)
    each: Literal["person", "room", "all"] = "person"
    at_limit: Literal["stop", "cheaper", "ask"] = "stop"
    cheaper: Cheaper = Cheaper()

    def concerns(self, user: User, place: Place) -> bool:
        """Whether somebody, in a place, is among those whom it is for."""
        are = {"everybody", place.platform, user.key, f"{place.platform}:#{place.chat}"}
        are |= {f"{user.platform}:@{role}" for role in user.roles}
        are |= {"administrators"} if user.administrator else set()
        return bool(are & set(self.who))

    def is_about(self, names: frozenset[str], models: frozenset[str]) -> bool:
        """Whether it is for something of these names that is made with these models."""
        return (not self.what or bool(names & set(self.what))) and (not self.models or bool(models & set(self.models)))


class RuleFile(Value):
    """A whole file."""

    rule: tuple[Rule, ...] = Field((), max_length=200)

    @property
    def asks_who_administers(self) -> bool:
        """Whether a platform has to be asked who runs a chat."""
        return any("administrators" in rule.who for rule in self.rule)
