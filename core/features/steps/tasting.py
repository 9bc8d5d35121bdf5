"""What is chosen for a person of what they left open, by what they liked; and what their doing says of that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from core import prompts, taste
from core.conversation.ratings import learns, liking_of, room_of
from core.features.steps.toolbox import Toolbox
from core.jobs import Job
from core.ports import Hint
from core.settings import Settings
from core.types import Chosen, Liking, Piece, Request, Tasted, Value

DRAWN, WRITTEN = ("style", "phrasing", "composition", "temperature"), ("tone", "temperature")
"""The factors that a picture, and a text, is made with."""

VARIED = ("composition", "style")
"""The factors in which several pictures of one request differ: all share one prompt."""

GOES_ON = 0.5
"""What it says of a piece that somebody varies, changes or continues it."""

ARMS = prompts.arms()
KINDS = {"image": "picture", "illustrate": "story"}
"""What kind of work a command makes where that is not called as itself."""


class Tasting(Value):
    """What was chosen for each picture of a request, or for all of them."""

    each: tuple[Tasted, ...]
    learns: bool = True


async def chosen(
    job: Job,
    tools: Toolbox,
    request: Request,
    factors: Sequence[str],
    *,
    number: int = 1,
    given: Iterable[str] = (),
    step: str = "taste",
) -> list[Request]:
    """The request as it is carried out, once for each of its pictures, in a step of its own; as it is for jobs that were begun before there was one,
    and where the operator wants none.

    ``given``: further words that the work is made of, which leave as little open as the person's own.
    """
    if job.older or tools.settings.taste == "off":
        return [request] * number
    tasting = await job.step(step, _choose, tools, request, tuple(factors), number, tuple(given))
    job.taste = tasting.each[0] if tasting.learns else None
    return [applied(request, one) for one in tasting.each]


async def _choose(
    tools: Toolbox, request: Request, factors: tuple[str, ...], number: int, given: tuple[str, ...]
) -> Tasting:
    """Draw lots for what is open: one statement, none where nothing is. A free step."""
    kind = kind_of(request)
    liking = await _liking(tools, request)
    said = asked(request, factors)
    if not learns(tools.settings, liking):
        return Tasting(each=(Tasted(kind=kind, choices=said),) * number, learns=False)
    left = open_factors(request, factors, given, tools.settings)
    said += tuple(_fixed(left, liking.fixed))
    left = {factor: arms for factor, arms in left.items() if factor not in {one.factor for one in said}}
    if "surprise" in request.options:
        return Tasting(each=tuple(_tasted(kind, said, taste.surprise(left, tools.dice)) for _ in range(number)))
    tallies = await tools.store.taste(request.author.key, room_of(request.place), kind) if left else ()
    first = taste.choose(left, tallies, tools.dice)
    trial = {factor: left[factor] for factor in VARIED if factor in left}
    every = taste.varied(first, number, trial, tallies, tools.dice)
    return Tasting(each=tuple(_tasted(kind, said, one) for one in every))


async def _liking(tools: Toolbox, request: Request) -> Liking:
    """What the person had set when it was accepted; of a job of an earlier version what they have set now."""
    return request.liking or liking_of((await tools.store.session(request.session)).preferences)


def _tasted(kind: str, said: tuple[Chosen, ...], drawn: tuple[Chosen, ...]) -> Tasted:
    return Tasted(kind=kind, choices=(*said, *drawn))


def _fixed(left: Mapping[str, Sequence[str]], fixed: Mapping[str, str]) -> Iterable[Chosen]:
    """What somebody has set for good, as far as it is open and still known."""
    return (Chosen(factor=name, arm=arm) for name, arm in fixed.items() if name in left and arm in left[name])


def kind_of(request: Request) -> str:
    """What kind of work a request is for: ``picture``, ``story``, ``book``, or the name of a recipe."""
    recipe = request.options.get("recipe", "") if request.command == "recipe" else ""
    return recipe or KINDS.get(request.command, request.command)


def open_factors(
    request: Request, factors: Iterable[str], given: Iterable[str], settings: Settings
) -> dict[str, tuple[str, ...]]:
    """The factors that a request leaves open, with their arms: not what an option says, nor words that name a style, a viewpoint or a tone.

    Who is in it by name brings pictures along, and with them a style. What is built in is told nothing of wording, temperature or viewpoint.
    """
    if "raw" in request.options:
        return {}
    told = (request.told, request.quote, *given)
    closed = {
        "style": "style" in request.options or bool(request.characters) or any(map(prompts.names_style, told)),
        "tone": "tone" in request.options or any(map(prompts.tone_in, told)),
        "composition": settings.image_is_embedded or any(map(prompts.names_view, told)),
        "phrasing": settings.text_is_embedded,
        "temperature": settings.text_is_embedded,
    }
    return {factor: ARMS[factor] for factor in factors if not closed[factor]}


def asked(request: Request, factors: Iterable[str]) -> tuple[Chosen, ...]:
    """What the person, or a setting of theirs, has said of the factors."""
    said = ((factor, request.options.get(factor)) for factor in factors if factor in ("style", "tone"))
    return tuple(Chosen(factor=factor, arm=arm) for factor, arm in said if arm in ARMS[factor])


def applied(request: Request, tasted: Tasted) -> Request:
    """The request with what was chosen for it: a style and a tone stand among its options, as if they had been said."""
    named = {
        one.factor: one.arm for one in tasted.choices if one.factor in ("style", "tone") and one.arm != prompts.USUAL
    }
    return request.model_copy(update={"options": {**named, **request.options}, "taste": tasted})


def leaning(request: Request, factor: str) -> str | None:
    """What was chosen of a factor; ``None`` where that is as usual."""
    arm = request.taste.arm(factor) if request.taste else None
    return None if arm == prompts.USUAL else arm


def warmth(request: Request) -> float | None:
    """The temperature that was chosen for a model."""
    chosen_one = leaning(request, "temperature")
    return float(chosen_one) if chosen_one else None


async def liked(tools: Toolbox, request: Request, *pieces: Piece) -> tuple[Hint, ...]:
    """That somebody goes on with pieces says that they like them, half as much as a rating."""
    if not learns(tools.settings, await _liking(tools, request)):
        return ()
    user, room = request.author.key, room_of(request.place)
    return tuple(
        Hint(about=one.id, user=user, value=GOES_ON, room=room, taste=one.taste) for one in pieces if one.taste
    )


def of_piece(request: Request, factors: Sequence[str]) -> Tasted:
    """What a rating of a piece says something about: what was chosen for it, else what its person asked for."""
    made = request.taste or Tasted(kind=kind_of(request), choices=asked(request, factors))
    return Tasted(kind=made.kind, choices=tuple(one for one in made.choices if one.factor in factors))
