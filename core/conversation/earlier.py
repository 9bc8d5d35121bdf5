"""What came of a message before its person changed it: an edit corrects what led to nothing, and repeats nothing."""

from __future__ import annotations

from contextlib import suppress

from core.conversation.commands import Commands
from core.conversation.moment import Moment
from core.errors import BadInput
from core.ports import Store
from core.types import Message


async def acted_upon(here: Moment, message: Message, store: Store, commands: Commands) -> bool:
    """Whether something came of what a message said earlier: a form's answer, a command that is answered at once, or a job that did not fail."""
    return bool(message.earlier) and (
        message.id in here.session.heard
        or any(_was_answered(words, commands) for words in message.earlier)
        or await store.has_job(message.place, message.id)
    )


def _was_answered(words: str, commands: Commands) -> bool:
    with suppress(BadInput):
        parsed = commands.parse(words)
        return parsed is not None and not parsed.command.paid
    return False
