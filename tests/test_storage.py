"""The store through real files: what is kept, what is found again after a kill, and what is really gone."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import create_engine, event

from core.errors import StorageFault
from core.ports import Bounds, Change, InboxRow, NewReply, Spent
from core.types import (
    JobState,
    KeptJob,
    KeptPiece,
    KeptReply,
    Picture,
    Piece,
    PieceKind,
    Place,
    Preferences,
    Reply,
    Request,
    Score,
    Session,
    SessionUpdate,
    Spend,
    Turn,
    User,
)
from storage import Storage, migrations, open_storage
from storage.changes import session_owner
from storage.database import HEAD
from storage.ratings import rate, score
from storage.store import SqlStore
from storage.tables import insert, metadata, pieces, ratings

DAY = 24 * 3600.0
PLACE = Place(platform="telegram", chat="-100", thread="7")
ANN = User(platform="telegram", id="ann")
BOB = User(platform="telegram", id="bob")
ANNS = f"{PLACE.key}:ann"
ROOM = f"{PLACE.key}:*"


class Clock:
    """A time that moves only when told."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def storage(tmp_path: Path, clock: Clock) -> AsyncIterator[Storage]:
    async with await open_storage(tmp_path / "data", clock) as opened:
        yield opened


@pytest.fixture
def store(storage: Storage) -> SqlStore:
    return storage.store


def a_job(
    number: int = 1, author: User = ANN, session: str = ANNS, words: str = "a fox", created: float = 1.0
) -> KeptJob:
    request = Request(command="story", words=words, message="m1", place=PLACE, author=author, session=session)
    return KeptJob(id=f"job-{number}", request=request, created=created)


def a_piece(
    kind: PieceKind = PieceKind.TEXT, author: User = ANN, session: str = ANNS, place: Place = PLACE, **values: Any
) -> KeptPiece:
    return KeptPiece(piece=Piece(kind=kind, **values), place=place, author=author.key, session=session, created=1.0)


def a_reply(key: str, *pieces: Piece, user: User = ANN, job: str | None = None) -> NewReply:
    reply = Reply(text=f"said {key}", pieces=pieces)
    return NewReply(key=key, place=PLACE, user=user.key, in_reply_to="m1", job=job, reply=reply)


def a_row(number: int, platform: str = "telegram", user: User = ANN) -> InboxRow:
    return InboxRow(id=f"{platform}:{number}", platform=platform, user=user.key, payload=f'{{"update_id": {number}}}')


async def say(store: SqlStore, key: str, *pieces: Piece, user: User = ANN) -> KeptReply:
    (reply,) = await store.commit(Change(replies=(a_reply(key, *pieces, user=user),))) or ()
    return reply


# --- what comes in, and what it changes -------------------------------------------------------------------------------


async def test_an_update_is_kept_once_and_waits_until_it_is_handled(store: SqlStore) -> None:
    assert [await store.take_in(a_row(number)) for number in (2, 1, 2)] == [True, True, False]
    await store.take_in(a_row(1, platform="discord"))
    assert await store.waiting_rows("telegram") == [a_row(2), a_row(1)]
    await store.commit(Change(inbox=("telegram:2",)))
    assert await store.waiting_rows("telegram") == [a_row(1)]
    assert not await store.take_in(a_row(2))


async def test_a_change_is_made_as_a_whole(store: SqlStore) -> None:
    piece = a_piece(words="Once")
    await store.take_in(a_row(1))
    said = await store.commit(
        Change(
            inbox=("telegram:1",),
            new_job=a_job(),
            session=SessionUpdate(key=ANNS, turns=(Turn(role="person", text="hello"),)),
            pieces=(piece,),
            replies=(a_reply("one", piece.piece), a_reply("two")),
        )
    )
    assert said is not None
    assert [reply.key for reply in said] == ["one", "two"]
    assert said[0].id < said[1].id
    assert await store.unsent() == said
    assert await store.waiting_rows("telegram") == []
    assert await store.open_jobs() == [a_job()]
    assert (await store.session(ANNS)).turns == (Turn(role="person", text="hello"),)
    assert await store.piece(piece.piece.id) == piece


