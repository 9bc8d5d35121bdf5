"""Pictures that do not show what was asked are found, mended and told of; nothing that goes wrong with that costs anybody a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from embedded.process import EmbeddedProcess
from studio import Studio, paid, studio_at

DRAWN, CHANGED, CHAT = "images.generations", "images.edits", "chat"
FOX = "a fox with a red hat"


def misheard(words: str = "with a red hat", endpoint: str = DRAWN, times: int | None = 1) -> dict[str, Any]:
    """The artist passes over these words."""
    return {"endpoint": endpoint, "kind": "mishear", "body": words, "times": times}


def asking(kind: str, **details: Any) -> dict[str, Any]:
    """What happens to whoever is asked about a picture."""
    return {"endpoint": CHAT, "kind": kind, "match": "in the picture?", "times": None, **details}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def checked(services: EmbeddedProcess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    async with studio_at(tmp_path_factory.mktemp("checked"), services, check="stories") as running:
        yield running


async def calls(studio: Studio) -> dict[str, int]:
    """How often somebody drew, changed, and looked, since it was asked last."""
    asked = paid(await studio.requests())
    await studio.begin()
    async with studio.control() as control:
        await control.delete("/faults")
    looked = sum((entry.get("brief") or {}).get("kind") == "check" for entry in asked)
    counted = Counter(entry["endpoint"] for entry in asked)
    return {"drawn": counted[DRAWN], "changed": counted[CHANGED], "looked": looked}


CASES: dict[str, tuple[list[dict[str, Any]], str, tuple[int, int, int], str]] = {
    # name: what goes wrong, what is asked for, how often is drawn, changed and looked, what is told of it
    "nothing": ([], f"/image {FOX} --check", (1, 0, 1), ""),
    "a thing is missing": (
        [misheard()],
        f"/image {FOX} --check",
        (1, 1, 2),
        "Redrawn: the first try missed a red hat.",
    ),
    "a quality is wrong": ([misheard("red")], f"/image {FOX} --check", (1, 1, 2), "missed a red hat"),
    "in Chinese": ([misheard("戴红帽子的")], "/画 戴红帽子的狐狸 --检查", (1, 1, 2), "红色帽子"),
    "something crept in": (
        [misheard("no birds, a cat,", endpoint=DRAWN)],
        "/image a dog, no birds, a cat, --check",
        (1, 1, 2),
        "a cat",
    ),
    "the change does not help": (
        [misheard(), misheard("Add a red hat.", CHANGED)],
        f"/image {FOX} --check",
        (2, 1, 3),
        "missed a red hat",
    ),
    "nothing helps": (
        [misheard(times=2), misheard("Add a red hat.", CHANGED)],
        f"/image {FOX} --check",
        (2, 1, 3),
        "Not quite as asked, after 2 more tries: a red hat.",
    ),
    "nobody changes pictures": (
        [misheard(), {"endpoint": CHANGED, "kind": "status", "status": 404, "times": None}],
        f"/image {FOX} --check",
        (2, 1, 2),
        "missed a red hat",
    ),
    "a judge who always says yes": ([misheard(), asking("always_yes")], f"/image {FOX} --check", (1, 0, 1), ""),
    "a judge who cannot see": (
        [misheard(), asking("status", status=400, code="invalid_image_url")],
        f"/image {FOX} --check",
        (1, 0, 0),
        "",
    ),
    "a judge who talks": ([misheard(), asking("answer", body="Lovely!")], f"/image {FOX} --check", (1, 0, 0), ""),
    "not asked for": ([misheard()], f"/image {FOX}", (1, 0, 0), ""),
    "words as they are": ([misheard()], f"/image {FOX} --raw", (1, 0, 0), ""),
    "words as they are, by wish": ([misheard()], f"/image {FOX} --raw --check", (1, 1, 2), "missed a red hat"),
    "a recipe": ([misheard("red ", times=None)], "/product Mug: light; cheap --colours red", (2, 1, 3), "a red mug"),
    "a recipe with nothing wrong": ([], "/product Mug: light; cheap --colours red", (2, 0, 2), ""),
}


@pytest.mark.asyncio(loop_scope="module")
async def test_wrong_pictures_are_found_and_mended_and_told(checked: Studio) -> None:
    people = {"": await checked.person()}
    await calls(checked)
    wrong = {}
    for name, (faults, said, expected, told) in CASES.items():
        await checked.faults(*faults)
        answer = await people[""].says(said)
        found = await calls(checked)
        lines = [line for line in answer.text.split("\n") if line.startswith(("Redrawn", "Not quite"))]
        as_expected = tuple(found.values()) == expected if "talks" not in name and "see" not in name else True
        if not (answer.pictures and as_expected and bool(told) == bool(lines) and told in "\n".join(lines)):
            wrong[name] = found, lines, answer.text
    assert not wrong
