"""Stories that fit who reads them: sentences, words, tones and endings by age, in both languages and in what follows from a story."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import AsyncIterator
from statistics import mean
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from bots.platforms import Settings
from core import prompts
from core.brief import Brief
from core.conversation.feature import Repertoire
from core.features import FEATURES
from core.jobs import Estimator
from core.jobs.rescue import pieces_in
from core.prompts.level import level_of
from core.prompts.readers import readers_of
from core.prompts.styles import STYLES
from core.prompts.tones import TONES, tone_in
from core.services.catalogue import Catalogue
from core.services.openai import Connection
from core.services.openai_images import OpenAIPainter
from core.services.openai_text import OpenAIWriter
from core.types import Piece, PieceKind, Request
from embedded.process import EmbeddedProcess
from stored import ANN, PLACE
from studio import Person, Studio

pytest_plugins = ("lasting",)


@pytest.fixture
def studio(lasting: Studio) -> Studio:
    """One for all tests here."""
    return lasting


AGES = (4, 7, 11, 35)
IDEAS = {
    "en": (
        *("Mia learns to swim", "Bruno finds a key", "a teapot who wants to dance", "an owl who is afraid of the dark"),
        *("a lighthouse keeper and a whale", "a fox who lost its song", "two snails who race", "a cloud that cries"),
        *("a tram that must bring a letter to the moon", "Oskar builds a rocket"),
    ),
    "zh": (
        *("小雨学会游泳", "布鲁诺找到一把钥匙", "一把想跳舞的茶壶", "一只怕黑的猫头鹰"),
        *("灯塔看守人和鲸鱼", "小狐狸丢了它的歌", "两只蜗牛赛跑", "一朵想唱歌的云"),
        *("小蜗牛答应给月亮送一封信", "小明造了一艘火箭"),
    ),
}
COSTS = Repertoire(FEATURES).costs
IDLE = Connection("http://127.0.0.1:9/v1", "")
"""A connection for those who only count."""
LENGTHS = {"en": 350, "zh": 525}
GRIM = re.compile(r"\b(?:blood|murder|corpse|gun|died?|dead|kill\w*|noir|blame)\b|血|谋杀|尸体|枪|死|罪")


class Storybook:
    """The storybook over its server."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def tells(self, idea: str, *, after: tuple[str, ...] = (), **facts: Any) -> str:
        """A story; ``after``: what was said and told before."""
        said = [
            {"role": ("user", "assistant")[place % 2], "content": text} for place, text in enumerate((*after, idea))
        ]
        header = {"fabula-brief": json.dumps({"kind": "story", **facts})}
        answer = await self._http.post(
            "chat/completions", headers=header, json={"model": "gpt-6.2-sol", "messages": said}
        )
        return str(answer.json()["choices"][0]["message"]["content"])


@pytest_asyncio.fixture(loop_scope="module")
async def storybook(services: EmbeddedProcess) -> AsyncIterator[Storybook]:
    headers = {"authorization": f"Bearer {services.key}"}
    async with httpx2.AsyncClient(
        base_url=f"{services.url}/", headers=headers, trust_env=False, verify=False, timeout=30
    ) as http:
        yield Storybook(http)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("language", IDEAS)
