"""Runs the program and kills it with SIGKILL right after a chosen commit: ``python killed.py METHOD COUNT``.

Prints its address first, as ``fabula run`` does. The store works as always; the process only dies when it has answered for the COUNT-th time
from METHOD (``finish_step``, ``commit`` or ``receipt``). A COUNT of 0 never kills.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable
from typing import Any

from bots.program import serve
from core.settings import Settings
from storage.store import SqlStore


def kill_after(method: str, count: int) -> None:
    original = getattr(SqlStore, method)
    done = 0

    def counted(self: SqlStore, *given: Any, **named: Any) -> Awaitable[Any]:
        written = original(self, *given, **named)

        async def finished() -> Any:
            nonlocal done
            result = await written
            done += 1
            if done == count:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return asyncio.ensure_future(finished())

    setattr(SqlStore, method, counted)


if __name__ == "__main__":
    if int(sys.argv[2]):
        kill_after(sys.argv[1], int(sys.argv[2]))
    asyncio.run(serve(Settings(), lambda address: print(address, flush=True)))
