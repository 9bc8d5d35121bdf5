"""``python -m bots`` and the console script ``fabula``."""

from __future__ import annotations

import gc
import os


def main() -> None:
    """Run a command. Whatever it or a library of it comes to write is its owner's alone.

    What is imported stays to the end: looking through it for garbage, while it is imported and once more at the end, took a quarter of a short
    command's time.
    """
    os.umask(0o077)
    gc.disable()
    from bots.command_line import command_line

    gc.freeze()
    gc.enable()
    command_line()


if __name__ == "__main__":
    main()
