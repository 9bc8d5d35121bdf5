"""On which line of a TOML file a key stands: the standard library's reader keeps no positions."""

from __future__ import annotations

from collections.abc import Sequence

_LONGEST = 200
"""Characters in which the keys of a line end."""


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
            said = line[:_LONGEST].strip()
            keys, is_key, _ = said.partition("=")
            if said.startswith("["):
                table = _path(said.partition("]")[0].lstrip("["))
                self._found.setdefault(table, number)
            elif is_key and not said.startswith("#"):
                self._found.setdefault((*table, *_path(keys)), number)
                closing = _opened(line)

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
