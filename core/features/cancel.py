"""``/cancel``: stop what runs, or take a question back."""

from __future__ import annotations

from core import texts
from core.conversation.commands import Command, Parsed
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.jobs import rescue
from core.jobs.batch_rows import stopped
from core.ports import NewReply
from core.types import KeptJob, Reply
from core.types.sessions import own_key

STOPPED = 40
"""Characters of a request by which ``/cancel`` names it."""


async def cancel(hands: Hands, here: Moment, parsed: Parsed) -> None:
    """Stop what this person waits for, else take the question to them back; a form's first. A batch is stopped where they are asked nothing."""
    found = await hands.runner.current(here.session.key, here.user.key, batches=here.pending is None)
    found = found or await hands.runner.current(own_key(here.user.platform, here.user.id), here.user.key)
    if found is None and here.pending is None:
        found = await hands.runner.row_of(here.event.place.home, here.user.key)
    if (here.pending and here.pending.filling) or not (found and await _stopped(hands, here, found)):
        await hands.questions.take_back(here)


async def press_cancel(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """The button under progress stops that job; the one under a question takes the question back. Raises ``NotAllowed`` for somebody else's job.

    Progress of a job that is over was left standing, by a process that died before it knew the number of its message: now it is known.
    """
    if not pressed.argument:
        return await hands.questions.take_back(await hands.desk.as_asked(here, pressed.press.asked))
    found = await hands.runner.find(pressed.argument)
    if found and found.request.place.home == here.event.place.home:
        await hands.desk.rights.check_owner(here, found.request.author.key)
        if await _stopped(hands, here, found):
            return None
    if found is None and pressed.press.fleeting:
        return await hands.desk.answer(here, Reply(removes=pressed.press.message))
    text = texts.say("nothing-to-cancel", here.private_language)
    return await hands.desk.answer(here, Reply(text=text, private=True))


async def _stopped(hands: Hands, here: Moment, job: KeptJob) -> bool:
    if row := job.request.batch:  # who says so means the table, not the row that happens to be under way
        told = Reply(text=texts.say("cancelled-batch", here.language))
        await hands.desk.answer(here, told, change=stopped(job.request, row.batch, here.event.inbox[0]))
        await hands.runner.stop_batch(row.batch)
        return True
    return await hands.runner.cancel(job, here.event.inbox, await _cancelled(hands, here, job))


async def _cancelled(hands: Hands, here: Moment, job: KeptJob) -> tuple[NewReply, ...]:
    """Which request was stopped, by its first words. They go with any piece that they may be of, or that came of them."""
    request = job.request
    words = texts.shortened(request.words, STOPPED)
    text = texts.say("cancelled", here.language, words=words) if words else texts.say("cancelled-it", here.language)
    of = await hands.store.shown_in(request.place, request.message)
    made = [piece.id for piece in rescue.pieces_in(await hands.store.steps(job.id))]
    quotes = tuple(dict.fromkeys((*request.sources, *of, *made)))
    return hands.desk.addressed(here, (Reply(text=text, quotes=quotes), Reply(end=True)))


FEATURE = Feature(
    Command("cancel", aliases=("取消", "stop")),
    about="stops what is running",
    answer=cancel,
    verbs={"cancel": Verb(press_cancel)},
    says=("stopped-here", "cancelled", "cancelled-it", "cancelled-batch", "nothing-to-cancel"),
)
