"""The groups of what was revealed: the helper makes and names them, people move ideas about, and long lists come in pages."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pydantic import BaseModel, Field

from core import texts
from core.boards import groups
from core.boards.rounds import Groups
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.errors import BadInput, FabulaError
from core.features.steps import board_words as words
from core.features.steps.boards import act, found
from core.features.steps.toolbox import Toolbox, language_for
from core.graphemes import cut
from core.jobs import Job, Paid
from core.prompts import groups as prompts
from core.types import Board, Choice, Form, FormField, Idea, Reply, Request
from core.types.forms import CHOICES, LABEL

GROUPING = 600
"""Tokens of the names and numbers of groups, rounded up."""

FEWEST = 4
"""Ideas that are worth being grouped by a model (our own rule)."""

LONGEST_NAME = 40
"""Characters of a group's name."""


# --- made by the helper ----------------------------------------------------------------------------------------------


class Group(BaseModel):
    """Ideas that belong together, by their numbers."""

    name: str = Field(description="Two to four words.")
    ideas: list[int]


class Grouping(BaseModel):
    """All ideas in groups."""

    groups: list[Group]


class Grouped(Paid):
    """The groups with the places of their ideas; none where nothing came of it."""

    groups: tuple[tuple[str, tuple[int, ...]], ...] = ()


def names_groups(board: Board, tools: Toolbox) -> bool:
    """Whether a model groups the ideas: where there is one, and enough to be grouped."""
    return not tools.settings.text_is_embedded and len(board.ideas) >= FEWEST


async def grouped_by_helper(job: Job, tools: Toolbox, ideas: Sequence[Idea]) -> Groups:
    """The groups that the helper makes (step ``groups``); none where it fails or the ideas are few: then they are made without it."""
    if len(ideas) < FEWEST:
        return ()
    try:
        return (await job.step("groups", _grouped, tools, job.request, [idea.text for idea in ideas])).groups
    except FabulaError:
        return ()


async def _grouped(tools: Toolbox, request: Request, told: Sequence[str]) -> Grouped:
    language = language_for(request, " ".join(told))
    listed = [{"number": number, "idea": text or "(photo)"} for number, text in enumerate(told, 1)]
    grouping, spend = await tools.writer.extract(
        prompts.instructions(language),
        json.dumps({"ideas": listed}, ensure_ascii=False),
        Grouping,
        name="groups",
        person=tools.pseudonym(request.author),
    )
    return Grouped(groups=_checked(grouping, len(told)), spends=(spend,))


def _checked(grouping: Grouping, count: int) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The groups with each idea once: in the first that names it; what was left out is a group without a name."""
    left = set(range(count))
    groups = []
    for group in grouping.groups:
        places = tuple(one - 1 for one in dict.fromkeys(group.ideas) if one - 1 in left)
        left -= set(places)
        if places:
            groups.append((cut(" ".join(group.name.split()), LONGEST_NAME), places))
    return (*groups, *([("", tuple(sorted(left)))] if left else []))


# --- moved by people -------------------------------------------------------------------------------------------------


async def move_form(hands: Hands, here: Moment, pressed: Pressed) -> Form:
    """Which idea, and into which group. Raises ``BadInput`` where they are not voted on."""
    board, language = await found(hands, here, pressed.argument), here.private_language
    if board.round != "vote":
        raise BadInput("board-no-vote")
    names = [groups.name_of(board, group) for group in range(len(board.groups))][: CHOICES - 1]
    choices = [Choice(value=str(number), label=name) for number, name in enumerate(names)]
    choices.append(Choice(value=str(len(board.groups)), label=texts.say("board-form-new", language)))
    say = {name: texts.say(f"board-form-{name}", language)[:LABEL] for name in ("move", "which", "group")}
    which = FormField(name="idea", kind="number", label=say["which"], least=1, most=len(board.shown))
    group = FormField(name="group", kind="choice", label=say["group"], choices=tuple(choices))
    return Form(title=say["move"], fields=(which, group))


async def move(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """It stands there now; the list is changed in its place."""
    number, group = int(pressed.values["idea"]), int(pressed.values["group"])
    done = Reply(text=texts.say("board-moved", here.private_language, number=number), private=True, flash=True)
    await act(hands, here, pressed.argument, lambda one: groups.moved(one, number, group), lambda _: (done,))


# --- page by page ----------------------------------------------------------------------------------------------------


async def all_ideas(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """All ideas, page by page, for whoever asks; the other pages come in the same message."""
    name, _, said = pressed.argument.partition(":")
    board = await found(hands, here, name)
    if board.hidden:
        raise BadInput("board-still-hidden")
    page = int(said) if said.isascii() and said.isdigit() and len(said) < 4 else 0
    listing = words.listing(board, page, here.private_language)
    turned = pressed.verb == "board-ideas-page"
    await hands.desk.answer(
        here, listing.model_copy(update={"replaces": (pressed.press.message or None) if turned else None})
    )


FEATURE = Feature(
    verbs={
        "board-group": Verb(move, slow=True, form=move_form, alone=True),
        "board-ideas": Verb(all_ideas),
        "board-ideas-page": Verb(all_ideas, labelled=False),
    },
    says=("board-form-move", "board-form-which", "board-form-group", "board-form-new", "board-moved", "board-photos"),
    of="brainstorm",
)
