"""``/taste``: what was learnt of somebody's taste, in words; each line can be kept, dropped or set for good, and all of it forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from core import prompts, texts
from core.conversation import ratings
from core.conversation.commands import Command, Parsed
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.errors import BadInput, Limited
from core.features.steps.tasting import ARMS
from core.features.taste_pictures import LEARNT, PICTURED
from core.ports import Hint
from core.types import Button, Chosen, Count, Piece, Preferences, Reply, SessionUpdate, Tasted

MOST = 8
"""Lines that are told: what most was said about."""

LEAST = 2.0
"""Ratings of something from which on a line is worth telling."""

LIKED, RARELY = 0.6, 0.35
"""From which share on something counts as liked, and up to which one as rarely liked."""


# --- in words --------------------------------------------------------------------------------------------------------


def label(factor: str, arm: str, language: str) -> str:
    """What people call an arm."""
    if factor == "style" and arm in prompts.STYLES:
        return prompts.STYLES[arm].label(language)
    if factor == "temperature":
        return texts.say("arm-temperature", language, value=arm)
    return texts.say(f"arm-{factor}-{arm}", language)


def reasons(piece: Piece, language: str) -> list[str]:
    """Why a piece was made as it was, as far as that was chosen for its person; nothing of what is as usual or was asked for."""
    choices = piece.taste.choices if piece.taste else ()
    if any(one.why == "blank" for one in choices):
        return [texts.say("reason-blank", language)]
    told = (one for one in choices if one.why in ("liked", "others", "new") and _is_told(one.factor, one.arm))
    return [
        texts.say(
            f"reason-{one.why}",
            language,
            factor=texts.say(f"factor-{one.factor}", language),
            arm=label(one.factor, one.arm, language),
        )
        for one in told
    ]


def _is_told(factor: str, arm: str) -> bool:
    """Whether an arm has a name: the usual one is nothing in particular, and there may be none of an older version any more."""
    return arm != prompts.USUAL and arm in ARMS.get(factor, ())


def line(count: Count, language: str) -> str:
    """One thing that was learnt."""
    part = count.likes / count.total
    key = "liked" if part >= LIKED else "rarely" if part <= RARELY else "mixed"
    numbers = {
        "likes": texts.number(round(count.likes, 1), language),
        "total": texts.number(round(count.total, 1), language),
    }
    return texts.say(f"taste-{key}", language, arm=label(count.factor, count.arm, language), **numbers)


def told(counts: Sequence[Count]) -> list[Count]:
    """What is worth a line, the clearest first."""
    known = (one for one in counts if one.total >= LEAST and _is_told(one.factor, one.arm))
    return sorted(known, key=lambda one: -one.total * abs(one.likes / one.total - 0.5))[:MOST]


# --- the menu --------------------------------------------------------------------------------------------------------


def menu(hands: Hands, here: Moment, counts: Sequence[Count]) -> Reply:
    """What was learnt, with a button for each line and those for all of it."""
    language, chosen = here.private_language, here.session.preferences
    if hands.settings.taste == "off":
        return Reply(text=texts.say("taste-off", language), private=True)
    lines = [texts.say("taste-title" if counts else "taste-nothing", language)]
    lines += [f"{number}. {line(count, language)}" for number, count in enumerate(counts, 1)]
    lines += list(_set(chosen, language))
    if not ratings.learns(hands.settings, chosen):
        lines.append(texts.say("taste-off-here", language))
    buttons = [
        Button(action=f"taste-line:{one.factor}={one.arm}", label=f"{number} {label(one.factor, one.arm, language)}")
        for number, one in enumerate(counts, 1)
    ]
    learning = "off" if ratings.learns(hands.settings, chosen) else "on"
    others = {
        "taste-row:0": "taste-row",
        "taste-surprise:": "taste-surprise",
        f"taste-learn:{learning}": f"taste-learn-{learning}",
    }
    others |= {"taste-reset:": "taste-reset"} if counts or chosen.fixed else {}
    buttons += [Button(action=action, label=texts.say(f"button-{name}", language)) for action, name in others.items()]
    return Reply(text="\n".join(lines), buttons=tuple(buttons), private=True)


def _set(chosen: Preferences, language: str) -> Iterator[str]:
    """What is set for good."""
    fixed = {**({"style": chosen.style} if chosen.style else {}), **(chosen.fixed or {})}
    for factor, arm in fixed.items():
        if _is_told(factor, arm):
            name = texts.say(f"factor-{factor}", language)
            yield texts.say("taste-set", language, factor=name, arm=label(factor, arm, language))


async def tell(hands: Hands, here: Moment, parsed: Parsed) -> None:
    """The command was given: the menu at once, and behind it the styles that it speaks of, as one picture."""
    counts = told(await hands.store.own_taste(here.user.key)) if hands.settings.taste == "on" else []
    reply = menu(hands, here, counts)
    lines = enumerate(counts, 1)
    styles = {str(number): one.arm for number, one in lines if one.factor == "style" and one.arm in PICTURED}
    if styles:
        with suppress(Limited):  # the words are free, however much somebody has asked for
            return await hands.desk.accept(here, hands.desk.request(here, LEARNT, options=styles), replies=(reply,))
    return await hands.desk.answer(here, reply)


async def back(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """The menu again, in the place of what it led to."""
    await _again(hands, here, pressed)


async def _again(hands: Hands, here: Moment, pressed: Pressed, update: SessionUpdate | None = None) -> None:
    now = here
    if update:
        now = replace(here, session=here.session.updated(update))
    reply = menu(hands, now, told(await hands.store.own_taste(here.user.key)))
    reply = reply.model_copy(update={"replaces": pressed.press.message})
    await hands.desk.answer(here, reply, update=update)


def _arm(argument: str) -> tuple[str, str]:
    """Factor and arm of a line's button. Raises ``BadInput`` for what there is not."""
    factor, _, arm = argument.partition("=")
    if not _is_told(factor, arm):
        raise BadInput("question-gone")
    return factor, arm