async def test_nothing_of_a_change_happens_once_its_job_has_ended(store: SqlStore) -> None:
    await store.commit(Change(new_job=a_job()))
    assert await store.commit(Change(job_open="job-1", replies=(a_reply("while open"),))) is not None
    assert await store.commit(Change(job_open="job-1", job_state=JobState.CANCELLED)) == []
    late = a_piece()
    change = Change(
        job_open="job-1",
        job_state=JobState.DONE,
        session=SessionUpdate(key=ANNS, last_picture="late"),
        pieces=(late,),
        replies=(a_reply("late"),),
    )
    assert await store.commit(change) is None
    assert await store.commit(Change(job_open="never was", replies=(a_reply("late"),))) is None
    assert await store.open_jobs() == []
    assert await store.session(ANNS) == Session(key=ANNS)
    assert await store.piece(late.piece.id) is None
    assert [reply.key for reply in await store.unsent()] == ["while open"]


async def test_saying_the_same_again_after_a_crash_changes_nothing(store: SqlStore) -> None:
    turn = Turn(role="fabula", text="Once")
    piece = a_piece(words="Once")
    change = Change(
        pieces=(piece,), replies=(a_reply("one", piece.piece),), session=SessionUpdate(key=ANNS, turns=(turn,))
    )
    assert len(await store.commit(change) or ()) == 1
    assert await store.commit(change) == []
    assert (await store.session(ANNS)).turns == (turn,)
    assert [kept.piece.id for kept in await store.pieces(ANNS, 10)] == [piece.piece.id]
    assert len(await store.unsent()) == 1


async def test_a_session_is_changed_field_by_field(store: SqlStore) -> None:
    await store.commit(Change(session=SessionUpdate(key=ANNS, last_picture="p", preferences=Preferences(style="ink"))))
    await asyncio.gather(
        *(
            store.commit(Change(session=SessionUpdate(key=ANNS, turns=(Turn(role="person", text=str(i)),))))
            for i in range(5)
        )
    )
    session = await store.session(ANNS)
    assert [turn.text for turn in session.turns] == ["0", "1", "2", "3", "4"]
    assert (session.last_picture, session.preferences.style) == ("p", "ink")
    await store.commit(Change(session=SessionUpdate(key=ANNS, reset=True)))
    assert await store.session(ANNS) == Session(key=ANNS)


def test_a_session_belongs_to_a_person_or_to_the_room() -> None:
    assert session_owner("telegram:-100::ann") == "telegram:ann"
    assert session_owner("telegram:-100:7:*") == ""


async def test_a_room_chooses_to_share_its_session(store: SqlStore) -> None:
    place = PLACE.model_copy(update={"thread": ""})
    assert await store.session_at(place, "ann") == (Session(key=f"{place.key}:ann"), False)
    await store.share_chat(place, True)
    assert await store.session_at(place, "ann") == (Session(key=f"{place.key}:*"), True)
    assert not (await store.session_at(place.model_copy(update={"chat": "another"}), "ann"))[1]
    await store.share_chat(place, False)
    assert not (await store.session_at(place, "ann"))[1]


async def test_a_thread_is_everybodys(store: SqlStore) -> None:
    assert PLACE.thread
    assert await store.session_at(PLACE, "ann") == (Session(key=f"{PLACE.key}:*"), True)


# --- jobs -------------------------------------------------------------------------------------------------------------


async def test_starts_are_counted_since_the_last_finished_step(store: SqlStore) -> None:
    await store.commit(Change(new_job=a_job()))
    assert [await store.restart_job("job-1") for _ in range(2)] == [1, 2]
    assert (await store.open_jobs())[0].starts == 2
    await store.finish_step("job-1", "context", "{}", [], ANN.key, restarted=True)
    assert await store.restart_job("job-1") == 1
    assert await store.restart_job("never was") == 0
    await store.forgive(["job-1", "never was"])
    assert (await store.open_jobs())[0].starts == 0


async def test_a_step_is_journaled_before_what_is_started_later(store: SqlStore) -> None:
    await store.commit(Change(new_job=a_job()))
    journaled = store.finish_step("job-1", "context", '"first"', [], ANN.key)
    assert await store.restart_job("job-1") == 1, "the step was finished before this start, not after it"
    await journaled
    await store.finish_step("job-1", "context", '"again"', [], ANN.key)
    assert await store.steps("job-1") == {"context": '"first"'}


