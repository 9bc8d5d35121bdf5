"""What the core needs of the store, by subject."""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Mapping, Sequence
from typing import Protocol

from core.keep import USUAL
from core.ports.batches import Batches, SlowCalls
from core.ports.changes import Ask, Bound, Bounds, Ceiling, Change, ComingTimer, InboxRow, Spent
from core.types import (
    Board,
    Count,
    JobState,
    KeptJob,
    KeptPiece,
    KeptReply,
    Place,
    Rater,
    Score,
    Session,
    Spend,
    Tally,
    Ticket,
)


class Inbox(Protocol):
    """What came in and is not handled yet."""

    async def take_in(self, row: InboxRow) -> bool:
        """Keep an update; ``False`` if that id is already there."""
        ...

    async def waiting_rows(self, platform: str, fresh: Collection[str] = ()) -> Sequence[InboxRow]:
        """Updates of a platform that were kept but not handled, oldest first. Where there are several processes, those that none that lives has,
        which this one has then, and the ``fresh`` ones that it has already."""
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


class Sessions(Protocol):
    """What is remembered of conversations."""

    async def session(self, key: str) -> Session:
        """The session of that key, fresh if there is none."""
        ...

    async def session_at(self, place: Place, user: str) -> tuple[Session, bool]:
        """The session that a person is in at a place, and whether it is the whole room's: in threads, and where the chat shares it."""
        ...

    async def moderate_chat(self, place: Place, moderation: str) -> None:
        """Have the pictures of a chat, with all its threads, looked at so strictly: ``low``, or as usual (empty)."""
        ...

    async def share_chat(self, place: Place, shared: bool) -> None:
        """Choose between one session for the room and one for each person."""
        ...

    async def move_chat(self, old: Place, new: Place) -> None:
        """Take the sessions and pieces of a chat along to the id it has now (a group that became a supergroup)."""
        ...


class Jobs(Protocol):
    """Jobs and the journals of their steps."""

    async def accept(self, change: Change, bounds: Bounds) -> Sequence[KeptReply] | Bound | None:
        """Carry out a change with a ``new_job``, if it stays within its bounds; else which one it breaks, and nothing of it happens.

        ``None``, and nothing of it happens either, where what it comes of is over by now, as in ``commit``.
        """
        ...

    async def open_jobs(self) -> Sequence[KeptJob]:
        """Jobs that have not ended, oldest first."""
        ...

    async def open_job(self, job: str) -> KeptJob | None:
        """A job by id, unless it has ended or waits for a service that may take a day."""
        ...

    async def restart_job(self, job: str) -> int:
        """Count one more start of a job and return how many there were since its last newly finished step."""
        ...

    async def begin_anew(self, job: str, recipe: int, fence: int = 0) -> None:
        """Let a job that has paid for nothing begin with an empty journal, for that version of its recipe; with a ``fence`` as a ``Change`` does."""
        ...

    async def turn(self, job: KeptJob, keeps: Collection[str], bounds: Bounds) -> Bound | bool:
        """Let an open job go on as the request and version of its recipe that it has now, and hold that one's money in place of what it held.

        Of its journal the steps that it ``keeps`` stay. Which bound that breaks, or whether it was still open; else nothing of it happens.
        """
        ...

    async def forgive(self, jobs: Sequence[str]) -> None:
        """Forget how often these jobs were started: the process ended well while they ran, so it was not they who ended it."""
        ...

    async def steps(self, job: str) -> Mapping[str, str]:
        """The journal of a job: the JSON result of each finished step by name."""
        ...

    def finish_step(
        self,
        job: str,
        name: str,
        result: str,
        spends: Sequence[Spend],
        user: str,
        *,
        restarted: bool = False,
        fence: int = 0,
    ) -> Awaitable[None]:
        """Journal a step's result and what it cost; of a job that was ``restarted`` also forget how often. With a ``fence`` as a ``Change`` does:
        of a job that another process has by now only what it cost is kept.

        The write has its place before all later ones as soon as this is called, and may wait a little to be committed with them; what is
        returned tells when it is committed.
        """
        ...

    def book(self, job: str, step: str, spends: Sequence[Spend], user: str) -> Awaitable[None]:
        """Count what a step that failed or was stopped cost, or may have cost; queued at once, as ``finish_step`` is."""
        ...

    async def has_job(self, place: Place, message: str) -> bool:
        """Whether a message of a chat was already taken as a job that did not fail."""
        ...


