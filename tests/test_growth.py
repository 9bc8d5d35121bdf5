"""Nothing that somebody types holds up the others: work over people's and models' words grows with their length, not with its square."""

from __future__ import annotations

import importlib
import json
import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import regex

from bots import logs, markup
from bots.discord import parts as discord_parts
from bots.telegram.rendering import telegram_html
from core import checks, prompts, texts
from core.boards import alike
from core.boards.rounds import LONGEST_IDEA
from core.conversation import cast, commands
from core.conversation.feature import Repertoire
from core.conversation.moment import Moment
from core.documents.picture_book import laid_out
from core.errors import BadInput
from core.features import FEATURES
from core.features.recipe import offered
from core.features.steps import checking as looking
from core.features.steps import reading
from core.prompts.level import level_of
from core.recipes import checking
from core.recipes import inputs as recipe_inputs
from core.recipes.lines import Lines
from core.recipes.reading import read_recipe
from core.recipes.shelf import SHIPPED
from core.services import fitting, model_words
from core.tables import reading as tables
from core.types import Message, Named, Place, Question, Session, User
from embedded.artist import asking, judging
from embedded.artist import words as artist_words
from embedded.artist.record import Record
from embedded.storybook import chinese_ideas, english_ideas, revising, wishes
from embedded.storybook.breath import Breath, breathed_chinese, breathed_english
from embedded.storybook.ideas import Figure
from embedded.storybook.left_out import left_out

SHORT, LONG = 2_000, 32_000
"""Signs: a sixteenth of the longest request, and the longest."""

UNNOTICED = 0.02
"""Seconds of the processor that nobody notices, whatever they grew from."""

HELD_UP = 0.6
"""Seconds of the processor that are too many, however evenly they grew: a tenth of it is what the slowest reader needs in quiet, a third of it where
the processor is shared with three other tests, which a thread's own time does not leave out."""

CLEARLY = 6
"""How many times as long four times the text may take to be clear of what grows faster. What takes ten times as long at the next four times, because
of its square, takes more than six here; because of its cube, it takes at most 25 times as long then, which is asked for beside."""

UNITS = (
    *(" ", "\n", "\t", "-", "--", "—", "a", "狐", "🦊", "1", "*", "**", "_", "`", "#", "“", '"', "'", "[", "(", "<", "{", "@", "/", ":", "=", "."),
    *("a ", "**a ", "*a ", "` ", "# ", "-a ", "–ab ", "— ab", "--n 1 ", "--raw ", "--style=", "x 1", "1x", "in a ", "in style ", "as the "),
    *("风格", "水彩", "，水彩风格", " style", "a\n", ". ", "。", "<b>", "data:", "bot ", "bearer ", "sk-", "a.b.", "a@b", "/image ", "en;q=1,"),
    *("<think>", "</think>", "<thi", "[/THINK]", '{"a":', '{"a": 1}', "```json\n", "model ", "<|channel|>"),
    *("<sd_cpp_extra_args>", "<sd_cpp_ex", "a fox, ", "red ", "一只狐狸", "@fabula_bot ", "@a "),
)  # fmt: skip
STARTS = ("", "/image a in ", "/image --style ", "--style “")
ENDS = ("", "b", " style")


def handled(work: Callable[[str], object]) -> Callable[[str], object]:
    """The work, where a mistake of the person's is an answer like any other."""

    def attempt(text: str) -> None:
        try:
            work(text)
        except BadInput:
            pass

    return attempt


WORKS = [{"name": "product", "called": ["product copy", "产品文案", "课"]}]


def asked_of(text: str) -> str:
    """What the helper is asked of a message, after a story and a picture."""
    pieces = [{"number": 1, "set": 1, "kind": "picture"}, {"number": 2, "set": 2, "kind": "story"}]
    return json.dumps(
        {"pieces": pieces, "replied": [], "photo": False, "quote": "", "works": WORKS, "message": text[:299]}
    )


