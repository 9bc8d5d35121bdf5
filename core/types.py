"""The values that travel through Fabula. All are frozen; those that are kept are pydantic models, stored as their JSON.

Times are seconds since the epoch (UTC), money is USD, sizes of pictures are pixels.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


def new_id() -> str:
    """A random public identifier: 120 bits in 20 URL-safe characters, so it cannot be guessed and fits into a button (64 bytes)."""
    return secrets.token_urlsafe(15)


class Value(BaseModel):
    """Base of every kept value: immutable, and strict about unknown fields so that a misspelt one cannot hide."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- who and where ---------------------------------------------------------------------------------------------------


class Place(Value):
    """Where people talk: a chat of a platform, or a thread (forum topic) in it.

    ``private``: one person and the bot. ``peers``: nobody runs it, all who are there are equals.
    """

    platform: str
    chat: str
    thread: str = ""
    private: bool = False
    peers: bool = False

    @property
    def key(self) -> str:
        """One string for this place, the same whether or not it is private."""
        return f"{self.platform}:{self.chat}:{self.thread}"

    @property
    def home(self) -> str:
        """One string for the chat with all its threads: within it a message's id is unique."""
        return f"{self.platform}:{self.chat}"


class User(Value):
    """A person on a platform. ``language`` is what the platform says of them.

    ``administrator``: whether they run this chat, as far as the platform said so along with what they did; ``None``: it has to be asked.
    """

    platform: str
    id: str
    name: str = ""
    language: str = "en"
    administrator: bool | None = None

    @property
    def key(self) -> str:
        """One string for this person over all chats of the platform."""
        return f"{self.platform}:{self.id}"


# --- what people do --------------------------------------------------------------------------------------------------


class FileRef(Value):
    """A file somebody sent, as its platform names it; the bytes are fetched when a job needs them.

    ``size`` is in bytes as the platform tells it (0: unknown).
    """

    platform: str
    ref: str
    name: str = ""
    mime: str = ""
    size: int = 0


class Message(Value):
    """Something a person wrote or sent.

    ``unusable`` and ``replied_unusable`` say what was sent, or replied to, that no picture can be made from (of ``core.pictures.kinds``): that is
    something else than nothing. ``inbox`` names the stored rows it was made from. ``addressed``: meant for the bot even without a command (a
    private chat, a mention, a reply to the bot). ``reply_to`` is the id of the message it answers, ``replied_files`` the files of that message
    where the platform tells them. ``command`` is set where the platform has already parsed it (a slash command): its name, with ``options`` by
    name. ``earlier``: what it said before its person changed it, oldest first. ``partial``: the platform shows the bot only a part of what was
    sent together.
    """

    inbox: tuple[str, ...]
    id: str
    place: Place
    author: User
    text: str = ""
    files: tuple[FileRef, ...] = ()
    mask: FileRef | None = None
    reply_to: str | None = None
    replied_files: tuple[FileRef, ...] = ()
    unusable: tuple[str, ...] = ()
    replied_unusable: tuple[str, ...] = ()
    addressed: bool = True
    command: str | None = None
    options: Mapping[str, str] = Field(default_factory=dict)
    earlier: tuple[str, ...] = ()
    partial: bool = False


class Reaction(Value):
    """A person put emoji on a message, or took some back."""

    inbox: tuple[str, ...]
    place: Place
    user: User
    message: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


class Press(Value):
    """A person pressed a button. ``action`` is ``<verb>:<argument>``; what it may do is checked by the core, never trusted.

    ``answer_to``: where the answer goes, if it cannot go to ``message``. ``asked``: the id of the person whom the message speaks to alone (a
    question, a menu); ``None`` where it speaks to all, or nobody knows.
    """

    inbox: tuple[str, ...]
    place: Place
    user: User
    message: str
    action: str
    answer_to: str | None = None
    asked: str | None = None


Event = Message | Reaction | Press


# --- sessions --------------------------------------------------------------------------------------------------------


KEPT_QUESTIONS = 50
"""Questions that a room's session keeps, each to another person."""


class Preferences(Value):
    """What ``/settings`` keeps. ``None`` means: not chosen, the operator's default or the platform's word holds."""

    style: str | None = None
    size: str | None = None
    quality: str | None = None
    language: str | None = None
    number: int | None = None


class Turn(Value):
    """One side's words in a conversation. ``author`` is the person's name in a shared session.

    ``pieces``: what it is about; when one of them is deleted, the turn goes with it.
    """

    role: Literal["person", "fabula"]
    text: str
    author: str = ""
    pieces: tuple[str, ...] = ()


class Pending(Value):
    """A half-given command that waits for its missing part until ``expires``: a question to one person.

    ``person`` is the key of who was asked, ``id`` what the buttons of its message name it by. ``wants``: ``photo`` (a picture to work on) or
    ``words`` (what to do with it).
    """

    person: str = ""
    id: str = Field(default_factory=lambda: secrets.token_urlsafe(6))
    wants: Literal["photo", "words"]
    command: str
    words: str = ""
    options: Mapping[str, str] = Field(default_factory=dict)
    sources: tuple[str, ...] = ()
    files: tuple[FileRef, ...] = ()
    mask: FileRef | None = None
    expires: float


