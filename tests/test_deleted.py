"""What somebody deletes is deleted, answered, and gone from the chat in one commit, however its files fare."""

from __future__ import annotations

import pytest

from core.errors import StorageFault
from studio import Studio

pytest_plugins = ("lasting",)
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_piece_is_deleted_while_its_files_cannot_be_removed(
    lasting: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await lasting.person()
    drawn = await ann.says("/image a heron --raw")
    given = await ann.presses(*drawn.action("original"))
    piece, storage = drawn.pictures[0]["id"], lasting.program.storage
    sha = await _digest(lasting, piece)

    def away(_: str) -> None:
        raise StorageFault("media-away")

    with monkeypatch.context() as patched:
        patched.setattr(storage.media._files, "remove", away)
        sure = await ann.presses(*drawn.action("delete"))
        gone = await ann.presses(*sure.action("delete-yes"))
    assert gone.code is None and "deleted" in gone.text.lower(), gone.text
    removed = {one["message"] for one in gone.events if one.get("removed")}
    assert {drawn.message, given.message} <= removed, "what showed it goes from the chat"
    assert await storage.store.piece(piece) is None
    await storage.store.sweep(0)
    assert storage.media._files.find(sha) is None, "the sweep removes the files"


async def _digest(studio: Studio, piece: str) -> str:
    kept = await studio.program.storage.store.piece(piece)
    assert kept and kept.piece.picture
    sha = await studio.program.storage.media.digest(kept.piece.picture.media)
    assert sha
    return sha
