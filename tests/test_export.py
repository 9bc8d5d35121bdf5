"""A story to keep, on every platform: what is in the file, what it is called, and whose it is."""

from __future__ import annotations

import asyncio
import io
import os
import re
import zipfile
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import Talker
from core.documents import book, names
from core.ports import Change
from core.types import Place
from studio import Studio, paid
from test_book import alternatives, fonts_in
from test_forget_bytes import at_rest, forgets, holding

pytest_plugins = ("platforms",)

STORY = "/story a fox who finds a lantern --length short --pages 2"


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


async def test_a_story_is_saved_with_its_pictures_and_the_same_each_time(served: Studio, talker: Talker) -> None:
    assert "/story" in (await talker.says("/export")).text, "there is nothing yet"
    story = await talker.says(STORY, expect=4)
    originals = {
        original.messages[0].files[0]
        for action in [action for one in story.messages for action, _ in one.buttons if action.startswith("pick:")]
        for picked in [await talker.presses(story.messages[-1], action)]
        for original in [await talker.presses(*picked.button("original"))]
    }
    asked = len(paid(await served.requests()))
    saved = await talker.presses(*story.button("export"))
    assert "2 pictures" in saved.text
    files = unpacked(saved.messages[0].files[0])
    (folder,) = {name.partition("/")[0] for name in files}
    words = files.pop(f"{folder}/{folder}.md").decode()
    assert sorted(files) == [f"{folder}/01.jpg", f"{folder}/02.jpg"]
    assert set(files.values()) == originals and len(originals) == 2, "as they were drawn"
    assert words.startswith("# ") and "](01.jpg)" in words and words.index("](01.jpg)") < words.index("](02.jpg)")
    assert names.stem(words.partition("\n")[0], "") == folder
    again = await talker.says("/export")
    assert again.messages[0].files == saved.messages[0].files
    text = (await talker.says("/export --format markdown")).messages[0].files[0].decode()
    assert text.startswith("# ") and "](" not in text
    assert len(paid(await served.requests())) == asked, "it costs nothing"


async def test_a_story_is_a_pdf_in_its_language(studio: Studio) -> None:
    """Every word is in it and both pictures, told to who does not see them; a book is its own PDF."""
    ann = await studio.person()
    for said, tag, font in (
        (STORY, "en", "Libertinus"),
        ("/story 一只捡到灯笼的狐狸 --篇幅 短 --页数 2", "zh-CN", "NotoSansCJK"),
    ):
        story = await ann.says(said)
        asked = len(paid(await studio.requests()))
        saved = await ann.says("/export --format pdf", reply_to=story.message)
        (file,) = saved.pieces
        data = await ann.picture(file)
        if folder := os.environ.get("SHOTS"):
            (Path(folder) / f"story-{tag}.pdf").write_bytes(data)
        reader = pypdf.PdfReader(io.BytesIO(data))
        told = re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))
        kept = await studio.program.storage.store.piece(story.pieces[0]["id"])
        words = re.sub(r"[\s#*]", "", kept.piece.words if kept else "")
        assert file["caption"].endswith(".pdf") and "PDF" in saved.text
        assert all(part in told for part in re.findall(r"[\w’]{4,20}", words))
        root: Any = reader.trailer["/Root"]
        assert root["/Lang"] == tag and root["/MarkInfo"]["/Marked"]
        assert alternatives(root["/StructTreeRoot"]) == [shown["caption"] for shown in story.pictures]
        assert any(font in name for name in fonts_in(reader)) and all(fonts_in(reader).values())
        assert len(paid(await studio.requests())) == asked, "it costs nothing"
    made = await ann.says("/book a fox --pages 4")
    saved = await ann.says("/export --format pdf", reply_to=made.message)
    assert len(pypdf.PdfReader(io.BytesIO(await ann.picture(saved.pieces[0]))).pages) == 5


