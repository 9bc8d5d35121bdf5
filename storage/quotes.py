"""What speaks of a piece elsewhere: turns of conversations, journals, requests, replies on their way, events of the web page.

Where a piece is deleted its words go everywhere; plain functions of a connection, run by the writer inside one transaction.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Set
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, literal, or_, select, text, union, update
from sqlalchemy.sql.elements import ColumnElement

from core.types import Request, Session
from core.types.characters import Cast
from storage import tables
from storage.changes import TOLD, quoting, save_session
from storage.tables import asks, events, inbox, jobs, pieces, replies, sessions, steps, within
from storage.values import load, load_event

Id = TypeVar("Id", str, int)

AT_ONCE = 200
"""How many ids one statement looks for."""

FEW = 8
"""Ids that the database finds sooner in a text than we do."""


def homes_of(gone: Collection[str], connection: Connection) -> set[str]:
    """The chats (``Place.home``) in which pieces were shown or made."""
    found: set[str] = set()
    for ids in _parts(gone):
        told = union(
            select(tables.shown.c.place).where(tables.shown.c.piece.in_(ids)),
            select(pieces.c.session).where(pieces.c.id.in_(ids)),
        )
        found |= {":".join(place.split(":")[:2]) for place in connection.scalars(told)}
    return found


def homes_of_talk(user: str, connection: Connection) -> set[str]:
    """The chats (``Place.home``) in which a person did something that is kept, where others may have repeated their words."""
    shown, ratings, media = tables.shown, tables.ratings, tables.media
    there = union(
        select(jobs.c.session).where(jobs.c.user == user),
        select(ratings.c.home).where(ratings.c.user == user),
        select(shown.c.place).where(shown.c.person == user, shown.c.person != text("''")),
        select(media.c.home).where(media.c.owner == user),
        select(literal("web:") + events.c.chat).where(events.c.user == user),
    )
    return {":".join(place.split(":")[:2]) for place in connection.scalars(there) if place}


def made_from(sources: Collection[str], connection: Connection) -> list[str]:
    """The pieces that were made from these, and from those, and so on."""
    found: dict[str, None] = {}
    newest = list(sources)
    while newest:
        children = [
            piece
            for ids in _parts(newest)
            for piece in connection.scalars(select(pieces.c.id).where(pieces.c.parent.in_(ids)))
        ]
        newest = [piece for piece in children if piece not in found and piece not in sources]
        found |= dict.fromkeys(newest)
    return list(found)


def unquote(
    pieces_gone: Collection[str], homes: Collection[str], now: float, connection: Connection, *, person: str = ""
) -> None:
    """Take what pieces said, and who a person (by their key) is, out of everything that quotes or names them in these chats.

    Jobs that have ended need neither journal nor request any more, so those of the chats go as a whole; those that tell of the pieces and are
    still open go when they end. What was made from the pieces stays, with
    its captions, but is not told to a model again.
    """
    gone = frozenset(pieces_gone)
    told = {*gone, *made_from(gone, connection)}
    for home in homes:
        _from_sessions(gone, told, home, now, connection)
        ended = select(jobs.c.id).where(within(jobs.c.session, home), jobs.c.ended.is_not(None))
        connection.execute(delete(steps).where(steps.c.job.in_(ended)))
        connection.execute(update(jobs).where(jobs.c.id.in_(ended), jobs.c.request != "").values(request=""))
        _mark_open(gone, home, now, connection)
        _from_events({*gone, person} - {""}, home.partition(":")[2], connection)
    _from_asks(gone, homes, connection)
    _from_inbox({*homes, person} - {""}, connection)  # a platform's own event names who is answered
    for ids in _parts([*gone, *([json.dumps(person, ensure_ascii=False)] if person else ())]):
        quoting = or_(*(replies.c.value.contains(one, autoescape=True) for one in ids))
        connection.execute(update(replies).where(replies.c.sent.is_(None), quoting).values(value="", sent=now))


def _mark_open(gone: Set[str], home: str, now: float, connection: Connection) -> None:
    """Let the journals of jobs that are still at work with the pieces, or with quoted words, go with their end: until then they are needed."""
    open_there = (jobs.c.ended.is_(None), within(jobs.c.session, home))
    told = (literal(TOLD), literal("{}"), literal(now))
    found = [select(jobs.c.id, *told).where(*open_there, quoting(jobs.c.request))]
    for ids in _parts(gone):
        telling = or_(*(steps.c.result.contains(piece, autoescape=True) for piece in ids))
        at_work = select(jobs.c.id).where(*open_there)
        found.append(select(steps.c.job, *told).where(steps.c.job.in_(at_work), telling).distinct())
        naming = or_(*(jobs.c.request.contains(f'"piece":"{piece}"', autoescape=True) for piece in ids))  # a character
        found.append(select(jobs.c.id, *told).where(*open_there, naming))
    for jobs_found in found:
        mark = tables.insert(steps).from_select(["job", "name", "result", "finished"], jobs_found)
        connection.execute(mark.on_conflict_do_nothing())


def _from_asks(gone: Set[str], homes: Collection[str], connection: Connection) -> None:
    """What waits for an administrator's word in these chats goes with what it quotes: granted, it would be told to a model."""
    for home in homes:
        there = asks.c.request.contains(_chat(home.partition(":")[2]), autoescape=True)
        for ask, value in connection.execute(select(asks.c.id, asks.c.request).where(there)).all():
            request = load(Request, value, f"asks {ask}")
            if request is None or _tells(request.quote, request.sources, request.characters, gone):
                connection.execute(delete(asks).where(asks.c.id == ask))