async def test_what_was_spent_is_told_with_what_has_no_price(store: SqlStore, clock: Clock) -> None:
    await store.commit(Change(new_job=a_job()))
    await store.commit(Change(new_job=a_job(2, author=BOB)))
    await store.finish_step("job-1", "a", "{}", [Spend(model="m", usd=0.5), Spend(model="new", usd=None)], ANN.key)
    clock.now += DAY
    await store.finish_step("job-2", "a", "{}", [Spend(model="m", usd=0.25, usage={"tokens": 3})], BOB.key)
    assert await store.spent(0) == Spent(usd=0.75, unpriced=1, calls=3)
    assert await store.spent(0, ANN.key) == Spent(usd=0.5, unpriced=1, calls=2)
    assert await store.spent(clock.now) == Spent(usd=0.25, calls=1)
    assert await store.spent(clock.now + 1) == Spent()
    await store.book("job-1", "b", [Spend(model="m", usd=None)], ANN.key)
    await store.book("never was", "b", [Spend(model="m", usd=0.25)], ANN.key)
    assert await store.spent(clock.now, ANN.key) == Spent(unpriced=1, calls=1), "a step without a result counts too"
    assert await store.spent(clock.now) == Spent(usd=0.5, unpriced=1, calls=3), (
        "of who was forgotten, only the sum is kept"
    )
    assert await store.steps("job-1") == {"a": "{}"}


# --- pieces and their delivery ----------------------------------------------------------------------------------------


async def test_the_newest_texts_and_pictures_of_a_session_are_listed(store: SqlStore) -> None:
    made = [a_piece(kind) for kind in (PieceKind.TEXT, PieceKind.PHOTO, PieceKind.PICTURE, PieceKind.REGION)]
    await store.commit(Change(pieces=(*made, a_piece(session=ROOM))))
    assert await store.pieces(ANNS, 10) == [made[2], made[0]]
    assert await store.pieces(ANNS, 1) == [made[2]]
    await store.delete_piece(made[2].piece.id)
    assert await store.pieces(ANNS, 10) == [made[0]]


async def test_a_reply_waits_until_its_last_part_is_delivered(store: SqlStore) -> None:
    one, two = a_piece(), a_piece()
    await store.commit(Change(pieces=(one, two)))
    first, second = await say(store, "one", one.piece, two.piece), await say(store, "two")
    await store.receipt(first, 0, "100", [], last=False)
    await store.receipt(first, 1, "101", [one.piece.id], last=False)
    assert await store.unsent() == [first.model_copy(update={"receipts": ("100", "101")}), second]
    await store.receipt(first, 2, "102", {two.piece.id, one.piece.id}, last=True)
    assert await store.unsent() == [second]
    assert await store.shown_in(PLACE, "102") == [one.piece.id, two.piece.id]
    assert await store.shown_in(PLACE, "100") == []
    assert await store.messages_showing(PLACE, one.piece.id) == ["101", "102"]
    assert await store.messages_showing(PLACE.model_copy(update={"chat": "else"}), one.piece.id) == []
    assert await store.commit(Change(replies=(a_reply("one"),))) == [], "a delivered reply is not said again"


async def test_a_deleted_piece_leaves_none_of_its_contents(store: SqlStore, storage: Storage, tmp_path: Path) -> None:
    secret = a_piece(caption="marker-c", words="marker-w", prompt="marker-p", request="marker-r")
    await store.commit(Change(pieces=(secret,)))
    reply = await say(store, "one", secret.piece)
    await store.receipt(reply, 0, "100", [secret.piece.id], last=True)
    await store.rate(secret.piece.id, BOB.key, "🔥", 1.0, True)
    await store.delete_piece(secret.piece.id)
    await storage.database.checkpoint()
    assert await store.piece(secret.piece.id) is None
    assert await store.shown_in(PLACE, "100") == []
    assert await store.score(secret.piece.id) == Score()
    assert b"marker-" not in everything_in(tmp_path)
    assert await store.rate(secret.piece.id, BOB.key, "🔥", 1.0, True) == Score()
    await store.commit(Change(pieces=(secret,)))
    assert await store.piece(secret.piece.id) is None, "a job that runs again does not bring it back"


# --- ratings ----------------------------------------------------------------------------------------------------------

EMOJI = {"🔥": 1.0, "👎": -1.0, "🤷": 0.0, "🦊": None}
reactions = some.tuples(some.sampled_from(["ann", "bob", "eve"]), some.sampled_from(sorted(EMOJI)), some.booleans())


