"""What a backup takes, and whether all of it comes back: of many pieces, and amid chats that are at work.

    python -m bench.keeping            # from the repository's root; a few minutes
    python -m bench.keeping 1000 10    # so many pieces, so many chats

First a studio with so many pictures is backed up and restored, and every count and digest is compared with the studio itself. Then people in many
chats draw there, one picture after the other, while backups are made; each is restored elsewhere and opened as a studio, and each file compared.
Beside the seconds on the clock stand those of the processor, which other work on the machine makes no longer.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection

from core.ports import Change
from core.types import KeptPiece, Picture, Piece, PieceKind, Place, new_id
from embedded.process import start_openai_server
from storage import open_storage
from storage.folder import DATABASE
from storage.keeping.archive import media_name
from storage.keeping.backup import back_up, count
from storage.keeping.restore import restore
from storage.tables import media as media_table
from studio import Person, Studio, studio_at

PIECES, CHATS = 100_000, 50
TOGETHER = 500
"""Pieces that are kept at the same time."""

BACKUPS = 3
T = TypeVar("T")
SOUND = {"missing": 0, "changed": 0, "unknown": 0}


async def fill(folder: Path, pieces: int) -> None:
    """Keep so many pictures of 2 kB, each of its own bytes, which are put where ``Media.put`` would, without its care for each."""
    async with await open_storage(folder) as storage:
        for start in range(0, pieces, TOGETHER):
            kept, rows = [], []
            for number in range(start, min(start + TOGETHER, pieces)):
                data, media = number.to_bytes(4) + os.urandom(2044), new_id()
                file = {"id": media, "sha": hashlib.sha256(data).hexdigest(), "size": len(data), "mime": "image/png"}
                rows.append(file | {"owner": "web:ann", "created": 1.0, "home": ""})
                path = folder / media_name(str(file["sha"]))
                path.parent.mkdir(mode=0o700, exist_ok=True)
                path.write_bytes(data)
                kept.append(_piece(number, media))
            await storage.database.write(partial(_keep, rows))
            await storage.store.commit(Change(pieces=tuple(kept)))


def _piece(number: int, media: str) -> KeptPiece:
    picture = Picture(media=media, width=1, height=1, mime="image/png")
    piece = Piece(kind=PieceKind.PICTURE, picture=picture, caption=f"a fox, number {number}")
    place = Place(platform="web", chat=f"room-{number % 100}")
    return KeptPiece(piece=piece, place=place, author="web:ann", session=f"{place.key}:ann", created=1.0)


def _keep(rows: list[dict[str, Any]], connection: Connection) -> None:
    connection.execute(media_table.insert(), rows)


def digests(folder: Path) -> dict[str, int]:
    """Every digest that a studio names, and how large it is."""
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        return dict(database.execute("SELECT sha, size FROM media"))


class Took(NamedTuple):
    """Seconds that something took: on the clock, and of the processor."""

    wall: float
    processor: float

    def __str__(self) -> str:
        return f"{self.wall:.1f} s ({self.processor:.1f} s of the processor)"


async def took(work: Callable[[], T]) -> tuple[Took, T]:
    """Do something in a thread of its own, beside everything else."""

    def timed() -> tuple[Took, T]:
        wall, processor = time.perf_counter(), time.thread_time()
        done = work()
        return Took(time.perf_counter() - wall, time.thread_time() - processor), done

    return await asyncio.to_thread(timed)


async def brought_back(file: Path, folder: Path) -> Took:
    """Restore a backup and look at every file in it; what the restoring took. Ends the program where anything is not as it was."""
    seconds, contents = await took(partial(restore, folder, file))
    assert count(folder / DATABASE).tables == dict(contents.tables) and not contents.missing
    async with await open_storage(folder) as storage:
        state = (await storage.media.check())._asdict()
    assert state == {"intact": contents.media, **SOUND}, state
    return seconds


async def of_many(folder: Path, pieces: int) -> None:
    """A studio with many pieces, nobody at work."""
    data, there = folder / "many", folder / "many-there"
    begun = time.perf_counter()
    await fill(data, pieces)
    print(f"{pieces} pieces kept in {time.perf_counter() - begun:.0f} s")
    before, counted = digests(data), count(data / DATABASE)
    seconds, done = await took(partial(back_up, data, folder / "many.zip", data / "recipes"))
    restored = await brought_back(folder / "many.zip", there)
    assert digests(there) == before and count(there / DATABASE) == counted
    print(
        f"backup {seconds}, {done.size / 2**20:.0f} MB; restored in {restored}; {len(before)} digests and all counts equal"
    )


async def draws(person: Person, stop: asyncio.Event) -> int:
    """Ask for one picture after the other; how many came."""
    made = 0
    while not stop.is_set():
        made += len((await person.says(f"/image a fox, number {made} --raw")).pictures)
    return made


async def amid_work(folder: Path, chats: int) -> None:
    """Backups of the same studio while people draw."""
    service = await start_openai_server(folder / "service", fast=True, plain=True)
    try:
        async with studio_at(folder / "many", service) as studio:
            await _amid(studio, folder, chats)
    finally:
        await service.close()


async def _amid(studio: Studio, folder: Path, chats: int) -> None:
    stop = asyncio.Event()
    people = [await studio.person(f"p{number}") for number in range(chats)]
    work = [asyncio.create_task(draws(person, stop)) for person in people]
    for number in range(BACKUPS):
        await asyncio.sleep(2)
        data, file = folder / "many", folder / f"busy-{number}.zip"
        seconds, done = await took(partial(back_up, data, file, data / "recipes"))
        restored = await brought_back(file, folder / f"busy-there-{number}")
        print(f"amid {chats} chats: backup {seconds} of {done.contents.media} files, restored in {restored}, all equal")
    stop.set()
    print(f"{sum(await asyncio.gather(*work))} pictures were drawn meanwhile")


async def main(pieces: int = PIECES, chats: int = CHATS) -> None:
    """Measure both."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "service").mkdir()
        await of_many(folder, pieces)
        await amid_work(folder, chats)


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
