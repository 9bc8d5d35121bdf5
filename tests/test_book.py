"""Picture books: from an idea or a story to files, with every page drawn from one sheet, and changed by itself."""

from __future__ import annotations

import hashlib
import io
import re
import tempfile
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from contract import Talker
from core.documents import book_pdf, bound, epub
from core.documents.picture_book import laid_out, the_book
from core.pictures.canvas import as_source
from core.types import PieceKind
from embedded.process import EmbeddedProcess
from studio import Answer, Person, Studio, paid, studio_at
from test_forms import fills_in

pytest_plugins = ("platforms",)

REFUSAL = {"endpoint": "images.edits", "kind": "status", "status": 400, "code": "moderation_blocked", "times": 1}
XHTML, OPF, DC = (
    "{http://www.w3.org/1999/xhtml}",
    "{http://www.idpf.org/2007/opf}",
    "{http://purl.org/dc/elements/1.1/}",
)


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 0.0)


async def file_of(person: Person, answer: Answer, verb: str) -> bytes:
    made = await person.presses(*answer.action(verb))
    (piece,) = made.pieces
    return await person.picture(piece)


async def submits(person: Person, answer: Answer, action: str, **values: str) -> Answer:
    """Send the form of a button under an answer."""
    start, (message, _) = len(person.events), answer.action(action.partition(":")[0])
    await person.post("forms", message=message, action=action, values=values, client_id=f"c{start}")
    return await person.answer(message, start)


def actions(answer: Answer, verb: str) -> dict[str, str]:
    """The buttons of a verb by their labels."""
    return {
        action["label"]: action["id"]
        for event in answer.replies
        for action in event["actions"]
        if action["id"].startswith(f"{verb}:")
    }


def calls(requests: list[dict[str, Any]]) -> Counter[str]:
    return Counter(entry["endpoint"] for entry in paid(requests))