async def test_every_age_is_told_sentences_of_its_own(storybook: Storybook, language: str) -> None:
    means: dict[int, list[float]] = {age: [] for age in AGES}
    for idea, age in itertools.product(IDEAS[language], AGES):
        told = await storybook.tells(idea, language=language, length=LENGTHS[language], age=age)
        readers, level = readers_of(age), level_of(told, language)
        least, most = readers.words if language == "en" else readers.characters
        assert least <= level.sentence <= most, (idea, age, level.sentence, told)
        assert level.hard < (0.14 if language == "en" else 0.2), (idea, age, level.hard)
        assert age > 12 or not GRIM.search(told.lower()), (idea, age)
        means[age].append(level.sentence)
    grown = [mean(means[age]) for age in AGES]
    steps = [later - earlier for earlier, later in itertools.pairwise(grown)]
    assert all(step > 0.2 for step in steps) and grown[-1] > 1.25 * grown[0], grown


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("language", IDEAS)
async def test_what_comes_next_is_told_to_the_same_reader(storybook: Storybook, language: str) -> None:
    idea, wish = IDEAS[language][1], "and then it snows" if language == "en" else "后来下雪了"
    lengths: dict[int, list[float]] = {4: [], 35: []}
    for age, seed in itertools.product(lengths, range(4)):
        asked = f"{idea}{'!' * seed}"
        told = await storybook.tells(asked, language=language, length=LENGTHS[language], age=age)
        more = await storybook.tells(
            wish, after=(asked, told), kind="continuation", language=language, length=300, age=age
        )
        lengths[age].append(level_of(more, language).sentence)
    assert mean(lengths[4]) < mean(lengths[35]) - 1, lengths


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("idea", "wanted"),
    [
        ("Lena rides a bicycle", ("Lena", "ride a bicycle")),
        ("Ali wins the race", ("Ali", "win the race")),
        ("mia learns to swim", ("Mia", "swim")),
        ("Zoë counts the stars", ("Zoë", "count the stars")),
        ("Bruno finds a key", ("Bruno", "key")),
        ("Noah misses his grandpa", ("Noah", "grandpa")),
        ("a brave toaster saves a mouse", ("brave toaster", "save a mouse")),
        ("a stone that dreams of flying", ("stone", "fly")),
        ("a noir about a detective who finds a key", ("detective", "key")),
        ("the day Ida ate the sun", ("Ida", "eat the sun")),
        ("小雨找到一把钥匙", ("小雨", "钥匙")),
        ("讲一个布鲁诺找到一把钥匙的故事", ("布鲁诺", "钥匙")),
        ("米娅学游泳", ("米娅", "游泳")),
        ("朵朵数星星", ("朵朵", "数星星")),
        ("机器人阿铁拯救小镇", ("阿铁", "机器人", "拯救小镇")),
        ("乐乐丢了一颗牙", ("乐乐", "牙")),
        ("小马过河", ("小马", "过河")),
        ("会飞的石头", ("会飞的", "石头")),
    ],
)
async def test_the_name_and_the_deed_of_an_idea_are_in_its_story(
    storybook: Storybook, idea: str, wanted: tuple[str, ...]
) -> None:
    language = "en" if idea.isascii() or "ë" in idea else "zh"
    for age in AGES:
        told = await storybook.tells(idea, language=language, length=LENGTHS[language], age=age)
        assert all(word in told for word in wanted), told


@pytest.mark.parametrize(
    ("idea", "tone"),
    [
        ("a sad story about a clown", "sad"),
        ("a sad clown", None),
        ("write me a scary little story", "spooky"),
        ("Noir: a detective at the harbour", "noir"),
        ("a science fiction story", "scifi"),
        ("科幻：火星上的厨师", "scifi"),
        ("讲个恐怖故事", "spooky"),
        ("一个悲伤的故事", "sad"),
        ("一只悲伤的小狗", None),
        ("x" * 400 + " a sad story", None),
    ],
)
def test_a_tone_is_what_stands_before_the_story(idea: str, tone: str | None) -> None:
    assert tone_in(idea) == tone


def told_to_writer(**facts: Any) -> str:
    return prompts.instructions(Brief(**{"kind": "story", "language": "en", "length": 350} | facts))


