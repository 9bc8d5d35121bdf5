"""The store through real files: what is kept, what is found again after a kill, and what is really gone."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import Connection, create_engine, func, select
from structlog.testing import capture_logs

from core.ports import Change, Spent
from core.types import (
    JobState,
    PieceKind,
    Preferences,
    Score,
    Session,
    SessionUpdate,
    Spend,
    Turn,
)
from storage import Storage
from storage.changes import session_owner
from storage.ratings import rate, score
from storage.store import SqlStore
from storage.tables import events, insert, metadata, pieces, ratings
from stored import ANN, ANNS, BOB, DAY, PLACE, ROOM, Clock, a_job, a_piece, a_reply, a_row, everything_in, say

pytest_plugins = ("stored",)


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


async def test_what_is_read_belongs_to_one_state_whatever_is_committed_meanwhile(store: SqlStore) -> None:
    begun, committed = threading.Event(), threading.Event()

    def counts(connection: Connection) -> list[int]:
        counted = select(func.count()).select_from(pieces)
        before = connection.scalar(counted)
        begun.set()
        assert committed.wait(60)
        return [before or 0, connection.scalar(counted) or 0]

    database = store._database
    reading = asyncio.create_task(database.read(counts))
    assert await asyncio.to_thread(begun.wait, 60)
    await store.commit(Change(pieces=(a_piece(words="Once"),)))
    committed.set()
    assert await reading == [0, 0]
    await database.checkpoint()  # which is not held up by what was read


async def test_events_are_in_order_and_kept_once(storage: Storage) -> None:
    log = storage.events
    first = await log.append("garden", "a", ANN.key, '{"kind": "1"}')
    elsewhere = await log.append("attic", "a", ANN.key, '{"kind": "2"}')
    second = await log.append("garden", "b", BOB.key, '{"kind": "3"}')
    assert (first.before, elsewhere.before, second.before) == (0, 0, first.seq)
    first, second = (row.model_copy(update={"before": None}) for row in (first, second))
    assert await log.append("garden", "a", ANN.key, '"changed"') == first
    assert first.seq < elsewhere.seq < second.seq
    assert await log.after("garden", 0) == [first, second]
    assert await log.after("garden", first.seq) == [second]
    assert await log.after("garden", 0, limit=1) == [first]
    assert await log.find("garden", "b") == second
    assert await log.find("garden", "c") is None


async def test_looking_for_answers_in_a_long_past_holds_nobody_up(storage: Storage) -> None:
    """They are all found, in their order; and what somebody else asks meanwhile is read in between."""
    said = [json.dumps({"kind": "reply", "in_reply_to": f"m{number}", "text": "tea " * 50}) for number in range(10_000)]
    said += [said[7], said[7].replace("tea", "m8")]
    rows = [{"chat": "garden", "key": f"{at}", "user": "", "data": told, "at": at} for at, told in enumerate(said)]
    await storage.database.write(lambda connection: connection.execute(insert(events), rows))
    asked = [asyncio.create_task(storage.events.answers("garden", f"m{number}")) for number in range(12)]
    assert await asyncio.create_task(storage.events.find("garden", "0"))
    assert sum(one.done() for one in asked) <= 1
    found = await asyncio.gather(*asked)
    assert [[json.loads(row.data) for row in rows] for rows in found[6:9]] == [
        [json.loads(said[6])],
        [json.loads(said[at]) for at in (7, -2, -1)],
        [json.loads(said[8])],
    ]
    assert [row.seq for row in found[7]] == sorted(row.seq for row in found[7])


async def test_of_a_message_with_many_states_the_newest_that_fits_is_read(storage: Storage) -> None:
    """However many there were before, and whatever became of those on the disk."""
    states = [{"kind": "reply", "text": f"state {number}", "actions": [{"id": "dot:1"}]} for number in range(3)]
    later = [{"kind": "reply", "text": "", "actions": []}, {"kind": "rating", "pieces": []}]
    told = ['"spoilt dot:1 "dot:1"', *map(json.dumps, [*states, *later])]
    rows = [
        {"chat": "team", "key": f"{at}", "user": "", "data": one, "at": at, "message": "r1"}
        for at, one in enumerate(told)
    ]
    await storage.database.write(lambda connection: connection.execute(insert(events), rows))
    with capture_logs() as logs:
        offer, said = await storage.events.offer("team", "r1", "dot:1"), await storage.events.said("team", "r1")
        assert json.loads(offer or "") == json.loads(said or "") == states[-1]
    assert not logs, "nothing older was looked at"
    assert await storage.events.offer("team", "r1", "dot:2") is None
    assert await storage.events.said("team", "r2") is None
