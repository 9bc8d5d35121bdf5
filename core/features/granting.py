"""Whether somebody may go beyond a limit: asked of those who run the chat, answered by a button."""

from __future__ import annotations

from core import texts
from core.conversation.desk import Overtaken
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.errors import BadInput, NotAllowed
from core.jobs import new_reply
from core.ports import Ask, Change, NewReply
from core.types import Reply


async def grant(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Let it be done. Raises ``NotAllowed`` for everybody but who runs the chat, and ``BadInput`` where it was answered before."""
    ask = await _asked(hands, here, pressed)
    done = _said("ask-granted", here, ask, pressed)
    end = () if ask.home == ask.request.place.home else (Reply(end=True),)  # here what was asked for ends it
    try:
        await hands.desk.accept(here, ask.request, answers=ask.id, replies=(done, *end), job=ask.id)
    except Overtaken:
        raise BadInput("ask-over") from None


async def decline(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Let it not be done, and say so to who asked. Raises as ``grant``."""
    ask = await _asked(hands, here, pressed)
    done = _said("ask-declined", here, ask, pressed)
    replies: tuple[NewReply, ...] = ()
    if ask.home != ask.request.place.home:
        told = Reply(text=texts.say("ask-declined-you", ask.request.language))
        replies = (new_reply(ask.request, f"ask:{ask.id}:declined", told),)
    if not await hands.desk.answer_with(Change(answered_ask=ask.id, replies=replies), here, done, Reply(end=True)):
        raise BadInput("ask-over")


async def _asked(hands: Hands, here: Moment, pressed: Pressed) -> Ask:
    ask, place = await hands.store.ask(pressed.argument), here.event.place
    if ask is None:
        raise BadInput("ask-over")
    if ask.home != place.home:
        raise NotAllowed("button-unknown")
    of_operator = hands.settings.report_place and place.home == hands.settings.report_place.home
    alone = of_operator and place.private  # nobody else is there
    if not (alone or hands.limits.ruling.operates(here.user) or await hands.desk.rights.administers(here.user, place)):
        raise NotAllowed("only-administrators")
    return ask


def _said(key: str, here: Moment, ask: Ask, pressed: Pressed) -> Reply:
    """What becomes of the question: who asked and for what stays in it, as long as they are not forgotten."""
    who = ask.request.author.shown_name or ask.request.author.key
    words = texts.shortened(ask.request.words) or "–"
    told = texts.say(key, here.language, by=here.user.shown_name or here.user.key, who=who, words=words)
    return Reply(text=told, quotes=(ask.request.author.key,), replaces=pressed.press.message)


FEATURE = Feature(
    verbs={"grant": Verb(grant, slow=True), "decline": Verb(decline)},
    says=("ask-beyond", "ask-passed-on", "ask-granted", "ask-declined", "ask-declined-you"),
)