class Money(Protocol):
    """What was spent, and what a limit leaves."""

    async def still_within(self, job: str, user: str, bounds: Bounds) -> Bound | None:
        """Which bound is broken by now: by what was really spent, and what is still held for this job."""
        ...

    async def used(self, since: float, unpriced: float, user: str | None = None) -> float:
        """USD of a limit that are not free: spent since a time by one person (forgotten meanwhile or not) or by all, or held for open jobs."""
        ...

    async def spent(self, since: float, user: str | None = None) -> Spent:
        """What was spent since a time, by one person or by all."""
        ...

    async def ceiling_used(self, ceiling: Ceiling, unpriced: float) -> tuple[int, float]:
        """How many requests, and how many USD, count toward a ceiling by now."""
        ...

    async def ask(self, ask: str) -> Ask | None:
        """A request that waits for an administrator's word."""
        ...


class Pieces(Protocol):
    """What was made, where it is shown, and how it was rated."""

    async def piece(self, piece: str) -> KeptPiece | None:
        """A piece by id, deleted ones left out."""
        ...

    async def pieces_of(self, pieces: Collection[str]) -> Sequence[KeptPiece]:
        """The pieces of these ids that are still there, in their order."""
        ...

    async def known(self, pieces: Collection[str]) -> Collection[str]:
        """Those of these ids whose pieces were said, deleted ones too."""
        ...

    async def pieces(self, session: str, limit: int) -> Sequence[KeptPiece]:
        """The newest texts and pictures of a session, newest first."""
        ...

    async def pieces_in(self, place: Place, person: str, limit: int) -> Sequence[KeptPiece]:
        """The newest texts and pictures of a room, whoever asked for them, that a person (by their key) may see there; newest first."""
        ...

    async def pictures_of(self, piece: str) -> Sequence[KeptPiece]:
        """The pictures that were drawn from a piece, oldest first; the first hundred."""
        ...

    async def shown_in(self, place: Place, message: str, person: str | None = None) -> Sequence[str]:
        """The ids of the pieces that a message of the bot showed, deleted ones left out; with the key of a ``person`` what it showed to them."""
        ...

    async def messages_showing(self, place: Place, piece: str, person: str | None = None) -> Sequence[str]:
        """The messages of a place that show a piece, oldest first; empty where it was never shown.

        With the key of a ``person`` those that they may see; with an empty one those that are there for all to see.
        """
        ...

    async def goes_with(self, piece: str) -> Collection[str]:
        """A piece and those that go where it is deleted: files that repeat it, the sheets of a text."""
        ...

    async def delete_piece(self, piece: str) -> None:
        """Remove a piece and its bytes (bytes shared with another piece stay)."""
        ...

    async def delete_pieces(self, pieces: Collection[str]) -> None:
        """Remove pieces at once, which takes hardly longer than one of them: each look goes through the whole of a chat."""
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

    async def raters(self, piece: str, place: Place) -> Sequence[Rater]:
        """Who rated a piece in this very chat, and how they do now; what was given elsewhere is nobody's business here."""
        ...


class Replies(Protocol):
    """What is to be said, and what was."""

    async def commit(self, change: Change) -> Sequence[KeptReply] | None:
        """Carry out a change; the replies that are new, or ``None`` where ``job_open`` is no longer open or ``timer_done`` is over.

        A change whose replies are all known was made before a crash: the session is then not changed a second time.
        """
        ...

    async def unsent(self, after: int = 0) -> Sequence[KeptReply]:
        """Replies not yet fully delivered, in the order they were said, each with the receipts it has; those after a number."""
        ...

    async def receipt(self, reply: KeptReply, part: int, message: str, pieces: Collection[str], *, last: bool) -> None:
        """Part ``part`` (from 0) of a reply was delivered as ``message`` showing ``pieces``; ``last`` completes the reply."""
        ...