async def test_what_goes_on_is_saved_as_one_and_a_reply_says_which(studio: Studio) -> None:
    ann = await studio.person(language="zh")
    first = await ann.says("/story 一只捡到灯笼的狐狸 --length short")
    await ann.presses(*first.action("continue"))
    owl = await ann.says("/story an owl who cannot sleep --length short")
    await ann.says("thank you!")

    async def words_of(*said: str, **details: str) -> str:
        (piece,) = (await ann.says(*said, **details)).pieces
        return (await ann.picture(piece)).decode()

    told = [piece["caption"] for piece in (*first.pieces, *owl.pieces) if piece["kind"] == "text"]
    newest = await words_of("/导出 --格式 文字")
    assert told[1] in newest and told[0] not in newest, "the last story, not the last thing that was said"
    fox = await words_of("/export --format markdown", reply_to=first.message)
    assert told[0] in fox and told[1] not in fox, "a picture leads to its story"
    continued = next(
        event
        for event in ann.events
        if event["kind"] == "reply" and event["pieces"] and event["message"] > first.message
    )
    assert continued


async def test_what_somebody_drew_from_it_in_private_is_theirs(studio: Studio) -> None:
    """Who draws another's story in a place of their own shows it to nobody else."""
    ann, store = await studio.person(), studio.program.storage.store
    told = await ann.says("/story a fox --length short")
    text, own = told.pieces
    kept = await store.piece(own["id"])
    assert kept
    private = Place(platform="web", chat="home-ben", private=True)
    drawn = kept.piece.model_copy(update={"id": "ben-drew-this-alone-1", "caption": "private"})
    theirs = kept.model_copy(
        update={"piece": drawn, "place": private, "author": "web:ben", "session": f"{private.key}:ben"}
    )
    await store.commit(Change(pieces=(theirs,)))
    assert len(await store.pictures_of(text["id"])) == 2
    (piece,) = (await ann.says("/export")).pieces
    files = unpacked(await ann.picture(piece))
    assert len(files) == 2 and b"private" not in b"".join(files.values())


async def test_the_page_hands_it_out_under_its_name(studio: Studio) -> None:
    ann = await studio.person(language="zh")
    await ann.says("/story 一只捡到灯笼的狐狸 --length short")
    (piece,) = (await ann.says("/export")).pieces
    assert piece["kind"] == "file" and piece["size"] > 0 and piece["caption"].endswith(".zip")
    got = await ann.get(piece["url"])
    assert len(got.content) == piece["size"]
    assert got.headers["content-disposition"].startswith("attachment; filename*=utf-8''%")
    assert got.headers["content-type"] == "application/zip"
    assert got.headers["x-content-type-options"] == "nosniff"


async def test_a_file_is_seen_by_whom_its_story_is_seen_by(guarded: Studio) -> None:
    ann, mallory = await guarded.invited("Ann", room="den"), await guarded.invited("Mallory")
    await ann.says("/story a fox --length short")
    (piece,) = (await ann.says("/export")).pieces
    ben = await guarded.invited("Ben", room="den")
    assert (await ben.get(piece["url"])).status_code == 200
    assert (await mallory.get(piece["url"])).status_code == 404
    assert (await mallory.get(f"{piece['url']}?user={ann.name}")).status_code == 404
    details = (await ann.get(f"/api/pieces/{piece['id']}")).json()
    assert "media" not in details


async def test_it_goes_with_what_it_repeats_whosever_it_is(studio: Studio, tmp_path: Path) -> None:
    ann, ben = await studio.person(chat="den"), await studio.person("ben", chat="den")
    await ann.says("/settings session shared")
    told = await ann.says("/story a marzipan lighthouse --length short")
    (theirs,) = (await ben.says("/export")).pieces
    (mine,) = (await ann.says("/export")).pieces
    event, text = next((event, piece) for event in told.replies for piece in event["pieces"] if piece["kind"] == "text")
    await at_rest(studio)
    assert holding(tmp_path / "data" / "media", text["caption"])
    question = await ann.presses(event["message"], f"delete:{text['id']}")
    await ann.presses(*question.action("delete-yes"))
    await at_rest(studio)
    for piece in (theirs, mine):
        assert (await ann.get(piece["url"])).status_code == 404
    assert holding(tmp_path / "data" / "media", text["caption"]) == []
    later = await studio.person("eve", chat="den")
    seen = await later.wait(lambda events: [one for one in events if one["kind"] == "end"])
    assert seen and mine["caption"] not in str([one for one in later.events if one["pieces"]])


