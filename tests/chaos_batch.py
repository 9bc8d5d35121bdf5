"""Kills the program with ``kill -9`` at random moments while it makes a table: ``python tests/chaos_batch.py --kills 10``.

At the end each row is looked up. The exit code says whether all is as promised: no row is lost or made twice, and no more is paid twice than was on
its way in the moments of the kills.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from core.types import RowState
from embedded.process import start_openai_server
from killed import program
from storage.opening import open_reading, open_storage
from studio import Person, Studio
from test_batches import as_csv, press

AT_ONCE = 4
LATENCY = {"images": 0.3, "chat_start": 0.05, "chat_token": 0.0005, "moderations": 0.02}
SETTLES_WITHIN = 900.0


async def storm(folder: Path, rows: int, kills: int, dice: random.Random) -> list[str]:
    """What is not as promised, after so many kills during a table of so many rows."""
    services = await start_openai_server(folder / "services", fast=True, plain=True)
    studio, data = Studio(None, "", services), folder / "data"  # type: ignore[arg-type]
    data.mkdir()
    batch = ""
    try:
        async with studio.control() as control:
            await control.post("/latency", json=LATENCY)
        for life in range(kills + 1):
            async with program(data, services, FABULA_BATCH_AT_ONCE=str(AT_ONCE)) as alive:
                person = Person(await alive.address(), "ann", "home-ann")
                listening = asyncio.create_task(person.listen())
                batch = batch or await _begun(person, rows)
                if life < kills:
                    await asyncio.sleep(dice.uniform(0.2, 3.0))
                else:
                    await _until_done(data, batch)
                alive.process.kill()
                await alive.wait()
                listening.cancel()
                print(f"killed {life + 1}", file=sys.stderr, flush=True)
        return await _wrong(studio, data, batch, rows, kills)
    finally:
        await services.close()


async def _begun(person: Person, rows: int) -> str:
    table = as_csv([("Idea",), *((f"a fox number {number}",) for number in range(rows))])
    plan = await person.says("/batch image --quality low", ("ideas.csv", table))
    message, action = press(plan.replies[-1], "batch-start")
    await person.post("actions", message=message, action=action)
    return action.partition(":")[2]


async def _until_done(data: Path, batch: str) -> None:
    """Wait until all rows are done, looking from beside."""
    async with asyncio.timeout(SETTLES_WITHIN):
        while True:
            async with open_reading(data) as store:
                counts = await store.counts(batch)
            if counts.of(RowState.DONE, RowState.FAILED) == counts.total:
                return
            await asyncio.sleep(1)


async def _wrong(studio: Studio, data: Path, batch: str, rows: int, kills: int) -> list[str]:
    async with await open_storage(data) as storage:
        made = await storage.store.batch_rows(batch, limit=-1)
        states = Counter(row.state.value for row in made)
        pieces = [piece for row in made for piece in row.pieces]
        known = await storage.store.known(pieces)
    calls = len(await studio.requests("images.generations"))
    print(f"{rows} rows, {kills} kills: {dict(states)}, {len(set(pieces))} pictures, {calls} calls for pictures")
    wrong = []
    if states != {"done": rows}:
        wrong.append(f"not all rows are done: {states}")
    if not len(pieces) == len(set(pieces)) == len(known) == rows:
        wrong.append(f"{len(pieces)} pictures, {len(set(pieces))} different, {len(known)} kept")
    if calls > rows + AT_ONCE * kills:
        wrong.append(f"{calls - rows} calls were made twice, more than were in flight")
    return wrong


def main() -> None:
    """Kill, count, and say what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--rows", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wrong = asyncio.run(storm(Path(folder), options.rows, options.kills, random.Random(options.seed)))
    for sentence in wrong:
        print(sentence)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
