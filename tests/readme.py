"""The README's table of commands, made from the features: ``make readme`` writes it into the file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from core.conversation.feature import Feature
from core.features import FEATURES

README = Path(__file__).parents[1] / "README.md"
TABLE = re.compile(r"\| command \| options \| what happens \|\n(?:\|.*\n)+")


def commands_table(features: Iterable[Feature]) -> str:
    """A row for each command, in the order of the menus."""
    rows = ["| command | options | what happens |", "|---|---|---|"]
    for feature in features:
        if command := feature.command:
            options = " ".join(f"`--{option.name}`" for option in command.options)
            rows.append(f"| `{command.usage}` | {options} | {feature.about} |".replace("|  |", "| |"))
    return "\n".join(rows) + "\n"


def with_table(text: str, table: str) -> str:
    """The README's text with this table in the place of the one it has."""
    assert TABLE.search(text), "the README has a table of commands"
    return TABLE.sub(lambda _: table, text, count=1)


if __name__ == "__main__":
    README.write_text(with_table(README.read_text("utf-8"), commands_table(FEATURES)), "utf-8")