async def test_who_is_forgotten_is_in_nobody_s_file(studio: Studio, tmp_path: Path) -> None:
    ann, ben = await studio.person(chat="den"), await studio.person("ben", chat="den")
    await ann.says("/settings session shared")
    told = await ann.says("/story a marzipan lighthouse --length short")
    (piece,) = (await ben.says("/export")).pieces
    await forgets(ann)
    await at_rest(studio)
    assert (await ben.get(piece["url"])).status_code == 404
    assert holding(tmp_path / "data", told.pieces[0]["caption"]) == []


async def test_many_at_once_hold_nobody_up(studio: Studio) -> None:
    people = [await studio.person(f"p{number}") for number in range(6)]
    await asyncio.gather(*(person.says("/story a fox --length short") for person in people))
    saved = await asyncio.gather(*(person.says("/export") for person in people))
    assert all(len(answer.pieces) == 1 for answer in saved)


# --- names and archives ----------------------------------------------------------------------------------------------

NAMES = [
    ("The Fox and the Lantern", "the-fox-and-the-lantern"),
    ("狐狸和灯笼", "狐狸和灯笼"),
    ("The Fox’s “Lantern”!", "the-foxs-lantern"),
    ("../../etc/passwd", "etc-passwd"),
    ("..\\..\\windows\\system32", "windows-system32"),
    ("C:\\fox", "c-fox"),
    ("fox\x00\r\nContent-Type: text/html", "fox-content-type-text-html"),
    ("fox\u202egpj.exe", "fox-gpj-exe"),
    ("🦊🏮", "story"),
    ("🦊 fox 🏮", "fox"),
    ("", "story"),
    (" . ", "story"),
    ("-rf", "rf"),
    ("CON", "con-story"),
    ("nul", "nul-story"),
    ("COM¹", "com1-story"),
    ("ＦＯＸ　２", "fox-2"),
    ("x" * 300, "x" * 60),
    ("हिन्दी", "हिन्दी"),
]


@pytest.mark.parametrize(("words", "expected"), NAMES, ids=[ascii(words)[:20] for words, _ in NAMES])
def test_a_name_is_good_for_people_and_safe(words: str, expected: str) -> None:
    assert names.stem(words, "story") == expected


@given(st.text(max_size=400))
def test_every_name_is_safe_for_every_file_system(words: str) -> None:
    name = names.stem(words, "story")
    assert name and len(name) <= 70 and len(name.encode()) <= 200
    assert not set(name) & set('/\\:*?"<>|.\x00\n\r\t \u202e\u200f') and name.isprintable()
    assert not name.startswith("-") and not name.endswith("-")
    assert names.stem(name, "story") in (name, f"{name}-story") or len(name) >= 55
    plain = names.plain(f"{name}.zip")
    assert plain.isascii() and plain.endswith(".zip") and len(plain) > 4


@given(st.lists(st.integers(1, 5000), max_size=20), st.integers(1, 3000), st.integers(0, 12_000))
def test_parts_hold_everything_once_and_fit_where_they_can(sizes: list[int], beside: int, room: int) -> None:
    plates = [book.Plate(f"{number:02}.png", "", Path("x"), size) for number, size in enumerate(sizes, 1)]
    parts = book.volumes(plates, beside, room)
    assert [plate for part in parts for plate in part] == plates
    if not room:
        assert len(parts) == 1
    for number, part in enumerate(parts):
        filled = sum(plate.size + 1024 for plate in part) + 1024 + (0 if number else beside)
        assert not room or filled <= room or len(part) <= 1


def test_a_caption_is_nothing_but_words() -> None:
    plates = (book.Plate("01.png", "a [link](http://x)\n\n# and \\ more", Path("x"), 1),)
    laid = book.markdown([book.Chapter("# Fox\n\nOne.\n\nTwo.", plates)])
    assert laid == "# Fox\n\nOne.\n\nTwo.\n\n![a \\[link\\](http://x) # and \\\\ more](01.png)\n"