@settings(deadline=None, max_examples=60)
@given(some.lists(reactions, max_size=25))
def test_the_newest_valued_reaction_that_is_still_there_counts(history: list[tuple[str, str, bool]]) -> None:
    engine = create_engine("sqlite://")
    standing: dict[str, list[str]] = {"ann": [], "bob": [], "eve": []}
    with engine.begin() as connection:
        metadata.create_all(connection, [pieces, ratings])
        row = {"id": "p", "session": "", "author": "", "kind": "text", "value": "", "created": 0.0, "deleted": False}
        connection.execute(insert(pieces), row)
        for user, emoji, added in history:
            standing[user] = [other for other in standing[user] if other != emoji] + ([emoji] if added else [])
            told = rate("p", user, emoji, EMOJI[emoji], added, connection)
            valued = {who: [EMOJI[e] for e in emojis if EMOJI[e] is not None] for who, emojis in standing.items()}
            counted = {who: values[-1] for who, values in valued.items() if values}
            assert told == Score(
                score=sum(filter(None, counted.values())), count=len(counted), mine=counted.get(user) or 0
            )
            assert score("p", "", connection) == told.model_copy(update={"mine": 0.0})
    engine.dispose()


# --- events -----------------------------------------------------------------------------------------------------------


async def test_events_are_in_order_and_kept_once(storage: Storage) -> None:
    log = storage.events
    first = await log.append("garden", "a", ANN.key, '{"kind": "1"}')
    elsewhere = await log.append("attic", "a", ANN.key, '{"kind": "2"}')
    second = await log.append("garden", "b", BOB.key, '{"kind": "3"}')
    assert await log.append("garden", "a", ANN.key, '"changed"') == first
    assert first.seq < elsewhere.seq < second.seq
    assert await log.after("garden", 0) == [first, second]
    assert await log.after("garden", first.seq) == [second]
    assert await log.after("garden", 0, limit=1) == [first]
    assert await log.find("garden", "b") == second
    assert await log.find("garden", "c") is None


# --- the end of things ------------------------------------------------------------------------------------------------


