"""The program with a probe: ten times a second it writes a line about the last tenth.

    python -m bench.probe FILE        # prints the program's address

A line is a JSON list as in ``Sample``. The probe wakes up every 5 ms, which costs about a hundredth of a core.
"""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path

EVERY = 0.1
TICK = 0.005
PAGE = resource.getpagesize()


@dataclass(frozen=True)
class Sample:
    """A tenth of a second. ``at`` in Unix seconds, ``memory`` resident MB, ``cpu`` seconds so far, ``lags`` seconds the loop woke up late."""

    at: float
    memory: float
    cpu: float
    transactions: int
    statements: int
    lags: list[float]


def read(file: Path, since: float, until: float) -> list[Sample]:
    """The samples of a time, in Unix seconds; at least two."""
    lines = file.read_text().splitlines(keepends=True)
    samples = [Sample(*json.loads(line)) for line in lines if line.endswith("\n")]
    return [one for one in samples if since <= one.at <= until + EVERY]


def _memory() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 1e6


def main(file: Path) -> None:
    """Run the program, started as ``bots.__main__`` starts it: nothing is looked through for garbage while it is imported.

    What only tests bring is not there: python-telegram-bot would load it (8 MB) where an installation of Fabula has none.
    """
    sys.modules["cryptography"] = None  # type: ignore[assignment]
    gc.disable()
    from bots.logs import set_up_logs
    from bots.loop import new_loop
    from bots.platforms import Settings
    from bots.program import running, serving, spare_collector

    gc.freeze()
    gc.enable()

    async def probed() -> None:
        settings = Settings()
        set_up_logs("ERROR", settings.secrets)
        async with running(settings) as program, serving(program) as address:
            spare_collector()
            print(address, flush=True)
            writer = program.storage.writer
            with file.open("a", buffering=1) as out:
                while True:
                    lags, ends = [], time.monotonic() + EVERY
                    while (start := time.monotonic()) < ends:
                        await asyncio.sleep(TICK)
                        lags.append(time.monotonic() - start - TICK)
                    sample = [time.time(), _memory(), time.process_time(), writer.transactions, writer.statements, lags]
                    out.write(json.dumps(sample) + "\n")

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(probed())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
