"""The commands that are answered at once, also while a picture is being drawn."""

from __future__ import annotations

import time

from core import texts
from core.conversation import commands, menu
from core.conversation.commands import Parsed
from core.conversation.desk import Desk
from core.conversation.limits import day_start, month_start, next_day, next_month
from core.conversation.moment import Moment
from core.conversation.questions import Questions
from core.errors import BadInput, NotAllowed
from core.jobs import JobRunner
from core.ports import NewReply, Store
from core.rows import shown
from core.settings import Settings
from core.types import Button, KeptJob, KeptPiece, PieceKind, Reply, SessionUpdate

HISTORY = 8
"""Pieces that ``/history`` lists."""


class Quick:
    """``/settings``, ``/history``, ``/usage``, ``/cancel``, ``/forget``, ``/help`` and ``/start``."""

    def __init__(self, desk: Desk, questions: Questions, store: Store, runner: JobRunner, settings: Settings) -> None:
        self._desk = desk
        self._questions = questions
        self._store = store
        self._runner = runner
        self._settings = settings

    async def run(self, here: Moment, parsed: Parsed) -> None:
        """Answer one of these commands."""
        match parsed.command.name:
            case "settings":
                await self._settings_command(here, parsed.words)
            case "history":
                await self._history(here)
            case "usage":
                await self._usage(here)
            case "cancel":
                await self.cancel(here)
            case "forget":
                await self._forget(here)
            case "start" if parsed.words.startswith(commands.SHOW):
                await self._show(here, parsed.words.removeprefix(commands.SHOW))
            case _:
                await self._help(here, parsed.command.name)

    async def cancel(self, here: Moment, job: str | None = None) -> None:
        """Stop that job, by the button under its progress; without one what runs for this person, or take the question to them back.

        Raises ``NotAllowed`` for somebody else's job.
        """
        found = self._runner.find(job) if job else self._runner.current(here.session.key, here.user.key)
        if found and job:
            if found.request.place.home != here.event.place.home:
                found = None
            else:
                await self._desk.rights.check_owner(here, found.request.author.key)
        if found and await self._runner.cancel(found, here.event.inbox, self._cancelled(here, found)):
            return
        if job:
            text = texts.say("nothing-to-cancel", here.language)
            await self._desk.answer(here, Reply(text=text, private=True))
        else:
            await self._questions.take_back(here)

    def _cancelled(self, here: Moment, job: KeptJob) -> tuple[NewReply, ...]:
        text = texts.say("cancelled", here.language, command=job.request.command)
        return self._desk.addressed(here, (Reply(text=text), Reply(end=True)))

    async def _settings_command(self, here: Moment, words: str) -> None:
        """Without words the menu; ``/settings language zh``, ``/settings session shared`` and ``/settings reset`` for those who type."""
        if not words:
            return await self._desk.answer(here, menu.main(here).model_copy(update={"private": True}))
        name, _, value = words.replace("=", " ").partition(" ")
        return await self.choose(here, name.strip().lower(), value.strip())

    async def choose(self, here: Moment, name: str, value: str, *, replaces: str | None = None) -> None:
        """Set one preference. Raises ``BadInput`` for one that does not exist."""
        if name == "session" or here.shared:
            await self._desk.rights.check_runs(here)
        if name == "session":
            return await self._share(here, value, replaces)
        if name == "reset":
            update = SessionUpdate(key=here.session.key, reset=True)
        else:
            update = SessionUpdate(key=here.session.key, preferences=menu.choice(name, value))
        after = menu.after(here, update, self._settings)
        changed = {"replaces": replaces, "language": after.language, "private": True}
        reply = menu.main(after).model_copy(update=changed)
        return await self._desk.answer(here, reply, update=update)

    async def _share(self, here: Moment, value: str, replaces: str | None) -> None:
        if value not in ("shared", "own"):
            raise BadInput("unknown-value", option="session", value=value[:40], choices="shared, own")
        await self._store.share_chat(here.event.place, value == "shared")
        text = texts.say(f"session-{value}", here.language)
        await self._desk.answer(here, Reply(text=text, replaces=replaces))

    async def _history(self, here: Moment) -> None:
        """The last pieces, newest first, each with what it was made from."""
        language = here.language
        kept = await self._store.pieces(here.session.key, HISTORY)
        if not kept:
            return await self._desk.answer(here, Reply(text=texts.say("history-empty", language), private=True))
        lines = [texts.say("history-title", language)]
        lines += [await self._line(place, piece, language) for place, piece in enumerate(kept, 1)]
        buttons = tuple(
            Button(action=f"pick:{piece.piece.id}", label=str(place)) for place, piece in enumerate(kept, 1)
        )
        shown = tuple(piece.piece for piece in kept)
        quotes = tuple(dict.fromkeys(one for piece in shown for one in (piece.id, piece.parent) if one))
        reply = Reply(text="\n".join(lines), mentions=shown, quotes=quotes, buttons=buttons, private=True)
        return await self._desk.answer(here, reply)

    async def _line(self, place: int, kept: KeptPiece, language: str) -> str:
        piece = kept.piece
        parent = await self._store.piece(piece.parent) if piece.parent else None
        sign = "📖" if piece.kind is PieceKind.TEXT else "🖼"
        line = f"{place}. {sign} {menu.shortened(piece.caption or piece.shown_prompt or piece.words)}"
        if parent:
            line += " " + texts.say(
                "history-from",
                language,
                parent=menu.shortened(parent.piece.caption or texts.say("your-photo", language), 40),
            )
        score = await self._store.score(piece.id)
        return line + (f"  ({score.score:+g})" if score.count else "")

    async def _usage(self, here: Moment) -> None:
        """What it cost today and this month, and what is left."""
        now, language, settings = time.time(), here.language, self._settings
        today = await self._store.spent(day_start(now), here.user.key)
        month = await self._store.spent(month_start(now), here.user.key)
        lines = [
            texts.say("usage-today", language, usd=texts.money(today.usd, language), calls=today.calls),
            texts.say("usage-month", language, usd=texts.money(month.usd, language), calls=month.calls),
        ]
        if month.unpriced:
            lines.append(texts.say("usage-unpriced", language, calls=month.unpriced))
        if settings.person_daily_usd:
            used = await self._store.used(day_start(now), settings.unpriced_usd, here.user.key)
            left = texts.money(max(0.0, settings.person_daily_usd - used), language)
            lines.append(texts.say("usage-left-today", language, usd=left, resets=next_day(now).strftime("%H:%M UTC")))
        if settings.monthly_budget_usd:
            used = await self._store.used(month_start(now), settings.unpriced_usd)
            left = texts.money(max(0.0, settings.monthly_budget_usd - used), language)
            lines.append(texts.say("usage-left-month", language, usd=left, resets=next_month(now).strftime("%Y-%m-%d")))
        if settings.image_in_sandbox:
            lines.append(texts.say("usage-sandbox", language))
        await self._desk.answer(here, Reply(text="\n".join(lines), private=True))

    async def _forget(self, here: Moment) -> None:
        actions = {"forget-yes:": "forget-yes", "forget-yes:all": "forget-all", "forget-no:": "forget-no"}
        buttons = tuple(
            Button(action=action, label=texts.say(f"button-{name}", here.language)) for action, name in actions.items()
        )
        sure = Reply(text=texts.say("forget-sure", here.language), buttons=buttons, private=True)
        await self._desk.answer(here, sure)

    async def _show(self, here: Moment, piece: str) -> None:
        """What a link promised that was posted where the piece itself could not be: to its author, with its own row."""
        kept = await self._store.piece(piece)
        if kept is None:
            raise BadInput("piece-gone")
        if kept.author != here.user.key:
            raise NotAllowed("only-author")
        update = SessionUpdate(key=here.session.key, last_picture=piece if kept.piece.picture else None)
        await self._desk.answer(here, shown(kept.piece, here.language), update=update)

    async def _help(self, here: Moment, name: str) -> None:
        """What it does, three examples to tap, and (``/help``) every command."""
        language = here.language
        lines = [texts.say("welcome", language)]
        if name == "help":
            lines += [
                f"`{usage(command)}` {texts.say(f'command-{command.name}', language)}"
                for command in commands.COMMANDS[:-1]
            ]
        if self._settings.image_in_sandbox:
            lines.append(texts.say("sandbox-note", language))
        lines.append(texts.say("try-these", language))
        buttons = tuple(
            Button(action=f"example:{place}", label=texts.say(f"example-{place}", language)) for place in (1, 2, 3)
        )
        await self._desk.answer(here, Reply(text="\n".join(lines), buttons=buttons))


def usage(command: commands.Command) -> str:
    """A command as it is typed: ``/story idea``."""
    return f"/{command.name} {command.takes}".strip()
