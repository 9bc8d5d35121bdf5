"""On which line of a TOML file a key stands: the standard library's reader keeps no positions."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEADER = re.compile(r"[ \t]*\[\[?([^\[\]\n]{1,200})\]")
_KEY = re.compile(r"[ \t]*([\w.\"' -]{1,200}?)[ \t]*=")


class Lines:
    """The lines of a file's tables and keys, counted from 1. A key inside of an inline table is on the line of what it belongs to."""

    def __init__(self, source: str) -> None:
        self._found: dict[tuple[str, ...], int] = {}
        table: tuple[str, ...] = ()
        closing = ""
        for number, line in enumerate(source.split("\n"), 1):
            if closing:
                closing = "" if closing in line else closing
                continue
            if header := _HEADER.match(line):
                table = _path(header[1])
                self._found.setdefault(table, number)
            elif key := _KEY.match(line):
                self._found.setdefault((*table, *_path(key[1])), number)
                closing = _opened(line[key.end() :])

    def of(self, path: Sequence[str]) -> int:
        """The line of a key, else of what it would stand in; 1 where that is the file."""
        for length in range(len(path), 0, -1):
            if found := self._found.get(tuple(path[:length])):
                return found
        return 1


def _path(keys: str) -> tuple[str, ...]:
    return tuple(key.strip().strip("\"'") for key in keys.split("."))


def _opened(value: str) -> str:
    """The quotes that end a text which goes on behind this line; empty where none does."""
    for quotes in ('"""', "'''"):
        if value.count(quotes) % 2:
            return quotes
    return ""