async def show_line(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """What can be done with one line."""
    factor, arm = _arm(pressed.argument)
    language = here.private_language
    verbs = ("taste-keep", "taste-drop", "taste-fix")
    buttons = [Button(action=f"{verb}:{factor}={arm}", label=texts.say(f"button-{verb}", language)) for verb in verbs]
    buttons.append(Button(action="taste-back:", label=texts.say("button-back", language)))
    text = texts.say("taste-line", language, arm=label(factor, arm, language))
    await hands.desk.answer(
        here, Reply(text=text, buttons=tuple(buttons), replaces=pressed.press.message, private=True)
    )


async def keep(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Yes, they like that: it counts as one more rating, once."""
    factor, arm = _arm(pressed.argument)
    said = texts.say("taste-kept", here.private_language, arm=label(factor, arm, here.private_language))
    there = replace(here, hints=(_liking(here, factor, arm, 1.0),))
    await hands.desk.answer(there, Reply(text=said, buttons=_back(here), replaces=pressed.press.message, private=True))


def _liking(here: Moment, factor: str, arm: str, value: float) -> Hint:
    """What somebody says of an arm by itself."""
    made = Tasted(kind="", choices=(Chosen(factor=factor, arm=arm),))
    return Hint(
        about=f"{factor}={arm}", user=here.user.key, value=value, room=ratings.room_of(here.event.place), taste=made
    )


def _back(here: Moment) -> tuple[Button, ...]:
    return (Button(action="taste-back:", label=texts.say("button-back", here.private_language)),)


async def drop(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Forget this line."""
    await hands.store.drop_taste(here.user.key, *_arm(pressed.argument))
    await _again(hands, here, pressed)


async def fix(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Set it for good: a style among the settings, anything else beside them."""
    factor, arm = _arm(pressed.argument)
    if here.shared:
        await hands.desk.rights.check_runs(here)
    chosen = (
        Preferences(style=arm)
        if factor == "style"
        else Preferences(fixed={**(here.session.preferences.fixed or {}), factor: arm})
    )
    await _again(hands, here, pressed, SessionUpdate(key=here.session.key, preferences=chosen))


async def learn(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Learn nothing here any more, or again."""
    if here.shared:
        await hands.desk.rights.check_runs(here)
    chosen = Preferences(taste="off" if pressed.argument == "off" else None)
    await _again(hands, here, pressed, SessionUpdate(key=here.session.key, preferences=chosen))


async def surprise(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Something new with the next request."""
    update = SessionUpdate(key=here.session.key, preferences=Preferences(surprise=True))
    said = Reply(text=texts.say("taste-surprise", here.private_language), replaces=pressed.press.message, private=True)
    await hands.desk.answer(here, said, update=update)


async def ask_reset(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Ask whether that is meant."""
    language = here.private_language
    buttons = (Button(action="taste-reset-yes:", label=texts.say("button-taste-reset-yes", language)), *_back(here))
    text = texts.say("taste-reset-sure", language)
    await hands.desk.answer(here, Reply(text=text, buttons=buttons, replaces=pressed.press.message, private=True))


async def reset(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Forget all that was learnt of this person; what they set for good goes too."""
    await hands.store.reset_taste(here.user.key)
    update = None if here.shared else SessionUpdate(key=here.session.key, preferences=Preferences(fixed=None))
    await _again(hands, here, pressed, update)


_ARMS = tuple(
    f"arm-{factor}-{arm}"
    for factor in ("phrasing", "composition", "tone")
    for arm in ARMS[factor]
    if arm != prompts.USUAL
)
FEATURE = Feature(
    Command("taste", private=True, aliases=("口味", "喜好")),
    about="what your ratings have taught it, by words and buttons: keep, drop, set for good, forget",
    answer=tell,
    verbs={
        "taste-back": Verb(back, asked=True, labelled=False),
        "taste-line": Verb(show_line, asked=True, labelled=False),
        "taste-keep": Verb(keep, asked=True),
        "taste-drop": Verb(drop, asked=True),
        "taste-fix": Verb(fix, asked=True),
        "taste-learn": Verb(learn, asked=True, labelled=False),
        "taste-surprise": Verb(surprise, asked=True),
        "taste-reset": Verb(ask_reset, asked=True),
        "taste-reset-yes": Verb(reset, asked=True),
    },
    says=(
        *(
            "taste-title",
            "taste-nothing",
            "taste-off",
            "taste-off-here",
            "taste-liked",
            "taste-rarely",
            "taste-mixed",
            "taste-set",
        ),
        *(
            "taste-line",
            "taste-kept",
            "taste-surprise",
            "taste-reset-sure",
            "button-taste-learn-on",
            "button-taste-learn-off",
        ),
        *("button-back", "reason-liked", "reason-others", "reason-new", "reason-blank", "arm-temperature"),
        *(f"factor-{factor}" for factor in ARMS),
        *_ARMS,
    ),
)