def texts_of(pdf: bytes) -> list[str]:
    return [re.sub(r"\s+", "", page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


BOOKS = {
    "en": ("/book an owl who is afraid of the dark --pages 12 --age 6", "en", "Libertinus"),
    "zh": ("/book 一只怕黑的小猫头鹰 --页数 12 --age 6", "zh-CN", "NotoSansCJK"),
}


async def test_twelve_pages_from_one_sheet_to_every_file(studio: Studio) -> None:
    store, media = studio.program.storage.store, studio.program.storage.media
    for language, (said, tag, font) in BOOKS.items():
        before = len(await studio.requests("images.generations", "images.edits"))
        person = await studio.person(f"reader-{language}", language=language)
        answer = await person.says(said)
        assert len(answer.pictures) == 13, "a cover, and twelve pages"
        piece = (
            await store.piece(actions(answer, "delete")["Delete" if language == "en" else "删除"].partition(":")[2])
        ).piece  # type: ignore[union-attr]
        book = the_book(piece)
        assert [page.text for page in book.pages] == [shown["caption"] for shown in answer.pictures]
        # every picture was drawn from the sheet
        drawn = (await studio.requests("images.generations", "images.edits"))[before:]
        assert [entry["endpoint"] for entry in drawn] == ["images.generations"] + ["images.edits"] * 13
        sheet = (await store.piece(book.sheet)).piece  # type: ignore[union-attr]
        assert sheet.kind is PieceKind.SHEET and sheet.picture
        look = hashlib.sha256(as_source(await media.read(sheet.picture.media))).hexdigest()
        assert {entry["params"]["image"][0]["sha256"] for entry in drawn[1:]} == {look}
        assert not any(shown["id"] == sheet.id for shown in answer.pieces), "which nobody is shown"
        # PDF
        for verb, pages, side in (("book-pdf", 13, 612), ("book-print", 28, 630)):
            data = await file_of(person, answer, verb)
            reader = pypdf.PdfReader(io.BytesIO(data))
            assert len(reader.pages) == pages
            assert {tuple(map(float, page.mediabox)) for page in reader.pages} == {(0, 0, side, side)}
            edge = (side - 612) / 2
            assert {tuple(map(float, page.trimbox)) for page in reader.pages} == {(edge, edge, 612 + edge, 612 + edge)}
            assert reader.metadata and reader.metadata.title == book.title
            root: Any = reader.trailer["/Root"]
            assert root["/Lang"] == tag and root["/MarkInfo"]["/Marked"]
            fonts = fonts_in(reader)
            assert fonts and all(fonts.values()), "embedded"
            assert any(font in name for name in fonts)
            told = "".join(texts_of(data))
            assert all(re.sub(r"\s+", "", page.text) in told for page in book.pages[1:])
            assert alternatives(root["/StructTreeRoot"]) == [page.alt for page in book.pages]
        # EPUB, and the originals
        check_epub(await file_of(person, answer, "book-epub"), "zh-Hans" if language == "zh" else "en", 13)
        packed = zipfile.ZipFile(io.BytesIO(await file_of(person, answer, "book-zip")))
        originals = [await person.picture(shown) for shown in answer.pictures]
        names = packed.namelist()
        assert names[0].endswith(".md") and [packed.read(name) for name in names[1:]] == originals
        assert all(page.text.split("\n")[0] in packed.read(names[0]).decode() for page in book.pages)
    assert calls(await studio.requests())["images.edits"] == 26, "files cost nothing"


def fonts_in(reader: pypdf.PdfReader) -> dict[str, bool]:
    """The fonts of a PDF, and whether each is embedded."""
    found: dict[str, bool] = {}
    for page in reader.pages:
        fonts: Any = page["/Resources"].get("/Font") or {}  # type: ignore[union-attr]
        for font in fonts.values():
            descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
            found[font["/BaseFont"]] = any("/FontFile" in key for key in descriptor)
    return found


def alternatives(node: Any) -> list[str]:
    """What is told of the pictures of a tagged PDF, in reading order."""
    node = node.get_object()
    if isinstance(node, list):
        return [alt for kid in node for alt in alternatives(kid)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/Alt"])] if "/Alt" in node and node.get("/S") == "/Figure" else []
    return own + (alternatives(node["/K"]) if "/K" in node else [])


def check_epub(data: bytes, language: str, pages: int) -> None:
    """What EPUB 3.3 demands of a book with a fixed layout, as its checker looks at it."""
    packed = zipfile.ZipFile(io.BytesIO(data))
    first = packed.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
    assert packed.read("mimetype") == b"application/epub+zip"
    container = ElementTree.fromstring(packed.read("META-INF/container.xml"))
    (root,) = [one.get("full-path") for one in container.iter() if one.tag.endswith("rootfile")]
    package = ElementTree.fromstring(packed.read(str(root)))
    assert package.get("version") == "3.0"
    metadata = {meta.get("property"): meta.text for meta in package.iter(f"{OPF}meta")}
    assert metadata["rendition:layout"] == "pre-paginated"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", metadata["dcterms:modified"] or "")
    identifier = package.find(f".//{DC}identifier")
    assert identifier is not None and identifier.get("id") == package.get("unique-identifier")
    assert package.findtext(f".//{DC}language") == language and package.findtext(f".//{DC}title")
    items = {str(item.get("id")): item for item in package.iter(f"{OPF}item")}
    listed = {f"book/{item.get('href')}" for item in items.values()}
    assert listed == set(packed.namelist()) - {"mimetype", "META-INF/container.xml", root}, "the manifest is complete"
    (nav,) = [item for item in items.values() if item.get("properties") == "nav"]
    assert [item.get("properties") for item in items.values()].count("cover-image") == 1
    spine = [items[str(ref.get("idref"))] for ref in package.iter(f"{OPF}itemref")]
    assert len(spine) == pages
    targets = [
        link.get("href") for link in ElementTree.fromstring(packed.read(f"book/{nav.get('href')}")).iter(f"{XHTML}a")
    ]
    assert targets == [item.get("href") for item in spine]
    for item in spine:
        page = ElementTree.fromstring(packed.read(f"book/{item.get('href')}"))
        assert page.get("lang") == language
        viewport = [meta.get("content") for meta in page.iter(f"{XHTML}meta") if meta.get("name") == "viewport"]
        assert viewport == ["width=1200, height=1200"]
        images = list(page.iter(f"{XHTML}img"))
        assert images and all(image.get("alt") and f"book/{image.get('src')}" in listed for image in images)


async def test_a_page_is_changed_and_nothing_else_is_drawn(studio: Studio) -> None:
    """Text, picture, place, one less, one more: each costs what it draws, the files follow, and so does the message of the book."""
    person = await studio.person()
    made = await person.says("/book a fox who finds a lantern --pages 4")
    pages = actions(made, "page")
    assert list(pages) == ["Cover", "1", "2", "3", "4"]
    whose = pages["1"].split(":")[1]

    def name(label: str) -> str:
        return pages[label].split(":")[2]

    async def cost(work: Any) -> tuple[Answer, Counter[str]]:
        before = calls(await studio.requests())
        answer = await work
        return answer, calls(await studio.requests()) - before

    third, spent = await cost(person.presses(made.action("page")[0], pages["3"]))
    assert "Page 3 of 4" in third.text and len(third.pictures) == 1 and not spent
    new, spent = await cost(submits(person, third, f"page-text:{whose}:{name('3')}", text="Nobody had *missed* it."))
    assert not spent and new.pictures[0]["id"] == third.pictures[0]["id"]
    assert "Nobodyhad*missed*it.3" in texts_of(await file_of(person, made, "book-pdf"))[3]
    assert (
        await submits(person, new, f"page-text:{whose}:{name('3')}", text="Nobody had *missed* it.")
    ).code == "text-unchanged"
    again, spent = await cost(person.presses(*third.action("page-again")))
    assert spent == {"images.edits": 1} and again.pictures[0]["id"] != third.pictures[0]["id"]
    other, spent = await cost(submits(person, again, f"page-picture:{whose}:{name('3')}", change="a blue hat"))
    assert spent == {"images.edits": 1} and other.pictures[0]["parent"]
    moved, spent = await cost(submits(person, other, f"page-move:{whose}:{name('3')}", place="1"))
    assert not spent and actions(moved, "page")["1"] == pages["3"]
    assert texts_of(await file_of(person, moved, "book-pdf"))[1].endswith("missed*it.1")
    gone, spent = await cost(person.presses(other.action("page-remove")[0], f"page-remove:{whose}:{name('3')}"))
    assert not spent and list(actions(gone, "page")) == ["Cover", "1", "2", "3"]
    assert (await person.presses(third.message, f"page:{whose}:{name('3')}")).code in ("page-gone", "button-unknown")
    added, spent = await cost(submits(person, gone, f"page-add:{whose}", text="The fox slept.", place="2"))
    assert spent == {"chat": 1, "images.edits": 1} and "Page 2 of 4" in added.text
    told = texts_of(await file_of(person, added, "book-pdf"))
    assert len(told) == 5 and told[2] == "Thefoxslept.2"
    saved = await person.says("/export", reply_to=made.message)
    assert len(zipfile.ZipFile(io.BytesIO(await person.picture(saved.pieces[0]))).namelist()) == 6
    living = [event for event in person.events if event["kind"] == "reply" and event["text"].startswith("**")]
    assert "2 · The fox slept." in living[-1]["text"]
    question = await person.presses(*made.action("delete"))
    sheet = the_book((await studio.program.storage.store.piece(whose)).piece).sheet  # type: ignore[union-attr]
    await person.presses(*question.action("delete-yes"))
    assert await studio.program.storage.store.piece(sheet) is None, "its sheet goes with it"


async def test_a_refused_page_leaves_its_place_open_and_the_book_comes(studio: Studio) -> None:
    person = await studio.person()
    await studio.faults(REFUSAL)
    made = await person.says("/book a fox who finds a lantern --pages 4")
    assert made.failure is None and len(made.pictures) == 4
    (open_page,) = re.findall(r"(Cover|Page \d) has no picture yet", made.text)
    pdf = await person.presses(*made.action("book-pdf"))
    assert "1 page is in it without a picture" in pdf.text
    label = open_page.removeprefix("Page ")
    row = await person.presses(made.action("page")[0], actions(made, "page")[label])
    assert not row.pictures and "content rules" in row.text
    assert (await person.presses(*row.action("page-again"))).pictures
    assert "without" not in (await person.presses(*made.action("book-pdf"))).text


async def test_a_book_of_a_story_and_what_gets_one_sentence(studio: Studio) -> None:
    person = await studio.person()
    story = await person.says("/story a fox who finds a lantern --length short")
    before = calls(await studio.requests())
    made = await person.presses(*story.action("book"))
    spent = calls(await studio.requests()) - before
    assert spent == {"chat": 1, "images.generations": 1, "images.edits": len(made.pictures)}, "its text stays"
    title = story.pieces[0]["caption"]
    assert made.pictures[0]["caption"] == title and len(made.pictures) >= 5
    words = "".join(shown["caption"] for shown in made.pictures[1:])
    assert re.sub(r"\s", "", words) == re.sub(r"\s", "", story.replies[0]["text"].partition("\n")[2])
    two = await person.says("/story a fox at sea --length short --pages 2")
    one = await person.presses(*two.action("pick"))
    await person.presses(*one.action("redraw"))
    drawn = await studio.requests("images.edits")
    assert drawn[-1]["params"]["image"] == drawn[-2]["params"]["image"], "drawn again, from the same sheet"
    for said, code in (
        ("/book", "empty-prompt"),
        ("/book a fox --pages 3", "book-pages"),
        ("/book a fox --pages 25", "book-pages"),
    ):
        refused = await person.says(said)
        assert refused.code == code, said
    assert "4 to 24 pages" in refused.text and "costs about $" in refused.text


async def test_a_book_over_the_budget_is_told_its_price_and_what_fits(
    services: EmbeddedProcess, tmp_path: Path
) -> None:
    async with studio_at(tmp_path / "data", services, monthly_budget_usd=0.8, person_daily_usd=0.7) as studio:
        person = await studio.person()
        answer = await person.says("/book a fox --pages 24")
        assert answer.code == "book-over-quota" and "$" in answer.text
        (fits,) = re.findall(r"--pages (\d+)", answer.text)
        assert (await person.says(f"/book a fox --pages {int(fits) + 1}")).code == "book-over-quota"
        assert paid(await studio.requests()) == []
        assert (await person.says(f"/book a fox --pages {fits}")).failure is None
        assert (await person.says("/book a fox --pages 24")).code == "book-over-quota-none"
    async with studio_at(tmp_path / "other", services, sheet="off") as studio:
        answer = await (await studio.person()).says("/book a fox --pages 4")
        assert calls(await studio.requests())["images.generations"] == 5 and len(answer.pictures) == 5


async def test_a_book_is_read_by_whom_its_room_is_open_to(guarded: Studio) -> None:
    ann, ben = await guarded.invited("Ann", room="den"), await guarded.invited("Ben", room="den")
    mallory = await guarded.invited("Mallory")
    made = await ann.says("/book a fox who finds a lantern --pages 4")
    address = f"/api/books/{made.action('book-pdf')[1].partition(':')[2]}"
    for reader in (ann, ben):
        pages = (await reader.get(address)).json()["pages"]
        assert [page["text"] for page in pages] == [shown["caption"] for shown in made.pictures]
    assert (await mallory.get(address)).status_code == 404
    assert (await ann.get(f"/api/books/{made.pictures[0]['id']}")).status_code == 404, "no book"
    row = await ben.presses(made.action("page")[0], next(iter(actions(made, "page").values())))
    assert (await ben.presses(*row.action("page-again"))).code == "only-author"


async def test_a_book_everywhere(served: Studio, talker: Talker) -> None:
    expect = 7 if talker.place.platform == "telegram" else 2
    made = await talker.says("/book a fox who finds a lantern --pages 4", expect=expect)
    assert "is a book now" in made.text and len(made.pictures) == 5
    shown, action = next((one, action) for one in made.messages for action, label in one.buttons if label == "2")
    page = await talker.presses(shown, action)
    assert "Page 2 of 4" in page.text and len(page.pictures) == 1
    changed = await fills_in(talker, *page.button("page-text"), {"text": "It was cold."})
    assert "It was cold." in changed.text
    pdf = await talker.presses(*made.button("book-pdf"))
    assert "Itwascold.2" in texts_of(pdf.messages[0].files[0])


LAID_OUT = [
    ("# T\n\nOne. Two. Three. Four.", 4, ("One.", "Two.", "Three.", "Four.")),
    ("# T\n\nOne.\n\nTwo.", 2, ("One.", "Two.")),
    ("One. Two.", 4, ("One.", "Two.")),
    ("# T\n\n“Where?” she asked. “There.” It was.", 2, ("“Where?” she asked.", "“There.” It was.")),
    ("# 题\n\n一。二。三。四。", 2, ("一。二。", "三。四。")),
    ("# T\n\n**Bold** one. Two.\n\nThree.", 1, ("Bold one. Two.\nThree.",)),
    ("no end", 3, ("no end",)),
]


@pytest.mark.parametrize(("words", "number", "expected"), LAID_OUT)
def test_a_text_is_laid_out(words: str, number: int, expected: tuple[str, ...]) -> None:
    title, pages = laid_out(words, number)
    assert pages == expected and title == (words[2] if words.startswith("# ") else "")


@given(st.lists(st.text("ab“”。. \n？", min_size=1, max_size=40), min_size=1, max_size=12), st.integers(1, 24))
def test_no_word_is_lost_over_the_pages(paragraphs: list[str], number: int) -> None:
    words = "\n\n".join(paragraphs)
    _, pages = laid_out(words, number)
    assert len(pages) <= number or len([one for one in paragraphs if one.strip()]) == number
    assert re.sub(r"\s", "", "".join(pages)) == re.sub(r"\s", "", words)


HOSTILE = [
    '#panic("x")',
    "*a* _b_ $x$ @y <z> `c`",
    '\\ " #import "/etc/passwd"',
    "</p><script>1</script> & ]]>",
    "a\x07b\ufffe",
    "🦊 狐狸 ñ",
]


def test_what_a_book_says_is_data(tmp_path: Path) -> None:
    """No words of a page become markup, of any format, or break it; a page may lack its picture."""
    file = io.BytesIO()
    Image.new("RGBA", (64, 48), (200, 30, 30, 128)).save(file, "PNG")
    leaves = [bound.leaf(words, words, file.getvalue()) for words in HOSTILE]
    book = bound.Bound("id-1", HOSTILE[1], "en", HOSTILE[0], (*leaves, bound.Leaf("x " * 3000), bound.Leaf("")))
    told = "".join(texts_of(book_pdf.pdf(book, "print")))
    assert all(re.sub(r"\s", "", words) in told for words in HOSTILE[1:3])
    made = tmp_path / "a.epub"
    with made.open("wb") as out:
        epub.write(out, book)
    packed = zipfile.ZipFile(made)
    pages = [ElementTree.fromstring(packed.read(name)) for name in packed.namelist() if name.endswith("xhtml")]
    assert any("".join(page.itertext()).strip().endswith("</p><script>1</script> & ]]>") for page in pages)
    assert not any(list(page.iter(f"{XHTML}script")) for page in pages)


def test_a_kill_leaves_no_page_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A book is set where there is no folder for what is half made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    file = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 30, 30)).save(file, "PNG")
    book = bound.Bound("id-1", "Fox", "en", "", (bound.leaf("Fox", "a fox", file.getvalue()), bound.Leaf("It ran.")))
    assert [texts_of(book_pdf.pdf(book, edition))[1] for edition in ("screen", "print")] == ["Itran.1", "Itran.1"]
    assert not list(tmp_path.iterdir())


def test_print_has_pages_as_printers_take_them() -> None:
    for pages in range(4, 25):
        whole = 2 + 2 * pages + book_pdf.empty_pages(pages)
        assert whole >= 24 and whole % 4 == 0
