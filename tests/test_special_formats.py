"""Moving pictures and drawings made of shapes: what is asked of the service, what comes of it, and what becomes of a file that does more."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import pytest
from PIL import Image

from contract import Talker
from core.documents import vector
from core.errors import BadInput
from embedded.process import EmbeddedProcess
from studio import Studio, studio_at

pytest_plugins = ("platforms",)

SPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def frames_of(data: bytes) -> tuple[str | None, int, int]:
    """The format of a picture, its frames, and the milliseconds for which the first stands."""
    with Image.open(io.BytesIO(data)) as image:
        return image.format, getattr(image, "n_frames", 1), image.info.get("duration", 0)


async def test_a_picture_moves(studio: Studio) -> None:
    person = await studio.person()
    made = await person.says("/image a fox --frames 4 --ms 120 --raw")
    assert made.pictures[0]["mime"] == "image/gif"
    assert frames_of(await person.picture(made.pictures[0])) == ("GIF", 4, 120)
    (sent,) = [one["params"] for one in await studio.requests("images.generations")]
    assert (sent["output_format"], sent["frame_count"], sent["frame_duration_ms"]) == ("gif", 4, 120)
    assert sent["size"] == "1024x1024" and not sent.keys() & {"stream", "partial_images", "output_compression"}
    told = (await person.presses(*made.action("prompt"))).text
    assert "frame_count 4" in told and "frame_duration_ms 120" in told
    await person.presses(*made.action("redraw"))
    edited = await person.says("/edit a hat", reply_to=made.message)
    assert frames_of(await person.picture(edited.pictures[0]))[1] == 1, "what is changed is its first frame"
    await person.says("/image a fox --format gif --frames 16 --size 1600x1600 --compression 50 --transparent --raw")
    again, large = [one["params"] for one in (await studio.requests("images.generations"))[1:]]
    assert again["frame_count"] == 4
    width, height = map(int, large["size"].split("x"))
    assert 7_800_000 < 16 * width * height <= 8_294_400, "the size is that over all frames"
    from_photo = await person.says("/image as a film --frames 3", "cat.png")
    assert frames_of(await person.picture(from_photo.pictures[0]))[:2] == ("GIF", 3)


@pytest.mark.parametrize(
    ("language", "says", "mime"),
    [
        ("en", "Draw a dancing fox in watercolour as a GIF, please", "image/gif"),
        ("zh", "画一只跳舞的狐狸，做成动图", "image/gif"),
        ("en", "Draw a fox as a jpg", "image/jpeg"),
    ],
)
async def test_a_kind_of_file_is_asked_for_in_plain_words(studio: Studio, language: str, says: str, mime: str) -> None:
    made = await (await studio.person(language=language)).says(says)
    assert [piece["mime"] for piece in made.pictures] == [mime]
    caption = made.pictures[0]["caption"]
    assert caption and not re.search("gif|动图|jpg", caption, re.IGNORECASE), "it is no part of the picture"


async def test_a_drawing_made_of_shapes_is_seen_as_a_picture_and_kept_as_its_file(studio: Studio) -> None:
    person = await studio.person()
    made = await person.says("/image a fox --format svg --size wide --raw")
    (shown,) = made.pictures
    assert (shown["mime"], shown["width"]) == ("image/png", 1536)
    handed = (await person.presses(*made.action("original"))).pieces
    assert [piece["caption"] for piece in handed] == ["a-fox.svg"]
    answer = await person.get(handed[0]["url"])
    assert answer.content.startswith(b"<svg") and answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] != "image/svg+xml", "nothing here opens it as a page"
    assert made.failure is None and "frame" not in made.text
    cost = (await person.get(f"/api/pieces/{shown['id']}")).json()
    assert cost["model"], cost
    await person.presses(*made.action("vary"))
    assert (await studio.requests("images.edits"))[-1]["status"] == 200, "the picture is what is gone on from"


async def test_a_file_that_does_more_than_draw_is_cleaned_before_anybody_has_it(studio: Studio) -> None:
    person = await studio.person()
    hostile = f'<svg {SPACES} viewBox="0 0 4 4"><script>a()</script><circle r="2" onload="b()"/></svg>'
    body = {"created": 1, "data": [{"b64_json": base64.b64encode(hostile.encode()).decode()}]}
    await studio.faults({"endpoint": "images.generations", "kind": "answer", "body": body})
    made = await person.says("/image a fox --format svg --raw")
    (file,) = (await person.presses(*made.action("original"))).pieces
    kept = (await person.get(file["url"])).text
    assert "circle" in kept and not any(word in kept for word in ("script", "onload", "a()"))
    broken = {**body, "data": [{"b64_json": base64.b64encode(b"<svg><g>").decode()}]}
    await studio.faults({"endpoint": "images.generations", "kind": "answer", "body": broken})
    assert (await person.says("/image a fox --format svg --raw")).code == "answer-unreadable"


INSIDE = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'
CLEANED = {
    '<rect width="5" onclick="b()" fill="red"/>': '<rect width="5" fill="red"></rect>',
    '<rect style="fill:url(http://e/x)"/>': "<rect></rect>",
    '<rect style="fill:url( \'#a\')" filter="url(#f)"/>': '<rect style="fill:url( \'#a\')" filter="url(#f)"></rect>',
    '<rect style="fill:u\\72l(http://e)"/>': "<rect></rect>",
    '<a xlink:href="javascript:x()"><rect/></a>': "",
    '<use href="http://e/a.svg#b"/>': "<use></use>",
    '<g id="b"><use href="#b"/></g><use xlink:href="#b"/>': '<g id="b"></g><use href="#b"></use>',
    '<image href="http://e/a.png"/>': "<image></image>",
    '<image href="data:image/png;base64,AAAA"/>': '<image href="data:image/png;base64,AAAA"></image>',
    '<image href="data:image/svg+xml;base64,AAAA"/>': "<image></image>",
    '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">a</p></foreignObject>': "",
    '<set attributeName="href" to="javascript:1"/><animate/>': "",
    "<style>@import url(x.css);</style>": "<style></style>",
    "<style>.a{fill:#0a0}</style>": "<style>.a{fill:#0a0}</style>",
    "<text>狐 &lt;b&gt; &amp; &#60;script&#62;</text>": "<text>狐 &lt;b&gt; &amp; &lt;script&gt;</text>",
    '<?xml-stylesheet href="x.css"?><!-- c --><h:script xmlns:h="http://www.w3.org/1999/xhtml">a</h:script>': "",
}


@pytest.mark.parametrize("inside", CLEANED)
def test_only_what_draws_is_kept(inside: str) -> None:
    cleaned = vector.cleaned(f"<svg {SPACES}>{inside}</svg>".encode()).decode()
    assert cleaned == INSIDE.format(CLEANED[inside])
    assert vector.cleaned(cleaned.encode()).decode() == cleaned


def drawn_again(elements: int, times: int) -> bytes:
    """A file in which two groups, one within the other, are drawn again in turn."""
    again = "<use href='#a'/><use xlink:href='#b'/>" * (times // 2)
    return f"<svg {SPACES}><g id='a'><g id='b'>{'<path/>' * elements}</g></g>{again}</svg>".encode()


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"no",
        b"<svg/>",
        f"<svg {SPACES}><rect".encode(),
        b'<html xmlns="http://www.w3.org/1999/xhtml"/>',
        f'<!DOCTYPE svg [<!ENTITY a "aa">]><svg {SPACES}><text>&a;</text></svg>'.encode(),
        f"<svg {SPACES}>{'<g>' * 1000}{'</g>' * 1000}</svg>".encode(),
        f"<svg {SPACES}>{'<g/>' * 20_001}</svg>".encode(),
        f"<svg {SPACES}>{' ' * 5_000_000}</svg>".encode(),
        drawn_again(400, 50),
    ],
    ids=lambda broken: str(broken[:24]),
)
def test_what_cannot_be_cleaned_is_damaged(broken: bytes) -> None:
    with pytest.raises(BadInput):
        vector.cleaned(broken)


ENDLESS = {
    "time": (
        '<filter id="f"><feGaussianBlur stdDeviation="20"/></filter>'
        + '<rect width="100" height="100" filter="url(#f)"/>' * 50,
        1,
    ),
    "room": ('<g opacity=".9"><rect width="99" height="99"/>' * 50 + "</g>" * 50, vector.MOST_SECONDS),
}
"""Small files that ask for minutes, and for gigabytes; and the seconds that drawing them may take."""


@pytest.mark.parametrize(("inside", "seconds"), ENDLESS.values(), ids=ENDLESS)
async def test_what_draws_without_end_is_damaged(inside: str, seconds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector, "MOST_SECONDS", seconds)
    clean = vector.cleaned(f'<svg {SPACES} viewBox="0 0 100 100">{inside}</svg>'.encode())
    with pytest.raises(BadInput):
        await vector.drawn(clean, 3_000)


def test_what_is_drawn_again_a_few_times_is_kept() -> None:
    assert vector.cleaned(drawn_again(50, 100)).count(b"<use href") == 100


async def test_what_does_not_go_is_one_sentence_and_costs_nothing(services: EmbeddedProcess, tmp_path: Path) -> None:
    async with studio_at(tmp_path / "old", services, image_model="gpt-image-2") as studio:
        person = await studio.person()
        for said in ("/image a fox --format svg", "/图片 狐狸 --格式 动图"):
            told = await person.says(said)
            assert told.code == "format-not-offered" and "gpt-image-2.6-flare" in told.text
        assert (await person.says("/image a fox --frames 4 --format png")).code == "frames-alone"
        assert (await person.says("/image a fox --frames 4 --check")).code == "format-unchecked"
        assert (await person.says("/image a fox --frames 17")).code == "unknown-value"
        assert not await studio.requests("chat", "images.generations")
    async with studio_at(tmp_path / "new", services) as studio:
        person = await studio.person()
        error = {"error": {"message": "Your organization needs preview access.", "type": "invalid_request_error"}}
        refusal = {"endpoint": "images.generations", "kind": "refuse", "status": 403, "body": error}
        await studio.faults(refusal)
        told = await person.says("/image a fox --format svg --raw")
        assert told.code == "format-not-granted" and "SVG" in told.text


async def test_it_moves_everywhere(served: Studio, talker: Talker) -> None:
    made = await talker.says("/image a fox --frames 3 --raw", expect=1)
    shown = [file for message in made.messages for file in (*message.pictures, *message.files)]
    assert {frames_of(file)[:2] for file in shown} == {("GIF", 3)}
