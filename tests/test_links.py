"""Links to files: whoever has one gets this file under this name until its day, and nothing else by anything like it."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest
import pytest_asyncio
from pydantic import ValidationError

from bots.links import DAY, PATH, Links
from bots.platforms import Settings
from core import texts
from core.documents.formats import MIME
from core.types import Document
from embedded.process import EmbeddedProcess
from patience import PATIENCE
from studio import Studio, studio_at

PUBLIC = "https://files.example.org"
DATA = b"0123456789" * 100


@pytest_asyncio.fixture(loop_scope="function")
async def handing(services: EmbeddedProcess, tmp_path: Path) -> AsyncIterator[Studio]:
    """A studio that hands out files under an address."""
    async with studio_at(tmp_path / "data", services, public_url=PUBLIC) as running:
        yield running


def outside(studio: Studio, **headers: str) -> httpx2.AsyncClient:
    """Somebody who has nothing but a link."""
    told = {"host": "files.example.org", **headers}
    return httpx2.AsyncClient(base_url=studio.url, headers=told, trust_env=False, verify=False, timeout=PATIENCE)


async def kept(studio: Studio, data: bytes = DATA, name: str = "狐狸-fox.zip", mime: str = MIME["zip"]) -> Document:
    media = studio.program.storage.media
    found = await media.write(lambda file: file.write(data), mime, owner="web:ann", home="web:home-ann")
    return Document(media=found.media, name=name, mime=mime, size=found.size, sha=found.sha)


async def linked(studio: Studio, document: Document, *, days_ago: float = 0, **settings: object) -> str:
    """The path of a link that was made some days ago."""
    then = time.time() - days_ago * DAY
    own = studio.program.settings.model_copy(update=settings)
    words, link = await Links(own, studio.program.storage.store, lambda: then).instead(document, "en")
    assert document.name in words and not re.search(r"\bann\b", link)  # an id may have these letters
    return link.removeprefix(PUBLIC)


async def test_a_link_brings_the_file_whole_or_in_part_and_only_to_be_saved(handing: Studio) -> None:
    link = await linked(handing, await kept(handing))
    async with outside(handing) as nobody:
        got = await nobody.get(link)
        assert (got.status_code, got.content) == (200, DATA)
        assert got.headers["content-type"] == "application/zip"
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["content-disposition"] == f"attachment; filename*=utf-8''{quote('狐狸-fox.zip')}"
        assert "default-src 'none'" in got.headers["content-security-policy"]
        assert "noindex" in got.headers["x-robots-tag"]
        part = await nobody.get(link, headers={"range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, DATA[10:20])
        assert part.headers["content-range"] == f"bytes 10-19/{len(DATA)}"
        beyond = await nobody.get(link, headers={"range": "bytes=5000-"})
        assert beyond.status_code == 416
        head = await nobody.head(link)
        assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(DATA)))


async def test_what_is_said_again_after_a_crash_is_the_same(handing: Studio) -> None:
    """Else a platform that is asked whether it has this message already would not know it again."""
    document, store, noon = await kept(handing), handing.program.storage.store, 1_800_014_400.0
    said = {
        await Links(handing.program.settings, store, lambda at=at: at).instead(document, "en")
        for at in (noon, noon + 3600)
    }  # type: ignore[misc]
    assert len(said) == 1
    ((words, _),) = said
    assert "Until January 22, 2027" in words


async def test_what_a_browser_could_run_is_handed_out_as_nothing_of_the_kind(handing: Studio) -> None:
    for mime in ("text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript"):
        link = await linked(handing, await kept(handing, b"<script>1</script>", "page.html", mime))
        async with outside(handing) as nobody:
            got = await nobody.get(link)
        assert got.headers["content-type"] == "application/octet-stream"
        assert got.headers["content-disposition"].startswith("attachment")


async def test_anything_but_the_very_link_leads_nowhere(handing: Studio) -> None:
    document, other = await kept(handing), await kept(handing, b"another's", "other.zip")
    link = await linked(handing, document)
    _, _, media, ends, sign, name = link.split("/")
    wrong = {
        "another file": f"{PATH}{other.media}/{ends}/{sign}/{name}",
        "another name": f"{PATH}{media}/{ends}/{sign}/{quote('fox.exe')}",
        "a later end": f"{PATH}{media}/{int(ends, 16) + 1:x}/{sign}/{name}",
        "the same end, otherwise written": f"{PATH}{media}/0{ends}/{sign}/{name}",
        "no number": f"{PATH}{media}/zz/{sign}/{name}",
        "another signature": f"{PATH}{media}/{ends}/{sign[:-1]}{'0' if sign[-1] != '0' else '1'}/{name}",
        "a shorter one": f"{PATH}{media}/{ends}/{sign[:32]}/{name}",
        "one of other signs": f"{PATH}{media}/{ends}/{quote('狐')}/{name}",
        "none": f"{PATH}{media}/{ends}//{name}",
        "a file that never was": f"{PATH}AAAAAAAAAAAAAAAAAAAA/{ends}/{sign}/{name}",
        "a way up": f"{PATH}{quote('../' * 3, safe='')}/{ends}/{sign}/{name}",
    }
    async with outside(handing) as nobody:
        for what, path in wrong.items():
            got = await nobody.get(path)
            assert got.status_code == 404, what
            assert DATA[:10] not in got.content, what
        assert (await nobody.get(link)).status_code == 200


@pytest.mark.parametrize(("language", "tag"), [("en", "en"), ("zh-CN,zh;q=0.9", "zh")])
async def test_a_link_that_is_over_or_wrong_says_so_in_ones_language(handing: Studio, language: str, tag: str) -> None:
    document = await kept(handing)
    over, young = await linked(handing, document, days_ago=8), await linked(handing, document, days_ago=6)
    longer = await linked(handing, document, days_ago=8, link_days=30)
    async with outside(handing, **{"accept-language": language}) as somebody:
        assert (await somebody.get(young)).status_code == 200
        assert (await somebody.get(longer)).status_code == 200, "the operator decides for how long"
        ended, wrong = await somebody.get(over), await somebody.get(over.replace("fox", "box"))
    for got, status, key in ((ended, 410, "shared-over"), (wrong, 404, "shared-wrong")):
        assert got.status_code == status
        assert got.headers["content-type"].startswith("text/html")
        assert texts.say(key, tag) in got.text
        assert document.media not in got.text


async def test_the_public_host_hands_out_files_and_nothing_else(handing: Studio) -> None:
    """A studio that is for this machine alone must not be opened to the world by an address for files."""
    async with outside(handing) as nobody:
        assert (await nobody.get("/page/login.css")).status_code == 200, "the page about a link has its looks"
        for path in (
            "/",
            "/api/page",
            "/api/chats/home-ann/events?user=ann",
            "/login",
            "/healthz",
            "/shared",
            "/api/docs",
        ):
            assert (await nobody.get(path)).status_code in (404, 421), path
        posted = await nobody.post("/api/chats/room/messages", data={"user": "ann", "text": "/help"})
        assert posted.status_code == 421


async def test_a_link_ends_with_its_file(handing: Studio) -> None:
    ann = await handing.person()
    await ann.says("/story a fox --length short")
    saved = await ann.says("/export")
    (piece,) = saved.pieces
    known = await handing.program.storage.store.piece(piece["id"])
    assert known and known.piece.document
    link = await linked(handing, known.piece.document)
    async with outside(handing) as nobody:
        assert (await nobody.get(link)).status_code == 200
        await handing.program.storage.store.forget("web:ann")
        assert (await nobody.get(link)).status_code == 404


async def test_nothing_of_a_link_is_logged(handing: Studio, capfd: pytest.CaptureFixture[str]) -> None:
    link = await linked(handing, await kept(handing))
    async with outside(handing) as nobody:
        for path in (link, link + "x", link.replace(PATH, "/sharde/")):
            await nobody.get(path)
    told = capfd.readouterr()
    assert link.split("/")[4] not in told.out + told.err


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("https://files.example.org", "https://files.example.org"),
        ("http://192.168.0.7:8000/", "http://192.168.0.7:8000"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        *((wrong, None) for wrong in ("files.example.org", "ftp://files.example.org", "https://", "https://a b.example", "https:///x")),
        *((wrong, None) for wrong in ("https://files.example.org/fabula", "https://files.example.org/?a=1", "https://files.example.org#x")),
        *((wrong, None) for wrong in ("https://ann:secret@files.example.org", "https://files.example.org:0", "https://files.example.org:99999")),
        *((wrong, None) for wrong in ("https://文件.example", "javascript:alert(1)", "https://a.example\nhttps://b.example")),
    ],
)  # fmt: skip
def test_an_address_is_a_scheme_and_a_host_and_nothing_behind(given: str, taken: str | None) -> None:
    if taken is None:
        with pytest.raises(ValidationError):
            Settings(_env_file=None, public_url=given)  # type: ignore[call-arg]
    else:
        assert Settings(_env_file=None, public_url=given).public_url == taken  # type: ignore[call-arg]
    assert not re.search(r"\s", taken or "")
