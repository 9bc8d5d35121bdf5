"""What the core needs from outside, as protocols. Whoever implements one maps foreign errors to ``core.errors`` where the foreign call is made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeVar

from pydantic import BaseModel

from core.brief import Brief
from core.pictures.canvas import SizeRule
from core.types import (
    FileRef,
    JobState,
    KeptJob,
    KeptPiece,
    KeptReply,
    Place,
    Progress,
    Reply,
    Request,
    Score,
    Session,
    SessionUpdate,
    Spend,
    Turn,
    User,
    Value,
)

Show = Callable[[Progress], None]
Shape = TypeVar("Shape", bound=BaseModel)


# --- services --------------------------------------------------------------------------------------------------------


class Written(Value):
    """A text the writer wrote and what it cost. ``cut``: it ended at the length limit."""

    text: str
    spend: Spend
    cut: bool = False


class Drawing(Value):
    """One picture to make, in the person's terms; the painter fits it to its model.

    ``size`` is ``square``, ``wide``, ``tall`` or ``WIDTHxHEIGHT``; without a ``format`` the picture comes as JPEG where it can; ``slot`` numbers
    the pictures of one job from 1.
    """

    prompt: str
    size: str = "square"
    quality: str = "medium"
    format: str = ""
    transparent: bool = False
    person: str = ""
    slot: int = 1


class Fit(Value):
    """Something a drawing asked for that the model does not offer, and what was used in its place.

    ``code`` is the key of the sentence that says so: ``fitted-size``, ``fitted-quality``, ``fitted-format`` or ``fitted-transparent``.
    ``used`` is empty where nothing takes its place.
    """

    code: str
    asked: str
    used: str = ""


class Painting(BaseModel):
    """A finished picture as the model gave it. ``parameters`` is what was really sent; ``fitted`` is what had to be changed to suit the model."""

    data: bytes
    mime: str
    model: str
    spend: Spend
    parameters: Mapping[str, Any] = {}
    fitted: tuple[Fit, ...] = ()


class Writer(Protocol):
    """Writes text. ``person`` is a hash that stands for the end user toward the service."""

    def estimate(self, role: Literal["writer", "helper"], letters: int, tokens: int) -> float | None:
        """What a text of so many tokens will cost about that is made from so many letters, in USD; ``None`` where the price is unknown."""
        ...

    async def write(
        self, instructions: str, turns: Sequence[Turn], *, person: str, show: Show, brief: Brief | None = None
    ) -> Written:
        """Write freely with the writer's model, showing the text as it grows. ``brief``: the facts that the instructions put into prose."""
        ...

    async def extract(
        self,
        instructions: str,
        text: str,
        shape: type[Shape],
        *,
        name: str,
        person: str,
        pictures: Sequence[bytes] = (),
        brief: Brief | None = None,
    ) -> tuple[Shape, Spend]:
        """Fill ``shape`` from the text (and pictures) at low temperature with the helper's model. ``name`` names the schema."""
        ...


class Painter(Protocol):
    """Makes pictures."""

    def estimate(self, drawing: Drawing, *, sources: int = 0) -> float | None:
        """What one such picture will cost about, in USD; ``None`` where the price is unknown."""
        ...

    def usual_seconds(self, drawing: Drawing) -> float:
        """How long one such picture usually takes."""
        ...

    def edit_sizes(self) -> SizeRule:
        """The sizes this painter returns."""
        ...

    async def generate(self, drawing: Drawing, show: Show) -> Painting:
        """Draw from words alone, showing previews where the model can."""
        ...

    async def edit(self, drawing: Drawing, sources: Sequence[bytes], mask: bytes | None, show: Show) -> Painting:
        """Change pictures (PNG, JPEG or WebP bytes; the mask is a PNG whose transparent part is to change) by words."""
        ...


class Moderator(Protocol):
    """Looks at words and pictures before anything is drawn or shown."""

    async def check(self, words: str, pictures: Sequence[bytes] = ()) -> None:
        """Return when all is well; raises ``Refused`` otherwise. Where a service has no such endpoint, all is well."""
        ...