class Boards(Protocol):
    """Boards that people think things up at."""

    async def board(self, board: str) -> Board | None:
        """The board of that id."""
        ...

    async def boards(self, place: Place, limit: int) -> Sequence[Board]:
        """The boards of a chat, those still going on first, the newest first."""
        ...

    async def made_of_ideas(self, place: Place, limit: int) -> Sequence[KeptPiece]:
        """The newest texts and pictures of a chat that came of ideas of its boards, newest first; what was made from those is left out."""
        ...


class Timers(Protocol):
    """What is to be done at a time. Timers are set, cancelled and done by a ``Change``."""

    async def next_timer(self, known: Collection[str]) -> ComingTimer | None:
        """The timer that is due first, of those whose handler is known; of the same time that which was set first."""
        ...

    async def unknown_timers(self, known: Collection[str]) -> Sequence[str]:
        """The names of other handlers that timers wait for."""
        ...

    async def begin_timer(self, timer: str, again: float) -> int:
        """Count that a timer is begun, which is due ``again`` at a time unless it is over by then; how often it was, 0 where it is over."""
        ...

    async def hasten_timer(self, timer: str) -> None:
        """Have a timer due at once, if it is still to come."""
        ...

    async def timer_set(self) -> None:
        """Return once a timer was set, also where that was before this was called and nobody has heard of it here."""
        ...


class Tickets(Protocol):
    """What lets people onto pages of ours. Tickets are made by a ``Change``."""

    async def ticket(self, ticket: str) -> Ticket | None:
        """A ticket by its id, unless it is over."""
        ...

    async def use_ticket(self, ticket: str, filled: Mapping[str, str], row: InboxRow) -> bool:
        """Keep what was sent by a ticket, with the update that it makes; ``False`` where something was sent before, or it is over."""
        ...

    async def outcome(self, ticket: Ticket, media: str) -> tuple[JobState | None, KeptPiece | None]:
        """How the job of a ticket stands, and the newest piece that was made with these bytes.

        ``None``: there is no job yet; one that was refused before it began has failed.
        """
        ...


class Living(Protocol):
    """The messages that show a changing thing."""

    async def living(self, place: Place, name: str) -> str | None:
        """The message that a reply which ``lives`` under this name was last delivered as, in a place."""
        ...


class Tastes(Protocol):
    """What people's ratings, and what they do with pieces, say of their taste."""

    async def taste(self, user: str, room: str, kind: str) -> Sequence[Tally]:
        """What is known for a choice: a person's own counts, those of their room (empty where they are alone), and everybody's. One statement."""
        ...

    async def own_taste(self, user: str) -> Sequence[Count]:
        """How a person likes each arm that they have said something of, over all kinds of work."""
        ...

    async def drop_taste(self, user: str, factor: str, arm: str) -> None:
        """Forget what was learnt of one arm from a person, also where others' taste was made of it."""
        ...

    async def reset_taste(self, user: str) -> None:
        """Forget all that was learnt from a person, likewise. Their ratings stay what they are."""
        ...


class Store(
    Inbox, Sessions, Jobs, Money, Pieces, Replies, Timers, Tickets, Living, Tastes, Batches, SlowCalls, Boards, Protocol
):
    """Everything that is kept. Every method is one transaction; writes return after the commit."""

    async def secret(self) -> bytes:
        """The 32 random bytes of this installation that hashes of its people are keyed with; the same for as long as the store lives."""
        ...

    async def forget(self, user: str, *, with_derived: bool = False) -> Sequence[str]:
        """Delete every row and file of a person; the ids of the jobs of theirs that were open.

        ``with_derived``: also what others made from their pieces.
        """
        ...

    async def sweep(self, now: float, days: Mapping[str, float] = USUAL) -> None:
        """Remove what is past its time. ``days``: for how many days each kind is kept (``core.keep``)."""
        ...
