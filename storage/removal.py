"""Removing what is a person's, a piece's, or past its time: plain functions of a connection, run by the writer inside one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial

from sqlalchemy import Connection, bindparam, delete, exists, func, literal, select, text, union, update
from sqlalchemy.sql.dml import Delete

from core import keep
from core.types import Session
from storage import batches, leaving_boards, living, made, money, quotes, tables, tastes, tickets, timers
from storage.changes import save_session
from storage.tables import inbox, jobs, marks, media, piece_media, pieces, replies, sessions, steps
from storage.unused import release
from storage.values import load

AT_ONCE = 500
"""How many rows one transaction of a sweep looks at, so that nobody waits for it."""

SWEEPS_AT_ONCE = 1000
"""How many such transactions one sweep makes of a kind; the rest waits for the next sweep."""

REST = 9
"""How many times as long as such a transaction took a sweep rests after it: nobody waits for a sweep, and everybody for the writer."""

ASK_SECONDS = 7 * 24 * 3600
"""For so long an administrator's word is waited for."""

ARRIVING_SECONDS = 3600
BEFORE_A_JOB = 3600
"""A photo may come so long before the job that works with it: it may be asked for words in between."""

COPY_SECONDS = 30 * 24 * 3600
JOURNAL_SECONDS = 30 * 24 * 3600

_SAME = media.alias()
_CONTENT_USED = exists().where(_SAME.c.sha == media.c.sha, piece_media.c.media == _SAME.c.id)
"""By whichever id: a photo that somebody sent is the same content as a piece's."""

_STILL_THERE = select(pieces.c.id).where(pieces.c.id == bindparam("piece"), pieces.c.deleted.is_(False))


def delete_pieces(gone: Collection[str], now: float, connection: Connection) -> None:
    """Leave of pieces rows without their values; their ratings and the bytes that no other piece uses go, with the author's own upload of them.

    What quotes them elsewhere goes too, files to keep that repeat them, and the sheets of texts: the next message must not send their words to a
    model again. So does what their authors said to get them, of which only the ids are needed once it was handled. What is deleted together is
    looked for together: each look goes through the whole of a chat.
    """
    homes = quotes.homes_of(gone, connection)
    copies = made.copies_of(gone, homes, connection)
    authors = {piece: _blank(piece, connection) or "" for piece in gone}
    for along in (*copies, *(sheet for piece in gone for sheet in _sheets_of(piece, connection))):
        _blank(along, connection)
    said = inbox.c.user.in_(set(authors.values())) & inbox.c.handled.is_not(None) & (inbox.c.payload != text("''"))
    connection.execute(update(inbox).where(said).values(payload=""))
    for piece, author in authors.items():
        tickets.drop(piece, author, connection)
    quotes.unquote([*gone, *copies], homes, now, connection)


def goes_with(piece: str, connection: Connection) -> list[str]:
    """A piece and those that ``delete_pieces`` deletes along with it."""
    copies = made.copies_of([piece], quotes.homes_of([piece], connection), connection)
    return [piece, *copies, *_sheets_of(piece, connection)]


def _sheets_of(piece: str, connection: Connection) -> Sequence[str]:
    return connection.scalars(select(pieces.c.id).where(pieces.c.parent == piece, pieces.c.kind == "sheet")).all()


def _blank(piece: str, connection: Connection) -> str | None:
    """Take from a piece all but its row; its author, if it was there."""
    blank = update(pieces).where(pieces.c.id == piece, pieces.c.deleted.is_(False)).values(deleted=True, value="")
    author = connection.execute(blank.returning(pieces.c.author)).scalar()
    if author is None:
        return None
    used = select(media.c.sha).join(piece_media, piece_media.c.media == media.c.id).where(piece_media.c.piece == piece)
    shas = connection.execute(used).scalars().all()
    same = select(media.c.id, media.c.sha).where(media.c.sha.in_(shas))
    mine = exists().where(piece_media.c.piece == piece, piece_media.c.media == media.c.id)
    rows = connection.execute(same.where((media.c.owner == author) | mine)).all()
    connection.execute(delete(piece_media).where(piece_media.c.piece == piece))
    connection.execute(delete(tables.ratings).where(tables.ratings.c.piece == piece))
    release(rows, connection)
    return str(author)