def test_tones_and_styles_reach_the_writer_as_such() -> None:
    for kind, tone in itertools.product(("story", "continuation", "revision"), TONES):
        grown, child = (told_to_writer(kind=kind, tone=tone, age=age) for age in (35, 4))
        assert TONES[tone].told in grown
        assert (TONES[tone].children or TONES[tone].told) in child
    assert "may end badly" in told_to_writer(tone="noir", age=35)
    for tone in ("noir", "spooky", "sad"):
        assert "end badly" not in told_to_writer(tone=tone, age=4)
    for style in STYLES.values():
        told = told_to_writer(style=style.name)
        assert style.english not in told and style.chinese not in told, "a technique is no mood"
        assert not style.manner or style.manner in told
    assert 10 < sum(bool(style.manner) for style in STYLES.values()) < len(STYLES)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("says", "facts"),
    [
        ("/story a mouse who sings --tone horror --age 4", ("gently spooky", "4 years old")),
        ("/story 一只会唱歌的老鼠 --基调 科幻", ("The tone is science fiction", "Simplified Chinese")),
        ("tell me a bedtime story about a sleepy bear for a 4 year old", ("falls asleep", "4 years old")),
        ("讲个睡前故事，主角是小熊", ("falls asleep",)),
        ("/story a funny story about two spoons", ("The tone is funny",)),
        ("/story a lost glove --style ink", ("silence around it", "warm and earned")),
    ],
)
async def test_what_is_said_of_tone_and_reader_reaches_the_writer(
    studio: Studio, says: str, facts: tuple[str, ...]
) -> None:
    person = await studio.person()
    await studio.begin()
    assert (await person.says(f"{says} --length short" if says.startswith("/") else says)).pieces
    writing = next(one for one in await studio.requests("chat") if one["brief"]["kind"] == "story")
    system = writing["messages"][0]["content"]
    assert all(fact in system for fact in facts), system


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("says", "ends"), [("a mill --tone spooky --age 4", r"ghost|moon"), ("a mill --tone noir --age 35", r"rain|blame")]
)
async def test_horror_ends_well_for_a_child_and_noir_badly_for_an_adult(studio: Studio, says: str, ends: str) -> None:
    person = await studio.person()
    told = await person.says(f"/story {says} --length 200")
    kept = await studio.program.storage.store.piece(told.pieces[0]["id"])
    assert kept and re.search(ends, kept.piece.words.rsplit("\n\n", 1)[1])


def planned(characters: list[dict[str, str]], *pictures: tuple[str, list[str]]) -> dict[str, Any]:
    moments = [{"prompt": prompt, "who": who, "caption": "A moment."} for prompt, who in pictures]
    text = json.dumps({"characters": characters, "pictures": moments}, ensure_ascii=False)
    body = {"choices": [{"message": {"content": text}, "finish_reason": "stop"}]}
    return {"endpoint": "chat", "kind": "answer", "body": body}


async def drawn_of(person: Person, pictures: list[dict[str, Any]]) -> list[str]:
    """The prompts, without what is said of the sheet that several are drawn from."""
    prompts = [(await person.get(f"/api/pieces/{piece['id']}")).json()["prompt"] for piece in pictures]
    return [prompt.partition("\nPicture 1 is")[0] for prompt in prompts]


@pytest.mark.asyncio(loop_scope="module")
async def test_whoever_is_in_a_picture_is_described_in_its_prompt(studio: Studio) -> None:
    person = await studio.person()
    story = {"choices": [{"message": {"content": "# Ann\n\nAnn met Bo."}, "finish_reason": "stop"}]}
    cast = [{"name": "Ann", "look": "a tall girl in a red coat."}, {"name": "Bo", "look": "a round grey badger"}]
    plan = planned(
        cast,
        ("Ann waves from the bridge.", []),
        ("A round grey badger sleeps.", ["Bo"]),
        ("Anna’s empty boat", []),
        ("They meet at dusk", ["ann", "Bo"]),
    )
    await studio.faults({"endpoint": "chat", "kind": "answer", "body": story}, plan)
    told = await person.says("/story two friends --pages 4")
    assert await drawn_of(person, told.pictures) == [
        "Ann waves from the bridge. Ann: a tall girl in a red coat",
        "A round grey badger sleeps.",
        "Anna’s empty boat",
        "They meet at dusk. Ann: a tall girl in a red coat. Bo: a round grey badger",
    ]
    chinese = planned([{"name": "小雨", "look": "穿黄雨衣的小女孩"}], ("小雨站在桥上。", ["小雨"]))
    await studio.faults({"endpoint": "chat", "kind": "answer", "body": story}, chinese)
    assert await drawn_of(person, (await person.says("/story 小雨")).pictures) == [
        "小雨站在桥上。小雨：穿黄雨衣的小女孩"
    ]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_story_goes_on_with_its_style_and_size_and_length_in_characters(studio: Studio) -> None:
    person = await studio.person()
    told = await person.says("/story 小雨找到一把钥匙 --length 500 --age 4 --style ink --tone bedtime")
    assert 375 <= len(re.sub(r"\s|^# .*", "", told.replies[0]["text"])) <= 625
    message, more = told.action("continue")
    await person.presses(message, more)
    await person.says("后来呢", reply_to=message)
    writing = [one for one in await studio.requests("chat") if one["brief"]["kind"] in ("story", "continuation")]
    assert len(writing) == 3
    for one in writing:
        system = one["messages"][0]["content"]
        wanted = ("About 500 characters", "4 years old", STYLES["ink"].manner, TONES["bedtime"].told)
        assert all(words in system for words in wanted), system