def _chat(chat: str) -> str:
    """How a chat stands in the JSON of a message or request of ours."""
    return f'"chat":{json.dumps(chat, ensure_ascii=False)}'


def _tells(quote: str, sources: Collection[str], characters: Iterable[Cast], gone: Collection[str]) -> bool:
    """Whether what somebody asked for repeats another's words, whose nobody knows, or works with a piece that is gone."""
    return bool(quote) or any(piece in gone for piece in (*sources, *(one.piece for one in characters)))


def _from_inbox(homes: Iterable[str], connection: Connection) -> None:
    """Of messages in these chats that repeat another's words only the ids are needed once they were handled; all are read once."""
    for home in homes:
        platform, _, chat = home.partition(":")
        handled = (inbox.c.handled > 0, inbox.c.platform == platform, inbox.c.payload.contains(chat, autoescape=True))
        told = connection.execute(select(inbox.c.seq, inbox.c.payload).where(*handled)).all()
        named = re.compile(rf"(?<![\w-]){re.escape(chat)}(?!\w)")
        for seqs in _parts([row.seq for row in told if _repeats(row.payload, chat, named)]):
            connection.execute(update(inbox).where(inbox.c.seq.in_(seqs)).values(payload=""))


def _repeats(payload: str, chat: str, named: re.Pattern[str]) -> bool:
    """Whether a handled event may repeat another's words of a chat: ours says so; of one as its platform told it, which names it, nobody knows."""
    if '"place":{' not in payload:
        return named.search(payload) is not None
    return _chat(chat) in payload and '"quote":"' in payload.replace('"quote":""', "")


def _from_sessions(gone: Collection[str], told: set[str], home: str, now: float, connection: Connection) -> None:
    known = select(sessions.c.key, sessions.c.value).where(within(sessions.c.key, home))
    for key, value in connection.execute(known).all():
        session = load(Session, value, f"sessions {key}")
        if session is None:
            if any(piece in value for piece in told):  # it would be begun anew by the next message anyway
                connection.execute(delete(sessions).where(sessions.c.key == key))
            continue
        turns = tuple(turn for turn in session.turns if told.isdisjoint(turn.pieces))
        last = None if session.last_picture in gone else session.last_picture
        questions, tickets = (
            tuple(
                one
                for one in asked
                if not (one.filling and one.filling.piece in gone) and not _tells(one.quote, (), one.characters, gone)
            )
            for asked in (session.questions, session.tickets)
        )
        offers = tuple(one for one in session.offers if not one.message.quote)  # whose words those are nobody knows
        characters = tuple(one for one in session.characters if one.piece not in gone)
        kept = {"turns": turns, "last_picture": last, "questions": questions, "tickets": tickets, "offers": offers}
        styles = tuple(one for one in session.styles if one.piece not in gone)
        left = session.model_copy(update={**kept, "characters": characters, "styles": styles})
        if left != session:
            save_session(left, now, connection)


