"""Whatever file is sent through the web door: it is used or refused in one sentence, and never handed out as a page."""

from __future__ import annotations

import io

import pytest
from hypothesis import example, given

from hostile import FORGED, Guest, buttons, codes, spoilt
from hostile_fixtures import FEW, MALLORYS_WORDS, assert_tells_nothing, paid_calls, told
from studio import DATA, Studio

pytest_plugins = ("platforms", "hostile_fixtures")
pytestmark = pytest.mark.asyncio(loop_scope="module")

MISTAKES = {
    "file-damaged",
    "file-not-a-picture",
    "picture-too-many-pixels",
    "picture-too-small",
    "picture-too-narrow",
    "file-too-large",
    "empty-prompt",
    *(f"unusable-{kind}" for kind in ("document", "video", "audio", "pdf")),
}
MASK_MISTAKES = MISTAKES | {"mask-wrong-ratio", "mask-empty", "mask-full", "mask-unclear"}


@FEW
@given(file=spoilt())
@example(file=b"")
async def test_a_spoilt_picture_is_used_or_refused(mallory: Guest, file: bytes) -> None:
    events = await mallory.says(MALLORYS_WORDS, file, chat="pictures")
    assert set(codes(events)) <= MISTAKES


@pytest.mark.parametrize("name", FORGED)
async def test_a_forged_picture_is_used_or_refused(besieged: Studio, mallory: Guest, name: str) -> None:
    before = await paid_calls(besieged)
    events = await mallory.says("", FORGED[name](), chat="pictures")
    assert set(codes(events)) <= MISTAKES
    masked = await mallory.says(
        f"/edit {MALLORYS_WORDS}", (DATA / "cat.png").read_bytes(), mask=FORGED[name](), chat="pictures"
    )
    assert set(codes(masked)) <= MASK_MISTAKES
    assert await paid_calls(besieged) == before + (not codes(masked) and not buttons(masked, "region-use"))


@pytest.mark.parametrize("name", ["svg", "page in a jpeg", "page in a gif", "zip"])
async def test_a_file_is_never_a_page(besieged: Studio, mallory: Guest, name: str) -> None:
    accepted = await mallory.posts("", FORGED[name](), chat="files")
    await mallory.answer(accepted.json()["message"], chat="files")
    message = next(event for event in await told(besieged, "files") if event["message"] == accepted.json()["message"])
    for piece in message["pieces"]:
        if piece["url"]:
            shown = await mallory.http.get(piece["url"])
            assert shown.headers["content-type"] in ("image/jpeg", "image/png", "image/gif", "application/octet-stream")
            assert shown.headers["x-content-type-options"] == "nosniff"
            assert "default-src 'none'" in shown.headers["content-security-policy"]


async def test_no_log_line_tells_anything(besieged: Studio, log: io.StringIO) -> None:
    assert_tells_nothing(log, besieged)