def test_a_text_is_measured_in_its_own_language() -> None:
    easy, hard = "The cat sat. The cat ran.", "Notwithstanding considerable circumspection, the ambassador hesitated."
    assert level_of(easy, "en") == (3.0, 0.0)
    assert level_of(hard, "en").sentence == 6 and level_of(hard, "en").hard > 0.7
    assert level_of("# 一只小猫\n\n小猫来了。小猫走了。", "zh") == (4.0, 0.0)
    assert level_of("魑魅魍魉踟蹰徘徊。", "zh").hard > 0.5
    assert level_of("", "en") == level_of("…", "zh") == (0.0, 0.0)
    assert prompts.far_above(f"{hard * 2} " + "and so on " * 40, "en", 4)
    assert not prompts.far_above(easy, "en", 4) and not prompts.far_above(hard * 9, "en", 40)


HARD = "# The Key\n\n" + "Notwithstanding considerable circumspection " * 12 + "Bruno discovered the key."
EASY = "# The Key\n\nBruno looked down. There was a key. “Hello, key,” said Bruno."


def written(text: str, finish: str = "stop") -> dict[str, Any]:
    body = {"choices": [{"message": {"content": text}, "finish_reason": finish}]}
    return {"endpoint": "chat", "kind": "answer", "body": body}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("options", "answers", "told", "calls"),
    [
        ("--age 4", [written(HARD), written(EASY)], EASY, 2),
        ("--age 4", [written(HARD), written(HARD + HARD[9:])], HARD, 2),
        ("--age 4", [written(HARD), written(EASY, "content_filter")], HARD, 2),
        ("--age 4", [written(HARD), written(EASY[:30], "length")], HARD, 2),
        ("--age 4", [written(EASY)], EASY, 1),
        ("--age 40", [written(HARD)], HARD, 1),
        ("", [written(HARD)], HARD, 1),
    ],
    ids=["easier", "no easier", "refused", "cut", "easy", "grown", "anybody"],
)
async def test_what_is_far_too_hard_for_a_child_is_told_once_more(
    studio: Studio, options: str, answers: list[dict[str, Any]], told: str, calls: int
) -> None:
    person = await studio.person()
    await studio.begin()
    await studio.faults(*answers)
    answer = await person.says(f"/story Bruno finds a key {options}")
    chats = await studio.requests("chat")
    asked = [one for one in chats if one["messages"][0]["content"].startswith("You are a storyteller")]
    assert answer.replies[0]["text"] == told and answer.pictures and len(asked) == calls
    if calls > 1:
        assert prompts.EASIER["en"] in json.dumps(asked[1]["messages"], ensure_ascii=False)
        assert HARD in [message["content"] for message in asked[1]["messages"]]


def test_the_second_telling_is_held_with_the_story() -> None:
    settings, catalogue = Settings(_env_file=None), Catalogue.load()  # type: ignore[call-arg]
    writer = OpenAIWriter(IDLE, catalogue, model=settings.writer_model, helper=settings.helper_model)
    painter = OpenAIPainter(IDLE, catalogue, model=settings.image_model)
    estimator = Estimator(writer, painter, settings, COSTS)

    def held(command: str, **options: str) -> float:
        asked = {"command": command, "words": "a fox", "message": "1", "place": PLACE, "author": ANN, "session": "s"}
        return estimator.usd(Request.model_validate(asked | {"options": options}))

    for command in ("story", "continue", "revise"):
        assert held(command, age="4") > 1.1 * held(command, age="40") == 1.1 * held(command), command


def test_a_text_that_was_told_again_is_rescued_once() -> None:
    pieces = [Piece(id="p1", kind=PieceKind.TEXT, words=words) for words in (HARD, EASY)]
    journal = {
        name: json.dumps({"piece": piece.model_dump(mode="json")})
        for name, piece in zip(("text", "easier"), pieces, strict=True)
    }
    assert [piece.words for piece in pieces_in(journal)] == [EASY]