def everything_in(folder: Path) -> bytes:
    """All bytes of all files below a folder, with their names."""
    return b"\n".join(path.name.encode() + path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


async def live(storage: Storage, number: int, user: User) -> KeptPiece:
    """Leave something of a person everywhere where something can be left; half of it unfinished."""
    store, private = storage.store, Place(platform=user.platform, chat=user.id, private=True)
    words = f"words of {user.id}"
    own = Turn(role="person", text=words, author=user.name)
    media = await storage.media.put(f"picture for {user.id}".encode(), "image/png", owner=user.key)
    picture = Picture(media=media, width=1, height=1, mime="image/png")
    piece = a_piece(
        PieceKind.PICTURE, user, f"{private.key}:{user.id}", private, caption=words, prompt=words, picture=picture
    )
    await store.take_in(InboxRow(id=f"a{number}", platform=user.platform, user=user.key, payload=words))
    await store.take_in(InboxRow(id=f"b{number}", platform=user.platform, user=user.key, payload=words))
    await store.commit(Change(new_job=a_job(number, user, f"{private.key}:{user.id}", words), inbox=(f"a{number}",)))
    await store.commit(Change(new_job=a_job(number + 100, user, ROOM, words)))
    await store.finish_step(f"job-{number}", "write", words, [Spend(model="m", usd=1.0)], user.key)
    await store.commit(Change(pieces=(piece,), session=SessionUpdate(key=f"{private.key}:{user.id}", turns=(own,))))
    await store.commit(
        Change(
            session=SessionUpdate(key=ROOM, turns=(own,), preferences=Preferences(style="ink")),
            job_open=f"job-{number}",
            job_state=JobState.DONE,
        )
    )
    reply = await say(store, f"sent-{number}", piece.piece, user=user)
    await store.receipt(reply, 0, f"message-{number}", [piece.piece.id], last=True)
    await store.receipt(await say(store, f"half-{number}", piece.piece, user=user), 0, words, [], last=False)
    await store.rate(piece.piece.id, user.key, "🔥", 1.0, True)
    await store.share_chat(private, True)
    await storage.events.append(user.id, "key", user.key, words)
    await storage.media.put(words.encode(), "text/plain", owner=user.key)
    return piece


async def test_a_forgotten_person_is_nowhere(storage: Storage, tmp_path: Path) -> None:
    store = storage.store
    marked = User(platform="telegram", id="marker-7f3a", name="marker-7f3a")
    bobs, theirs = await live(storage, 1, BOB), await live(storage, 2, marked)
    await store.rate(bobs.piece.id, marked.key, "👎", -1.0, True)
    await store.rate(theirs.piece.id, BOB.key, "🔥", 1.0, True)
    assert b"marker-7f3a" in everything_in(tmp_path)

    assert await store.forget(marked.key) == ["job-102"]

    assert b"marker-7f3a" not in everything_in(tmp_path)
    assert await store.piece(bobs.piece.id) == bobs
    assert await store.score(bobs.piece.id, BOB.key) == Score(score=1, count=1, mine=1)
    assert (await store.session(bobs.session)).turns != ()
    assert await store.session(ROOM) == Session(key=ROOM, preferences=Preferences(style="ink"))
    assert [job.id for job in await store.open_jobs()] == ["job-101"]
    assert [row.id for row in await store.waiting_rows("telegram")] == ["b1"]
    assert [reply.key for reply in await store.unsent()] == ["half-1"]
    assert await store.spent(0) == Spent(usd=2.0, calls=2), "the budget still adds up"
    assert await store.spent(0, marked.key) == Spent()


async def test_what_arrives_after_forgetting_brings_nothing_back(storage: Storage, tmp_path: Path) -> None:
    store = storage.store
    await store.commit(Change(new_job=a_job(1, User(platform="telegram", id="marker-7f3a"))))
    piece = a_piece(author=User(platform="telegram", id="marker-7f3a"))
    await store.commit(Change(pieces=(piece,)))
    reply = await say(store, "one", piece.piece, user=User(platform="telegram", id="marker-7f3a"))
    await store.forget("telegram:marker-7f3a")
    await store.finish_step("job-1", "write", "marker-7f3a", [Spend(model="m", usd=1.0)], "telegram:marker-7f3a")
    await store.receipt(reply, 0, "marker-7f3a", [piece.piece.id], last=True)
    await store.rate(piece.piece.id, BOB.key, "🔥", 1.0, True)
    assert await store.steps("job-1") == {}
    assert await store.spent(0) == Spent(usd=1.0, calls=1)
    assert b"marker-7f3a" not in everything_in(tmp_path)


async def test_a_sweep_removes_only_what_is_past_its_time(store: SqlStore, clock: Clock, storage: Storage) -> None:
    await store.take_in(a_row(1))
    await store.take_in(a_row(2))
    await store.commit(Change(inbox=("telegram:1",), new_job=a_job(1)))
    await store.commit(Change(new_job=a_job(2)))
    for job in ("job-1", "job-2"):
        await store.finish_step(job, "write", "{}", [], ANN.key)
    await store.commit(Change(job_open="job-1", job_state=JobState.DONE))
    sent = await say(store, "sent")
    await store.receipt(sent, 0, "100", [], last=False)
    await store.receipt(sent, 1, "101", [], last=True)
    await say(store, "unsent")

    await store.sweep(clock.now + DAY)
    assert not await store.take_in(a_row(1))
    await store.sweep(clock.now + 3 * DAY)
    assert await store.steps("job-1") != {}
    assert await store.take_in(a_row(1)), "a handled update is gone after 48 hours"
    assert not await store.take_in(a_row(2)), "one that waits is never gone"

    await store.sweep(clock.now + 31 * DAY)
    assert await store.steps("job-1") == {}
    assert await store.steps("job-2") != {}, "an open job keeps its journal"
    assert [reply.key for reply in await store.unsent()] == ["unsent"]
    rows = await storage.database.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM receipts").scalar())
    assert rows == 0


# --- the file ---------------------------------------------------------------------------------------------------------

KILLED = """
import asyncio, os, sys
from pathlib import Path
from storage import open_storage
from core.ports import InboxRow

async def main():
    storage = await open_storage(Path(sys.argv[1]))
    await storage.store.take_in(InboxRow(id="kept", platform="web", user="web:ann", payload="{}"))
    print("alembic" in sys.modules, flush=True)
    os._exit(9)

asyncio.run(main())
"""

SECOND = """
import asyncio, sys
from pathlib import Path
from core.errors import StorageFault
from storage import open_storage

try:
    asyncio.run(open_storage(Path(sys.argv[1])))
except StorageFault as fault:
    print(fault.code)
"""


def run_script(script: str, folder: Path) -> str:
    run = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, timeout=60)
    assert run.stderr == ""
    return run.stdout.strip()


