"""What was asked of a server and how it ended: in memory for tests, as JSON lines for people.

The file gets one line when a request starts and one when it ends, so that it is true up to a kill.
"""

import asyncio
import contextlib
import itertools
import json
import os
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

KEPT = 5000
"""Requests kept in memory; the file keeps all."""

WORDS = ("prompt", "messages", "input")
"""What people said is not written to the file: it would outlive their wish to be forgotten."""


def _open(path: Path) -> TextIO | None:
    """A file to append to, its owner's alone; none where there cannot be one: it is for people to read, and nothing depends on it."""
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8")
    except OSError:
        return None


class Entry:
    """One request's record, to be finished exactly once; later calls change nothing."""

    def __init__(self, log: "RequestLog", record: dict[str, object]) -> None:
        self._log = log
        self.record = record
        self.usage: Mapping[str, object] | None = None
        """What the request is billed for so far; set it as soon as it is due."""

    def finish(self, status: int | None, code: str | None = None) -> None:
        """Note the end: the HTTP status (None for a closed connection, 499 where the client left) and the error's code."""
        if "finished" not in self.record:
            self._log.finish(self.record, {"status": status, "code": code, "usage": self.usage})


class RequestLog:
    """All requests in order. ``path`` is the file to append to, if any."""

    def __init__(self, path: Path | None = None) -> None:
        self._records: deque[dict[str, object]] = deque(maxlen=KEPT)
        self._changed = asyncio.Event()
        self.started = self._finished = 0
        self._file = _open(path) if path else None

    def start(self, endpoint: str, facts: Mapping[str, object]) -> Entry:
        """Write down a request that was just read. ``facts`` hold no file bytes."""
        record = {"index": self.started, "endpoint": endpoint, **facts, "started": time.time()}
        self.started += 1
        self._write({"event": "started", **record})
        self._records.append(record)
        self._wake()
        return Entry(self, record)

    def finish(self, record: dict[str, object], ending: Mapping[str, object]) -> None:
        """Write down how it ended."""
        record.update(ending, finished=time.time())
        self._finished += 1
        line = {name: record[name] for name in ("index", "endpoint", "status", "code", "usage", "finished")}
        self._write({"event": "finished", **line})
        self._wake()

    async def seen(
        self, *, started: int = 0, finished: int = 0, after: int = 0, seconds: float = 10.0
    ) -> list[dict[str, object]]:
        """The records but for the first ``after``, as soon as that many requests have started and finished, or after ``seconds``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.started < started or self._finished < finished:
                    await self._changed.wait()
        forgotten = self.started - len(self._records)
        return list(itertools.islice(self._records, max(0, after - forgotten), None))

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def _write(self, line: Mapping[str, object]) -> None:
        if self._file:
            told = {name: value for name, value in line.items() if name not in WORDS}
            with contextlib.suppress(OSError):  # a full disk, say
                self._file.write(json.dumps(told, ensure_ascii=False) + "\n")
                self._file.flush()