# --- files -----------------------------------------------------------------------------------------------------------


class Fetcher(Protocol):
    """Brings the bytes of what a person sent on one platform."""

    async def fetch(self, file: FileRef, limit: int) -> bytes:
        """The bytes, at most ``limit`` of them; raises ``BadInput("file-too-large" | "file-gone")``."""
        ...


class Media(Protocol):
    """Bytes by content, behind random public ids."""

    async def put(self, data: bytes, mime: str, *, owner: str = "", home: str = "") -> str:
        """Keep the bytes and return a new public id; raises ``StorageFault("disk-full")``.

        ``owner`` is the key of the person who sent them, ``home`` the chat (``Place.home``) that they were sent to.
        """
        ...

    async def read(self, media: str) -> bytes:
        """The bytes of an id; raises ``BadInput("file-gone")``."""
        ...


# --- the store -------------------------------------------------------------------------------------------------------


class NewReply(Value):
    """A reply to keep, before it has a number. The same ``key`` is kept once. ``user`` is whose request it answers."""

    key: str
    place: Place
    user: str
    in_reply_to: str
    job: str | None = None
    reply: Reply
    language: str = "en"


class Rating(Value):
    """What one person says of pieces by an emoji of a ``value``: given, taken back, or (``added`` is ``None``) the other way round than it is now.

    ``instead_of`` is an emoji that it takes the place of.
    """

    pieces: tuple[str, ...]
    user: str
    emoji: str
    value: float | None
    added: bool | None
    instead_of: str = ""


class Change(Value):
    """Everything one moment changes, committed together or not at all.

    ``inbox``: rows that are now handled. ``job_open``: the change counts only while this job is open, else nothing of it happens.
    ``job_state`` is the state that the job ``job_open`` gets. Where the change brings replies and all of them are already there (a job that runs
    again after a crash), nothing of it happens a second time. ``ratings`` count only while the ``inbox`` rows are not handled yet; replies that
    announce ratings get the scores that came of them.
    """

    inbox: tuple[str, ...] = ()
    session: SessionUpdate | None = None
    new_job: KeptJob | None = None
    job_open: str | None = None
    job_state: JobState | None = None
    pieces: tuple[KeptPiece, ...] = ()
    ratings: tuple[Rating, ...] = ()
    replies: tuple[NewReply, ...] = ()


class Bounds(Value):
    """What a new job has to stay within, looked at in the transaction that accepts it. Of the limits 0 is none.

    ``reserved``: what it will cost about, in USD, which is held for it until it is spent or the job ends. ``daily``: USD that the person may spend
    from ``day`` on, ``monthly``: all together from ``month`` on. ``unpriced``: USD that a call counts for whose price is not known.
    ``press``: what names the press of a button, so that two quick ones are one job.
    """

    reserved: float = 0
    unpriced: float = 0
    per_minute: int = 0
    daily: float = 0
    day: float = 0
    monthly: float = 0
    month: float = 0
    press: str = ""


Bound = Literal["too-fast", "over-quota", "over-budget", "pressed-twice"]


class InboxRow(Value):
    """One raw update as it came, kept 48 hours. ``payload`` is the platform's own JSON, ``user`` the key of who sent it.

    ``tries``: how often its handling was begun again.
    """

    id: str
    platform: str
    user: str
    payload: str
    tries: int = 0


class Spent(Value):
    """What was spent in a span of time: the known part in USD, how many paid calls there were, and how many of them are not in the sum.

    ``unpriced`` counts calls of a model without a known price, and those that failed and may have been billed all the same.
    """

    usd: float = 0
    unpriced: int = 0
    calls: int = 0


