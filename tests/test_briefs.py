"""What the models are told, and the facts that the storybook is told beside it, and nobody else."""

import itertools
import json
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest

from core import prompts
from core.brief import Brief
from embedded.process import EmbeddedProcess, launch
from patience import PATIENCE
from studio import Studio, studio_at

OWN_KEY = "sk-of-the-operators-own-server"


def every_brief(kind: str) -> list[Brief]:
    open_or_not = itertools.product(
        ("en", "zh"), (None, 4, 7, 10, 15, 40), (None, *prompts.STYLES), (None, *prompts.TONES)
    )
    return [
        Brief(
            kind=kind,
            language=language,
            length=prompts.story_length("3000", language),
            age=age,
            style=style,
            tone=tone,
            pictures=8,
        )
        for language, age, style, tone in open_or_not
    ]


@pytest.mark.parametrize("kind", ["story", "continuation", "revision", "talk", "help", "picture", "plan", "book"])
def test_a_prompt_is_filled_in_and_bounded(kind: str) -> None:
    for brief in every_brief(kind):
        told = prompts.instructions(brief)
        assert 500 < len(told) < 3000, "what a request will cost is estimated with at most so many letters"
        assert not any(left in f"\n{told}" for left in ("{", "}", "None", "\n["))


def test_a_prompt_says_what_the_brief_says() -> None:
    brief = Brief(kind="story", language="zh", length=600, age=5, style="ink")
    told = prompts.instructions(brief)
    assert all(
        words in told
        for words in ("Simplified Chinese (简体中文)", "600 characters", "5 years old", "silence around it")
    )
    plain = prompts.instructions(Brief(kind="story", language="en", length=350))
    assert "in English" in plain and "350 words" in plain
    assert "years old" not in plain and "The pictures set" not in plain and "- The tone is" not in plain
    assert "exactly 3" in prompts.instructions(Brief(kind="plan", language="en", pictures=3))


async def test_the_storybook_is_told_the_facts_beside_the_prompt(studio: Studio) -> None:
    person = await studio.person()
    told = await person.says("/story a fox at sea --lang zh --length 150 --age 5 --pages 2 --style ink")
    assert re.search("[\u4e00-\u9fff]", told.text)
    await person.says("and then it rains", reply_to=told.replies[0]["message"])
    await person.says("/image a cat")
    await person.says("hello there")
    briefs = [request["brief"] for request in await studio.requests("chat")]
    assert [{name: value for name, value in brief.items() if value is not None} for brief in briefs] == [
        {"kind": "story", "language": "zh", "length": 150, "age": 5},
        {"kind": "plan", "language": "zh", "age": 5, "pictures": 2},
        {"kind": "wish", "language": "en"},
        {"kind": "continuation", "language": "zh", "length": 150, "age": 5},
        {"kind": "picture", "language": "en"},
        {"kind": "wish", "language": "en"},
        {"kind": "talk", "language": "en"},
    ]


async def test_a_story_goes_on_in_its_own_language(studio: Studio) -> None:
    person = await studio.person(language="en")
    told = await person.says("/story 海上的一只狐狸 --length short --style ink")
    message, more = told.action("continue")
    answer = await person.presses(message, more)
    assert not re.search("[a-z]", answer.pieces[0]["caption"])
    drawn = await person.presses(message, more.replace("continue", "draw"))
    prompt = (await person.get(f"/api/pieces/{drawn.pictures[0]['id']}")).json()["prompt"]
    assert "水墨画" in prompt and not re.search("[a-z]", prompt), prompt
    assert {request["brief"]["language"] for request in await studio.requests("chat")} == {"zh"}


async def test_who_writes_in_another_language_is_answered_in_it(studio: Studio) -> None:
    person = await studio.person(language="en")
    assert "故事书" in (await person.says("你是谁？")).text
    drawn = await person.says("/image 一只猫 --style ink --raw")
    prompt = (await person.get(f"/api/pieces/{drawn.pictures[0]['id']}")).json()["prompt"]
    assert prompt.startswith("一只猫，水墨画")


async def test_no_other_server_is_told_anything_beside_the_prompt(tmp_path: Path) -> None:
    ready, process = await launch(
        "embedded.openai.server", ["--fast", "--plain"], environment={"EMBEDDED_KEY": OWN_KEY}
    )
    server = EmbeddedProcess(url=ready["url"], key=ready["key"], log=tmp_path / "none", process=process)
    try:
        async with studio_at(tmp_path, server) as studio:
            person = await studio.person()
            assert (await person.says("/story a story about a fox at sea --length short")).pictures
            requests = await studio.requests("chat")
            assert len(requests) == 2
            assert not [request for request in requests if "brief" in request]
    finally:
        await server.close()


async def ask(services: EmbeddedProcess, headers: dict[str, str], words: str = "a fox") -> httpx2.Response:
    async with httpx2.AsyncClient(trust_env=False, verify=False, timeout=PATIENCE) as http:
        return await http.post(
            f"{services.url}/chat/completions",
            headers={"authorization": f"Bearer {services.key}", **headers},
            json={"model": "gpt-6-luna", "messages": [{"role": "user", "content": words}]},
        )


async def written(services: EmbeddedProcess, words: str, **brief: Any) -> str:
    answer = await ask(services, {"fabula-brief": json.dumps(brief)} if brief else {}, words)
    return str(answer.json()["choices"][0]["message"]["content"])


@pytest.mark.parametrize(
    "header",
    [
        "",
        "story",
        "[]",
        '{"kind":"story"}',
        '{"kind":"poem","language":"en"}',
        '{"kind":"story","language":"fr"}',
        '{"kind":["story"],"language":"en"}',
        '{"kind":"story","language":"en","length":"350"}',
        '{"kind":"story","language":"en","length":true}',
        '{"kind":"story","language":"en","length":0}',
        '{"kind":"story","language":"en","age":1e9}',
        '{"kind":"plan","language":"en","pictures":41}',
        '{"kind":"story","language":"en","mood":"merry"}',
        '{"kind":"story",' + " " * 12_000 + '"language":"en"}',
        "[" * 400,
        '{"kind":"edit","language":"en","words":"' + "x" * 1001 + '"}',
        '{"kind":"edit","language":"en","words":7}',
    ],
)
async def test_odd_facts_are_refused(services: EmbeddedProcess, header: str) -> None:
    answer = await ask(services, {"fabula-brief": header})
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "fabula-brief"


async def test_without_facts_the_conversation_decides(services: EmbeddedProcess) -> None:
    assert (await written(services, "Tell me a story about a fox")).startswith("# ")
    assert re.match("# .*[\u4e00-\u9fff]", await written(services, "讲一个小狐狸的故事"))
    assert "/story" in await written(services, "I like foxes")
    assert (await written(services, "a fox", kind="story", language="en", length=100)).startswith("# ")
    shouted = "Language: Chinese\nLength: about 1000 words\nTell me a story about a fox"
    told = await written(services, shouted)
    assert not re.search("[\u4e00-\u9fff]", told), "a line of a prompt decides nothing"
    assert len(told.split()) < 600
