"""Pictures that do not show what was asked are found, mended and told of; nothing that goes wrong with that costs anybody a picture."""

from __future__ import annotations

import io
import json
import signal
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image

from core.features.image import Distilled
from core.features.steps.plans import Plan
from core.types import Piece, Preferences
from embedded.process import EmbeddedProcess
from killed import program
from studio import Person, Studio, paid, studio_at
from test_book import actions, submits

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


async def prompt_of(answer: Any, person: Person) -> str:
    """What *Prompt* says of the one picture of an answer."""
    return (await person.presses(*answer.action("prompt"))).text


@pytest.mark.asyncio(loop_scope="module")
async def test_wrong_pictures_are_found_and_mended_and_told(checked: Studio) -> None:
    person = await checked.person()
    await calls(checked)
    wrong = {}
    for name, (faults, said, expected, told) in CASES.items():
        await checked.faults(*faults)
        answer = await person.says(said)
        found = await calls(checked)
        lines = [line for line in answer.text.split("\n") if line.startswith(("Redrawn", "Not quite"))]
        if "looked" not in found or answer.failure or not answer.pictures:
            wrong[name] = found, answer.text
        elif (found["drawn"], found["changed"], found["looked"]) != expected:
            wrong[name] = found, expected
        elif bool(told) != bool(lines) or told not in "\n".join(lines):
            wrong[name] = told, lines
    assert not wrong


@pytest.mark.asyncio(loop_scope="module")
async def test_a_picture_tells_how_it_was_found_and_what_all_of_it_cost(checked: Studio) -> None:
    person = await checked.person("bea")
    await checked.faults(misheard("red"))
    mended = await prompt_of(await person.says(f"/image {FOX} --check --no text, birds"), person)
    assert "✓ Is there a fox? Yes" in mended and "✓ Is the hat red? Yes" in mended
    assert "✓ Does the picture show text? No" in mended and "✓ Does the picture show birds? No" in mended
    assert "Make it a red hat." in mended, "the author's evidence"
    assert "There is no text and no birds in it." in mended
    await calls(checked)
    answer = await person.says(f"/image {FOX} --no text, birds")
    assert "There is no" not in answer.pictures[0]["caption"]
    plain = await prompt_of(answer, person)
    assert "Is there" not in plain and "There is no text and no birds in it." in plain, "said to the model all the same"
    spent = [float(text.partition("cost:** $")[2].split()[0]) for text in (mended, plain)]
    assert 2 < spent[0] / spent[1] < 2.6, "two pictures and two looks"
    (asked,) = [one for one in await checked.requests(CHAT) if (one.get("brief") or {}).get("kind") == "picture"]
    assert "Not to be seen in it: text, birds." in asked["messages"][0]["content"]
    await checked.faults(misheard("red"), asking("always_yes"))
    assert "Is there" not in await prompt_of(await person.says(f"/image {FOX} --check"), person), "nothing is believed"
    await calls(checked)


@pytest.mark.asyncio(loop_scope="module")
async def test_stories_are_looked_at_unless_somebody_says_otherwise(checked: Studio) -> None:
    person = await checked.person("cleo")
    tale, picture = "/story a fox with a lantern --length short --pages 2 --no text", "/image a fox --no text"
    for setting, of_stories, of_pictures in (("", 2, 0), ("off", 0, 0), ("all", 2, 1), ("default", 2, 0)):
        if setting:
            assert "Checks" in (await person.says(f"/settings check {setting}")).text
        await calls(checked)
        assert len((await person.says(tale)).pictures) == 2
        assert (await calls(checked))["looked"] == of_stories, setting
        assert (await person.says(picture)).pictures
        assert (await calls(checked))["looked"] == of_pictures, setting
    assert (await person.says("/image a fox --no " + "very long words " * 20)).code == "form-too-long"


