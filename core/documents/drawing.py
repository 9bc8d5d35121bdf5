"""Show a drawing made of shapes in a process of its own: ``python -m core.documents.drawing WIDTH HEIGHT SECONDS`` reads SVG and prints a PNG.

A file of a few hundred bytes can ask for hours of drawing (dashes that nobody could see, shapes upon shapes, one filter after another) or for more
memory than there is, and no list of what is allowed foresees it all. So what is drawn here has limits that the system keeps.
"""

from __future__ import annotations

import contextlib
import sys

from core.documents import typesetting

MOST_MEMORY = 1024**3
"""Bytes that the process may take; an illustration with the fonts takes a third, and in the largest size less than half."""

_PAGE = (
    '#set page(width: {}pt, height: {}pt, margin: 0pt, fill: white)\n#image("drawing.svg", width: 100%, height: 100%)\n'
)


def main(width: int, height: int, seconds: int) -> None:
    """Print the picture, of so many pixels; ``seconds`` are those of a processor that it may take."""
    with contextlib.suppress(ImportError):  # Windows has no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    drawing = {"drawing": sys.stdin.buffer.read()}
    sys.stdout.buffer.write(typesetting.set_now(_PAGE.format(width, height), {}, drawing, "png"))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
