"""What everything in a conversation is done with: the moment an event happens in, answers, and requests that become jobs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

from core import meters, texts
from core.conversation import cast, commands, own_styles, ratings
from core.conversation.limits import Limits
from core.conversation.moment import Moment
from core.conversation.rights import Rights
from core.conversation.sent import sent_with
from core.errors import Limited
from core.jobs import JobRunner
from core.locks import Locks
from core.ports import OVERTAKEN, Bound, Bounds, Change, NewReply, Outlet, Rating, Standing, Store
from core.settings import Settings
from core.types import Event, Message, Place, Press, Reply, Request, SessionUpdate, Submission, Ticket, User

_NOTHING = Change()


class Overtaken(Exception):
    """Somebody was quicker: the question is answered, or the board another one by now, and nothing has changed."""


class Desk:
    """Finds the session of an event, answers at once, and accepts what costs money as a job."""

    def __init__(
        self,
        store: Store,
        runner: JobRunner,
        outlet: Outlet,
        limits: Limits,
        settings: Settings,
        standings: Mapping[str, Standing],
    ) -> None:
        self._store = store
        self._runner = runner
        self._outlet = outlet
        self._limits = limits
        self._settings = settings
        self.rights = Rights(store, standings)
        self._turns: Locks[str] = Locks()

    @asynccontextmanager
    async def turn(self, event: Event) -> AsyncIterator[None]:
        """The turn of who does something in a place: held while it is handled."""
        user = event.author if isinstance(event, Message) else event.user
        async with self._turns.of(f"{event.place.key}:{user.id}"):
            with self._runner.rush.hearing():
                yield

    def turn_at(self, name: str) -> asyncio.Lock:
        """The turn at something that many people change, by its name."""
        return self._turns.of(name)

    async def enter(self, event: Event) -> Moment:
        """Find the session: one for the room in threads and where the chat shares it, else one for each person."""
        user = event.author if isinstance(event, Message) else event.user
        session, shared = await cast.session_at(self._store, event.place, user.id)
        language = session.preferences.language or texts.language_of(user.language, self._settings.language)
        return Moment(event, session, language, shared, press=_press(event))

    async def known(self, here: Moment) -> User:
        """Who does something, with whether they run the place, where a rule asks for that."""
        return await self._with_standing(here.user, here.event.place)

    async def _with_standing(self, user: User, place: Place) -> User:
        if not self._limits.ruling.asks_who_administers or user.administrator is not None:
            return user
        return user.model_copy(update={"administrator": await self.rights.administers(user, place)})

    async def as_asked(self, here: Moment, asked: str | None) -> Moment:
        """The moment as that of the person who was asked; raises ``NotAllowed`` where somebody else presses."""
        speaker = await self.rights.speaker(here, asked)
        if speaker.key == here.user.key:
            return here
        assert isinstance(here.event, Press)
        entered = await self.enter(here.event.model_copy(update={"user": speaker}))
        return replace(entered, language=here.language, closing=here.closing)

    async def answer(
        self,
        here: Moment,
        *replies: Reply,
        update: SessionUpdate | None = None,
        ratings: tuple[Rating, ...] = (),
        tickets: tuple[Ticket, ...] = (),
        end: bool = True,
        change: Change = _NOTHING,
    ) -> None:
        """Answer at once: the replies, the session's change, ratings and the handled inbox rows are committed together.

        ``tickets``: those that the replies let their person onto pages by. ``change``: what else happens with them. Raises ``Overtaken``.
        """
        for rating in ratings:
            if rating.added is not False:
                meters.rated(rating.value)
        said = (*replies, Reply(end=True)) if end else replies
        kept = change.model_copy(update={"session": update, "ratings": ratings, "tickets": tickets})
        if not await self.answer_with(kept, here, *said):
            _check_overtaken(here, change)

    async def answer_with(self, change: Change, here: Moment, *replies: Reply) -> bool:
        """Answer with what else changes by it, and what is said elsewhere, in one commit.

        ``False``: the board in it is another one by now, and nothing has changed.
        """
        said = (*self.addressed(here, replies), *change.replies)
        whole = change.model_copy(update={"inbox": here.event.inbox, "replies": said})
        return await self._runner.commits.make(_closing(here, whole)) is not None

    def addressed(self, here: Moment, replies: tuple[Reply, ...]) -> tuple[NewReply, ...]:
        """Answers to an event, each with a key that stays the same if the event is handled again after a crash.

        What answers the button of a private message is private too. A quiet press has no answers in the chat.
        """
        if isinstance(here.event, Press) and here.event.quiet:
            replies = tuple(reply for reply in replies if not (reply.private or reply.end or reply.code))
        if isinstance(here.event, Press) and here.event.asked is not None:
            replies = tuple(reply.model_copy(update={"private": True}) for reply in replies)
        return tuple(
            NewReply(
                key=f"{here.event.inbox[0]}:{place}",
                place=here.event.place,
                user=here.user.key,
                in_reply_to=here.message,
                language=here.private_language if reply.private or reply.rated is not None else here.language,
                reply=reply,
            )
            for place, reply in enumerate(replies, 1)
        )

    def request(self, here: Moment, command: str, words: str = "", **details: object) -> Request:
        """A request of this person, here; ``details`` are fields of ``Request``."""
        return Request.model_validate(
            {
                "command": command,
                "words": words,
                "language": here.language,
                "message": here.message,
                "place": here.event.place,
                "author": here.user,
                "session": here.session.key,
                "shared": here.shared,
                "moderation": here.session.moderation,
                "idea": here.idea,
                **details,
            }
        )

    async def accept(
        self, here: Moment, request: Request, *, answers: str = "", replies: tuple[Reply, ...] = (), job: str = ""
    ) -> None:
        """Turn a request into a job, if the person's limits allow it; where a rule says so, into a question to who may allow it.

        ``answers``: what waited for a word, and is answered with these ``replies`` by being accepted. ``job``: the name that it is looked for by, or
        the question about it; the same one is begun once. Raises ``Overtaken``.
        """
        if not answers:  # else it has what its own person brought along, and nothing of who answers
            request = await cast.brought(self._store, here.session, request)
            request = await own_styles.brought(self._store, here.session, request)
        liking = request.liking if answers else ratings.liking_of(here.session.preferences)
        commands.check_length(request.words)
        author = await self._with_standing(request.author, request.place)
        request = request.model_copy(update={"author": author, "liking": liking})
        change = self._accepting(here, request, replies, answers)

        async def take(asked: Request, bounds: Bounds) -> Bound | None:
            new = self._runner.job(asked)
            new = new.model_copy(update={"id": job}) if job else new
            with_job = change.model_copy(update={"new_job": new})
            return await self._runner.accept(_closing(here, with_job), bounds)

        request, bound = await self._limits.admit(request, take, here.press)
        if bound == "pressed-twice":
            await self.answer(replace(here, closing=None))  # what would end with it was ended by the first
        elif bound == OVERTAKEN:
            _check_overtaken(here, change)
        elif bound:
            outcome = self._limits.beyond(request, bound, job)
            if isinstance(outcome, Limited):
                raise outcome
            end = self.addressed(here, (Reply(end=True),))
            asking = change.model_copy(update={"asks": outcome.asks, "replies": (*outcome.replies, *end)})
            if await self._runner.commits.make(_closing(here, asking)) is None:
                _check_overtaken(here, asking)

    def _accepting(self, here: Moment, request: Request, replies: tuple[Reply, ...], answers: str) -> Change:
        """What changes with a request that is accepted, but for the job. Who lets another's be done neither sent nor said anything for it."""
        sent = None if answers else sent_with(request)
        answered = here.pending is not None and here.pending.wants != "more" and not answers
        update = None
        if answered or sent:
            update = SessionUpdate(key=here.session.key, answered=here.user.key if answered else "", sent=sent)
        notes = list(replies)
        if isinstance(here.event, Message) and here.event.partial:
            notes.append(Reply(text=texts.say("note-partial", here.language)))
        if self._runner.paused:
            notes.append(Reply(text=texts.say("note-maintenance", here.language)))
        told = self.addressed(here, tuple(notes))
        return Change(inbox=here.event.inbox, session=update, replies=told, answered_ask=answers)

    async def forget(self, here: Moment, *, with_derived: bool) -> None:
        """Delete everything of this person, and what others made from it if they wish so. What is said of it leaves no trace either."""
        await self._runner.commits.through(self._forgotten(here, with_derived))

    async def _forgotten(self, here: Moment, with_derived: bool) -> None:
        self._runner.drop(set(await self._store.forget(here.user.key, with_derived=with_derived)))
        reply = Reply(text=texts.say("forgotten", here.private_language), code=None)
        self._outlet.whisper(here.event.place, here.user.key, here.message, reply)


def _closing(here: Moment, change: Change) -> Change:
    """The change, with what ends by it, what was sent and what it says of somebody's taste."""
    change = change.model_copy(update={"hints": here.hints}) if here.hints else change
    update = change.session or SessionUpdate(key=here.session.key)
    if here.sent and update.sent is None and update.key == here.session.key:
        change = change.model_copy(update={"session": update.model_copy(update={"sent": here.sent})})
    if here.closing is None:
        return change
    replies = (*change.replies, *here.closing.replies)
    board = here.closing.board or change.board
    return change.model_copy(update={"other_session": here.closing.update, "replies": replies, "board": board})


def _check_overtaken(here: Moment, change: Change) -> None:
    """Raise ``Overtaken`` where nothing came of a change because somebody was quicker. Else the event is another process's to answer by now."""
    if change.answered_ask or change.board or (here.closing and here.closing.board):
        raise Overtaken


def _press(event: Event) -> str:
    """What names the press of a button: who pressed which one under which message.

    Empty for anything else, also for a form, and for what comes from a page: each says something.
    """
    if not isinstance(event, Press) or isinstance(event, Submission) or event.ticket:
        return ""
    return f"{event.user.key} {event.place.home} {event.message} {event.action}"