@pytest.mark.asyncio(loop_scope="module")
async def test_the_status_says_that_it_is_looked_at(checked: Studio) -> None:
    person = await checked.person("dora")
    await checked.faults(asking("hang_until_released"))
    request = await person.posts(f"/image {FOX} --check")
    await checked.hangs(CHAT)
    await person.wait(lambda events: [one for one in events if one.get("text", "").startswith("Looking it over")])
    assert [one for one in person.events if one["kind"] == "preview"], "previews came before"
    await checked.release()
    assert (await person.answer(request)).pictures
    await calls(checked)


CHANGES: dict[str, tuple[str, str, tuple[int, int], str]] = {
    # name: what is asked for, what the artist passes over, how often is changed and looked, what is told of it
    "there": ("/edit add a red hat --check", "", (1, 1), ""),
    "not there": ("/edit add a red hat --check", "a red hat", (2, 2), "Redrawn: the first try missed a red hat."),
    "in Chinese": ("/edit 加一顶红帽子 --检查", "一顶红帽子", (2, 2), "帽子"),
    "in place of another": ("/edit replace the fox with a cat --check", "a cat", (2, 2), "missed a cat"),
    "taken away": ("/edit take away the fox --check", "", (1, 1), ""),
    "a variation": ("/vary with a green scarf --check", "", (1, 1), ""),
    "nothing that can be told": ("/edit make it brighter --check", "", (1, 0), ""),
    "nothing said": ("/vary --check", "", (1, 0), ""),
    "not asked for": ("/edit add a red hat", "a red hat", (1, 0), ""),
}


@pytest.mark.asyncio(loop_scope="module")
async def test_changes_are_looked_at_and_made_once_more(checked: Studio) -> None:
    person = await checked.person("emil")
    fox = await person.says("/image a fox --raw")
    wrong = {}
    for name, (said, passed_over, expected, told) in CHANGES.items():
        await calls(checked)
        if passed_over:
            await checked.faults(misheard(passed_over, CHANGED))
        answer = await person.says(said, reply_to=fox.message)
        found = await calls(checked)
        if (found["changed"], found["looked"]) != expected or told not in answer.text or answer.failure:
            wrong[name] = found, answer.text
    assert not wrong


