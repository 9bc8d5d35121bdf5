"""Carrying out a ``Change``: plain functions of a connection, run by the writer inside one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection, Integer, RowMapping, bindparam, case, delete, exists, literal, select, update
from sqlalchemy.sql.elements import ColumnElement

from core.ports import Ask, Bound, Bounds, Change, NewReply
from core.types import (
    JobState,
    KeptJob,
    KeptPiece,
    KeptReply,
    Piece,
    Place,
    Request,
    Score,
    Session,
    SessionUpdate,
    User,
)
from core.types.sessions import own_key
from storage import batches, boards, money, slow, tastes, tickets, timers
from storage.ratings import carry_out
from storage.tables import asks, chats, inbox, insert, jobs, piece_media, pieces, ratings, replies, sessions, steps
from storage.values import dump, load

TOLD = "told of what was deleted"
"""A step that is added to the journal of an open job which tells of a deleted piece: journal and request then go with the end of the job."""


def quoting(told: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a message or request, as JSON, repeats what another said."""
    return told.contains('"quote":"', autoescape=True) & ~told.contains('"quote":""', autoescape=True)


_OPEN = (jobs.c.id == bindparam("job"), jobs.c.ended.is_(None))
_FENCED = (bindparam("seen", type_=Integer) == 0) | (jobs.c.fence == bindparam("seen", type_=Integer))
_IS_OPEN = select(jobs.c.id).where(*_OPEN, _FENCED)
_END = update(jobs).where(*_OPEN, _FENCED).returning(case((quoting(jobs.c.request), jobs.c.request), else_=""))
_KEEP_REQUEST = update(jobs).where(jobs.c.id == bindparam("job")).values(request=bindparam("left"))
_TURN = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"))
    .values(request=bindparam("asked"), recipe=bindparam("version"), command=bindparam("named"))
)
_told = steps.alias()
_DROP_TOLD = delete(steps).where(
    steps.c.job == bindparam("job"), exists().where(_told.c.job == bindparam("job"), _told.c.name == TOLD)
)
_ADD_JOB = insert(jobs).on_conflict_do_nothing()
_ADD_PIECES = insert(pieces).on_conflict_do_nothing()
_KEPT = select(pieces.c.value).where(pieces.c.id == bindparam("of"), pieces.c.deleted.is_(False))
_REVISE = update(pieces).where(pieces.c.id == bindparam("of"))
_ADD_PIECE_MEDIA = insert(piece_media).on_conflict_do_nothing()
_ADD_REPLIES = insert(replies).on_conflict_do_nothing().returning(replies.c.id, replies.c.key)
_ADD_ASKS = insert(asks).on_conflict_do_nothing()
_ANSWER = delete(asks).where(asks.c.id == bindparam("ask"))
_SESSION = select(sessions.c.value).where(sessions.c.key == bindparam("key"))
_CANDIDATES = sessions.c.key.in_((bindparam("rooms"), bindparam("persons"), bindparam("own")))
_HERE = select(chats.c.shared, chats.c.moderation, sessions.c.key, sessions.c.value).select_from(
    select(literal(1))
    .subquery("one")
    .outerjoin(chats, chats.c.place == bindparam("place"))
    .outerjoin(sessions, _CANDIDATES)
)
"""A chat beside the sessions that a person may have there: one row at least, whatever there is."""
_new_session = insert(sessions)
_KEEP_SESSION = _new_session.on_conflict_do_update(
    index_elements=[sessions.c.key],
    set_={"value": _new_session.excluded.value, "changed": _new_session.excluded.changed},
)
_HANDLED_BEFORE = select(inbox.c.id).where(
    inbox.c.id.in_(bindparam("rows", expanding=True)), inbox.c.handled.is_not(None)
)
_OF_ANOTHER = select(inbox.c.id).where(
    inbox.c.id.in_(bindparam("rows", expanding=True)), inbox.c.taker != bindparam("taker")
)
_HANDLE = update(inbox).where(inbox.c.id == bindparam("row"))


