"""What an operator can do while everything runs, and what they see. Only they reach it: ``bots.web.operating`` looks at who asks."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from bots.figures import Figures
from bots.outbound import Outbound
from bots.platforms import Settings
from core import texts
from core.conversation.limits import Limits, day_start, month_start
from core.errors import BadInput
from core.jobs import JobRunner
from core.operators import OPENED, OPERATORS
from core.ports import Change, NewReply
from core.recipes.shelf import Shelf
from core.rules.form import Rule
from core.rules.own import SPANS, own_rule, read_own, without
from core.types import Place, Reply, Request, new_id
from storage.folder import disk_use
from storage.opening import Storage
from storage.overview import Overview
from storage.state import State

TREND_DAYS = 14
"""Days of the trend."""

LONGEST_ONCE = 40
"""Characters of what names a form."""

BLOCKED, MAINTENANCE = "blocked", "maintenance"
LIMITED = "limits"
ANNOUNCED_TOGETHER = 50
"""Rooms that a message goes to in one commit."""

NAMED = re.compile(r"[^\s:@#][^\s]*")
"""How somebody is named behind their platform."""

MESSAGE_LIMIT = 2000
"""Characters of a message to all rooms: one message on every platform."""


@dataclass(frozen=True)
class Amount:
    """What somebody or something cost: a name, USD, calls."""

    name: str
    usd: str
    calls: int


class Operating:
    """Everything of the operator's page, over what runs."""

    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        runner: JobRunner,
        limits: Limits,
        outbounds: Mapping[str, Outbound],
        shelf: Shelf,
        rules_problem: Callable[[str], str],
    ) -> None:
        """``rules_problem``: what is wrong with the file of rules, in a language; nothing where it holds. ``tell``: for what is set."""
        self._settings = settings
        self._storage = storage
        self._runner = runner
        self._limits = limits
        self._outbounds = outbounds
        self._shelf = shelf
        self._rules_problem = rules_problem
        self._overview = Overview(storage.database)
        self._state = State(storage.database)
        self._figures = Figures(self._overview)
        self.tell: Callable[[], None] = lambda: None

    async def recover(self) -> None:
        """Take up what was set before: who is blocked or has limits of their own, and whether there is maintenance."""
        self._limits.blocked = await self._state.names(BLOCKED)
        self._limits.ruling.own = read_own(await self._state.names(LIMITED))
        self._limits.ruling.operates.learn(
            await self._state.names(OPERATORS), opened=bool(await self._state.names(OPENED))
        )
        self._runner.pause(bool(await self._state.names(MAINTENANCE)))

    # --- whether it is well ------------------------------------------------------------------------------------------

    async def is_ready(self) -> bool:
        """Whether requests are taken and kept: the database answers, and the program is not about to end."""
        await self._overview.now()
        return not self._runner.closing

    async def metrics(self) -> bytes:
        """The figures, as Prometheus reads them."""
        return await self._figures.text(ready=not self._runner.closing)

    # --- what there is to see ----------------------------------------------------------------------------------------

    async def view(self, language: str) -> dict[str, Any]:
        """All that the page shows, in a language; money and times as people write them."""
        now = time.time()
        running, failed = await self._overview.jobs(running=True), await self._overview.jobs(running=False)
        disk = (await asyncio.to_thread(disk_use, self._settings.data_dir))._asdict()  # which looks at every file
        going = await self._overview.now()
        return {
            "today": await self._sum(day_start(now), now, language),
            "month": await self._sum(month_start(now), now, language),
            "budget": texts.money(budget, language) if (budget := self._settings.monthly_budget_usd) else "",
            "held": texts.money(going.held, language),
            "trend": await self._trend(now, language),
            "by": {by: await self._amounts(by, month_start(now), now, language) for by in ("person", "room", "model")},
            "running": [self._job(row, now, language) for row in running],
            "failed": [self._job(row, now, language) for row in failed],
            "waiting": {"updates": going.updates.number, "replies": going.replies.number},
            "platforms": [(name, one.connected.is_set()) for name, one in self._outbounds.items()],
            "people": await self._people(language),
            "tokens": await self._storage.people.tokens(),
            "blocked": sorted(self._limits.blocked),
            "limits": self._own_limits(language),
            "recipes": sorted(self._shelf.recipes),
            "broken_recipes": [broken.file.name for broken in self._shelf.broken],
            "rules": self._limits.ruling.number,
            "rules_problem": self._rules_problem(language),
            "maintenance": self._runner.paused,
            "once": new_id(),
            "disk": {name: texts.number(round(size / 2**20, 1), language) for name, size in disk.items()},
        }

    async def _sum(self, since: float, until: float, language: str) -> dict[str, object]:
        usd, calls, unpriced = await self._overview.total(since, until + 1)
        return {"usd": texts.money(usd, language), "calls": calls, "unpriced": unpriced}

    async def _trend(self, now: float, language: str) -> list[dict[str, object]]:
        """The last days, each with its share of the dearest."""
        first = day_start(now) - (TREND_DAYS - 1) * 86400
        spent = {float(day): usd for day, usd, _ in await self._overview.money("day", first, now + 1)}
        most = max(spent.values(), default=0.0)
        days = [first + number * 86400 for number in range(TREND_DAYS)]
        return [
            {
                "day": texts.day(day, language),
                "usd": texts.money(spent.get(day, 0.0), language),
                "share": round(100 * spent.get(day, 0.0) / most) if most else 0,
            }
            for day in days
        ]

    async def _amounts(self, by: str, since: float, until: float, language: str) -> list[Amount]:
        rows = await self._overview.money(by, since, until + 1)
        nobody = texts.say("admin-forgotten", language)
        called = await self._called()
        told = ((called.get(name, name) or nobody, usd, calls) for name, usd, calls in rows[:10])
        return [Amount(name, texts.money(usd, language), calls) for name, usd, calls in told]

    async def _called(self) -> dict[str, str]:
        """How people of the page, and their private rooms, are called; by key."""
        named = [(one.id, one.name) for one in await self._storage.people.everybody() if one.name]
        return {key: f"{name} ({key})" for person, name in named for key in (f"web:{person}", f"web:home-{person}")}

    def _job(self, row: Mapping[str, Any], now: float, language: str) -> dict[str, object]:
        since = row["ended"] or row["created"]
        room = ":".join(row["session"].split(":")[:2])
        minutes = max(0, int((now - since) / 60))
        told = {"id": row["id"], "who": row["user"], "room": room, "command": row["command"] or "–"}
        ago = texts.say("admin-minutes", language, count=minutes) if minutes < 120 else texts.day(since, language)
        return {**told, "ago": ago, "said": _said(row["failure"], language), "can_again": bool(row["can_again"])}

    async def _people(self, language: str) -> list[dict[str, object]]:
        blocked = self._limits.blocked
        everybody = await self._storage.people.everybody()
        nameless = texts.say("page-nameless", language)
        return [
            {
                "id": one.id,
                "name": one.name or nameless,
                "kind": texts.say(f"person-kind-{kind}", language) if kind else "",
                "operator": one.operator,
                "blocked": f"web:{one.id}" in blocked,
            }
            for one in everybody
            for kind in ["operator" if one.operator else "guest" if one.guest else ""]
        ]

    # --- what there is to do -----------------------------------------------------------------------------------------

    async def again(self, job: str) -> None:
        """Have a failed job's request done once more, beyond no limit that holds for its person. Raises ``BadInput``, ``Limited``, ``NotAllowed``."""
        kept = await self._overview.job(job)
        try:
            request = Request.model_validate_json(kept or "", extra="ignore")
        except ValidationError as error:
            raise BadInput("admin-gone") from error

        async def take(asked: Request, bounds: Any) -> str | None:
            return await self._runner.accept(Change(new_job=self._runner.job(asked)), bounds)

        request, bound = await self._limits.admit(request, take, press=f"again {job}")
        if bound and bound != "pressed-twice":
            raise self._limits.exceeded(bound)

    async def announce(self, words: str, once: str) -> int:
        """Say something in every room in which somebody asked for something; how many they are. With the same ``once`` it is said once."""
        text = words.strip()
        if not text or len(text) > MESSAGE_LIMIT or len(once) > LONGEST_ONCE:
            raise BadInput("admin-message", limit=MESSAGE_LIMIT)
        homes, name = await self._overview.rooms(), once or new_id()
        for start in range(0, len(homes), ANNOUNCED_TOGETHER):
            together = homes[start : start + ANNOUNCED_TOGETHER]
            replies = tuple(_announcement(name, home, text, self._settings.language) for home in together)
            await self._runner.commits.make(Change(replies=replies))
        return len(homes)

    async def maintain(self, begins: bool) -> None:
        """Begin maintenance, in which requests are kept and wait, or end it."""
        await self._state.keep(MAINTENANCE, frozenset({"on"} if begins else ()))
        self._runner.pause(begins)
        self.tell()

    async def block(self, person: str, blocked: bool) -> None:
        """Answer somebody (by their key) no more, or again. Raises ``BadInput`` for what is no key."""
        key = self._key(person)
        self._limits.blocked = await self._state.change(
            BLOCKED, lambda names: names | {key} if blocked else names - {key}
        )
        self.tell()

    async def limit(self, person: str, amounts: Mapping[str, str]) -> None:
        """Set somebody's own limits, in the place of what they were; ``amounts`` as ``own_rule`` reads them. Raises ``BadInput``."""
        key = self._key(person)
        rule = own_rule(key, amounts)
        kept = frozenset({rule.model_dump_json(exclude_defaults=True)} if rule else ())
        self._limits.ruling.own = read_own(
            await self._state.change(LIMITED, lambda rules: frozenset(without(key, rules)) | kept)
        )
        self.tell()

    def _key(self, person: str) -> str:
        """Somebody's key as it was written. Raises ``BadInput`` for what is none."""
        platform, colon, name = person.strip().partition(":")
        if not (platform in self._outbounds and colon and name and len(name) < 90 and NAMED.fullmatch(name)):
            raise BadInput("admin-person", name=texts.shortened(person, 40))
        return person.strip()

    def _own_limits(self, language: str) -> list[dict[str, str]]:
        return [
            {"id": key, "said": " · ".join(self._amounts_of(rule, language))}
            for key, rule in sorted(self._limits.ruling.own.items())
        ]

    def _amounts_of(self, rule: Rule, language: str) -> Iterator[str]:
        for kind, spans in SPANS.items():
            for span in spans:
                if (amount := getattr(rule, kind).get(span)) is not None:
                    told = texts.money(amount, language) if kind == "usd" else texts.number(amount, language)
                    yield texts.say(f"admin-limit-{kind}-{span}", language, count=amount, amount=told)


def _announcement(name: str, home: str, text: str, language: str) -> NewReply:
    platform, _, chat = home.partition(":")
    place = Place(platform=platform, chat=chat)
    return NewReply(
        key=f"announced:{name}:{home}", place=place, user="", in_reply_to="", reply=Reply(text=text), language=language
    )


def _said(failure: str, language: str) -> str:
    """The sentence that a failed job ended with, in a language."""
    try:
        told = json.loads(failure or "{}")
        return texts.say(f"error-{told['code']}", language, **told.get("values", {}))
    except (ValueError, KeyError, TypeError):
        return texts.say("error-internal", language) if failure else ""