def _from_events(gone: Set[str], chat: str, connection: Connection) -> None:
    """A message that showed or quoted nothing else says nothing any more, nor does the request that brought it.

    The page still knows that there was a picture, but not what it was called. What cannot be read is blanked as a whole: it may hold the words.
    """
    requests: set[str] = set()
    for seq, event in _naming(gone, chat, connection):
        shown = event.get("pieces", [])
        quoted = not gone.isdisjoint(event.get("quotes", ()))
        if not quoted and all(piece["id"] not in gone for piece in shown):
            continue
        silent = quoted or all(piece["id"] in gone for piece in shown)
        left = [_unnamed(piece) if piece["id"] in gone else _plain(piece) if quoted else piece for piece in shown]
        actions = [one for one in event.get("actions", ()) if not silent and one["id"].rpartition(":")[2] not in gone]
        blank = event | {"pieces": left, "actions": actions, "text": "" if silent else event.get("text", "")}
        blank |= {"thumbnails": []} if quoted and "thumbnails" in event else {}
        _keep_event(seq, blank, connection)
        if shown and event.get("in_reply_to"):
            requests.add(event["in_reply_to"])
    if requests:
        _from_requests(requests, chat, connection)


def unsay_board(board: str, words: Iterable[str], chat: str, connection: Connection) -> None:
    """Take the words from what the page was told of a board: all that names it or says one of these. Its buttons stay."""
    said = [board, *(json.dumps(one, ensure_ascii=False)[1:-1] for one in words)]
    for parts in _parts(said):
        telling = or_(*(events.c.data.contains(one, autoescape=True) for one in parts))
        for seq, event in _events(chat, telling, connection):
            if event["kind"] != "message":
                _keep_event(seq, event | {"text": ""}, connection)


def _unnamed(piece: dict[str, Any]) -> dict[str, Any]:
    """A shown piece that is gone: without its words, and a file without its address too."""
    return piece | {"caption": ""} | ({"url": None} if piece.get("kind") == "file" else {})


def _plain(piece: dict[str, Any]) -> dict[str, Any]:
    """A file that stays, without a name that repeats what is gone."""
    return piece | ({"caption": ""} if piece.get("kind") == "file" else {})


def _from_requests(requests: Set[str], chat: str, connection: Connection) -> None:
    """Blank what somebody asked for in messages, once nothing is there any more of what each brought."""
    asked: list[tuple[int, dict[str, Any]]] = []
    brought: defaultdict[str, set[str]] = defaultdict(set)
    for seq, event in _naming(requests, chat, connection):
        brought[event.get("in_reply_to") or ""] |= {piece["id"] for piece in event.get("pieces", ())}
        if event["kind"] == "message" and event.get("message") in requests:
            asked.append((seq, event))
    left: set[str] = set()
    for ids in _parts(set().union(*brought.values())):
        there = select(pieces.c.id).where(pieces.c.id.in_(ids), pieces.c.deleted.is_(False))
        left |= set(connection.scalars(there))
    for seq, event in asked:
        if left.isdisjoint(brought[event["message"]]):
            _keep_event(seq, event | {"text": ""}, connection)


def _naming(ids: Set[str], chat: str, connection: Connection) -> Iterable[tuple[int, dict[str, Any]]]:
    """The events of a chat that name one of these.

    Of many each event is looked at once, and here: so many comparisons of each in the database held everybody up for a minute where somebody had
    made two thousand pieces in a chat of forty thousand events.
    """
    words = {max(_parts_of(json.dumps(one, ensure_ascii=False)[1:-1]), key=len) for one in ids}
    if not words:
        return ()
    if len(words) <= FEW:
        return _events(chat, or_(*(events.c.data.contains(one, autoescape=True) for one in words)), connection)
    told = connection.execute(select(events.c.seq, events.c.data).where(events.c.chat == chat))
    return _read([(seq, data) for seq, data in told if not words.isdisjoint(_parts_of(data))], connection)


def _parts_of(data: str) -> list[str]:
    """What stands between quotation marks and colons: an id stands alone in JSON, or behind the verb of a button."""
    return data.replace(":", '"').split('"')


def _events(chat: str, which: ColumnElement[bool], connection: Connection) -> Iterable[tuple[int, dict[str, Any]]]:
    """Some events of a chat."""
    found = connection.execute(select(events.c.seq, events.c.data).where(events.c.chat == chat, which))
    return _read([(seq, data) for seq, data in found], connection)


def _read(found: Iterable[tuple[int, str]], connection: Connection) -> Iterable[tuple[int, dict[str, Any]]]:
    """Events that can be read; the others are blanked."""
    for seq, data in found:
        event = load_event(data, f"events {seq}")
        if event is None:
            connection.execute(update(events).where(events.c.seq == seq).values(data=""))
        else:
            yield seq, event


def _keep_event(seq: int, event: dict[str, Any], connection: Connection) -> None:
    data = json.dumps(event, ensure_ascii=False)
    connection.execute(update(events).where(events.c.seq == seq).values(data=data))


def _parts(ids: Collection[Id]) -> Iterable[list[Id]]:
    every = list(ids)
    return (every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE))
