"""Which commands can make something of an idea."""

from __future__ import annotations

from core.conversation.commands import Command, Commands

FIRST = ("story", "image", "poster", "campaign", "book")
"""What is offered first: what teams mostly want to see of an idea."""

OFFERED, LONGEST_NAME = 10, 16
"""Commands that are offered, and the characters of a name that fits into a button with everything else."""


def offered(commands: Commands, *, photo_alone: bool = False) -> list[str]:
    """The names of the commands that make something of words alone, those that teams mostly want first; of a ``photo_alone`` those that take one."""
    fit = (one for one in commands if _makes(one) and (one.references or not photo_alone))
    made = [one.name for one in fit if len(one.name) <= LONGEST_NAME]
    return sorted(made, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))[:OFFERED]


def _makes(command: Command) -> bool:
    """Whether it makes a work of words: one of ours that is paid for, or a recipe, which brings its own sentences."""
    return command.listed and bool(command.takes) and not command.files and (command.paid or bool(command.own))