class Sent(Value):
    """What a person sent last, as long as no newer picture is there: what is still being looked at, could not be read, or is no picture at all.

    ``unusable`` is what it was in the last case (a kind of ``core.pictures.kinds``).
    """

    at: float
    files: tuple[FileRef, ...] = ()
    mask: FileRef | None = None
    unusable: str | None = None


class SessionUpdate(Value):
    """What one moment changes in a session. Fields left at their default change nothing; ``reset`` clears everything first.

    Of ``preferences`` only what is set in it changes, so that two people's choices at once are both kept. ``pending`` is asked in place of what
    its person was asked before; ``answered`` is the key of a person who is asked nothing any more. ``asked``: when that was asked for which
    ``last_picture`` came of.
    """

    key: str
    reset: bool = False
    turns: tuple[Turn, ...] = ()
    last_picture: str | None = None
    asked: float = 0
    sent: Sent | None = None
    preferences: Preferences | None = None
    pending: Pending | None = None
    answered: str = ""


class Session(Value):
    """What one person (or one room) and the bot share: recent turns, the last picture, preferences; and each person's own pending question."""

    key: str
    turns: tuple[Turn, ...] = ()
    last_picture: str | None = None
    sent: Sent | None = None
    preferences: Preferences = Preferences()
    questions: tuple[Pending, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _without_pending(cls, value: object) -> object:
        """Leave out what a session of an earlier version was waiting for: nobody knows of whom, and it was for ten minutes."""
        return {name: kept for name, kept in value.items() if name != "pending"} if isinstance(value, dict) else value

    def question(self, person: str, now: float) -> Pending | None:
        """What a person (by their key) is still asked."""
        return next((one for one in self.questions if one.person == person and one.expires > now), None)

    def updated(self, update: SessionUpdate, kept_turns: int = 24) -> Session:
        """The session after a change. The newest ``kept_turns`` turns and ``KEPT_QUESTIONS`` questions stay."""
        base = Session(key=self.key) if update.reset else self
        asked = (update.pending,) if update.pending else ()
        settled = {update.answered, *(question.person for question in asked)}
        chosen = update.preferences.model_dump(exclude_unset=True) if update.preferences else {}
        overtaken = base.sent and update.last_picture and base.sent.at <= update.asked
        return Session(
            key=self.key,
            turns=(*base.turns, *update.turns)[-kept_turns:],
            last_picture=update.last_picture or base.last_picture,
            sent=update.sent or (None if overtaken else base.sent),
            preferences=base.preferences.model_copy(update=chosen),
            questions=(*(one for one in base.questions if one.person not in settled), *asked)[-KEPT_QUESTIONS:],
        )


# --- pieces ----------------------------------------------------------------------------------------------------------


class Picture(Value):
    """A picture whose bytes are kept: ``media`` is its public random id."""

    media: str
    width: int
    height: int
    mime: str


class Spend(Value):
    """What one paid call used and cost. ``usd`` is ``None`` where the price is unknown, or whether there was one at all; never 0 for that."""

    model: str
    usd: float | None
    usage: Mapping[str, int] = Field(default_factory=dict)


class PieceKind(StrEnum):
    """What a piece is: a text or a picture of ours, a photo somebody sent, or the tinted preview of a mask's region."""

    TEXT = "text"
    PICTURE = "picture"
    PHOTO = "photo"
    REGION = "region"


class Piece(Value):
    """Something made or sent in a conversation, with how it was made: the author's evidence.

    ``prompt`` is what the model was given, ``request`` what the person asked for. ``own`` is the model's own file where ``picture`` was
    composed from it (a masked edit). ``parent`` is the piece this one was made from, ``sources`` all of them where it is not the only one;
    ``region`` is the media id of the part that was to change. ``spends`` lists every paid call that went into it.
    ``words`` is the text of a text piece. ``parameters`` holds what was sent to the model and, under ``options``, what the person chose.
    """

    id: str = Field(default_factory=new_id)
    kind: PieceKind
    caption: str = ""
    words: str = ""
    picture: Picture | None = None
    own: Picture | None = None
    prompt: str = ""
    request: str = ""
    model: str = ""
    parameters: Mapping[str, Any] = Field(default_factory=dict)
    parent: str | None = None
    sources: tuple[str, ...] = ()
    region: str | None = None
    spends: tuple[Spend, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _with_region(cls, value: object) -> object:
        """An older version kept the region among the parameters."""
        if (
            isinstance(value, Mapping)
            and isinstance(value.get("parameters"), Mapping)
            and "region" in value["parameters"]
        ):
            told = dict(value["parameters"])
            return {"region": told.pop("region"), **value, "parameters": told}
        return value

    @property
    def media(self) -> tuple[str, ...]:
        """The media ids of all bytes that it consists of, or is made from again."""
        shown = tuple(picture.media for picture in (self.picture, self.own) if picture)
        return (*shown, self.region) if self.region else shown

    @property
    def shown_prompt(self) -> str:
        """The prompt as people may see it: that of a text is our instructions."""
        return "" if self.kind is PieceKind.TEXT else self.prompt

    @property
    def cost_usd(self) -> float | None:
        """The sum over its paid calls in USD; ``None`` as soon as one price is unknown."""
        costs = [spend.usd for spend in self.spends]
        return None if None in costs else sum(cost for cost in costs if cost is not None)


class Score(Value):
    """How a piece is rated: the sum of the values, how many people rated it, and what the asking person gave (-1, 0 or 1)."""

    score: float = 0
    count: int = 0
    mine: float = 0


class KeptPiece(Value):
    """A piece as the store knows it: where, whose, when, in which session."""

    piece: Piece
    place: Place
    author: str
    session: str
    created: float
    shown: bool = True
    deleted: bool = False


# --- jobs ------------------------------------------------------------------------------------------------------------


class Request(Value):
    """What a job is asked to do, frozen when it was accepted: options and preferences no longer change under it."""

    command: str
    words: str = ""
    options: Mapping[str, str] = Field(default_factory=dict)
    files: tuple[FileRef, ...] = ()
    mask: FileRef | None = None
    replied_files: tuple[FileRef, ...] = ()
    sources: tuple[str, ...] = ()
    language: str = "en"
    message: str
    place: Place
    author: User
    session: str
    shared: bool = False


class JobState(StrEnum):
    """``open`` covers waiting and running: which of the two is known only to the process that runs it."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class KeptJob(Value):
    """A job as the store knows it. ``starts`` counts the starts since the last newly finished step.

    ``recipe`` is the version of the recipe that it was accepted for: what its journal and the names of its replies mean.
    """

    id: str
    request: Request
    state: JobState = JobState.OPEN
    created: float
    starts: int = 0
    recipe: int = 1


# --- what the bot says -----------------------------------------------------------------------------------------------


class Button(Value):
    """A thing to press: ``action`` is at most 64 bytes (Telegram's limit), ``label`` a sentence of the catalogue.

    An action is ``<verb>:<argument>``; on a piece ``<verb>:<piece>``, and where it answers a question ``<verb>:<piece>:<question>``.
    """

    action: str
    label: str

    @property
    def piece(self) -> str:
        """The id of the piece it is about, if it is about one."""
        return self.action.partition(":")[2].partition(":")[0]


class Reply(Value):
    """One thing the bot says, for every platform; ``text`` is the small markup of ``bots.markup``.

    ``code`` makes it a failure. ``replaces`` is an earlier message of the bot that this one takes the place of, ``removes`` one that disappears.
    ``mentions`` are pieces that its buttons speak of without showing them; ``documents`` are files to hand over untouched.
    ``quotes`` are the ids of pieces whose words its text repeats: it is blanked with any of them.
    ``rated`` announces new scores of pieces; ``language`` is set when the language of the chat has just changed; ``end``: nothing more follows.
    ``private``: for the person alone whom it answers: platforms hide it from others where they can, and it is they who may press its buttons.
    """

    text: str = ""
    pieces: tuple[Piece, ...] = ()
    mentions: tuple[Piece, ...] = ()
    quotes: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    documents: tuple[Picture, ...] = ()
    code: str | None = None
    replaces: str | None = None
    removes: str | None = None
    rated: Mapping[str, Score] | None = None
    language: str | None = None
    private: bool = False
    end: bool = False

    @property
    def about(self) -> tuple[str, ...]:
        """The ids of the pieces that its message is about: those it shows, and those its buttons speak of."""
        spoken_of = {button.piece for button in self.buttons}
        return tuple(
            piece.id
            for piece in (*self.mentions, *self.pieces)
            if piece in self.pieces or piece.id in spoken_of or self.documents
        )


class KeptReply(Value):
    """A reply with its address. ``id`` grows in the order in which things were ``said``; ``key`` never changes, for de-duplication."""

    id: int
    key: str
    place: Place
    user: str
    in_reply_to: str
    job: str | None
    reply: Reply
    language: str = "en"
    receipts: tuple[str, ...] = ()
    said: float = 0


# --- progress (never kept) -------------------------------------------------------------------------------------------


class Status(Value):
    """Where a job stands. ``position`` counts the jobs before it, ``usual`` is the usual time of the phase in seconds."""

    kind: Literal["status"] = "status"
    phase: Literal["queued", "thinking", "writing", "drawing", "checking", "waiting"]
    position: int = 0
    usual: float = 0
    slot: int = 0


class TextSoFar(Value):
    """The whole text as far as it is written."""

    kind: Literal["text"] = "text"
    text: str
    slot: int = 0


class Preview(Value):
    """An unfinished picture; ``slot`` tells several pictures of one job apart."""

    kind: Literal["preview"] = "preview"
    data: bytes
    mime: str
    slot: int = 0


Progress = Annotated[Status | TextSoFar | Preview, Field(discriminator="kind")]
