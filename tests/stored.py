"""A store on real files with a time of its own, and what tests put into it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from core.ports import Change, InboxRow, NewReply
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
    SessionUpdate,
    Spend,
    Timer,
    Turn,
    User,
)
from storage import Storage, open_storage
from storage.store import SqlStore

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


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """Where the database is: in a file of its own, and then in a schema of its own at a server."""
    if request.param == "sqlite":
        return None
    url: str = request.getfixturevalue("empty_url")
    return url


@pytest.fixture
async def storage(tmp_path: Path, clock: Clock, database_url: str | None) -> AsyncIterator[Storage]:
    async with await open_storage(tmp_path / "data", clock, database_url=database_url) as opened:
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


def a_timer(number: int = 1, **values: Any) -> Timer:
    told = {"id": f"timer-{number}", "at": float(number), "what": "remind", "place": PLACE, "owner": ANN.key}
    return Timer.model_validate(told | values)


async def say(store: SqlStore, key: str, *pieces: Piece, user: User = ANN) -> KeptReply:
    (reply,) = await store.commit(Change(replies=(a_reply(key, *pieces, user=user),))) or ()
    return reply


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
    done, *_ = timers = [a_timer(10 * number + one, owner=user.key, about={"words": words}) for one in (1, 2)]
    of_the_room = a_timer(10 * number + 3, owner="", about={"asked by": user.key})
    await store.commit(Change(timers=(*timers, of_the_room)))
    await store.commit(Change(timer_done=done.id))
    return piece
