"""``fabula doctor --understanding``: whether the helper's model takes people's sentences for what they are."""

from __future__ import annotations

import asyncio
import tempfile
import tomllib
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bots.platforms import Settings
from bots.recipe_commands import shelf_of
from bots.services import connect
from core import prompts, texts
from core.conversation.feature import Repertoire
from core.errors import FabulaError
from core.features import FEATURES
from core.features.recipe import engine
from core.features.steps.reading import LETTERS, TOKENS, Around, Wish, own_words, understood
from core.features.understanding import COMMANDS
from core.services.catalogue import Catalogue
from core.services.openai_text import OpenAIWriter
from core.types import Piece, PieceKind, Place, Request, User

AT_ONCE = 4
"""Sentences that are asked about at the same time."""

COSTS_NOTHING = frozenset({"talk", "help", "rate"})
"""What costs no more than an answer."""


@dataclass(frozen=True)
class Sentence:
    """What somebody says, after what, and what it wants; ``act`` is empty where it wants nothing, ``work`` the kind of a work."""

    language: str
    says: str
    act: str = ""
    words: str = ""
    after: str = ""
    replies: bool = False
    piece: int = 0
    work: str = ""


def sentences() -> Iterator[Sentence]:
    """All of them, in both languages."""
    told = tomllib.loads((Path(prompts.__file__).parent / "sentences.toml").read_text(encoding="utf-8"))
    for language, kinds in told.items():
        yield from (Sentence(language, **one) for one in (*kinds["wants"], *kinds["talks"]))


def price(settings: Settings) -> float | None:
    """About what asking costs, in USD; 0 where the storybook answers, ``None`` where nobody knows."""
    if settings.text_is_embedded:
        return 0.0
    catalogue = Catalogue.load(settings.prices)
    usage = {"text_in": LETTERS // 2, "text_out": TOKENS}
    each = catalogue.cost(catalogue.text(settings.helper_model).name, usage)
    return None if each is None else each * sum(1 for _ in sentences())


async def ask_all(settings: Settings) -> AsyncIterator[tuple[bool, str]]:
    """One line for each sentence that was not understood, then one for all; with each whether it is well.

    It is ill where something would have been made for somebody who only talked. Raises ``FabulaError`` where the service cannot be asked.
    """
    language = settings.language
    with tempfile.TemporaryDirectory() as folder:
        async with connect(settings.model_copy(update={"data_dir": Path(folder), "embedded_fast": True})) as services:
            writer = OpenAIWriter(
                services.text, services.catalogue, model=settings.writer_model, helper=settings.helper_model
            )
            few, works = asyncio.Semaphore(AT_ONCE), Repertoire((*FEATURES, engine(shelf_of(settings)))).works()

            async def ask(one: Sentence) -> Wish:
                async with few:
                    return await understood(writer, _request(one), _around(one), COMMANDS, works, person="")

            asked = list(sentences())
            wishes = await asyncio.gather(*map(ask, asked))
    missed = 0
    for one, wish in zip(asked, wishes, strict=True):
        if not is_right(one, wish):
            missed += 1
            said = f"{wish.act} “{wish.words}”" if wish.words else wish.act
            yield bool(one.act), texts.say("doctor-understood-not", language, says=one.says, wish=said)
    yield True, texts.say("doctor-understood", language, right=len(asked) - missed, all=len(asked))


def is_right(one: Sentence, wish: Wish) -> bool:
    """Whether a sentence was taken for what it is. Who only talks may also be asked; nothing is made of that."""
    if not one.act:
        return wish.act in COSTS_NOTHING or not wish.sure
    meant = _around(one).meant(one.piece)
    words = not one.words or (own_words(wish.words, one.words) == wish.words and bool(wish.words))
    return wish.act == one.act and wish.work == one.work and wish.sure and words and (not meant or wish.piece == meant)


def _request(one: Sentence) -> Request:
    place, author = Place(platform="doctor", chat="doctor", private=True), User(platform="doctor", id="doctor")
    return Request(
        command="wish", words=one.says, language=one.language, message="1", place=place, author=author, session="doctor"
    )


def _around(one: Sentence) -> Around:
    """The pieces that there are when a sentence is said."""
    made: Mapping[str, tuple[Piece, ...]] = {
        "picture": (_piece("1", "a cat on a roof"),),
        "edited": (_piece("1", "make it red", parent="0", command="edit"),),
        "pictures": tuple(_piece(number, "a cat on a roof") for number in "123"),
        "story": (_piece("1", "The Sleepy Bear", kind=PieceKind.TEXT, command="story"),),
    }
    pieces = made.get(one.after, ())
    return Around(sets=(pieces,) if pieces else (), replied=pieces if one.replies else ())


def _piece(name: str, caption: str, *, command: str = "image", **details: Any) -> Piece:
    values = {"id": name, "kind": PieceKind.PICTURE, "caption": caption, "parameters": {"command": command}, **details}
    return Piece.model_validate(values)


async def told(settings: Settings) -> tuple[bool, list[str]]:
    """Everything that is found, and whether all is well."""
    try:
        found = [finding async for finding in ask_all(settings)]
    except FabulaError as error:
        known = {"model": settings.helper_model, **error.values}
        return False, [texts.say(f"error-{error.code}", settings.language, **known)]
    return all(well for well, _ in found), [text for _, text in found]
