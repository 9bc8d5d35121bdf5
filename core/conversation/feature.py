"""A feature: one command with all that belongs to it, in one value; and a studio's repertoire, which is all of its features."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from core import texts
from core.conversation.commands import Command, Commands, Parsed
from core.conversation.desk import Desk
from core.conversation.limits import Limits
from core.conversation.moment import Moment
from core.conversation.questions import Questions
from core.conversation.rights import Whose
from core.conversation.timers import Handler
from core.jobs import JobRunner, Recipe, nothing
from core.ports import Store
from core.settings import Settings
from core.types import Form, KeptPiece, Message, Pending, Piece, PieceKind, Press, Reply, Request, Session

T = TypeVar("T")


@dataclass(frozen=True)
class Hands:
    """What the answers to commands and buttons are made with. ``hear`` takes a message as if it had just been sent."""

    desk: Desk
    questions: Questions
    store: Store
    runner: JobRunner
    settings: Settings
    commands: Commands
    limits: Limits
    verbs: Mapping[str, Verb]
    works: Callable[[], Mapping[str, Work]]
    links: Mapping[str, Arrival]
    hear: Callable[[Moment, Message], Awaitable[None]]


@dataclass(frozen=True)
class Pressed:
    """A button that was pressed, ``<verb>:<argument>``, and that this person may press; ``kept``: the piece that it names.

    ``values``: what was filled into its form, checked, by the names of the fields; a field that was left out is empty.
    """

    press: Press
    verb: str
    argument: str
    kept: KeptPiece | None = None
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def piece(self) -> Piece:
        """The piece that it names. Only for verbs that are for kinds of piece."""
        assert self.kept
        return self.kept.piece


Answer = Callable[[Hands, Moment, Parsed], Awaitable[None]]
"""Answers a command at once."""


Arrival = Callable[[Hands, Moment, str], Awaitable[None]]
"""Receives somebody whom a link has brought into their private chat, with the rest of its word."""


@dataclass(frozen=True)
class Verb:
    """What a button does, and all that is known of it.

    ``kinds``: of the pieces it is for; none where it names no piece. ``whose``: who may do it to a piece: ``anybody`` who sees it, who may make
    something new of it (``user``), its ``owner`` or an administrator. ``asked``: it answers a question or belongs to a menu, so only the person
    who was asked may press it. ``slow``: it begins a job, or a question that leads to one. ``labelled``: it is called by the sentence
    ``button-<verb>``; else by what it stands for, as a number. ``form``: what is asked before it is done; where a platform shows no forms, field
    by field. One that also asks ``in_chat`` is done without its form there. ``page``: the page of ours that it opens, in place of doing anything.
    ``alone``: what comes of its form is for who sent that alone. ``tells``: what pressing it says of the piece, from -1 to 1; ``among``: only where
    it was made with others, and the contrary of those.
    """

    do: Callable[[Hands, Moment, Pressed], Awaitable[None]]
    kinds: frozenset[PieceKind] = frozenset()
    whose: Whose = "anybody"
    asked: bool = False
    slow: bool = False
    labelled: bool = True
    form: Callable[[Hands, Moment, Pressed], Awaitable[Form]] | None = None
    in_chat: bool = False
    alone: bool = False
    page: str = ""
    tells: float = 0
    among: bool = False


@dataclass(frozen=True)
class Asked:
    """What is asked before a work can begin; ``waiting`` is what was given so far, kept for the answer."""

    reply: Reply
    waiting: Pending


@dataclass(frozen=True)
class Work:
    """A kind of work that plain words may ask for by its name: "write product copy for a mug".

    ``called``: what people call it, beside the names of its command. ``begin`` makes the request of it, or what is asked first: from the session,
    the request in plain words, the person's words without the order, and the options that they gave. It raises ``BadInput`` as the command would.
    """

    command: Command
    called: tuple[str, ...]
    begin: Callable[[Session, Request, str, Mapping[str, str]], Request | Asked]


@dataclass(frozen=True)
class Feature:
    """Everything that makes one feature.

    ``about`` is what the table of commands in the README says of it. A command is answered at once by ``answer``, or it is paid: then it is done by
    the recipe of its name. Further ``recipes`` are for what else leads to a job. ``verbs`` are what its buttons do, ``timers`` what is done when a
    timer of such a name is due, ``links`` what is done with somebody whom a link brings whose word begins with a name and ``_``. ``works`` are the
    kinds of work that plain words may ask for by name, as they are now. ``says`` are the keys of sentences that it needs beside those that follow
    from the rest. ``of``: the command under whose answers its buttons stand, where that is not its own: rules about that one hold for them.
    """

    command: Command | None = None
    about: str = ""
    answer: Answer | None = None
    recipes: Mapping[str, Recipe] = field(default_factory=dict)
    verbs: Mapping[str, Verb] = field(default_factory=dict)
    timers: Mapping[str, Handler] = field(default_factory=dict)
    works: Callable[[], Iterable[Work]] = tuple
    links: Mapping[str, Arrival] = field(default_factory=dict)
    says: tuple[str, ...] = ()
    of: str = ""

    def __post_init__(self) -> None:
        """Raise ``ValueError`` for a command that nothing does."""
        if (command := self.command) and not (command.name in self.recipes if command.paid else self.answer):
            raise ValueError(f"/{command.name} needs {'a recipe of its name' if command.paid else 'an answer'}")

    @property
    def owner(self) -> str:
        """The command whose buttons it has; empty where they stand under what many commands make."""
        return self.of or (self.command.name if self.command else "")

    def kinds(self) -> dict[str, str]:
        """The command that each kind of its jobs counts for.

        What costs nothing counts for no other's: who may ask for one book a day may have its file too, and no table stands still at its own limit.
        """
        if command := self.command:
            return dict.fromkeys((*self.recipes, command.name), command.name)
        return {kind: kind if recipe.costs is nothing else self.of or kind for kind, recipe in self.recipes.items()}

    def sentences(self) -> Iterator[str]:
        """The keys of all sentences that it needs, but for those that its command brings along."""
        own = self.command.own if self.command else {}
        return (key for key in self._sentences() if key not in own)

    def _sentences(self) -> Iterator[str]:
        if command := self.command:
            yield f"command-{command.name}"
            given = (command.takes, *command.files, *(option.name for option in command.options))
            yield from (f"option-{name}" for name in given if name)
            yield from ["option-reference"] if command.references else []
            yield from [f"ask-{command.files[0]}-{command.name}"] if command.files else []
            yield from (f"error-not-a-{family}" for family in command.families)
            yield from [f"ask-words-{command.name}"] if command.asks else []
        yield from (f"button-{name}" for name, verb in self.verbs.items() if verb.labelled)
        yield from self.says


ALWAYS = (
    *("error-internal", "error-spent", "error-job", "error-unknown-command", "error-empty-prompt", "error-no-picture"),
    *("status-queued", "status-thinking", "status-writing", "status-drawing", "status-checking", "status-waiting"),
)
"""The keys of sentences that every studio needs, whatever it can do."""


class Repertoire:
    """What a studio can do, by its features: every table of commands, buttons and recipes is taken from here."""

    def __init__(self, features: Iterable[Feature]) -> None:
        """Raises ``LookupError`` for a sentence that a catalogue lacks, ``ValueError`` for two features that have the same name for something."""
        self._features = features = tuple(features)
        self._changed = asyncio.Event()
        self.version = 0  # ``belongs``: the command of each kind of job, ``owners``: that of each button
        texts.check([*ALWAYS, *(key for feature in features for key in feature.sentences())])
        self.commands = Commands(feature.command for feature in features if feature.command)
        self.recipes = _joined(feature.recipes for feature in features)
        self.costs = {name: recipe.costs for name, recipe in self.recipes.items()}
        self.verbs = _joined(feature.verbs for feature in features)
        self.belongs = {kind: command for one in features for kind, command in one.kinds().items()}
        self.owners = {verb: one.owner for one in features if one.owner for verb in one.verbs}
        self.timers = _joined(feature.timers for feature in features)
        self.links = _joined(feature.links for feature in features)
        self.answers = {one.command.name: one.answer for one in features if one.command and one.answer}

    def extend(self, features: Iterable[Feature]) -> None:
        """Offer these beside what was there at the start, in place of those of an earlier call.

        They have a command that is answered, and nothing more: what a job needs has to be there before the first one is taken up. Every table is
        changed in place, so whoever holds one sees it. Raises ``ValueError`` for a name that is taken, and then nothing has changed.
        """
        offered = [(one.command, one.answer) for one in (*self._features, *features) if one.command]
        self.commands.replace(command for command, _ in offered)
        self.answers = {command.name: answer for command, answer in offered if answer}
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def works(self) -> dict[str, Work]:
        """The kinds of work that plain words may ask for, by name, as they are now."""
        return {work.command.name: work for feature in self._features for work in feature.works()}

    async def change(self, since: int) -> None:
        """Wait until other commands are offered than in a ``version``: a platform that has told its own app of that one tells it again."""
        while self.version == since:
            await self._changed.wait()

    def is_slow(self, action: str) -> bool:
        """Whether the answer to a button takes a while."""
        verb = self.verbs.get(action.partition(":")[0])
        return verb is not None and verb.slow

    def is_alone(self, action: str) -> bool:
        """Whether what comes of a button's form is for its person alone."""
        verb = self.verbs.get(action.partition(":")[0])
        return verb is not None and verb.alone

    def has_form(self, action: str) -> bool:
        """Whether a button asks something before it is done, where that can be shown over the chat."""
        verb = self.verbs.get(action.partition(":")[0])
        return verb is not None and verb.form is not None

    def has_page(self, action: str) -> bool:
        """Whether a button opens a page of ours."""
        verb = self.verbs.get(action.partition(":")[0])
        return verb is not None and bool(verb.page)

    def needs_form(self, action: str) -> bool:
        """Whether a button asks something before it is done that it does not ask in the chat."""
        return self.has_form(action) and not self.verbs[action.partition(":")[0]].in_chat


def _joined(tables: Iterable[Mapping[str, T]]) -> dict[str, T]:
    joined: dict[str, T] = {}
    for table in tables:
        if twice := joined.keys() & table.keys():
            raise ValueError(f"two features have the same: {', '.join(sorted(twice))}")
        joined |= table
    return joined
