"""What is offered where something was misspelt: a button that does what was meant, with everything that was typed and sent.

The corrected message is kept in the session, so the button holds nothing but its name, and nobody else can press it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from core import texts
from core.conversation import slips
from core.conversation.commands import Parsed, plain
from core.conversation.desk import Desk
from core.conversation.moment import Moment
from core.errors import BadInput
from core.types import Button, Message, Offer, Reply, SessionUpdate

VERB = "corrected"
"""Of the button: ``corrected:<offer>``."""

PATIENCE = 600
"""Seconds for which the files of a message are certain to be there."""

MOST_SLIPS = 8
"""Slips of the pen in one request that are put right (our own rule)."""

_WORDS, _OPTIONS = 24, 40
"""Characters of a command's words and of its options on a button."""


async def offer(
    desk: Desk, here: Moment, message: Message, said: Reply, read: Callable[[Message], Parsed | None]
) -> None:
    """Say what was not understood, with a button where it is certain what is meant. ``read`` reads a message."""
    meant = corrected(message, read)
    parsed = read(meant) if meant else None
    if meant is None or meant == message or parsed is None:  # or it is wrong in what only the command itself reads
        await desk.answer(here, said)
        return
    kept = Offer(person=here.user.key, message=meant, expires=time.time() + PATIENCE)
    button = Button(action=f"{VERB}:{kept.id}", label=label(parsed))
    update = SessionUpdate(key=here.session.key, offer=kept)
    await desk.answer(here, said.model_copy(update={"buttons": (button,)}), update=update)


def corrected(message: Message, read: Callable[[Message], Parsed | None]) -> Message | None:
    """The message with everything put right that is nearly something we know; ``None`` where that is not all that is wrong with it."""
    with suppress(BadInput):
        for _ in range(MOST_SLIPS):
            try:
                read(message)
                return message
            except slips.Misspelt as slip:
                message = _put_right(message, slip)
    return None


def _put_right(message: Message, slip: slips.Misspelt) -> Message:
    if message.command is None or not slip.given:  # in the words themselves
        text = plain(message.text)
        return message.model_copy(update={"text": text[: slip.start] + slip.near + text[slip.end :]})
    if slip.given == "command":
        return message.model_copy(update={"command": slip.near})
    options = dict(message.options)
    value = options.pop(slip.given)
    known = slip.code.startswith("unknown-value")
    return message.model_copy(update={"options": options | ({slip.given: slip.near} if known else {slip.near: value})})


def label(parsed: Parsed) -> str:
    """The command as a button names it: what was put right is always to be seen."""
    options = " ".join(
        f"--{name}" if value == "true" else f"--{name} {value}" for name, value in parsed.options.items()
    )
    words = texts.shortened(parsed.words, _WORDS)
    return " ".join(filter(None, (f"/{parsed.command.name}", words, texts.shortened(options, _OPTIONS))))