async def test_what_was_awaited_survives_a_kill(tmp_path: Path) -> None:
    assert await asyncio.to_thread(run_script, KILLED, tmp_path) == "True"
    assert await asyncio.to_thread(run_script, KILLED, tmp_path) == "False", "an up-to-date file needs no migrations"
    async with await open_storage(tmp_path) as storage:
        assert [row.id for row in await storage.store.waiting_rows("web")] == ["kept"]


async def test_a_second_process_is_refused_while_the_first_runs(tmp_path: Path) -> None:
    async with await open_storage(tmp_path):
        assert await asyncio.to_thread(run_script, SECOND, tmp_path) == "database-in-use"
        with pytest.raises(StorageFault, match="database-in-use"):
            await open_storage(tmp_path)
    async with await open_storage(tmp_path):
        pass


async def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "fabula.sqlite3").write_bytes(b"not a database at all" * 1000)
    for _ in range(2):
        with pytest.raises(StorageFault, match="database-damaged"):
            await open_storage(tmp_path)


async def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    async with await open_storage(tmp_path) as storage:
        await storage.store.take_in(a_row(1))
    with sqlite3.connect(tmp_path / "fabula.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StorageFault, match="database-newer"):
        await open_storage(tmp_path)


async def test_the_migrations_lead_to_the_tables(storage: Storage) -> None:
    assert ScriptDirectory.from_config(migrations.configuration()).get_heads() == [HEAD]
    differences = await storage.database.read(lambda c: compare_metadata(MigrationContext.configure(c), metadata))
    assert differences == []


PARTIAL = {"inbox_waiting", "inbox_handled", "jobs_open", "replies_unsent", "replies_sent"}
"""Indexes of what is still to do or to sweep, so small that they may be read from end to end."""


async def test_every_query_goes_by_an_index(storage: Storage, clock: Clock) -> None:
    ran: dict[str, Any] = {}

    def note(
        _connection: object, _cursor: object, statement: str, parameters: Any, _context: object, many: bool
    ) -> None:
        ran.setdefault(statement, parameters[0] if many else parameters)

    for worker in storage.database._workers:
        event.listen(worker.sql, "before_cursor_execute", note)
    store = storage.store
    piece = await live(storage, 1, ANN)
    await store.open_jobs()
    await store.steps("job-1")
    await store.restart_job("job-1")
    await store.unsent()
    await store.waiting_rows("telegram")
    await store.rows_of(ANN.key, 0)
    await store.begin_again(["telegram:1", "telegram:2"])
    await store.forgive_rows(["telegram:1"])
    await store.pieces(ANNS, 10)
    await store.shown_in(PLACE, "1")
    await store.messages_showing(PLACE, piece.piece.id)
    await store.session(ANNS)
    await store.session_at(PLACE, ANN.id)
    await store.spent(0)
    await store.spent(0, ANN.key)
    bounds = Bounds(reserved=0.1, unpriced=0.1, per_minute=9, daily=9, monthly=9, press="press")
    await store.accept(Change(new_job=a_job(77)), bounds)
    await store.still_within("job-77", ANN.key, bounds)
    await store.used(0, 0.1, ANN.key)
    await store.piece(piece.piece.id)
    await store.commit(Change(job_open="job-101", replies=(a_reply("x"),)))
    await storage.media.read(piece.piece.picture.media if piece.piece.picture else "")
    await storage.events.after("ann", 0)
    await storage.events.find("ann", "key")
    await store.rate(piece.piece.id, ANN.key, "🔥", 1.0, False)
    await store.sweep(clock.now + 40 * DAY)
    await store.delete_piece(piece.piece.id)
    await live(storage, 2, ANN)
    await store.forget(ANN.key)

    plans = sqlite3.connect(f"file:{storage.media._folder.parent / 'fabula.sqlite3'}?mode=ro", uri=True)
    explained = 0
    for statement, parameters in ran.items():
        if not statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            continue
        for *_, step in plans.execute(f"EXPLAIN QUERY PLAN {statement}", parameters):
            explained += 1
            whole_table = step.startswith("SCAN") and not any(index in step for index in PARTIAL)
            harmless = step in {"SCAN CONSTANT ROW", "SCAN doomed"} or step.startswith(
                ("SCAN (subquery", "SCAN sqlite_")
            )
            assert not whole_table or harmless, f"{step}: {statement}"
            assert "AUTOMATIC" not in step, f"{step}: {statement}"
    plans.close()
    assert explained > 60
