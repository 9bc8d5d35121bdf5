"""What is handed to the store, and what it hands out."""

from __future__ import annotations

from core.types import (
    BatchChange,
    Board,
    JobState,
    KeptJob,
    KeptPiece,
    Piece,
    Place,
    Reply,
    Request,
    SessionUpdate,
    Tasted,
    Ticket,
    Timer,
    Value,
)


class NewReply(Value):
    """A reply to keep, before it has a number. The same ``key`` is kept once. ``user`` is whose request it answers; empty: the whole room's."""

    key: str
    place: Place
    user: str
    in_reply_to: str
    job: str | None = None
    reply: Reply
    language: str = "en"


class Rating(Value):
    """What one person says of pieces by an emoji of a ``value``: given, taken back, or (``added`` is ``None``) the other way round than it is now.

    ``instead_of`` is an emoji that it takes the place of. ``name`` is how that person is called, ``home`` the chat (``Place.home``) they said it in,
    ``room`` the same where others are there. ``teaches``: whether it counts for their taste.
    """

    pieces: tuple[str, ...]
    user: str
    emoji: str
    value: float | None
    added: bool | None
    instead_of: str = ""
    name: str = ""
    home: str = ""
    room: str = ""
    teaches: bool = True


class Hint(Value):
    """What somebody's doing says of a piece that they were shown, from -1 to 1, as long as they do not rate it. ``room``: where, if others are there.

    ``taste`` is how it was made, where there is no such piece any more, or not yet. ``against``: further pieces of which it says the contrary, half
    as much.
    """

    about: str
    user: str
    value: float
    room: str = ""
    taste: Tasted | None = None
    against: tuple[str, ...] = ()


class Change(Value):
    """Everything one moment changes, committed together or not at all.

    ``inbox``: rows that are now handled. ``job_open``: the change counts only while this job is open, else nothing of it happens; with a ``fence``
    only while no other process has taken the job after the one that had it then.
    ``timer_done``: the timer that this comes of, which is now over; the change counts only while that is still to come, and so not twice.
    With a job that is no longer open it is over all the same.
    ``job_state`` is the state that the job ``job_open`` gets, ``job_failure`` the code and values of what is said
    of one that failed (JSON). Where the change brings replies and all of them are already there (a job that runs
    again after a crash), nothing of it happens a second time. ``ratings`` count only while the ``inbox`` rows are not handled yet; replies that
    announce ratings get the scores that came of them. ``other_session`` changes with ``session``: where a person was asked something for what
    happens elsewhere. ``timers`` are set, those whose ids are in ``cancelled_timers`` never come. ``revised`` are pieces that are there already,
    as they are from now on. ``asks`` wait for a word; the change counts only while its ``answered_ask`` still does. ``hints`` are what is done with
    pieces says of somebody's taste, each of them once. ``tickets`` let people onto pages of ours. ``batch`` changes even where nothing is new that it
    says: the same twice is the same. ``board`` is a board as it is from now on, or a new one; the change counts only where nobody has changed it
    meanwhile: what is kept has to be one version older. Pieces that are ``deleted`` go with it, as by ``Pieces.delete_piece``.
    """

    inbox: tuple[str, ...] = ()
    session: SessionUpdate | None = None
    other_session: SessionUpdate | None = None
    new_job: KeptJob | None = None
    job_open: str | None = None
    fence: int = 0
    job_state: JobState | None = None
    job_failure: str = ""
    timer_done: str | None = None
    pieces: tuple[KeptPiece, ...] = ()
    revised: tuple[Piece, ...] = ()
    ratings: tuple[Rating, ...] = ()
    hints: tuple[Hint, ...] = ()
    replies: tuple[NewReply, ...] = ()
    timers: tuple[Timer, ...] = ()
    cancelled_timers: tuple[str, ...] = ()
    asks: tuple[Ask, ...] = ()
    answered_ask: str = ""
    tickets: tuple[Ticket, ...] = ()
    batch: BatchChange | None = None
    board: Board | None = None
    deleted: tuple[str, ...] = ()


class ComingTimer(Value):
    """A timer that is to come. ``due``: when it is to be begun, which after a try without an end is later than its own time.

    ``timer`` is ``None`` where it cannot be read any more.
    """

    id: str
    due: float
    timer: Timer | None


class Ask(Value):
    """A request beyond a limit, which waits for the word of whoever runs the chat ``home`` (``Place.home``)."""

    id: str
    request: Request
    home: str


class Ceiling(Value):
    """A limit of the operator's rules, from a time on: so many ``requests``, or so much ``usd``; ``None`` is no limit.

    It counts what one person (``user``, their key) did, or what was done in one chat (``home``), or all, where neither is named; only these
    ``commands`` and ``models`` where there are any. ``name`` is what it is known by where it is broken.
    """

    name: str
    since: float
    requests: int | None = None
    usd: float | None = None
    user: str = ""
    home: str = ""
    commands: tuple[str, ...] = ()
    models: tuple[str, ...] = ()


class Bounds(Value):
    """What a new job has to stay within, looked at in the transaction that accepts it. Of the limits 0 is none.

    ``reserved``: what it will cost about, in USD, which is held for it until it is spent or the job ends. ``daily``: USD that the person may spend
    from ``day`` on, ``monthly``: all together from ``month`` on. ``unpriced``: USD that a call counts for whose price is not known.
    ``press``: what names the press of a button, so that two quick ones are one job. ``ceilings``: what the operator's rules say.
    """

    reserved: float = 0
    unpriced: float = 0
    per_minute: int = 0
    daily: float = 0
    day: float = 0
    monthly: float = 0
    month: float = 0
    press: str = ""
    ceilings: tuple[Ceiling, ...] = ()


Bound = str
"""What is broken: ``too-fast``, ``over-quota``, ``over-budget``, ``pressed-twice``, or the name of a ceiling."""

OVERTAKEN = "overtaken"
"""In place of a bound: what a change comes of is over, or another one by now, so nothing has happened."""


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

    ``unpriced`` counts calls of a model without a known price, and those that failed and may have been billed all the same;
    ``built_in`` those of what Fabula brings along, which cost nothing.
    """

    usd: float = 0
    unpriced: int = 0
    calls: int = 0
    built_in: int = 0
