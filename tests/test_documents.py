"""Files that are no pictures, on their way in: a command says which it takes, and gets those alone, whatever they are called."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from contract import Talker, WebTalker, sample
from core import texts
from core.conversation.commands import Command
from core.conversation.feature import Feature
from core.documents import formats, names
from core.features import FEATURES
from core.features.steps.toolbox import Toolbox, fetch_documents
from core.jobs import Job, Recipe, nothing
from core.types import Document, Reply, Request
from discord_talker import DiscordTalker
from standins.discord.client import File
from studio import Studio
from telegram_talker import TelegramTalker

pytest_plugins = ("platforms",)

SENTENCES = 'msgid "command-weigh"\nmsgstr "weigh a table"\n\nmsgid "ask-table-weigh"\nmsgstr "Which table?"\n'
TABLE, OTHER = texts.say("error-not-a-table", "en"), texts.say("error-unusable-document", "en")


async def fetch(tools: Toolbox, request: Request) -> tuple[Document, ...]:
    return await fetch_documents(tools, request, ("table",))


async def weigh(job: Job, tools: Toolbox) -> None:
    """Say what came. Steps: documents."""
    documents = await job.step("documents", fetch, tools, job.request)
    (found,) = documents
    kept = await tools.media.read(found.media)
    await job.say("weight", Reply(text=f"{found.name} weighs {len(kept)} and is {found.mime}"))


WEIGH = Feature(
    Command("weigh", files=("table",), paid=True),
    about="weigh a table",
    recipes={"weigh": Recipe(weigh, nothing, looks=False)},
)


def with_sentences(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """The catalogues, in a folder, with the sentences of the command at their end."""
    for language in texts.LANGUAGES:
        ours = (texts.FOLDER / f"{language}.po").read_text("utf-8")
        (folder / f"{language}.po").write_text(f"{ours}\n{SENTENCES}", "utf-8")
    patch.setattr(texts, "FOLDER", folder)
    texts.catalogue.cache_clear()


@pytest.fixture
def features(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sequence[Feature]]:
    """A command more, which takes tables."""
    with monkeypatch.context() as patch:
        with_sentences(tmp_path, patch)
        yield (*FEATURES, WEIGH)
    texts.catalogue.cache_clear()


def archive(*entries: tuple[str, bytes], packed: bool = True) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as file:
        for name, data in entries:
            file.writestr(name, data)
    return stream.getvalue()


CSV = b"name,age\nfox,4\n"
XLSX = archive(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>"))
ODS = archive(("mimetype", formats.MIME["ods"].encode()), ("content.xml", b"<x/>"), packed=False)
EPUB = archive(("mimetype", formats.MIME["epub"].encode()), ("book.xhtml", b"<x/>"), packed=False)
ODT = archive(("mimetype", b"application/vnd.oasis.opendocument.text"), packed=False)
XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
BOMB = archive(*((f"xl/{number}.xml", bytes(1_000_000)) for number in range(50)))
PNG, PDF, FILM = sample("cat.png"), b"%PDF-1.7\n" + bytes(64), b"\x00\x00\x00\x18ftypisom" + bytes(64)

FORMATS = [
    (CSV, "a.csv", "csv"), (CSV, "A.CSV", "csv"), (b"a\tb\n", "a.tsv", "tsv"), (b"a\tb\n", "a.tab", "tsv"), (b"", "a.csv", "csv"),
    ("名字,年龄\n狐狸,4\n".encode(), "狐狸.csv", "csv"), (b"\xff\xfe" + "a\tb".encode("utf-16-le"), "a.csv", "csv"),
    (b"BMI,age\n20,4\n", "bmi.csv", "csv"), (XLSX, "a.xlsx", "xlsx"), (XLS, "a.xls", "xls"), (ODS, "a.ods", "ods"), (ODS, "a.xlsx", "ods"),
    (ODS, "a", "ods"), (BOMB, "a.xlsx", "xlsx"), (PDF, "a.pdf", "pdf"), (PDF, "a.csv", "pdf"), (PDF, "a", "pdf"), (EPUB, "a.epub", "epub"),
    (EPUB, "a.zip", "epub"), (XLSX, "a.zip", "zip"), (XLSX, "a", "zip"), (b"# A\n", "a.md", "md"), (b"words", "a.txt", "txt"),
    (PNG, "a.csv", None), (FILM, "a.tsv", None), (CSV, "a.xlsx", None), (CSV, "a.xls", None), (CSV, "a.ods", None), (CSV, "a.pdf", None),
    (XLS, "a.doc", None), (XLS, "a.csv", None), (ODT, "a.ods", None), (ODT, "a.odt", None), (XLSX, "a.docx", None), (XLSX, "a.csv", None),
    (CSV, "a", None), (CSV, "a.exe", None), (bytes(64), "a.txt", None), (b"{\\rtf1 x}", "a.txt", None), (b"\xff\xfb\x90\x00", "a.csv", None),
]  # fmt: skip


@pytest.mark.parametrize(("data", "name", "expected"), FORMATS, ids=[f"{name}-{told}" for _, name, told in FORMATS])
def test_a_format_is_told_by_the_first_bytes_and_the_name(data: bytes, name: str, expected: str | None) -> None:
    assert formats.format_of(data[: formats.HEAD], name) == expected


async def sends(talker: Talker, words: str, name: str, data: bytes, expect: int = 1) -> str:
    """A file with a command, as each platform has it; what is answered."""
    if isinstance(talker, WebTalker):
        return (await talker.person.says(words, (name, data))).text
    if isinstance(talker, TelegramTalker):
        sent = await talker.people.send_document(
            talker.user, data, name, words, mime="image/png" if not expect else None
        )
        return "\n".join(one.text for one in await talker._answers(sent, 0, 1))
    assert isinstance(talker, DiscordTalker)
    newest = await talker._newest()
    if words.startswith("/weigh"):
        await talker.people.slash(talker.user, talker.channel, "weigh", table=File(name, data))
    else:
        await talker.people.say(talker.user, talker.channel, words, File(name, data))
    return "\n".join(one.text for one in await talker._answers(newest, 1))


CASES = [
    ("fox.csv", CSV, "fox.csv weighs 15 and is text/csv"),
    ("den.xlsx", XLSX, f"den.xlsx weighs {len(XLSX)}"),
    ("bomb.xlsx", BOMB, f"bomb.xlsx weighs {len(BOMB)}"),
    ("old.xls", XLS, "old.xls weighs 512"),
    ("free.ods", ODS, "free.ods weighs"),
    ("fox.png.csv", PNG, TABLE),
    ("paper.pdf", PDF, TABLE),
    ("film.csv", FILM, TABLE),
    ("clip.mp4", FILM, TABLE),
    ("con.csv", CSV, "con-csv.csv weighs"),
    ("NoEnding", PDF, TABLE),
]


async def test_a_command_gets_the_files_it_takes_and_no_others(served: Studio, talker: Talker) -> None:
    for name, data, expected in CASES:
        assert expected in await sends(talker, "/weigh", name, data), name
    assert OTHER in await sends(talker, "", "fox.csv", CSV), "alone it is what it was"
    assert "fox.csv weighs 15" in (await talker.says("/weigh")).text, "what was sent just before is meant"
    assert OTHER in (await talker.says("/edit a red hat")).text, "and no picture before it"


async def test_what_is_missing_is_asked_for_and_a_reply_names_it(served: Studio, talker: Talker) -> None:
    assert "Which table?" in (await talker.says("/weigh")).text
    assert OTHER not in await sends(talker, "", "fox.csv", CSV), "that was the answer"
    if isinstance(talker, WebTalker):
        sent = await talker.person.posts("", ("den.xlsx", XLSX))
        await talker.person.answer(sent)
        await talker.person.says("/image a cat --raw")
        assert "den.xlsx weighs" in (await talker.person.says("/weigh", reply_to=sent)).text
        return
    if isinstance(talker, TelegramTalker):
        message = await talker.people.send_document(talker.user, XLSX, "den.xlsx")
        await talker._answers(message, 0, 1)
        await talker.says("/image a cat --raw")
        assert "den.xlsx weighs" in (await talker.says("/weigh", reply_to=str(message))).text
        return
    assert isinstance(talker, DiscordTalker)
    newest = await talker._newest()
    message = await talker.people.say(talker.user, talker.channel, "", File("den.xlsx", XLSX))
    await talker._answers(newest, 1)
    newest = await talker._newest()
    await talker.people.say(talker.user, talker.channel, "/weigh", reply_to=message)
    assert "den.xlsx weighs" in (await talker._answers(newest, 1))[0].text


async def test_a_name_of_somebody_s_is_only_ever_a_name(served: Studio, talker: Talker) -> None:
    """Whatever a file is called, what is kept of it is called safely."""
    hostile = ["../../up.csv", "a\u202evsc.csv", "🦊.csv", f"{'x' * 300}.csv", "NUL.csv", ".csv", 'a b;c"d.csv']
    for name in hostile:
        said = await sends(talker, "/weigh", name, CSV)
        assert " weighs 15 and is text/csv" in said, name
        shown = said.partition(" weighs")[0]
        assert set(shown) <= set("abcdefghijklmnopqrstuvwxyz-.0123456789") and len(shown) <= 70, shown


@pytest.mark.parametrize("platform", ["telegram"])
async def test_what_is_too_large_is_refused_by_what_the_platform_tells(served: Studio, talker: Talker) -> None:
    assert isinstance(talker, TelegramTalker)
    await talker.people.sizes(download=10)
    assert "too large" in await sends(talker, "/weigh", "fox.csv", CSV), "the server says so"
    asked = len((await talker.people.requests("getFile"))["requests"])
    document = {"file_id": "x", "file_unique_id": "y", "file_name": "large.csv", "file_size": (20 << 20) + 1}
    ada = {"id": talker.user, "is_bot": False, "first_name": "Ada"}
    chat = {"id": talker.user, "type": "private", "first_name": "Ada"}
    message = {"message_id": 7001, "date": 1, "chat": chat, "from": ada, "document": document, "caption": "/weigh"}
    await talker.people.inject({"message": message})
    await talker.people.until(
        talker.chat, lambda room: sum("20 MB" in one.text for one in room.visible if one.by_bot) == 2
    )
    assert len((await talker.people.requests("getFile"))["requests"]) == asked, "it was not even asked for"


SHOWN = [
    ("fox.csv", "fox.csv"), ("../../fox.csv", "fox.csv"), ("C:\\fakepath\\fox.csv", "fox.csv"), ("a\u202evsc.exe", "avsc.exe"),
    ("fox\x00\r\n.csv", "fox.csv"), (f"{'x' * 300}.csv", f"{'x' * 95}….csv"), ("x" * 300, f"{'x' * 99}…"), ("🦊 狐狸.csv", "🦊 狐狸.csv"),
    (f"{'x' * 300}.{'y' * 300}", f"{'x' * 99}…"), (f"x.{'y' * 5000}", f"{'y' * 99}…"), ("", ""), ("/", ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "expected"), SHOWN, ids=[ascii(name)[:20] for name, _ in SHOWN])
def test_a_name_is_shown_as_it_was_without_what_nobody_sees(name: str, expected: str) -> None:
    assert names.shown(name) == expected
