"""The one door for everything people do: quick commands are answered at once, what costs money becomes a job."""

from __future__ import annotations

import asyncio
import time
from weakref import WeakValueDictionary

from core import commands, ratings, texts
from core.buttons import Buttons
from core.commands import Command, Parsed
from core.errors import BadInput, FabulaError
from core.jobs import JobRunner, failure
from core.limits import FILE_LIMIT, PHOTO_LIMIT, Limits
from core.moment import Moment
from core.ports import Change, NewReply, Outlet, Store
from core.quick import Quick
from core.rows import chooser
from core.settings import Settings
from core.types import (
    Button,
    Event,
    KeptJob,
    Message,
    Pending,
    PieceKind,
    Press,
    Reaction,
    Reply,
    Request,
    SessionUpdate,
    User,
)

PATIENCE = 600
"""Seconds for which a half-given command waits for its missing part."""


class ConversationManager:
    """Routes what people do. Events of one person in one place are handled one after the other, in the order they came."""

    def __init__(self, store: Store, runner: JobRunner, outlet: Outlet, settings: Settings) -> None:
        self._store = store
        self._runner = runner
        self._outlet = outlet
        self._settings = settings
        self._limits = Limits(store, settings)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._quick = Quick(self, store, runner, settings)
        self._buttons = Buttons(self, store, runner)

    async def receive(self, event: Event) -> None:
        """Handle one event whose inbox rows are kept. A mistake of the person's becomes one sentence; nothing is raised for it."""
        user = event.author if isinstance(event, Message) else event.user
        lock = self._locks.setdefault(f"{event.place.key}:{user.id}", asyncio.Lock())
        async with lock:
            here = await self._enter(event, user)
            try:
                await self._route(here)
            except FabulaError as error:
                await self.answer(here, failure(error, here.language))

    async def apologise(self, event: Event) -> None:
        """Answer an event whose handling broke, so that it neither hangs nor comes back at the next start."""
        here = await self._enter(event, event.author if isinstance(event, Message) else event.user)
        await self.answer(here, failure(FabulaError("internal"), here.language))

    async def answer(
        self, here: Moment, *replies: Reply, update: SessionUpdate | None = None, end: bool = True
    ) -> None:
        """Answer at once: the replies, the session's change and the handled inbox rows are committed together."""
        said = (*replies, Reply(end=True)) if end else replies
        change = Change(inbox=here.event.inbox, session=update, replies=self.addressed(here, said))
        await self._runner.commits.make(change)

    def addressed(self, here: Moment, replies: tuple[Reply, ...]) -> tuple[NewReply, ...]:
        """Answers to an event, each with a key that stays the same if the event is handled again after a crash."""
        return tuple(
            NewReply(
                key=f"{here.event.inbox[0]}:{place}",
                place=here.event.place,
                user=here.user.key,
                in_reply_to=here.message,
                language=here.language,
                reply=reply,
            )
            for place, reply in enumerate(replies, 1)
        )

    async def cancel(self, here: Moment, job: str | None) -> None:
        """Stop a job by its button."""
        await self._quick.cancel(here, job)

    async def choose(self, here: Moment, name: str, value: str, *, replaces: str) -> None:
        """Set a preference by a button of the menu."""
        await self._quick.choose(here, name, value, replaces=replaces)

    async def forget(self, here: Moment) -> None:
        """Delete everything of this person. What is said of it leaves no trace either."""
        await self._runner.commits.through(self._forgotten(here))

    async def _forgotten(self, here: Moment) -> None:
        self._runner.drop(set(await self._store.forget(here.user.key)))
        reply = Reply(text=texts.say("forgotten", here.language), code=None)
        self._outlet.whisper(here.event.place, here.user.key, here.message, reply)

    async def accept(self, here: Moment, request: Request) -> None:
        """Turn a request into a job, if the person's limits allow it."""
        if len(request.words) > commands.PROMPT_LIMIT:
            raise BadInput("prompt-too-long", limit=texts.number(commands.PROMPT_LIMIT, here.language))
        if request.command != "photo":
            await self._limits.check_paid(here.user)
        job = self._runner.job(request)
        update = SessionUpdate(key=here.session.key, answered=True) if here.session.pending else None
        notes: tuple[NewReply, ...] = ()
        if isinstance(here.event, Message) and here.event.partial:
            notes = self.addressed(here, (Reply(text=texts.say("note-partial", here.language)),))
        change = Change(inbox=here.event.inbox, session=update, new_job=job, replies=notes)
        await self._runner.commits.through(self._taken(change, job))

    async def _taken(self, change: Change, job: KeptJob) -> None:
        await self._runner.commits.make(change)
        self._runner.enqueue(job)

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
                **details,
            }
        )

    async def complete(self, here: Moment, pending: Pending, **given: object) -> None:
        """Go on with a half-given command, now that ``given`` brings what was missing."""
        details = {"options": dict(pending.options), "sources": pending.sources, **given}
        words = str(details.pop("words", pending.words))
        await self.start(here, commands.BY_NAME[pending.command], words, **details)

    async def start(self, here: Moment, command: Command, words: str, **details: object) -> None:
        """Begin a paid command, or ask for what it still lacks."""
        details["options"] = self._with_preferences(here, command, details.get("options"))
        request = self.request(here, command.name, words, **details)
        if command.files:
            request = self._with_last_picture(here, request)
            if not (request.files or request.sources or request.replied_files):
                return await self.ask(here, request, "photo")
            if command.name == "edit" and not words:
                return await self.ask(here, request, "words")
        elif not words:
            raise BadInput("empty-prompt", command=command.name)
        return await self.accept(here, request)

    async def ask(self, here: Moment, request: Request, wants: str) -> None:
        """Ask for the missing part and remember the rest for ten minutes."""
        pending = Pending(
            wants="photo" if wants == "photo" else "words",
            command=request.command,
            words=request.words,
            options=request.options,
            sources=request.sources,
            files=(*request.files, *request.replied_files),
            mask=request.mask,
            expires=time.time() + PATIENCE,
        )
        text = texts.say(f"ask-{wants}-{request.command}", here.language)
        await self.answer(here, Reply(text=text), update=SessionUpdate(key=here.session.key, pending=pending))

    async def _enter(self, event: Event, user: User) -> Moment:
        """Find the session: one for the room in threads and where the chat shares it, else one for each person."""
        session, shared = await self._store.session_at(event.place, user.id)
        language = session.preferences.language or texts.language_of(user.language, self._settings.language)
        return Moment(event, session, language, shared)

    async def _route(self, here: Moment) -> None:
        """What is not meant for us gets no answer, not even that somebody may not."""
        if isinstance(here.event, Message):
            await self._message(here, here.event)
        elif isinstance(here.event, Press):
            self._limits.check_allowed(here.user, here.event.place)
            await self._buttons.press(here, here.event)
        else:
            await self._reaction(here, here.event)

    async def _message(self, here: Moment, message: Message) -> None:
        """A command, the answer to a question of ours, a reply to something, a photo, or plain talk."""
        if message.edited and await self._store.has_job(message.place, message.id):
            await self.answer(here, end=False)  # what was taken once is not paid for again
            return
        if not self._is_meant(message):
            await self.answer(here, end=False)
            return
        self._limits.check_allowed(here.user, message.place)
        self._check_files(message)
        parsed = self._parse(message)
        if parsed and not parsed.command.paid:
            await self._quick.run(here, parsed)
        elif parsed:
            await self._command(here, message, parsed)
        elif (pending := here.session.pending) and pending.expires > time.time() and self._completes(message, pending):
            await self._answered(here, message, pending)
        elif message.reply_to and await self._reply(here, message):
            pass
        elif message.files and message.mask:
            await self._command(here, message, Parsed(commands.BY_NAME["edit"], message.text.strip()))
        elif message.files:
            await self.accept(here, self.request(here, "photo", message.text, files=message.files[:1]))
        elif message.text.strip():
            await self.start(here, _TALK, message.text.strip())
        else:
            raise BadInput("empty-prompt", command="story")

    def _is_meant(self, message: Message) -> bool:
        """Whether it is for us: said to us, or a command of ours. In a group an unknown command is another bot's."""
        if message.addressed or message.command is not None:
            return True
        try:
            return commands.parse(message.text) is not None
        except BadInput as error:
            return not error.code.startswith("unknown-command")

    def _parse(self, message: Message) -> Parsed | None:
        if message.command is None:
            return commands.parse(message.text)
        command = commands.named(message.command)
        return Parsed(command, message.text, commands.check_options(command, message.options))

    def _check_files(self, message: Message) -> None:
        files = (*message.files, *((message.mask,) if message.mask else ()))
        if len(files) > PHOTO_LIMIT:
            raise BadInput("too-many-photos", limit=PHOTO_LIMIT)
        if any(file.size > FILE_LIMIT for file in files):
            raise BadInput("file-too-large", limit_mb=FILE_LIMIT // 1024**2)

    async def _command(self, here: Moment, message: Message, parsed: Parsed) -> None:
        if message.partial and parsed.command.name == "edit":
            # What is hidden may be the mask: without it the wrong thing would be paid for.
            await self.answer(here, Reply(text=texts.say("note-partial", here.language)))
            return None
        sources = (
            await self._replied_pieces(message, (PieceKind.PICTURE, PieceKind.PHOTO)) if parsed.command.files else ()
        )
        if len(sources) > 1 and not message.files:
            return await self._ask_which(here, parsed, sources)
        return await self.start(
            here,
            parsed.command,
            parsed.words,
            options=dict(parsed.options),
            files=message.files,
            mask=message.mask,
            replied_files=message.replied_files,
            sources=sources[:1],
        )

    def _completes(self, message: Message, pending: Pending) -> bool:
        if pending.wants == "photo":
            return bool(message.files or message.reply_to)
        return bool(message.text.strip()) and not message.files

    async def _answered(self, here: Moment, message: Message, pending: Pending) -> None:
        """The missing part of a half-given command has come."""
        if pending.wants == "words":
            return await self.complete(
                here, pending, words=message.text.strip(), files=pending.files, mask=pending.mask
            )
        sources = (await self._replied_pieces(message, (PieceKind.PICTURE, PieceKind.PHOTO)))[:1]
        given = {
            "files": message.files,
            "mask": message.mask,
            "replied_files": message.replied_files,
            "sources": sources,
        }
        return await self.complete(here, pending, words=pending.words or message.text.strip(), **given)

    async def _reply(self, here: Moment, message: Message) -> bool:
        """Plain words in reply to a picture edit it, in reply to a story go on with it. ``False`` where the message shows no piece."""
        words = message.text.strip()
        pictures = await self._replied_pieces(message, (PieceKind.PICTURE, PieceKind.PHOTO, PieceKind.REGION))
        if pictures or message.replied_files:
            parsed = Parsed(commands.BY_NAME["edit"], words)
            if len(pictures) > 1 and not message.files:
                await self._ask_which(here, parsed, pictures)
            else:
                await self._command(here, message, parsed)
            return True
        told = await self._replied_pieces(message, (PieceKind.TEXT,))
        if told and words:
            await self.accept(here, self.request(here, "continue", words, sources=told[:1]))
        return bool(told and words)

    async def _replied_pieces(self, message: Message, kinds: tuple[PieceKind, ...]) -> tuple[str, ...]:
        """The pieces of these kinds that the replied-to message shows."""
        if message.reply_to is None:
            return ()
        kept = [await self._store.piece(piece) for piece in await self._store.shown_in(message.place, message.reply_to)]
        return tuple(piece.piece.id for piece in kept if piece and piece.piece.kind in kinds)

    async def _ask_which(self, here: Moment, parsed: Parsed, pieces: tuple[str, ...]) -> None:
        """A reply to several pictures: which one is meant?"""
        pending = Pending(
            wants="photo",
            command=parsed.command.name,
            words=parsed.words,
            options=dict(parsed.options),
            expires=time.time() + PATIENCE,
        )
        kept = [await self._store.piece(piece) for piece in pieces]
        reply = Reply(
            text=texts.say("ask-which", here.language),
            mentions=tuple(piece.piece for piece in kept if piece),
            buttons=(*chooser(pieces), Button(action="cancel:", label=texts.say("button-cancel", here.language))),
        )
        await self.answer(here, reply, update=SessionUpdate(key=here.session.key, pending=pending))

    def _with_preferences(self, here: Moment, command: Command, given: object) -> dict[str, str]:
        """The options of a request, filled up from ``/settings`` where the command knows them."""
        chosen = here.session.preferences
        own = {
            "style": chosen.style,
            "size": chosen.size,
            "quality": chosen.quality,
            "n": chosen.number and str(chosen.number),
        }
        if command.name == "edit":
            del own["size"]
        options = {name: value for name, value in own.items() if value and command.option(name)}
        return options | (given if isinstance(given, dict) else {})

    def _with_last_picture(self, here: Moment, request: Request) -> Request:
        if request.files or request.sources or request.replied_files or not here.session.last_picture:
            return request
        return request.model_copy(update={"sources": (here.session.last_picture,)})

    async def _reaction(self, here: Moment, reaction: Reaction) -> None:
        """Rate every piece that the message shows. Of those who may not, nothing is said: a reaction asks for no answer."""
        if not self._limits.allows(here.user, reaction.place):
            await self.answer(here, end=False)
            return
        changes = [*((emoji, False) for emoji in reaction.removed), *((emoji, True) for emoji in reaction.added)]
        rated = {}
        for piece in await self._store.shown_in(reaction.place, reaction.message):
            for emoji, added in changes:
                value = ratings.value(emoji, self._settings.rating_emoji)
                rated[piece] = await self._store.rate(piece, here.user.key, emoji, value, added)
        replies = (Reply(rated=rated),) if rated else ()
        await self.answer(here, *replies, end=False)


_TALK = Command("talk", paid=True)
