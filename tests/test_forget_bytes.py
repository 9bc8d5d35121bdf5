"""Deleted words are found nowhere: not in what models are told next, and not in the raw bytes of any file of the data folder."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from patience import PATIENCE
from studio import Person, Studio

SAID = {
    "en": ("a marzipan lighthouse", "make it bluebottle blue", "what does the zanzibar fox dream of", "quokka"),
    "zh": ("一座杏仁糖灯塔", "改成矢车菊蓝", "桑给巴尔的狐狸梦见什么", "短尾矮袋鼠"),
}


def holding(folder: Path, words: str) -> list[str]:
    """The files whose raw bytes hold words, as they are or as JSON escapes them."""
    forms = {words.encode(), words.encode("ascii", "backslashreplace"), words.encode("utf-16-le")}
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "embedded-openai.jsonl")
    return [path.name for path in files if any(form in path.read_bytes() for form in forms)]


async def at_rest(studio: Studio) -> None:
    store = studio.program.storage.store
    async with asyncio.timeout(PATIENCE):
        while await store.waiting_rows("web") or await store.open_jobs() or await store.unsent():
            await asyncio.sleep(0.02)


async def forgets(person: Person, *, everything: bool = False) -> None:
    asked = await person.says("/forget")
    action = "forget-yes:all" if everything else "forget-yes:"
    button = next(
        one["id"] for event in asked.events for one in event.get("actions", ()) if one["id"].startswith(action)
    )
    assert (await person.presses(asked.message, button)).code is None


@pytest.mark.parametrize("language", SAID)
async def test_no_file_holds_the_words_of_who_was_forgotten(studio: Studio, tmp_path: Path, language: str) -> None:
    idea, change, question, style = SAID[language]
    person = await studio.person("zebulon", language=language)
    await person.says(f"/story {idea} --length short --pages 2")
    assert (await person.says("/export")).pieces and (await person.says("/export --format markdown")).pieces
    drawn = await person.says(f"/image {idea} --raw")
    await person.says(change, reply_to=drawn.message)
    await person.says(question)
    await person.says("/edit", "cat.png")  # a question that waits for its words
    await person.says(f"/image {style} --style {style}")  # a refusal that quotes
    await person.says(f"/{style}")
    await at_rest(studio)
    assert all(holding(tmp_path / "data", words) for words in (idea, change, question, "zebulon"))
    await forgets(person)
    await at_rest(studio)
    assert {words: holding(tmp_path / "data", words) for words in (idea, change, question, style, "zebulon")} == {
        words: [] for words in (idea, change, question, style, "zebulon")
    }


@pytest.mark.parametrize("language", SAID)
async def test_deleted_words_are_not_told_to_a_model_again(studio: Studio, tmp_path: Path, language: str) -> None:
    idea, _, question, _ = SAID[language]
    person = await studio.person(language=language)
    told = await person.says(f"/story {idea} --length short")
    story = next(event for event in told.events if event["kind"] == "reply" and event["pieces"][0]["kind"] == "text")
    captions = " ".join(
        piece["caption"] for piece in told.pieces
    )  # a picture's is a sentence of the story, and stays with the picture
    words = max((line for line in story["text"].splitlines() if line[:40] not in captions), key=len)[:40]
    await at_rest(studio)
    assert holding(tmp_path / "data", words)
    sure = await person.presses(story["message"], f"delete:{story['pieces'][0]['id']}")
    assert (await person.presses(*sure.action("delete-yes"))).code is None
    await at_rest(studio)
    store = studio.program.storage.store
    turns = str((await store.session("web:home-ann::ann")).turns)
    assert words not in turns and idea not in turns
    for table, column in (
        ("steps", "result"),
        ("jobs", "request"),
        ("pieces", "value"),
        ("replies", "value"),
        ("events", "data"),
    ):
        rows = await studio.program.storage.database.read(
            lambda c, table=table, column=column: c.exec_driver_sql(f"SELECT {column} FROM {table}").scalars().all()
        )
        assert [row for row in rows if words in row] == [], table
    await studio.begin()
    await person.says(question)
    assert await studio.requests("chat")
    assert all(words not in str(entry) for entry in await studio.requests("chat"))


async def test_one_of_several_pictures_goes_alone(studio: Studio) -> None:
    person = await studio.person()
    shown = await person.says("/image a marzipan lighthouse --raw --n 3")
    first, *others = [piece["id"] for piece in shown.pictures]
    picked = await person.presses(shown.message, f"pick:{first}")
    sure = await person.presses(*picked.action("delete"))
    await person.presses(*sure.action("delete-yes"))
    await at_rest(studio)
    rows = await studio.program.storage.database.read(
        lambda c: c.exec_driver_sql("SELECT data FROM events WHERE data LIKE '%lighthouse%'").scalars().all()
    )
    shown = [piece for row in rows for piece in json.loads(row)["pieces"]]
    assert {piece["caption"] for piece in shown if piece["id"] == first} <= {""}
    assert all(
        {piece["caption"] for piece in shown if piece["id"] == other} == {"a marzipan lighthouse"} for other in others
    )
    assert (await studio.program.storage.store.session("web:home-ann::ann")).last_picture != first


@pytest.mark.parametrize("everything", [False, True])
async def test_what_others_made_from_it_is_theirs_unless_it_is_to_go_too(
    studio: Studio, tmp_path: Path, everything: bool
) -> None:
    ann, bob = await studio.person("zebulon", "garden"), await studio.person("bob", "garden")
    shown = await ann.says("/image a marzipan lighthouse --raw")
    made = await bob.says("/edit with bluebottles", reply_to=shown.message)
    again = await bob.says("/vary in the dark", reply_to=made.message)
    assert made.pictures and again.pictures
    await at_rest(studio)
    await forgets(ann, everything=everything)
    await at_rest(studio)
    assert holding(tmp_path / "data", "zebulon") == [] and holding(tmp_path / "data", "marzipan") == []
    store = studio.program.storage.store
    left = [await store.piece(answer.pictures[0]["id"]) for answer in (made, again)]
    assert [piece is None for piece in left] == [everything, everything]


async def test_words_that_somebody_repeated_in_an_answer_go_too(studio: Studio, tmp_path: Path) -> None:
    """What is replied to is read along, so it stands in the other's message and request."""
    ann, bob = await studio.person("zebulon", "garden"), await studio.person("bob", "garden")
    asked = await ann.says("what rhymes with marzipan?")
    await bob.says("@fabula summarise this", reply_to=asked.request)
    await bob.says("what did you say?", reply_to=asked.message)
    await at_rest(studio)
    assert holding(tmp_path / "data", "marzipan")
    await forgets(ann)
    await at_rest(studio)
    assert holding(tmp_path / "data", "marzipan") == []