COMMANDS = Repertoire(FEATURES).commands
IMAGE = COMMANDS.named("image")
PRODUCT = read_recipe((SHIPPED / "product.toml").read_bytes())
PRODUCT_COMMAND = offered(PRODUCT).command
FOX = Record(artist_words.read("a fox"), artist_words.read("a fox"), 64, 64, 1)
CHARACTERS = tuple(Named(name=name, piece=name) for name in ("a", "A b", "狐", "1a", *map("name{}".format, range(20))))
KNOWING = Moment(
    Message(inbox=("1",), id="1", place=Place(platform="web", chat="1"), author=User(platform="web", id="1")),
    Session(key="1", characters=CHARACTERS),
    "en",
    shared=False,
)
"""Somebody says something where characters are kept."""

DICE = random.Random(5)
BOARD = ["".join(chr(DICE.randrange(0x4E00, 0x5A00)) for _ in range(LONGEST_IDEA)) for _ in range(200)]
"""Ideas of a large board, as long as they may be: each shares something with each other."""


def board_of(text: str) -> list[str]:
    """A board that has the more ideas the longer a text is."""
    return BOARD[: len(text) * len(BOARD) // LONG]


READERS: dict[str, Callable[[str], object]] = {
    "parse": COMMANDS.parse,
    "options": lambda text: commands.parse_options(IMAGE, text[: commands.PROMPT_LIMIT]),
    "given options": lambda text: commands.check_options(IMAGE, {"style": text, "size": text}),
    "command's name": COMMANDS.named,
    "whose command": lambda text: commands.names_other_bot(text, "fabula_bot"),
    "style": prompts.find_style,
    "language": texts.accept_language,
    "tone": prompts.tone_in,
    "named style and view": lambda text: (prompts.names_style(text), prompts.names_view(text)),
    "named style and view, as far as they are looked for": lambda text: (
        prompts.names_style(text[:4_000]),
        prompts.names_view(text[:4_000]),
    ),
    "reader's age": prompts.age_in,
    "reading level": lambda text: (level_of(text, "en"), level_of(text, "zh")),
    "storybook's sentences": lambda text: [
        breathed_english(text[:600], breath, ("Pip",)) for breath in (Breath.SHORT, Breath.LONGEST)
    ],
    "storybook's Chinese sentences": lambda text: [
        breathed_chinese(text[:600], breath, ("豆豆",)) for breath in Breath
    ],
    "book's pages": lambda text: laid_out(text, 24),
    "language tag": texts.language_of,
    "prompt": fitting.plain_prompt,
    "thoughts": model_words.without_thoughts,
    "objects": lambda text: list(model_words.objects_in(text)),
    "markup": lambda text: telegram_html(markup.parse(text)),
    "Telegram's parts": lambda text: markup.split(markup.parse(text), 4096),
    "Discord's parts": lambda text: discord_parts.contents(markup.parse(text)),
    "log": lambda text: logs.clean(text, ["secret"]),
    "sketch artist": artist_words.read,
    "questions about a picture": lambda text: checks.sound([Question(what=text, ask=text)]),
    "what is left out": looking.items,
    "sketch artist's questions": lambda text: asking.questions(text, 8, chinese=False),
    "sketch artist's answers": lambda text: judging.judged(FOX, text),
    "English storybook": english_ideas.read_english,
    "Chinese storybook": chinese_ideas.read_chinese,
    "what the storybook left out": lambda text: left_out(text, text[:4_000]),
    "storybook's wishes": lambda text: wishes.read_wish(asked_of(text)),
    "storybook's names": lambda text: revising.renamed(
        "Bo slept.", text, Figure("bear", name="Bo"), Figure("fox"), chinese_story=False
    ),
    "recipe's lists": recipe_inputs.items,
    "recipe's words": lambda text: checking.mentions(text, text),
    "characters": lambda text: cast.check(KNOWING, text),
    "characters' names": lambda text: (cast._unsigned(text, KNOWING.session.characters), cast.starting(text, ())),
    "a character's introduction": recipe_inputs.introduced,
    "recipe's figures": checking._figures,
    "recipe file's lines": Lines,
    "recipe's words and list": lambda text: recipe_inputs.given(PRODUCT, text, {}),
    "product": lambda text: commands.parse_options(PRODUCT_COMMAND, text[: commands.PROMPT_LIMIT]),
    "hidden commands": COMMANDS.hides,
    "ideas that are alike": lambda text: (
        alike.repeated([text[:500], text]),
        alike.grouped([text]),
        alike.named([text, text]),
    ),
    "ideas of a large board that repeat others": lambda text: alike.repeated(board_of(text)),
    "ideas of a large board in groups": lambda text: alike.grouped(board_of(text)),
    "a table's lines": lambda text: tables._full(tables._from_text(text.encode(), ",")),
    "whose words": lambda text: reading.own_words(text, text),
}


def patterns() -> Iterator[tuple[str, re.Pattern[str] | regex.Pattern[str]]]:
    """Every compiled pattern of the modules through which words of people and models go."""
    for folder in ("core", "bots"):
        for file in sorted(Path(folder).rglob("*.py")):
            name = ".".join(file.with_suffix("").parts)
            if file.name == "__main__.py":
                continue
            for variable, value in vars(importlib.import_module(name)).items():
                for number, one in enumerate(value if isinstance(value, tuple) else (value,)):
                    if isinstance(one, (re.Pattern, regex.Pattern)) and isinstance(one.pattern, str):
                        yield f"{name}.{variable}.{number}", one


def cost(work: Callable[[str], object], text: str) -> float:
    """Seconds of this thread's processor, whatever else the machine does."""
    started = time.thread_time()
    work(text)
    return time.thread_time() - started


def needed(work: Callable[[str], object], shape: tuple[str, str, str], size: int) -> float:
    """What a text of a shape and of so many signs costs."""
    start, unit, end = shape
    return cost(work, start + (unit * (size // len(unit) + 1))[:size] + end)


def grows_too_fast(work: Callable[[str], object], shape: tuple[str, str, str]) -> bool:
    """Whether four times the length takes more than ten times as long, each time it is measured, up to the longest request.

    So does what takes too long for the longest request, each time, even if it grows with the length alone.
    """

    def longer(size: int) -> bool:
        return needed(work, shape, size) > 10 * needed(work, shape, size // 4)

    size, less = SHORT, min(needed(work, shape, SHORT) for _ in range(2))
    while size < LONG:
        size *= 4
        more = needed(work, shape, size)
        if more > UNNOTICED and more > 10 * less and all(longer(size) for _ in range(3)):
            return True
        if more > HELD_UP and all(needed(work, shape, size) > HELD_UP for _ in range(3)):
            return True
        if more < CLEARLY * less and 25 * more < HELD_UP:
            return False
        less = more
    return False


def slowest(
    work: Callable[[str], object], shapes: list[tuple[str, str, str]], size: int, count: int
) -> list[tuple[str, str, str]]:
    """The shapes that take longest at a length."""
    costs = {shape: needed(work, shape, size) for shape in shapes}
    return sorted(shapes, key=lambda shape: -costs[shape])[:count]


def too_slow(work: Callable[[str], object]) -> list[tuple[str, str, str]]:
    """What makes the work grow faster than its length, of the six shapes that take longest at a fraction of the longest request.

    Those six are looked for among the fifty that take longest at a quarter of that: most shapes cost nothing at any length.
    """
    shapes = [(start, unit, end) for unit in UNITS for start in STARTS for end in ENDS]
    worst = slowest(work, slowest(work, shapes, SHORT // 8, 50), SHORT // 2, 6)
    return [shape for shape in worst if grows_too_fast(work, shape)]


@pytest.mark.parametrize("name", READERS)
def test_reading_grows_with_the_length(name: str) -> None:
    assert too_slow(handled(READERS[name])) == []


def test_every_pattern_grows_with_the_length() -> None:
    found = dict(patterns())
    assert len(found) > 10
    slow = {
        name: bad
        for name, pattern in found.items()
        if (bad := too_slow(lambda text, pattern=pattern: [*pattern.finditer(text)]))  # type: ignore[misc]
    }
    assert slow == {}
