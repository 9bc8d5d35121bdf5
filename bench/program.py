"""The program with a probe: it writes the event loop's lag, the memory and the writer's counts to a file once a second."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from bots.logs import set_up_logs
from bots.program import running, serving
from core.settings import Settings


def memory_mb() -> float:
    """This process's resident memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


async def main(report: Path) -> None:
    settings = Settings()
    set_up_logs("ERROR", ())
    lags: list[float] = []
    async with running(settings) as program, serving(program) as address:
        print(address, flush=True)
        last = 0.0
        while True:
            start = time.monotonic()
            await asyncio.sleep(0.005)
            lags.append(time.monotonic() - start - 0.005)
            if start - last > 0.5:
                last = start
                writer = program.storage.writer
                facts = {
                    "lags": lags,
                    "memory": memory_mb(),
                    "transactions": writer.transactions,
                    "statements": writer.statements,
                }
                report.write_text(json.dumps(facts))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
