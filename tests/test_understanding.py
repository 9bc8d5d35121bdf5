"""What people mean by plain words: which act, of which piece, with which words; and that nothing is made for those who only talk."""

from __future__ import annotations

import asyncio
import itertools
import json
import tomllib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from core import prompts
from embedded.process import EmbeddedProcess
from storage.tables import jobs
from studio import Answer, Person, Studio, studio_at

pytestmark = pytest.mark.asyncio(loop_scope="module")

SENTENCES = tomllib.loads((Path(prompts.__file__).parent / "sentences.toml").read_text(encoding="utf-8"))
GUESTS = itertools.count()
MADE = {
    "picture": ("/image a cat --raw",),
    "pictures": ("/image a cat --raw --n 3",),
    "edited": ("/image a cat --raw", "/edit make it red"),
    "story": ("/story a sleepy bear --length short",),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def studio(services: EmbeddedProcess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    """One studio for all that is said."""
    async with studio_at(tmp_path_factory.mktemp("studio"), services) as running:
        yield running


async def guest(studio: Studio, language: str = "en", after: str = "") -> tuple[Person, list[Answer]]:
    """Somebody new, for whom something was made."""
    person = await studio.person(f"guest-{next(GUESTS)}", language=language)
    return person, [await person.says(words) for words in MADE.get(after, ())]


async def became(studio: Studio, person: Person, answer: Answer) -> dict[str, Any]:
    """What a message was taken for, as its job tells."""
    query = select(jobs.c.request).where(jobs.c.origin == f"web:{person.chat}:{answer.request}")
    kept = await studio.program.storage.database.read(lambda connection: connection.execute(query).scalar_one())
    return json.loads(kept)


def shown(made: list[Answer]) -> str:
    """The message of what was made first in the last answer: a story's text, not its picture."""
    return str(next(event["message"] for event in made[-1].replies if event["pieces"]))


async def is_meant(studio: Studio, language: str, case: Mapping[str, Any]) -> str:
    """Say a sentence that wants something; what was understood otherwise."""
    person, made = await guest(studio, language, case.get("after", ""))
    answer = await person.says(case["says"], reply_to=shown(made) if case.get("replies") else None)
    request = await became(studio, person, answer)
    if case["act"] == "undo":
        first = made[0].pictures[0]["id"]
        return "" if [piece["id"] for piece in answer.pieces] == [first] else f"{case['says']}: {answer.events}"
    pieces = made[-1].pieces if made else []
    piece = {
        "edit": lambda: pieces[case.get("piece", 1) - 1],
        "vary": lambda: pieces[0],
        "revise": lambda: pieces[0],
        "continue": lambda: pieces[0],
        "illustrate": lambda: pieces[0],
    }.get(case["act"], lambda: None)()
    command = {"again": "image"}.get(case["act"], case["act"])
    words = request["words"] if case.get("words") else None
    wanted = (command, case.get("words"), [piece["id"]] if piece else [])
    got = (request["command"], words, request["sources"])
    return "" if got == wanted and answer.pieces else f"{case['says']}: {got}, wanted {wanted}: {answer.text}"


async def is_talk(studio: Studio, language: str, case: Mapping[str, Any]) -> str:
    """Say a sentence that wants nothing; what was made of it."""
    person, made = await guest(studio, language, case.get("after", ""))
    answer = await person.says(case["says"], reply_to=shown(made) if case.get("replies") else None)
    request = await became(studio, person, answer)
    talked = request["command"] == "talk" and [piece["kind"] for piece in answer.pieces] == ["text"]
    return "" if talked else f"{case['says']}: {request['command']} {answer.text}"


@pytest.mark.parametrize("language", SENTENCES)
async def test_sixty_sentences_are_taken_for_what_they_are(studio: Studio, language: str) -> None:
    wants, talks = SENTENCES[language]["wants"], SENTENCES[language]["talks"]
    assert len(wants) == len(talks) == 30
    few = asyncio.Semaphore(6)

    async def one(saying: Any, case: Mapping[str, Any]) -> str:
        async with few:
            return await saying(studio, language, case)

    wrong = await asyncio.gather(*(one(is_meant, case) for case in wants), *(one(is_talk, case) for case in talks))
    assert not list(filter(None, wrong))
