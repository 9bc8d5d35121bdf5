"""The one door for everything people do: quick commands are answered at once, what costs money becomes a job."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from core import texts
from core.conversation import cast, commands, corrections, earlier, forms, presses, ratings, tickets
from core.conversation.answers import read_form
from core.conversation.commands import Parsed
from core.conversation.desk import Desk
from core.conversation.feature import Hands, Repertoire
from core.conversation.inbox import Inbox
from core.conversation.limits import Limits
from core.conversation.moment import Moment
from core.conversation.questions import Questions, documents_in
from core.conversation.sent import beyond_limits, sent_by, unusable
from core.conversation.slips import Misspelt
from core.documents import formats
from core.errors import BadInput, FabulaError, NotAllowed
from core.jobs import JobRunner, failure
from core.pictures import kinds
from core.ports import Change, Outlet, Rating, Standing, Store
from core.settings import Settings
from core.types import (
    Event,
    Form,
    KeptPiece,
    Message,
    PieceKind,
    Place,
    Press,
    Reaction,
    Reply,
    Sent,
    SessionUpdate,
    Submission,
    User,
)

CLAIM_LIMIT = 40
"""Characters of a message that may bring the code of the start."""

QUOTE_LIMIT = 6_000
"""Characters of a message that is replied to: the longest that a platform has, and a little."""


class ConversationManager:
    """Routes what people do. Events of one person in one place are handled one after the other, in the order they came."""

    def __init__(
        self,
        store: Store,
        runner: JobRunner,
        outlet: Outlet,
        limits: Limits,
        settings: Settings,
        repertoire: Repertoire,
        standings: Mapping[str, Standing] | None = None,
    ) -> None:
        """``repertoire``: what people can do. ``standings``: whom to ask who runs a chat, by platform."""
        self.repertoire = repertoire
        self._commands = repertoire.commands
        self._store = store
        self._settings = settings
        self._limits = limits
        self.inbox = Inbox(store, runner.commits, settings.language)
        self._desk = Desk(store, runner, outlet, limits, settings, standings or {})
        self._questions = Questions(self._desk, self._commands)
        self._hands = Hands(
            self._desk,
            self._questions,
            store,
            runner,
            settings,
            self._commands,
            limits,
            repertoire.verbs,
            repertoire.works,
            repertoire.links,
            self._message,
        )

    async def receive(self, event: Event) -> Reply | None:
        """Handle one event whose inbox rows are kept. A mistake of the person's becomes one sentence; nothing is raised for it.

        What it was refused with is given back too: whoever has a page open reads it there.
        """
        async with self._desk.turn(event):
            here = self._with_sent(await self._desk.enter(event))
            try:
                await self._route(here)
            except FabulaError as error:
                said = refusal(error, here.private_language, event)
                if isinstance(error, Misspelt) and isinstance(event, Message):
                    await corrections.offer(self._desk, here, event, said, partial(self._read, here))
                else:
                    await self._desk.answer(here, said)
                return said
        return None

    async def asked(self, press: Press) -> Form | Reply:
        """The form that a press opens, or what it is refused with: for a platform that shows forms. Nothing is done by it."""
        here = await self._desk.enter(press)
        try:
            self._limits.check_allowed(here.user, press.place)
            return await forms.form_of(self._hands, here, press)
        except FabulaError as error:
            return refusal(error, here.private_language)

    async def ticket(self, press: Press) -> str | Reply:
        """The secret of a ticket for the page that a press opens, or what it is refused with: for a platform that opens it in place."""
        here = await self._desk.enter(press)
        try:
            self._limits.check_allowed(here.user, press.place)
            here, pressed = await presses.check(self._hands, here, press)
            ticket, secret = tickets.issue(here, pressed, self.repertoire.verbs[pressed.verb].page)
        except FabulaError as error:
            return refusal(error, here.private_language)
        await self._store.commit(Change(tickets=(ticket,)))
        return secret

    def allows(self, user: User, place: Place) -> bool:
        """Whether somebody may use the studio in a place at all."""
        return self._limits.allows(user, place)

    async def may_still_use(self, user: User, place: Place) -> bool:
        """Whether what somebody was given in a place is still theirs to use: not of who is blocked since, or has left."""
        return self._limits.allows(user, place) and not await self.has_left(user, place)

    async def has_left(self, user: User, place: Place) -> bool:
        """Whether somebody is in a place no more, as its platform says."""
        return await self._desk.rights.has_left(user, place)

    async def wrong(self, submission: Submission) -> tuple[Reply, str] | None:
        """What a form would be refused with, and the field that is wrong, if it is one: for a platform that can keep the form open."""
        form = await self.asked(submission)
        if isinstance(form, Reply):
            return form, ""
        try:
            read_form(form, submission.values)
        except FabulaError as error:
            language = (await self._desk.enter(submission)).private_language
            return refusal(error, language), forms.wrong_field(form, error)
        return None

    async def apologise(self, event: Event) -> Reply:
        """Answer an event whose handling broke, so that it neither hangs nor comes back at the next start."""
        here = await self._desk.enter(event)
        said = failure(FabulaError("internal"), here.language)
        await self._desk.answer(here, said)
        return said

    def _with_sent(self, here: Moment) -> Moment:
        """The moment with what its message brings along. Not of who is not let in, nor an idea for a board: that is nobody's to see yet."""
        message, pending = here.event, here.pending
        if not (isinstance(message, Message) and self._limits.allows(here.user, message.place)):
            return here
        hidden = self._commands.hides(f"/{message.command}" if message.command else message.text)
        if hidden or (pending and pending.wants == "more"):
            return here
        return replace(here, sent=sent_by(message))

    async def _route(self, here: Moment) -> None:
        """What is not meant for us gets no answer, not even that somebody may not."""
        if isinstance(here.event, Message):
            await self._message(here, here.event)
        elif isinstance(here.event, Press):
            self._limits.check_allowed(here.user, here.event.place)
            name = self.repertoire.owners.get(here.event.action.partition(":")[0], "")
            self._limits.ruling.check(await self._desk.known(here), here.event.place, name)
            await forms.press(self._hands, here, here.event)
        else:
            await self._reaction(here, here.event)

    async def _message(self, here: Moment, message: Message) -> None:
        """A command, the answer to a question of ours, a reply to something, a photo, or plain talk."""
        if await earlier.acted_upon(here, message, self._store, self._commands) or not self._is_meant(message):
            await self._desk.answer(replace(here, sent=None), end=False)
            return
        if await self._claimed(here, message):
            start = self._commands.named("start")
            await self.repertoire.answers["start"](self._hands, here, Parsed(start))
            return
        self._limits.check_allowed(here.user, message.place)
        commands.check_length(message.text)
        if beyond := beyond_limits(message):
            raise unusable(beyond)
        if await forms.hears(self._hands, here, message):
            return
        parsed = self._read(here, message)
        if parsed:
            self._limits.ruling.check(await self._desk.known(here), message.place, parsed.command.name)
        if parsed and message.unusable and parsed.command.references:
            await self._say_unusable(here, message)  # without what was sent along, something else would be made
        elif parsed and not parsed.command.paid:
            await self.repertoire.answers[parsed.command.name](self._hands, here, parsed)
        elif parsed:
            await self._command(here, message, parsed)
        elif (name := cast.kept_as(message)) and (keeping := self._commands.find("character")):
            await self.repertoire.answers[keeping.name](self._hands, here, Parsed(keeping, name))
        else:
            await self._said(here, message)

    async def _claimed(self, here: Moment, message: Message) -> bool:
        """Make an operator of who brings the code of the start, alone with the bot: behind ``/start``, or by itself."""
        operates = self._limits.ruling.operates
        code = message.text.strip()[:CLAIM_LIMIT].removeprefix("/start")
        if not (operates.closed and message.place.private and operates.is_code(code)):
            return False
        await operates.add(here.user)
        return True

    async def _said(self, here: Moment, message: Message) -> None:
        """What came without a command."""
        if (pending := here.pending) and pending.wants == "more" and (message.text.strip() or message.files):
            parsed = Parsed(self._commands.named(pending.command), message.text, pending.options)
            await self.repertoire.answers[pending.command](self._hands, here, parsed)
        elif (pending := here.pending) and self._questions.is_answer(message, pending):
            sources = ids(await self._sources(here, message))
            if pending.wants == "photo" and message.replied_unusable and not (message.files or sources):
                raise kinds.unusable(message.replied_unusable[0])
            await self._questions.answered(here, message, pending, sources)
        elif message.unusable and not message.files:
            await self._say_unusable(here, message)
        elif (message.files or not message.text.strip()) and await self._reply(here, message):
            pass
        elif message.files and message.mask:
            await self._command(here, message, Parsed(self._commands.named("edit"), message.text.strip()))
        elif message.files:
            await self._desk.accept(here, self._desk.request(here, "photo", message.text, files=message.files))
        elif message.text.strip():
            await self._plain_words(here, message)
        else:
            raise BadInput("empty-prompt", command="story")

    def _is_meant(self, message: Message) -> bool:
        """Whether it is for us: said to us, or a command of ours. In a group an unknown command is another bot's."""
        if message.addressed or message.command is not None:
            return True
        try:
            return self._commands.parse(message.text) is not None
        except BadInput as error:
            return not error.code.startswith("unknown-command")

    def _read(self, here: Moment, message: Message) -> Parsed | None:
        """The command of a message, if it is one. Raises ``BadInput`` also for a character that nobody here knows."""
        parsed = self._parse(message, [one.name for one in here.session.styles])
        if parsed is None or parsed.command.takes:
            cast.check(here, message.text, *message.options.values())
        return parsed

    def _parse(self, message: Message, styles: Sequence[str]) -> Parsed | None:
        if message.command is None:
            return self._commands.parse(message.text, styles=styles)
        command = self._commands.named(message.command)
        known = commands.with_styles(command, styles)
        return Parsed(command, message.text, commands.check_options(known, message.options))

    async def _say_unusable(self, here: Moment, message: Message) -> None:
        """Say what was sent, and remember it: it is newer than the last picture, which must not be taken for it."""
        kind = message.unusable[0]
        sent = Sent(at=time.time(), unusable=kind, documents=message.documents)
        update = SessionUpdate(key=here.session.key, sent=sent)
        await self._desk.answer(here, refusal(kinds.unusable(kind), here.private_language), update=update)

    async def _command(self, here: Moment, message: Message, parsed: Parsed) -> None:
        if parsed.command.families:
            return await self._with_documents(here, message, parsed)
        if message.unusable and parsed.command.files:
            return await self._say_unusable(here, message)
        if message.partial and "mask" in parsed.command.files:
            # What is hidden may be the mask: without it the wrong thing would be paid for.
            await self._desk.answer(here, Reply(text=texts.say("note-partial", here.language)))
            return None
        sources = await self._sources(here, message) if parsed.command.files else ()
        if len(sources) > 1 and not message.files:
            return await self._questions.ask_which(here, parsed, sources)
        if message.replied_unusable and parsed.command.files and not (message.files or sources):
            raise kinds.unusable(message.replied_unusable[0])
        return await self._questions.start(
            here,
            parsed.command,
            parsed.words,
            options=dict(parsed.options),
            files=message.files,
            mask=message.mask,
            replied_files=message.replied_files,
            sources=ids(sources)[:1],
            quote="" if parsed.command.files or parsed.words else quote_of(message),
        )

    async def _with_documents(self, here: Moment, message: Message, parsed: Parsed) -> None:
        """Begin a command that takes files of other kinds. What was sent for it and is none of them is not passed over for an older one."""
        given = documents_in(message)
        if (message.unusable or message.replied_unusable) and not given:
            raise formats.refused(parsed.command.families[0])
        await self._questions.start(here, parsed.command, parsed.words, options=dict(parsed.options), documents=given)

    async def _reply(self, here: Moment, message: Message) -> bool:
        """A photo with words, or the bot's name alone, in reply to a picture edits it. ``False`` where the message shows none."""
        pictures = await self._sources(here, message)
        if not (pictures or message.replied_files):
            return False
        parsed = Parsed(self._commands.named("edit"), message.text.strip())
        if len(pictures) > 1 and not message.files:
            await self._questions.ask_which(here, parsed, pictures)
        else:
            await self._command(here, message, parsed)
        return True

    async def _plain_words(self, here: Moment, message: Message) -> None:
        """What is said without a command is read for what it wants; signs alone want nothing."""
        words = message.text.strip()
        if not any(sign.isalnum() for sign in words):
            return await self._desk.accept(here, self._desk.request(here, "talk", words))
        denied = ""
        sources: tuple[str, ...] = ()
        try:
            shown = (*await self._sources(here, message), *await self._replied_pieces(here, message, (PieceKind.TEXT,)))
            sources = ids(shown)
        except NotAllowed as error:
            denied = error.code
        unusable = "" if sources else next(iter(message.replied_unusable), "")
        details = {"sources": sources, "denied": denied, "unusable": unusable, "quote": quote_of(message)}
        request = self._desk.request(here, "wish", words, replied_files=message.replied_files, **details)
        return await self._desk.accept(here, request)

    async def _sources(self, here: Moment, message: Message) -> tuple[KeptPiece, ...]:
        """The pictures that the replied-to message shows; of a region that it shows, the photo."""
        pictures = await self._replied_pieces(here, message, (PieceKind.PICTURE, PieceKind.PHOTO))
        if pictures:
            return pictures
        regions = await self._replied_pieces(here, message, (PieceKind.REGION,))
        photos = [await self._store.piece(region.piece.parent) for region in regions if region.piece.parent]
        return tuple(photo for photo in photos if photo)

    async def _replied_pieces(
        self, here: Moment, message: Message, wanted: tuple[PieceKind, ...]
    ) -> tuple[KeptPiece, ...]:
        """The pieces of these kinds that the replied-to message shows. Raises ``NotAllowed`` where this person may not make something of them."""
        if message.reply_to is None:
            return ()
        shown = [
            await self._store.piece(piece) for piece in await self._store.shown_in(message.place, message.reply_to)
        ]
        found = tuple(kept for kept in shown if kept and kept.piece.kind in wanted)
        for kept in found:
            await self._desk.rights.check_use(here, kept)
        return found

    async def _reaction(self, here: Moment, reaction: Reaction) -> None:
        """Rate every piece that the message shows to who reacts. Of those who may not, nothing is said: a reaction asks for no answer."""
        if not self._limits.allows(here.user, reaction.place):
            await self._desk.answer(here, end=False)
            return
        pieces = tuple(await self._store.shown_in(reaction.place, reaction.message, here.user.key))
        changes = [*((emoji, False) for emoji in reaction.removed), *((emoji, True) for emoji in reaction.added)]
        given = tuple(
            Rating(
                pieces=pieces,
                user=here.user.key,
                name=here.user.shown_name,
                home=here.event.place.home,
                room=ratings.room_of(here.event.place),
                teaches=ratings.learns(self._settings, here.session.preferences),
                emoji=emoji,
                value=ratings.value(emoji, self._settings.rating_emoji),
                added=added,
            )
            for emoji, added in changes
            if pieces
        )
        replies = (Reply(rated={}),) if given else ()
        await self._desk.answer(here, *replies, ratings=given, end=False)


def ids(pieces: Iterable[KeptPiece]) -> tuple[str, ...]:
    """The ids of pieces."""
    return tuple(kept.piece.id for kept in pieces)


def quote_of(message: Message) -> str:
    """The words that a message answers, as many as anybody would want to have read."""
    return message.quote.strip()[:QUOTE_LIMIT]


def refusal(error: FabulaError, language: str, event: Event | None = None) -> Reply:
    """The sentence for what was not even begun, with what was filled in for it: it concerns only the person who wanted it."""
    said = failure(error, language)
    words = forms.given_back(event, language) if isinstance(event, Submission) else ""
    return said.model_copy(update={"private": True, "text": "\n\n".join(filter(None, (said.text, words)))})