def forget(user: str, with_derived: bool, now: float, connection: Connection) -> list[str]:
    """Delete every row of a person and doom their files; the ids of the jobs of theirs that were open.

    What they spent stays without their name. Their turns in a shared session cannot be told apart, so all its turns go. What others quote of
    their pieces goes, and the files that repeat them; what others made from them goes ``with_derived``.
    """
    own = connection.scalars(select(pieces.c.id).where(pieces.c.author == user)).all()
    theirs_too = {*own, *(leaving_boards.made_of_ideas(user, connection) if with_derived else ())}
    derived = quotes.made_from(theirs_too, connection) if with_derived else ()
    gone = [*own, *dict.fromkeys([*(theirs_too - set(own)), *derived])]
    homes = quotes.homes_of(gone, connection) | quotes.homes_of_talk(user, connection)
    homes |= leaving_boards.homes_of(user, connection)
    gone += made.copies_of(gone, homes, connection)
    for piece in gone[len(own) :]:
        _blank(piece, connection)
    open_jobs = connection.execute(select(jobs.c.id).where(jobs.c.user == user, jobs.c.ended.is_(None))).scalars().all()
    shared = _shared_sessions(user, connection)
    theirs = connection.execute(
        union(
            select(media.c.id, media.c.sha).where(media.c.owner == user),
            select(media.c.id, media.c.sha)
            .join(piece_media, piece_media.c.media == media.c.id)
            .join(pieces, pieces.c.id == piece_media.c.piece)
            .where(pieces.c.author == user),
        )
    ).all()
    batches.forget(user, now, connection)  # may book something, that counts on with the rest
    money.remember(user, now, connection)
    for table in (jobs, inbox, replies, tables.ratings, tables.events, tables.living, tables.asks, tables.tickets):
        connection.execute(delete(table).where(table.c.user == user))
    timers.forget(user, connection)
    tastes.forget(user, connection)
    leaving_boards.forget(user, with_derived, now, connection)
    connection.execute(delete(pieces).where(pieces.c.author == user))
    connection.execute(delete(tables.shown).where(tables.shown.c.person == user, tables.shown.c.person != text("''")))
    connection.execute(delete(sessions).where(sessions.c.owner == user))
    connection.execute(delete(tables.chats).where(tables.chats.c.place == f"{user}:"))  # a private chat named like them
    connection.execute(update(tables.spends).where(tables.spends.c.user == user).values(user=""))
    release(theirs, connection)
    connection.execute(update(media).where(media.c.owner == user).values(owner=""))  # what somebody else's piece uses
    _blank_turns(shared, now, connection)
    quotes.unquote(gone, homes, now, connection, person=user)
    return list(open_jobs)


def sweep_inbox(before: float, now: float, connection: Connection) -> bool:
    """Delete some updates that were handled before a time; whether there may be more."""
    old = select(inbox.c.seq).where(inbox.c.handled < before).limit(AT_ONCE)
    return _delete_some(delete(inbox).where(inbox.c.seq.in_(old)), connection)


def sweep_steps(before: float, now: float, connection: Connection) -> bool:
    """Delete some journals of jobs that ended before a time; whether there may be more."""
    old = (
        select(steps.c.job)
        .join(jobs, jobs.c.id == steps.c.job)
        .where(steps.c.finished < before, jobs.c.ended < before)
        .order_by(steps.c.finished)
        .limit(AT_ONCE)
    )
    return _delete_some(delete(steps).where(steps.c.job.in_(old)), connection)


def sweep_jobs(before: float, now: float, connection: Connection) -> bool:
    """Delete some jobs that ended before a time, but for the newest of each person in each conversation: by it ``/forget`` finds the room."""
    later = jobs.alias()
    newer = exists().where(later.c.session == jobs.c.session, later.c.user == jobs.c.user, later.c.seq > jobs.c.seq)
    old = select(jobs.c.seq).where(jobs.c.ended < before, newer).limit(AT_ONCE)
    return _delete_some(delete(jobs).where(jobs.c.seq.in_(old)), connection)


def sweep_spends(before: float, now: float, connection: Connection) -> bool:
    """Delete some of what was spent before a time; pieces tell by themselves what they cost. Whether there may be more."""
    old = select(tables.spends.c.seq).where(tables.spends.c.at < before).limit(AT_ONCE)
    return _delete_some(delete(tables.spends).where(tables.spends.c.seq.in_(old)), connection)


def sweep_events(before: float, now: float, connection: Connection) -> bool:
    """Delete some of what the page showed before a time, but for messages that still change; whether there may be more."""
    events, living_ = tables.events, tables.living
    place = literal("web:") + events.c.chat + literal(":")
    changes = exists().where(living_.c.place == place, living_.c.message == events.c.message)
    old = select(events.c.seq).where(events.c.at < before, ~changes).limit(AT_ONCE)
    return _delete_some(delete(events).where(events.c.seq.in_(old)), connection)


def sweep_replies(before: float, now: float, connection: Connection) -> bool:
    """Delete some replies, with their receipts, that were delivered before a time; whether there may be more."""
    old = select(replies.c.id).where(replies.c.sent < before).limit(AT_ONCE)
    return _delete_some(delete(replies).where(replies.c.id.in_(old)), connection)