def commit(change: Change, now: float, connection: Connection, taker: str = "") -> list[KeptReply] | None:
    """All of a change; its replies that are new, or ``None`` (and nothing done) where ``timer_done`` is over, ``job_open`` no longer open,
    the ``board`` another one by now, or what it answers another's to answer than this process's (``taker``), which was taken for dead.

    A change whose replies are all known already was made before, by the same job before a crash: its session and its timers are
    then left alone, so that no turn is told twice.
    """
    if not _counts(change, taker, now, connection):
        return None
    if change.answered_ask and not connection.execute(_ANSWER, {"ask": change.answered_ask}).rowcount:
        return None
    if change.job_open is not None and not _still_open(change, now, connection):
        return None
    if change.new_job is not None:
        connection.execute(_ADD_JOB, job_row(change.new_job))
    _add_pieces(change.pieces, now, connection)
    replies = change.replies
    if change.ratings:
        if connection.execute(_HANDLED_BEFORE, {"rows": list(change.inbox)}).first() is not None:
            return []
        replies = announcing(replies, carry_out(change.ratings, now, connection))
    _carry_out_batch(change, now, connection)
    said = _add_replies(replies, now, connection)
    if said or not replies:
        _carry_along(change, now, connection)
    if change.inbox:
        connection.execute(_HANDLE, [{"row": row, "handled": now} for row in change.inbox])
    return said


def _carry_out_batch(change: Change, now: float, connection: Connection) -> None:
    """What changes of a batch. What a row's job has asked is needed until that ends, and no longer."""
    if change.batch is None:
        return
    batches.carry_out(change.batch, now, connection)
    if change.job_open and change.job_state not in (None, JobState.OPEN):
        slow.leave(change.job_open, connection)


def _carry_along(change: Change, now: float, connection: Connection) -> None:
    """What happens with what is said, and no second time."""
    for session in filter(None, (change.session, change.other_session)):
        _update_session(session, now, connection)
    _revise(change.revised, connection)
    if change.board is not None:
        boards.keep(change.board, now, connection)
    timers.set_all(change.timers, connection)
    _add_asks(change.asks, now, connection)
    timers.end(change.cancelled_timers, now, connection)
    tickets.add(change.tickets, connection)
    for hint in change.hints:
        tastes.hint(hint, now, connection)


def _is_anothers(change: Change, taker: str, connection: Connection) -> bool:
    """Whether something that a change answers was given to another process since."""
    return connection.execute(_OF_ANOTHER, {"rows": list(change.inbox), "taker": taker}).first() is not None


def _counts(change: Change, taker: str, now: float, connection: Connection) -> bool:
    """Whether it is ours to change, follows what is kept of its board, and its timer is still to come; that is over then."""
    if taker and change.inbox and _is_anothers(change, taker, connection):
        return False
    if change.board is not None and not boards.is_next(change.board, connection):
        return False
    return change.timer_done is None or timers.end([change.timer_done], now, connection)


def accept(
    change: Change, bounds: Bounds, now: float, connection: Connection, taker: str = ""
) -> list[KeptReply] | Bound | None:
    """A change with a new job, if the job stays within its bounds; else which one it breaks, and nothing done; or ``None`` as ``commit``."""
    assert change.new_job is not None
    if bound := money.broken(change.new_job, bounds, now, connection):
        return bound
    said = commit(change, now, connection, taker)
    if said is not None:
        money.hold(change.new_job.id, bounds, connection)
    return said


def turn(job: KeptJob, keeps: Collection[str], bounds: Bounds, now: float, connection: Connection) -> Bound | bool:
    """Let an open job go on as another request, if that stays within its bounds; else which one it breaks, or ``False`` where it is over."""
    if not is_held(job.id, job.fence, connection):
        return False
    if bound := money.hold_instead(job, bounds, now, connection):
        return bound
    connection.execute(
        _TURN, {"job": job.id, "asked": dump(job.request), "version": job.recipe, "named": job.request.called}
    )
    connection.execute(delete(steps).where(steps.c.job == job.id, steps.c.name.not_in([*keeps, TOLD])))
    return True


def announcing(replies: Sequence[NewReply], scores: Mapping[str, Score]) -> tuple[NewReply, ...]:
    """Replies with the new scores in those that are about ratings."""
    return tuple(
        reply
        if reply.reply.rated is None
        else reply.model_copy(update={"reply": reply.reply.model_copy(update={"rated": scores})})
        for reply in replies
    )