class Store(Protocol):
    """Everything that is kept. Every method is one transaction; writes return after the commit."""

    async def secret(self) -> bytes:
        """The 32 random bytes of this installation that hashes of its people are keyed with; the same for as long as the store lives."""
        ...

    async def take_in(self, row: InboxRow) -> bool:
        """Keep an update; ``False`` if that id is already there."""
        ...

    async def waiting_rows(self, platform: str) -> Sequence[InboxRow]:
        """Updates of a platform that were kept but not handled, oldest first."""
        ...

    async def rows_of(self, user: str, since: float) -> Sequence[InboxRow]:
        """Updates of a person that were taken in since a time, handled or not, oldest first."""
        ...

    async def begin_again(self, rows: Collection[str]) -> bool:
        """Count that updates are handled once more; ``False`` where none of them still waits to be."""
        ...

    async def forgive_rows(self, rows: Collection[str]) -> None:
        """Forget how often these updates were begun: the process ended well meanwhile, so it was not they who ended it."""
        ...

    async def commit(self, change: Change) -> Sequence[KeptReply] | None:
        """Carry out a change; the replies that are new, or ``None`` where ``job_open`` is no longer open.

        A change whose replies are all known was made before a crash: the session is then not changed a second time.
        """
        ...

    async def accept(self, change: Change, bounds: Bounds) -> Sequence[KeptReply] | Bound:
        """Carry out a change with a ``new_job``, if it stays within its bounds; else which one it breaks, and nothing of it happens."""
        ...

    async def still_within(self, job: str, user: str, bounds: Bounds) -> Bound | None:
        """Which bound is broken by now: by what was really spent, and what is still held for this job."""
        ...

    async def used(self, since: float, unpriced: float, user: str | None = None) -> float:
        """USD of a limit that are not free: spent since a time by one person (forgotten meanwhile or not) or by all, or held for open jobs."""
        ...

    async def session(self, key: str) -> Session:
        """The session of that key, fresh if there is none."""
        ...

    async def session_at(self, place: Place, user: str) -> tuple[Session, bool]:
        """The session that a person is in at a place, and whether it is the whole room's: in threads, and where the chat shares it."""
        ...

    async def share_chat(self, place: Place, shared: bool) -> None:
        """Choose between one session for the room and one for each person."""
        ...

    async def open_jobs(self) -> Sequence[KeptJob]:
        """Jobs that have not ended, oldest first."""
        ...

    async def restart_job(self, job: str) -> int:
        """Count one more start of a job and return how many there were since its last newly finished step."""
        ...

    async def begin_anew(self, job: str, recipe: int) -> None:
        """Let a job that has paid for nothing begin with an empty journal, for that version of its recipe."""
        ...

    async def forgive(self, jobs: Sequence[str]) -> None:
        """Forget how often these jobs were started: the process ended well while they ran, so it was not they who ended it."""
        ...

    async def steps(self, job: str) -> Mapping[str, str]:
        """The journal of a job: the JSON result of each finished step by name."""
        ...

    def finish_step(
        self, job: str, name: str, result: str, spends: Sequence[Spend], user: str, *, restarted: bool = False
    ) -> Awaitable[None]:
        """Journal a step's result and what it cost; of a job that was ``restarted`` also forget how often.

        The write has its place before all later ones as soon as this is called, and may wait a little to be committed with them; what is
        returned tells when it is committed.
        """
        ...

    def book(self, job: str, step: str, spends: Sequence[Spend], user: str) -> Awaitable[None]:
        """Count what a step that failed or was stopped cost, or may have cost; queued at once, as ``finish_step`` is."""
        ...

    async def piece(self, piece: str) -> KeptPiece | None:
        """A piece by id, deleted ones left out."""
        ...

    async def known(self, pieces: Collection[str]) -> Collection[str]:
        """Those of these ids whose pieces were said, deleted ones too."""
        ...

    async def pieces(self, session: str, limit: int) -> Sequence[KeptPiece]:
        """The newest texts and pictures of a session, newest first."""
        ...

    async def shown_in(self, place: Place, message: str) -> Sequence[str]:
        """The ids of the pieces that a message of the bot showed, deleted ones left out."""
        ...

    async def messages_showing(self, place: Place, piece: str, person: str | None = None) -> Sequence[str]:
        """The messages of a place that show a piece, oldest first; empty where it was never shown.

        With the key of a ``person`` those that they may see; with an empty one those that are there for all to see.
        """
        ...

    async def delete_piece(self, piece: str) -> None:
        """Remove a piece and its bytes (bytes shared with another piece stay)."""
        ...

    async def rate(self, piece: str, user: str, emoji: str, value: float | None, added: bool) -> Score:
        """Set or take back one person's reaction; the newest valued one that is still there counts. The new score, with theirs."""
        ...

    async def clear_ratings(self, place: Place, message: str, emoji: str | None) -> None:
        """Take everybody's reactions (or those of one emoji) on the pieces of a message away."""
        ...

    async def score(self, piece: str, user: str = "") -> Score:
        """A piece's score and what ``user`` gave."""
        ...

    async def spent(self, since: float, user: str | None = None) -> Spent:
        """What was spent since a time, by one person or by all."""
        ...

    async def has_job(self, place: Place, message: str) -> bool:
        """Whether a message of a chat was already taken as a job that did not fail."""
        ...

    async def move_chat(self, old: Place, new: Place) -> None:
        """Take the sessions and pieces of a chat along to the id it has now (a group that became a supergroup)."""
        ...

    async def forget(self, user: str, *, with_derived: bool = False) -> Sequence[str]:
        """Delete every row and file of a person; the ids of the jobs of theirs that were open.

        ``with_derived``: also what others made from their pieces.
        """
        ...

    async def unsent(self) -> Sequence[KeptReply]:
        """Replies not yet fully delivered, in the order they were said, each with the receipts it has."""
        ...

    async def receipt(self, reply: KeptReply, part: int, message: str, pieces: Collection[str], *, last: bool) -> None:
        """Part ``part`` (from 0) of a reply was delivered as ``message`` showing ``pieces``; ``last`` completes the reply."""
        ...

    async def sweep(self, now: float) -> None:
        """Remove what is past its time: handled updates and bytes without a piece after 48 hours, journals and delivered replies after 30 days."""
        ...


