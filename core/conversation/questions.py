"""Half-given commands: what is missing is asked for, and only the person who was asked can bring it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from core import prompts, texts
from core.conversation.commands import Command, Commands, Parsed
from core.conversation.desk import Desk
from core.conversation.moment import Moment
from core.conversation.sent import check_family, last_documents, sent_with, with_last
from core.documents.formats import FAMILIES
from core.errors import BadInput
from core.graphemes import is_blank
from core.jobs import private_language
from core.rows import chooser
from core.types import Button, FileRef, KeptPiece, Message, Pending, Piece, Preferences, Reply, Request, SessionUpdate

PATIENCE = 600
"""Seconds for which a half-given command waits for its missing part."""


Wanted = Literal["photo", "words", "table", "document"]


class Questions:
    """Asks, and goes on when the answer comes. In a room's session each person has a question of their own."""

    def __init__(self, desk: Desk, commands: Commands) -> None:
        self._desk = desk
        self._commands = commands

    async def start(self, here: Moment, command: Command, words: str, **details: object) -> None:
        """Begin a paid command, or ask for what it still lacks."""
        given = details.get("options")
        details["options"] = preferred(
            here.session.preferences, command, given if isinstance(given, dict) else {}, words
        )
        request = self._desk.request(here, command.name, words, **details)
        if command.families:
            given = request.documents or last_documents(here.session)
            check_family(given, command.families)
            request = request.model_copy(update={"documents": given})
            if not given:
                return await self.ask(here, request, command.families[0])
            if here.sent and not here.sent.files:
                here = replace(here, sent=None)  # it is this command's from now on, and in no picture's place
        if command.takes_pictures:
            request = with_last(here.session, request)
            if not (request.files or request.sources or request.replied_files):
                return await self.ask(here, request, "photo")
        says_all = any(option in request.options for option in command.wordless)
        if command.files and command.asks and is_blank(words) and not says_all:
            return await self.ask(here, request, "words")
        if not command.files and is_blank(words) and not request.quote:
            raise BadInput("empty-prompt", command=command.name)
        if not command.files and is_blank(words):  # the command alone, in answer to a text: that is what it is about
            request = request.model_copy(update={"words": request.quote, "quote": ""})
        return await self._desk.accept(here, request)

    async def ask(self, here: Moment, request: Request, wants: Wanted) -> None:
        """Ask for the missing part and remember the rest for ten minutes."""
        pending = Pending(
            person=here.user.key,
            wants=wants,
            command=request.command,
            words=request.words,
            options=request.options,
            sources=request.sources,
            files=(*request.files, *request.replied_files),
            mask=request.mask,
            documents=request.documents,
            characters=request.characters,
            expires=time.time() + PATIENCE,
        )
        text = texts.say(f"ask-{wants}-{request.command}", here.language)
        update = SessionUpdate(key=here.session.key, pending=pending, sent=sent_with(request))
        about = request.sources[0] if request.sources else ""
        await self._desk.answer(here, Reply(text=text, asks_about=about), update=update)

    async def ask_which(self, here: Moment, parsed: Parsed, pieces: tuple[KeptPiece, ...]) -> None:
        """A reply to several pictures: which one is meant?"""
        request = self._desk.request(here, parsed.command.name)
        shown = [kept.piece for kept in pieces]
        reply, pending = which(request, parsed.command.name, parsed.words, parsed.options, shown)
        await self._desk.answer(here, reply, update=SessionUpdate(key=here.session.key, pending=pending))

    async def chosen(self, here: Moment, piece: str, question: str) -> None:
        """The answer to "which one?"; of two such questions the older one is over."""
        pending = here.pending
        if pending is None or pending.id != question:
            raise BadInput("question-gone")
        await self.complete(here, pending, sources=(piece,))

    async def take_back(self, here: Moment) -> None:
        """Ask nothing any more."""
        pending = here.pending
        text = texts.say("cancelled-question" if pending else "nothing-to-cancel", here.private_language)
        update = SessionUpdate(key=here.session.key, answered=here.user.key) if pending else None
        await self._desk.answer(here, Reply(text=text, private=True), update=update)

    def is_answer(self, message: Message, pending: Pending) -> bool:
        """Whether a message brings what is missing."""
        if pending.wants in FAMILIES:
            return bool(documents_in(message))
        if message.unusable or pending.wants in ("form", "choice", "more"):
            return False
        if pending.wants == "photo":
            return bool(message.files or message.reply_to or message.replied_files)
        return bool(message.text.strip())

    async def answered(self, here: Moment, message: Message, pending: Pending, sources: tuple[str, ...]) -> None:
        """The missing part of a half-given command has come; ``sources`` are the pieces that the message replies to."""
        if pending.wants == "words":
            # A photo that comes with the words may be the mask of what they are about.
            files = (*pending.files, *message.files)
            kept = {"files": files, "mask": message.mask or pending.mask, "documents": pending.documents}
            return await self.complete(here, pending, words=message.text.strip(), **kept)
        if pending.wants in FAMILIES:
            words = pending.words or message.text.strip()
            return await self.complete(here, pending, words=words, documents=documents_in(message))
        given = {
            "files": message.files,
            "mask": message.mask,
            "replied_files": message.replied_files,
            "sources": sources[:1],
        }
        return await self.complete(here, pending, words=pending.words or message.text.strip(), **given)

    async def complete(self, here: Moment, pending: Pending, **given: object) -> None:
        """Go on with a half-given command, now that ``given`` brings what was missing."""
        details = {
            "options": dict(pending.options),
            "sources": pending.sources,
            "characters": pending.characters,
            **given,
        }
        words = str(details.pop("words", pending.words))
        await self.start(here, self._commands.named(pending.command), words, **details)


def documents_in(message: Message) -> tuple[FileRef, ...]:
    """The files for a command that takes no pictures: what is no picture by its name, and what might be one and is told by its bytes.

    Those of the message itself, else of the one that it replies to.
    """
    own = (*message.documents, *message.files)
    return own or (*message.replied_documents, *message.replied_files)


def which(
    request: Request, command: str, words: str, options: Mapping[str, str], pieces: Sequence[Piece]
) -> tuple[Reply, Pending]:
    """The question which of several pictures a command is to work on, and what waits for its answer."""
    pending = Pending(
        person=request.author.key,
        wants="photo",
        command=command,
        words=words,
        options=dict(options),
        characters=request.characters,
        expires=time.time() + PATIENCE,
    )
    cancel = Button(action="cancel:", label=texts.say("button-cancel", private_language(request)))
    reply = Reply(
        text=texts.say("ask-which", private_language(request)),
        mentions=tuple(pieces),
        buttons=(*chooser([piece.id for piece in pieces], pending.id), cancel),
        private=True,
    )
    return reply, pending


def preferred(chosen: Preferences, command: Command, given: Mapping[str, str], words: str = "") -> dict[str, str]:
    """The options of a request, filled up from its ``words`` (the reader's age) and from ``/settings`` where the command knows them."""
    age = prompts.age_in(words) if command.option("age") else None
    own = {
        "style": chosen.style,
        "size": chosen.size,
        "quality": chosen.quality,
        "n": chosen.number and str(chosen.number),
        "check": chosen.check,
        "age": age and str(age),
    }
    given = {**given, **({"surprise": "true"} if chosen.surprise and command.option("style") else {})}
    if command.takes_pictures:
        del own["size"]  # what is made of a picture keeps its shape, unless somebody says otherwise now
    return {name: value for name, value in own.items() if value and command.option(name)} | dict(given)