def load_session(key: str, connection: Connection) -> Session:
    """The session of that key, fresh if there is none."""
    return _session(key, connection.execute(_SESSION, {"key": key}).scalar())


def _session(key: str, value: str | None) -> Session:
    return (value and load(Session, value, f"sessions {key}")) or Session(key=key)


def session_at(place: Place, user: str, connection: Connection) -> tuple[Session, bool]:
    """The session of a person (by their id) in a place, with what is theirs everywhere, and whether it is the room's."""
    rooms, persons, own = f"{place.key}:*", f"{place.key}:{user}", own_key(place.platform, user)
    keys = {"rooms": rooms, "persons": persons, "own": own}
    rows = connection.execute(_HERE, {"place": place.room, **keys}).all()
    shared = bool(place.thread or rows[0].shared)
    stored = {row.key: row.value for row in rows}
    here, theirs = (_session(key, stored.get(key)) for key in (rooms if shared else persons, own))
    session, moderation = here.with_styles_of(theirs), rows[0].moderation
    return session.model_copy(update={"moderation": moderation}) if moderation else session, shared


def save_session(session: Session, now: float, connection: Connection) -> None:
    """Keep a session, new or changed."""
    _keep_session(session.key, dump(session), now, connection)


def _keep_session(key: str, value: str, now: float, connection: Connection) -> None:
    row = {"key": key, "owner": session_owner(key), "value": value, "changed": now}
    connection.execute(_KEEP_SESSION, row)


def session_owner(key: str) -> str:
    """Whose session it is, as a person's key: the key is ``<platform>:<chat>:<thread>:<user>``, the user ``*`` for a room's (then empty)."""
    place, _, user = key.rpartition(":")
    return "" if user == "*" else f"{place.partition(':')[0]}:{user}"


OF_A_JOB = ("id", "session", "user", "origin", "request", "created", "starts", "recipe", "lane", "fence")
"""The columns that a job is read from."""


def job_row(job: KeptJob) -> dict[str, str | int | float | None]:
    """A job as a row."""
    return {
        "id": job.id,
        "session": job.request.session,
        "user": job.request.author.key,
        "origin": "" if job.request.batch else origin(job.request.place, job.request.message),
        "request": dump(job.request),
        "state": job.state,
        "starts": job.starts,
        "recipe": job.recipe,
        "command": job.request.called,
        "lane": int(job.batch),
        "created": job.created,
        "ended": None if job.state == JobState.OPEN else job.created,
    }


def kept_job(row: RowMapping) -> KeptJob:
    """A job from its row. Of a request that cannot be read any more there remains whom to tell so, and where: its command is then empty."""
    request = load(Request, row["request"], f"jobs {row['id']}")
    if request is None:
        place, _, _ = row["session"].rpartition(":")
        home, _, thread = place.rpartition(":")
        platform, _, chat = home.partition(":")
        request = Request(
            command="",
            message=row["origin"].removeprefix(f"{home}:"),
            place=Place(platform=platform, chat=chat, thread=thread),
            author=User(platform=platform, id=row["user"].partition(":")[2]),
            session=row["session"],
        )
    rest = {name: row[name] for name in ("id", "created", "starts", "recipe", "fence")}
    return KeptJob(request=request, batch=bool(row["lane"]), **rest)


def origin(place: Place, message: str) -> str:
    """Which message of which chat a job comes from, in one string."""
    return f"{place.home}:{message}"


def move_chat(old: Place, new: Place, now: float, connection: Connection) -> None:
    """Rename what is kept under a chat's old id: its sessions (also unreadable ones) with their pieces, whether they are shared, timers, tickets."""
    before, after = f"{old.home}:", f"{new.home}:"
    known = select(sessions.c.key, sessions.c.value).where(sessions.c.key >= before, sessions.c.key < before[:-1] + ";")
    for key, value in connection.execute(known).all():
        moved = after + key.removeprefix(before)
        session = load(Session, value, f"sessions {key}")
        kept = dump(session.model_copy(update={"key": moved})) if session else value
        _keep_session(moved, kept, now, connection)
        connection.execute(delete(sessions).where(sessions.c.key == key))
        connection.execute(update(pieces).where(pieces.c.session == key).values(session=moved))
    connection.execute(update(chats).where(chats.c.place == old.key).values(place=new.key))
    connection.execute(update(ratings).where(ratings.c.home != "", ratings.c.home == old.home).values(home=new.home))
    timers.move(old, new, connection)
    tickets.move(old, new, connection)
    tastes.move(old.home, new.home, connection)
    batches.move(old, new, connection)
    boards.move(old, new, connection)


