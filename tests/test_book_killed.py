"""``kill -9`` after every step of a book: it comes all the same, and no page is paid twice."""

from __future__ import annotations

import json
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from embedded.process import EmbeddedProcess
from killed import program
from studio import Person, Studio, paid, studio_at

SCENES = ("a fox on a hill", "a fox in a wood", "a fox at the sea", "a fox in the snow", "a fox asleep")
ASKED = [{"kind": "thing", "what": "a fox", "ask": "Is there a fox?", "parent": 0}]
PICTURES = [{"prompt": scene, "who": [], "caption": scene, "questions": ASKED} for scene in SCENES]
TOLD = json.dumps({"characters": [{"name": "Pip", "look": "a red fox"}], "pictures": PICTURES})
PLAN = {"choices": [{"message": {"content": TOLD}, "finish_reason": "stop"}]}
WHOLE = {"text", "plan", "sheet", *(f"page:{name}" for name in ("cover", "p1", "p2", "p3", "p4"))}


def journal(folder: Path) -> dict[str, str]:
    """The steps that are kept of the one job there, each with its result."""
    with closing(sqlite3.connect(folder / "fabula.sqlite3")) as database:
        return dict(database.execute("SELECT name, result FROM steps"))


def paid_again(kept: dict[str, str], asked: list[dict[str, Any]]) -> list[str]:
    """Steps that are kept already and for which somebody is asked all the same: by its kind, or by the prompt of the page."""
    kinds = {"story": "text", "book": "plan"}
    pages = {name: json.loads(told) for name, told in kept.items() if name.startswith("page:")}
    prompts = {name: told["piece"]["prompt"] for name, told in pages.items() if "piece" in told}
    steps = [name for one in asked if (name := kinds.get((one.get("brief") or {}).get("kind", "")))]
    steps += ["sheet" for one in asked if one["endpoint"] == "images.generations"]
    drawn = [one["prompt"] for one in asked if one["endpoint"] == "images.edits"]
    again = [name for name, prompt in prompts.items() if any(one.startswith(prompt) for one in drawn)]
    return [*again, *(step for step in steps if step in kept)]


async def test_a_book_that_is_killed_after_every_step_comes_and_no_page_is_paid_twice(
    services: EmbeddedProcess, tmp_path: Path
) -> None:
    """One book through many lives: each dies as soon as one more step is kept, the last ones as soon as something is said, or has a receipt.

    What a life finds in the journal nobody is asked for again. What was under way in the moment of a kill may be.
    """
    studio = Studio(None, "", services)  # type: ignore[arg-type]
    await studio.begin()
    wanted = json.dumps('"pages": ')[1:-1]  # as it stands in the request for the plan
    await studio.faults({"endpoint": "chat", "kind": "answer", "match": wanted, "body": PLAN, "times": None})
    request, kept, known = "", dict[str, str](), 0
    deaths = [("finish_step", 1)] * 30 + [("commit", 1), ("receipt", 1)]
    while deaths:
        method, count = deaths.pop(0)
        async with program(tmp_path, services, method, count, FABULA_CHECK="stories") as life:
            if not request:
                person = Person(await life.address(), "ann", "home-ann")
                request = await person.posts("/book a fox who finds a lantern --pages 4", client_id="once")
            assert await life.wait() == -signal.SIGKILL, (method, count)
        asked = paid(await studio.requests())
        assert paid_again(kept, asked[known:]) == []
        kept, known = journal(tmp_path), len(asked)
        if kept.keys() >= WHOLE:  # nothing is left but to say it
            deaths = deaths[-2:]
    async with studio_at(tmp_path, services, check="stories") as opened:
        answer = await (await opened.person()).answer(request)
        assert answer.failure is None and len(answer.pictures) == 5
        assert [event["text"].count("is a book now") for event in answer.replies].count(1) == 1
