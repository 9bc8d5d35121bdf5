"""Whose buttons they are: under a private message that others see all the same, each names the person who may press it."""

from __future__ import annotations

from collections.abc import Sequence

from core.types import AnyButton, Button, KeptReply

_MARK = "@"
"""Between an action and its person; no action has it."""


def marked(buttons: Sequence[AnyButton], reply: KeptReply) -> tuple[AnyButton, ...]:
    """The buttons of a reply, marked where it is for one person and others could press them. Where links lead to, everybody may go."""
    if not reply.reply.private or reply.place.private:
        return tuple(buttons)
    person = reply.user.partition(":")[2]
    return tuple(
        button.model_copy(update={"action": f"{button.action}{_MARK}{person}"})
        if isinstance(button, Button)
        else button
        for button in buttons
    )


def read(action: str) -> tuple[str, str | None]:
    """An action as the core knows it, and the id of the person it is for, if it names one."""
    plain, mark, person = action.partition(_MARK)
    return plain, person if mark else None