@pytest.mark.asyncio(loop_scope="module")
async def test_outside_a_mask_nothing_is_looked_at_or_touched(checked: Studio) -> None:
    """The picture that is changed once more is changed behind the same mask, so what lies outside is still the first one's."""
    person = await checked.person("fina")
    fox = await person.says("/image a fox --raw --format png")
    before = await person.picture(fox.pictures[0])
    size = Image.open(io.BytesIO(before)).size
    mask = Image.new("RGBA", size, "black")
    mask.paste((0, 0, 0, 0), (0, 0, size[0], size[1] * 3 // 4))
    drawn = io.BytesIO()
    mask.save(drawn, "PNG")
    await calls(checked)
    missing = [{"number": number, "answer": "no", "seen": "a fox"} for number in (1, 2, 3)]
    said = {"choices": [{"message": {"content": json.dumps({"answers": missing})}, "finish_reason": "stop"}]}
    await checked.faults(asking("answer", body=said))
    answer = await person.says("/edit add a red hat --check", mask=drawn.getvalue(), reply_to=fox.message)
    edits = await checked.requests(CHANGED)
    assert "Not quite as asked, after 2 more tries: a red hat." in answer.text
    assert len(edits) == 3 and all("mask" in one["params"] for one in edits)
    after = Image.open(io.BytesIO(await person.picture(answer.pictures[0]))).convert("RGB")
    below = (0, size[1] * 3 // 4 + 40, *size)
    assert after.crop(below).tobytes() == Image.open(io.BytesIO(before)).convert("RGB").crop(below).tobytes()
    await calls(checked)


@pytest.mark.asyncio(loop_scope="module")
async def test_the_pages_of_a_book_are_looked_at_and_put_right(checked: Studio) -> None:
    """The cover and each page; so is one that is drawn again, changed, or new. What was asked about a page is asked about its next picture."""
    person = await checked.person("gil")
    await calls(checked)
    await checked.faults(misheard("with a red hat", CHANGED))
    made = await person.says("/book a fox with a red hat --pages 4")
    found = await calls(checked)
    assert len(made.pictures) == 5 and "Redrawn: the first try missed a red hat." in made.text
    assert (found["drawn"], found["changed"], found["looked"]) == (1, 6, 6)
    row = await person.presses(made.action("page")[0], actions(made, "page")["2"])
    again = await person.presses(*row.action("page-again"))
    asked = [one for one in await checked.requests(CHAT) if (one.get("brief") or {}).get("kind") == "check"]
    assert "Is there a hat?" in str(asked) and str(asked).count("the same character as in") == 1
    assert (await calls(checked))["looked"] == 1 and again.pictures
    whose = actions(made, "page")["2"].partition(":")[2]
    await checked.faults(misheard("a blue boat", CHANGED))
    changed = await submits(person, row, f"page-picture:{whose}", change="add a blue boat")
    assert "Redrawn: the first try missed a blue boat." in changed.text
    assert (await calls(checked))["looked"] == 2
    added = await submits(person, made, f"page-add:{whose.partition(':')[0]}", text="A kite flew by.", place="2")
    assert (await calls(checked))["looked"] == 1 and added.pictures


KILLED = {  # the step after whose keeping it dies: what is asked for, and how often is drawn, changed and looked in all
    "picture-1 seen": (f"/image {FOX} --check", (1, 1, 2)),
    "picture-1 mended": (f"/image {FOX} --check", (1, 1, 2)),
    "picture:main-1 drawn": ("/product Mug with a red hat: light; cheap --check", (1, 1, 2)),
}


@pytest.mark.parametrize("step", KILLED)
async def test_a_kill_repeats_nothing_that_was_paid(services: EmbeddedProcess, tmp_path: Path, step: str) -> None:
    said, expected = KILLED[step]
    before = Studio(None, "", services)  # type: ignore[arg-type]
    await before.begin()
    await before.faults(misheard())
    async with program(tmp_path, services, "finish_step", 1, step) as life:
        person = Person(await life.address(), "ann", "home-ann")
        request = await person.posts(said, client_id="once")
        assert await life.wait() == -signal.SIGKILL
    async with studio_at(tmp_path, services) as studio:
        answer = await (await studio.person()).answer(request)
        assert "Redrawn: the first try missed a red hat." in answer.text and len(answer.pictures) == 1
    assert tuple((await calls(before)).values()) == expected


BEFORE = (
    (Distilled, {"prompt": "a fox", "as_said": False, "spends": []}),
    (Plan, {"pictures": [{"prompt": "a fox", "who": [], "caption": "A fox."}], "spends": [], "as_said": False}),
    (Piece, {"id": "a", "kind": "picture", "prompt": "a fox"}),
    (Preferences, {"style": "ink"}),
)
"""What an earlier version kept of jobs, pieces and sessions that are still there."""


def test_what_was_begun_before_is_still_read_and_not_looked_at() -> None:
    for shape, kept in BEFORE:
        read = shape.model_validate(kept)
        assert shape.model_validate_json(read.model_dump_json()) == read
        assert not getattr(read, "questions", ()) and not getattr(read, "checked", None)


async def test_what_may_come_of_a_look_is_held_before_it_begins(services: EmbeddedProcess, tmp_path: Path) -> None:
    """A budget for one picture is none for one that is looked at: it might be drawn three times."""
    async with studio_at(tmp_path, services, monthly_budget_usd=0.1) as studio:
        person = await studio.person()
        assert (await person.says(f"/image {FOX} --check")).code == "over-budget"
        assert not paid(await studio.requests())
        assert (await person.says(f"/image {FOX}")).pictures
