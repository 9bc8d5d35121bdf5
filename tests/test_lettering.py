"""Words on posters and in diagrams: every letter is the one that was asked for, they can be changed without drawing, and had as a PDF."""

from __future__ import annotations

import io
import signal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from contract import Said, Talker
from embedded.process import EmbeddedProcess
from killed import program
from studio import Answer, Person, Studio, paid, studio_at
from test_forms import fills_in

pytest_plugins = ("platforms",)

POSTER = '/poster a lighthouse by the sea, "Night of Lights", "15 September · 7 pm, Old Pier", "Free entry"'
WORDS = "Night of Lights 15 September · 7 pm, Old Pier Free entry"
OTHER = {
    "headline": "Nacht der Lichter",
    "subline": "15. September\nAlte Mole",
    "call": "Eintritt frei",
    "layout": "classic",
}


def text_of(data: bytes) -> str:
    """What a PDF says, on one line."""
    (page,) = PdfReader(io.BytesIO(data)).pages
    return " ".join(page.extract_text().split())


async def drawings(studio: Studio) -> list[dict[str, Any]]:
    """What was asked of a painter."""
    return await studio.requests("images.generations", "images.edits")


async def printed(person: Person, answer: Answer) -> str:
    """What the PDF says that a picture's button gives."""
    (piece,) = (await person.presses(*answer.action("pdf"))).pieces
    return text_of(await person.picture(piece))


async def fills(person: Person, answer: Answer, **values: str) -> Answer:
    """Press *Change text*, and fill in what is to be different; all else stays as the form has it."""
    message, action = answer.action("set-words")
    opened = (await person.post("actions", message=message, action=action)).json()["form"]
    given = {field["name"]: values.get(field["name"], field["value"]) for field in opened["fields"]}
    start = len(person.events)
    await person.post("forms", message=message, action=action, values=given, client_id=f"form-{start}")
    return await person.answer(message, start)


async def test_a_posters_words_are_set_changed_and_kept_while_its_picture_is_drawn_anew(studio: Studio) -> None:
    ann = await studio.person()
    drawn = await ann.says(POSTER)
    asked = paid(await studio.requests())
    assert "gpt-6.2-sol" not in [entry["model"] for entry in asked], "there was nothing to write"
    prompt = (await ann.presses(*drawn.action("prompt"))).text.partition("\n**")[0]
    assert "without any lettering" in prompt and "Lights" not in prompt, "no model is tempted to write"
    assert drawn.pictures[0]["caption"] == "Night of Lights · 15 September · 7 pm, Old Pier · Free entry"
    assert await printed(ann, drawn) == WORDS
    with Image.open(io.BytesIO(await ann.picture(drawn.pictures[0]))) as image:
        assert (image.size, image.format) == ((1024, 1536), "PNG"), "as large as it was drawn, and set"
    changed = await fills(ann, drawn, **OTHER)
    assert await printed(ann, changed) == "Nacht der Lichter 15. September Alte Mole Eintritt frei"
    assert len(paid(await studio.requests())) == len(asked), "nothing is drawn or written"
    again = await ann.presses(*changed.action("redraw"))
    edited = await ann.says("/edit a red roof", reply_to=again.message)
    for answer in (again, edited):
        assert await printed(ann, answer) == "Nacht der Lichter 15. September Alte Mole Eintritt frei"
    *_, edit = await drawings(studio)
    (sent,) = edit["params"]["image"]
    assert sent["mimetype"] == "image/jpeg", "what lies beneath the words"
    assert len(await drawings(studio)) == 3


async def test_a_poster_is_written_from_an_idea(studio: Studio) -> None:
    ann = await studio.person(language="zh")
    drawn = await ann.says("/海报 河边的灯会 --版式 典雅")
    words = drawn.text.replace("# ", "")
    said = (await printed(ann, drawn)).replace(" ", "")
    assert "河边的灯会" in said and said in "".join(words.split())


REFUSED = {
    "signs that no font here has": ('/poster a fair "Fair 🎪"', "no-letters"),
    "more quoted than there is place": ('/poster "a" "b" "c" "d"', "recipe-many-quoted"),
    "a headline that is a story": (f'/poster "{"x" * 200}"', "form-too-long"),
    "no such design": ("/poster a fair --design baroque", "unknown-value"),
}


async def test_what_cannot_be_set_gets_one_sentence_and_costs_nothing(studio: Studio) -> None:
    ann = await studio.person()
    for name, (said, code) in REFUSED.items():
        assert (await ann.says(said)).code == code, name
    assert paid(await studio.requests()) == []
    lesson = await ann.says("/lesson rain --ideas sea water rises; clouds cool down")
    boxes = {"too few boxes": "one", "too many": "\n".join("abcdefghij"), "no letters": "🎪\n🎈"}
    for name, value in boxes.items():
        assert (await fills(ann, lesson, boxes=value)).failure, name
    assert (await fills(ann, lesson)).code == "text-unchanged"
    picture = await ann.says("/image a cat --raw")
    message, action = picture.action("redraw")
    assert (await ann.presses(message, action.replace("redraw", "pdf"))).code == "no-words-set"


async def test_a_lesson_has_a_diagram_with_exactly_its_labels(studio: Studio) -> None:
    ann = await studio.person()
    lesson = await ann.says("/lesson why it rains --ideas the sun warms the sea; vapour rises & cools; clouds <grow>")
    diagram, illustration = lesson.pictures
    assert diagram["caption"].endswith("The sun warms the sea · Vapour rises & cools · Clouds <grow>")
    assert illustration["caption"] == "why it rains" and len(await drawings(studio)) == 1
    said = await printed(ann, lesson)
    for label in ("why it rains", "The sun warms the sea", "Vapour rises & cools", "Clouds <grow>"):
        assert label in said
    changed = await fills(
        ann, lesson, title="雨", form="timeline", boxes="早上：太阳晒热海水；水汽上升\n中午: 云\n晚上"
    )
    assert (await printed(ann, changed)).replace(" ", "") == "雨早上太阳晒热海水水汽上升中午云晚上"
    assert len(await drawings(studio)) == 1


async def test_posters_and_diagrams_on_every_platform(served: Studio, talker: Talker) -> None:
    drawn = await talker.says(POSTER, expect=2)
    assert text_of(file_of(await talker.presses(*drawn.button("pdf")))) == WORDS
    asked = len(paid(await served.requests()))
    changed = await fills_in(talker, *drawn.button("set-words"), {**OTHER, "subline": "Alte Mole", "layout": "classic"})
    said = text_of(file_of(await talker.presses(*changed.button("pdf"))))
    assert said == "Nacht der Lichter Alte Mole Eintritt frei"
    assert len(paid(await served.requests())) == asked


def file_of(said: Said) -> bytes:
    """The file of the only message."""
    (file,) = said.messages[0].files
    return file


@pytest.mark.parametrize("count", [7, 8], ids=["drawn", "set"])
async def test_a_killed_poster_is_paid_once(services: EmbeddedProcess, tmp_path: Path, count: int) -> None:
    async with program(tmp_path, services, "finish_step", count) as life:
        person = Person(await life.address(), "ann", "home-ann")
        request = await person.posts(POSTER, client_id="once")
        assert await life.wait() == -signal.SIGKILL
    async with studio_at(tmp_path, services) as studio:
        person = await studio.person()
        answer = await person.answer(request)
        assert len(answer.pictures) == 1
        assert await printed(person, answer) == WORDS
        assert await drawings(studio) == [], "drawn before"
