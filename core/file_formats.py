"""The file that ``/image`` is asked for: its format, and of one that moves the frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SPECIAL = ("gif", "svg")
"""The formats of moving pictures and of drawings made of shapes: they come whole and without previews, and not from every model."""

MOVES = frozenset({"frames", "ms"})
"""Options of a GIF alone."""


def format_of(command: str, options: Mapping[str, str]) -> str:
    """The format that was asked for, empty where that is left open. Frames are those of a GIF."""
    if command != "image":  # elsewhere such a name may be that of something else
        return ""
    return options.get("format", "gif" if options.keys() & MOVES else "")


def of_drawing(command: str, options: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a ``Drawing`` that say what file it becomes."""
    file_format = format_of(command, options)
    moving = options if file_format == "gif" else {}
    return {"format": file_format, "frames": int(moving.get("frames", 0)), "pause": int(moving.get("ms", 0))}