async def test_what_others_were_told_of_it_goes_too(studio: Studio, tmp_path: Path) -> None:
    """How a picture was made, and the list of what was made from what, are others' messages and hold its words."""
    ann, bob = await studio.person("zebulon", "garden"), await studio.person("bob", "garden")
    shown = await ann.says("/image a marzipan lighthouse --raw")
    told = await bob.presses(*shown.action("prompt"))
    assert "marzipan" in told.text
    await bob.says("/vary in the dark", reply_to=shown.message)
    listed = await bob.says("/history")
    assert "marzipan" in listed.text and "in the dark" in listed.text
    await at_rest(studio)
    await forgets(ann)
    await at_rest(studio)
    assert holding(tmp_path / "data", "marzipan") == []
    assert "in the dark" in (await bob.says("/history")).text, "what is bob's is his"


@pytest.mark.parametrize("language", SAID)
async def test_what_is_deleted_stands_in_no_file(studio: Studio, tmp_path: Path, language: str) -> None:
    """Not what was asked for either, and not in the log of the database."""
    idea, change, question, _ = SAID[language]
    person = await studio.person(language=language)
    kept = await person.says(f"/image {change} --raw")
    shown = await person.says(f"/image {idea} --raw", client_id="one")
    told = await person.says(question)
    await person.presses(*shown.action("prompt"))
    await person.says("/history")
    await at_rest(studio)
    assert all(holding(tmp_path / "data", words) for words in (idea, question))
    for answer in (shown, told):
        piece = answer.pieces[0]["id"]
        sure = await person.presses(answer.message, f"delete:{piece}")
        assert (await person.presses(*sure.action("delete-yes"))).code is None
    await at_rest(studio)
    assert {words: holding(tmp_path / "data", words) for words in (idea, question)} == {idea: [], question: []}
    assert (await person.picture(kept.pictures[0])) and holding(tmp_path / "data", change)


async def test_a_request_stays_while_something_is_left_of_it(studio: Studio, tmp_path: Path) -> None:
    person = await studio.person()
    shown = await person.says("/image a marzipan lighthouse --raw --n 2")
    first, second = [piece["id"] for piece in shown.pictures]
    for picture, left in ((first, True), (second, False)):
        sure = await person.presses(shown.message, f"pick:{picture}")
        sure = await person.presses(*sure.action("delete"))
        await person.presses(*sure.action("delete-yes"))
        await at_rest(studio)
        events = await studio.program.storage.database.read(
            lambda c: c.exec_driver_sql("SELECT data FROM events WHERE key LIKE 'message:%'").scalars().all()
        )
        assert any("marzipan" in event for event in events) is left
    assert holding(tmp_path / "data", "marzipan") == []


async def test_a_story_that_is_deleted_while_its_pictures_are_drawn(studio: Studio, tmp_path: Path) -> None:
    """Its job needs the journal until its end, and no longer."""
    person = await studio.person()
    await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    request = await person.posts("/story a marzipan lighthouse --length short --pages 1")
    story = await person.wait(
        lambda events: next((one for one in events if one["kind"] == "reply" and one["pieces"]), None)
    )
    await studio.hangs("images.generations")
    sure = await person.presses(story["message"], f"delete:{story['pieces'][0]['id']}")
    assert (await person.presses(*sure.action("delete-yes"))).code is None
    await studio.release()
    captions = " ".join(piece["caption"] for piece in (await person.answer(request)).pieces)
    words = max((line for line in story["text"].splitlines() if line[:40] not in captions), key=len)[:40]
    await at_rest(studio)
    rows = await studio.program.storage.database.read(lambda c: c.exec_driver_sql("SELECT result FROM steps").all())
    assert rows == []
    await studio.program.storage.store.sweep(0)
    assert holding(tmp_path / "data", words) == []


async def test_a_stopped_request_is_named_only_while_what_came_of_it_is_there(studio: Studio, tmp_path: Path) -> None:
    person = await studio.person()
    await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    request = await person.posts("/story a fox who sails the seven seas and finds a lantern --length short --pages 1")
    await studio.hangs("images.generations")
    stopped = await person.says("/cancel")
    assert "“a fox who sails the seven seas and find…”" in stopped.text
    story = await person.answer(request)
    await studio.release()
    asked = await person.presses(*story.action("delete"))
    await person.presses(*asked.action("delete-yes"))
    await at_rest(studio)
    assert holding(tmp_path / "data", "sails the seven seas") == []