def sweep_timers(before: float, now: float, connection: Connection) -> bool:
    """Delete some timers that were over before a time; whether there may be more."""
    old = select(tables.timers.c.seq).where(tables.timers.c.ended < before).limit(AT_ONCE)
    return _delete_some(delete(tables.timers).where(tables.timers.c.seq.in_(old)), connection)


def sweep_asks(now: float, connection: Connection) -> bool:
    """Delete what nobody gave their word for; there is never more of it than one sweep takes."""
    connection.execute(delete(tables.asks).where(tables.asks.c.at < now - ASK_SECONDS))
    return False


def sweep_media(before: float, now: float, connection: Connection) -> bool:
    """Doom some bytes that no piece came to use; whether there may be more. Those of jobs that are still at work are left, for 30 days at most.

    Each row is looked at once, when it is old enough: ``marks`` remembers the last. Bytes stay while a piece uses the same
    content under another id, so that an uploaded photo is shown for as long as the piece made of it.
    """
    mark = connection.execute(select(marks.c.value).where(marks.c.name == "media")).scalar() or 0
    # By an expression, or SQLite looks for the first that has not ended through all that have: half a second with a million, each time.
    first = connection.execute(select(func.min(jobs.c.created + 0)).where(jobs.c.ended.is_(None))).scalar()
    if first is not None:
        before = min(before, max(first - BEFORE_A_JOB, now - JOURNAL_SECONDS))
    aged = select(media.c.seq).where(media.c.seq > mark, media.c.created < before)
    looked_at = connection.execute(aged.order_by(media.c.seq).limit(AT_ONCE)).scalars().all()
    if not looked_at:
        return False
    those = (media.c.seq > mark, media.c.seq <= looked_at[-1], media.c.created < before)
    release(connection.execute(select(media.c.id, media.c.sha).where(*those, ~_CONTENT_USED)).all(), connection)
    keep = tables.insert(marks).values(name="media", value=looked_at[-1])
    connection.execute(keep.on_conflict_do_update(index_elements=[marks.c.name], set_={"value": looked_at[-1]}))
    return len(looked_at) == AT_ONCE


SWEEPS = {
    "inbox": sweep_inbox,
    "journals": sweep_steps,
    "jobs": sweep_jobs,
    "spends": sweep_spends,
    "events": sweep_events,
    "replies": sweep_replies,
    "timers": sweep_timers,
    "media": sweep_media,
}
"""What a sweep does to each kind of ``core.keep``, a transaction at a time: up to a time before which it goes, at the present time."""

OTHER_SWEEPS = (money.sweep_quotas, living.sweep, sweep_asks, tickets.sweep)
"""What goes after a time that nobody sets."""


def sweeps(days: Mapping[str, float], now: float) -> Iterator[Callable[[Connection], bool]]:
    """What a sweep does, each as often as there is more. ``days``: for how long a kind is kept, where that is not the usual."""
    for kind, sweep in SWEEPS.items():
        if kept := {**keep.USUAL, **days}[kind]:
            yield partial(sweep, now - kept * keep.DAY, now)
    for other in OTHER_SWEEPS:
        yield partial(other, now)


def _delete_some(statement: Delete, connection: Connection) -> bool:
    return connection.execute(statement).rowcount > 0


def _shared_sessions(user: str, connection: Connection) -> list[Session]:
    """The rooms' sessions in which a person did something, or is still asked something.

    One that cannot be read is begun anew: it may hold their words.
    """
    asked = sessions.c.value.contains(f'"person":{json.dumps(user, ensure_ascii=False)}', autoescape=True)
    keys = union(
        select(jobs.c.session).where(jobs.c.user == user), select(pieces.c.session).where(pieces.c.author == user)
    )
    shared = select(sessions.c.key, sessions.c.value).where(sessions.c.owner == "", sessions.c.key.in_(keys) | asked)
    return [load(Session, value, f"sessions {key}") or Session(key=key) for key, value in connection.execute(shared)]


def _blank_turns(shared: Sequence[Session], now: float, connection: Connection) -> None:
    """Take from rooms' sessions what was said, what is pending, and a last picture, characters and styles that are gone."""
    for session in shared:
        last_picture = connection.execute(_STILL_THERE, {"piece": session.last_picture or ""}).scalar()
        characters, styles = (
            tuple(one for one in named if connection.execute(_STILL_THERE, {"piece": one.piece}).first())
            for named in (session.characters, session.styles)
        )
        kept = {"preferences": session.preferences, "characters": characters, "styles": styles}
        blank = Session(key=session.key, last_picture=last_picture, **kept)
        save_session(blank, now, connection)