def is_held(job: str, fence: int, connection: Connection) -> bool:
    """Whether a job is open, and no other process has taken it since it had this fence (0: whoever has it)."""
    return connection.execute(_IS_OPEN, {"job": job, "seen": fence}).first() is not None


def _still_open(change: Change, now: float, connection: Connection) -> bool:
    """Whether the job of a change is open; it then gets its state. What it quoted of others goes with it, unless it may be done again."""
    job, state = change.job_open, change.job_state
    if state is None or state == JobState.OPEN:
        return job is not None and is_held(job, change.fence, connection)
    ending = {"job": job, "seen": change.fence, "state": state, "ended": now, "failure": change.job_failure}
    if (ended := connection.execute(_END, ending).first()) is None:
        return False
    if connection.execute(_DROP_TOLD, {"job": job}).rowcount:
        connection.execute(_KEEP_REQUEST, {"job": job, "left": ""})
    elif ended[0] and state != JobState.FAILED:
        request = load(Request, ended[0], f"jobs {job}")
        left = dump(request.model_copy(update={"quote": ""})) if request else ""
        connection.execute(_KEEP_REQUEST, {"job": job, "left": left})
    return True


def _add_pieces(made: Iterable[KeptPiece], now: float, connection: Connection) -> None:
    rows = [
        {
            "id": kept.piece.id,
            "session": kept.session,
            "author": kept.author,
            "kind": kept.piece.kind,
            "parent": kept.piece.parent,
            "value": dump(kept),
            "created": kept.created,
            "deleted": False,
        }
        for kept in made
    ]
    used = [{"piece": kept.piece.id, "media": media} for kept in made for media in kept.piece.media]
    if rows:
        connection.execute(_ADD_PIECES, rows)
    if used:
        connection.execute(_ADD_PIECE_MEDIA, used)


def _revise(changed: Iterable[Piece], connection: Connection) -> None:
    """Let pieces that are still there be as they are given; whose they are and where they were made stays."""
    for piece in changed:
        value = connection.scalar(_KEPT, {"of": piece.id})
        if value is not None and (kept := load(KeptPiece, value, f"pieces {piece.id}")):
            connection.execute(_REVISE, {"of": piece.id, "value": dump(kept.model_copy(update={"piece": piece}))})


def _add_asks(asked: Iterable[Ask], now: float, connection: Connection) -> None:
    rows = [
        {"id": ask.id, "user": ask.request.author.key, "home": ask.home, "request": dump(ask.request), "at": now}
        for ask in asked
    ]
    if rows:
        connection.execute(_ADD_ASKS, rows)


def _add_replies(said: Iterable[NewReply], now: float, connection: Connection) -> list[KeptReply]:
    by_key = {reply.key: reply for reply in said}
    if not by_key:
        return []
    rows = [{"key": key, "user": reply.user, "value": dump(reply), "said": now} for key, reply in by_key.items()]
    added = {row.key: row.id for row in connection.execute(_ADD_REPLIES, rows)}
    return [kept_reply(added[key], reply, now) for key, reply in by_key.items() if key in added]


def kept_reply(number: int, reply: NewReply, said: float, receipts: Iterable[str] = ()) -> KeptReply:
    """A reply with its number and the messages that delivered its first parts."""
    return KeptReply(
        id=number,
        key=reply.key,
        language=reply.language,
        place=reply.place,
        user=reply.user,
        in_reply_to=reply.in_reply_to,
        job=reply.job,
        reply=reply.reply,
        receipts=tuple(receipts),
        said=said,
    )


def _update_session(change: SessionUpdate, now: float, connection: Connection) -> None:
    save_session(load_session(change.key, connection).updated(change), now, connection)
