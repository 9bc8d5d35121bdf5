"""How well whoever looks at pictures tells right ones from wrong ones, and what that costs."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bots.platforms import Settings
from bots.services import connect
from core import checks, prompts
from core.brief import Brief
from core.features.image import QuestionedPrompt
from core.features.steps.checking import look
from core.ports import Drawing
from core.services.openai_images import OpenAIPainter
from core.services.openai_text import OpenAIWriter
from core.types import Question
from embedded.process import start_openai_server

PAIRS = 100
"""Pictures with questions about them: a third right, a third of another idea, a third with one thing changed."""

AT_ONCE = 4
WRONG = 0.1
"""The share of pictures that is taken to be wrong where all is added up: about what pages tell of today's models on three concepts (2026-11)."""

IDEAS = (
    ("a fox with a red hat", "a fox with a blue hat"),
    ("three cats on a sofa", "five cats on a sofa"),
    ("a yellow submarine and a green fish", "a red submarine and a green fish"),
    ("a shop with a sign that says “BREAD”", "a shop with a sign that says “BEARD”"),
    ("a dog in a boat at night", "a cat in a boat at night"),
    ("a bear holding a balloon", "a bear holding an umbrella"),
    ("two owls in a snowy forest", "one owl in a snowy forest"),
    ("a rabbit with a green scarf beside a snowman", "a rabbit with a purple scarf beside a snowman"),
    ("a robot with a blue umbrella in the rain", "a robot with a red umbrella in the rain"),
    ("a lighthouse at sunset", "a castle at sunset"),
    ("a white horse in a meadow", "a black horse in a meadow"),
    ("a penguin with an orange hat on the ice", "a penguin with a pink hat on the ice"),
    ("four ducks on a pond", "two ducks on a pond"),
    ("a pirate with a telescope", "a pirate with a lantern"),
    ("a red car before a house", "a yellow car before a house"),
    ("an astronaut and a cat on the moon", "an astronaut and a dog on the moon"),
    ("a blue teapot and two cups", "a blue teapot and four cups"),
    ("一只戴红帽子的狐狸", "一只戴蓝帽子的狐狸"),
    ("三只猫坐在屋顶上", "两只猫坐在屋顶上"),
    ("一条蓝色的龙在山上", "一条红色的龙在山上"),
    ("一只熊猫拿着气球", "一只熊猫拿着雨伞"),
    ("一只围着绿围巾的兔子", "一只围着黄围巾的兔子"),
    ("一匹白色的马在草地上", "一匹黑色的马在草地上"),
    ("一只狗在船上看月亮", "一只猫在船上看月亮"),
    ("一辆红色的自行车", "一辆绿色的自行车"),
    ("一个机器人和一只鸟", "一个机器人和一只猫"),
    ("a mouse with a yellow scarf on a bicycle", "a mouse with a red scarf on a bicycle"),
    ("a turtle and a snail", "a turtle and a frog"),
    ("an elephant with a pink balloon", "an elephant with a green balloon"),
    ("two foxes in autumn", "three foxes in autumn"),
    ("a wizard with a purple hat", "a wizard with a green hat"),
    ("a lion in the desert with a cactus", "a lion in the desert with a tent"),
    ("a brown bear and a white rabbit", "a brown bear and a brown rabbit"),
    ("a girl with a red kite on a hill", "a girl with a blue kite on a hill"),
)
"""What is asked for, and the same with one thing changed."""


@dataclass(frozen=True)
class _Drawn:
    """A picture and what it cost in USD; without a known price nothing."""

    data: bytes
    usd: float


@dataclass(frozen=True)
class _Pair:
    """A picture, and what the questions about it gave."""

    right: bool
    score: float | None
    usd: float