class EventRow(Value):
    """One durable event of a web chat. ``seq`` grows over all chats; ``data`` is its JSON, empty where that cannot be read any more."""

    seq: int
    data: str


class EventLog(Protocol):
    """The durable events of chats whose messages live here and not on somebody else's platform (the web page)."""

    async def append(self, chat: str, key: str, user: str, data: str) -> EventRow:
        """Add an event about a person's doing; the same key again answers the row that is already there."""
        ...

    async def find(self, chat: str, key: str) -> EventRow | None:
        """An event by its key."""
        ...

    async def offer(self, chat: str, message: str, action: str) -> str | None:
        """The data of the newest event by which a message of a chat has, or has had, a button with that action; ``None``: it never had."""
        ...

    async def blank(self, chat: str, message: str) -> None:
        """Take what was said out of the events of a message that is deleted."""
        ...

    async def after(self, chat: str, seq: int, limit: int = 500, size: int = 2**20) -> Sequence[EventRow]:
        """The events of a chat after a sequence number, in order: ``limit`` at most, and none after those that make ``size`` characters."""
        ...


class Standing(Protocol):
    """Who runs a chat, as its platform knows."""

    async def administers(self, user: User, place: Place) -> bool:
        """Whether a person administers a place. ``False`` where that cannot be found out; raises ``Unavailable`` where it cannot now."""
        ...


# --- toward people ---------------------------------------------------------------------------------------------------


class Outlet(Protocol):
    """Where the core hands over what is to be delivered; implemented by ``bots.delivery``."""

    def deliver(self, replies: Sequence[KeptReply]) -> None:
        """Send these, which are already kept. Returns at once."""
        ...

    def show(self, job: str, request: Request, progress: Progress) -> None:
        """Show progress. Never waits, never fails; only the newest of each kind and slot counts, and it goes when the job ends."""
        ...

    def ended(self, job: str) -> None:
        """Show nothing more of a job."""
        ...

    def whisper(self, place: Place, user: str, in_reply_to: str, reply: Reply) -> None:
        """Say something that must leave no trace in the store (what follows ``/forget``)."""
        ...