def judge(*, real: bool = False) -> dict[str, float]:
    """By the names in ``bench.figures``. ``real``: with the services of the settings, which costs about two dollars."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measured(Path(folder), real))


async def _measured(folder: Path, real: bool) -> dict[str, float]:
    if real:
        return await _figures(Settings())
    server = await start_openai_server(folder, fast=True)
    try:
        given = {"openai_base_url": server.url, "openai_api_key": server.key, "data_dir": folder}
        return await _figures(Settings(_env_file=None, **given))  # type: ignore[call-arg,arg-type]
    finally:
        await server.close()


async def _figures(settings: Settings) -> dict[str, float]:
    async with connect(settings) as services:
        writer = OpenAIWriter(
            services.text, services.catalogue, model=settings.writer_model, helper=settings.helper_model
        )
        painter = OpenAIPainter(services.image, services.catalogue, model=settings.image_model)
        few = asyncio.Semaphore(AT_ONCE)

        async def asked(idea: str) -> tuple[tuple[Question, ...], float]:
            brief = Brief(kind="picture", language=_language(idea), questions=checks.MOST)
            async with few:
                made, spend = await writer.extract(
                    prompts.instructions(brief), idea, QuestionedPrompt, name="picture_prompt", person="", brief=brief
                )
            return checks.sound(made.questions), spend.usd or 0.0

        async def drawn(idea: str) -> _Drawn:
            async with few:
                painting = await painter.generate(Drawing(prompt=idea), lambda _: None)
            return _Drawn(painting.data, painting.spend.usd or 0.0)

        async def looked(idea: str, picture: _Drawn, questions: tuple[Question, ...], right: bool) -> _Pair:
            async with few:
                seen = await look(writer, [picture.data], questions, idea, _language(idea), person="")
            usd = sum(spend.usd or 0.0 for spend in seen.spends)
            return _Pair(right, checks.score(seen.answers), usd)

        ideas = [idea for idea, _ in IDEAS]
        questions = await asyncio.gather(*map(asked, ideas))
        pictures = await asyncio.gather(*map(drawn, ideas))
        changed = await asyncio.gather(*(drawn(other) for _, other in IDEAS))
        swapped = [*pictures[1:], pictures[0]]
        sets = ((pictures, True), (swapped, False), (changed, False))
        pairs = await asyncio.gather(
            *(
                looked(idea, picture, asks, right)
                for found, right in sets
                for idea, picture, (asks, _) in zip(ideas, found, questions, strict=True)
            )
        )
    pairs = [*pairs[: len(IDEAS)], *pairs[len(IDEAS) :][: PAIRS - len(IDEAS)]]
    return _summed(pairs, [usd for _, usd in questions], [*pictures, *changed], settings.check_threshold)


def _language(idea: str) -> str:
    return "en" if idea[:1].isascii() else "zh"


def _summed(
    pairs: Sequence[_Pair], asked: Sequence[float], drawn: Sequence[_Drawn], threshold: float
) -> dict[str, float]:
    right = [pair.score for pair in pairs if pair.right and pair.score is not None]
    wrong = [pair.score for pair in pairs if not pair.right and pair.score is not None]
    picture = sum(one.usd for one in drawn) / len(drawn)
    # The questions are a part of what the helper writes with the prompt; all of it is counted, so this is the most they can cost.
    one_look, questions = sum(pair.usd for pair in pairs) / len(pairs), sum(asked) / len(asked)
    looking = (one_look + questions) / picture if picture else 0.0
    again = WRONG * (picture + one_look) / picture if picture else 0.0
    return {
        "judge_auroc": auroc(right, wrong),
        "judge_false": 100 * sum(score < threshold for score in right) / max(1, len(right)),
        "judge_missed": 100 * sum(score >= threshold for score in wrong) / max(1, len(wrong)),
        "judge_unseen": 100 * (len(pairs) - len(right) - len(wrong)) / len(pairs),
        "judge_cost": 100 * looking,
        "judge_more": 100 * (looking + again),
    }


def auroc(right: Sequence[float], wrong: Sequence[float]) -> float:
    """The chance that a right picture scores above a wrong one, a tie counting half; 0.5 where there are none."""
    if not (right and wrong):
        return 0.5
    above = sum((one > other) + 0.5 * (one == other) for one in right for other in wrong)
    return above / (len(right) * len(wrong))
