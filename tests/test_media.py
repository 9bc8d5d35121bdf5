"""Bytes by content: one file for each, gone when nobody names it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from core.errors import BadInput, StorageFault
from core.ports import Change, NewReply
from core.types import JobState, KeptJob, KeptPiece, Picture, Piece, PieceKind, Place, Reply, Request, User
from storage import Storage, open_storage
from stored import DAY, Clock

PLACE = Place(platform="web", chat="garden")


pytest_plugins = ("stored",)


def files(storage_folder: Path) -> list[Path]:
    return sorted(path for path in (storage_folder / "data" / "media").rglob("*") if path.is_file())


async def keep(storage: Storage, media: str, author: str = "web:ann", own: str | None = None) -> str:
    picture = Picture(media=media, width=1, height=1, mime="image/png")
    piece = Piece(
        kind=PieceKind.PICTURE, picture=picture, own=picture.model_copy(update={"media": own}) if own else None
    )
    kept = KeptPiece(piece=piece, place=PLACE, author=author, session=f"{PLACE.key}:ann", created=1.0)
    await storage.store.commit(Change(pieces=(kept,)))
    return piece.id


async def gone(storage: Storage, media: str) -> bool:
    try:
        await storage.media.read(media)
    except BadInput as error:
        assert error.code == "file-gone"
        return True
    return False


async def test_the_same_bytes_are_one_file_under_two_ids(storage: Storage, tmp_path: Path) -> None:
    first, second = await asyncio.gather(
        storage.media.put(b"bytes", "image/png"), storage.media.put(b"bytes", "image/webp")
    )
    assert first != second
    assert [path.read_bytes() for path in files(tmp_path)] == [b"bytes"]
    assert await storage.media.read(first) == await storage.media.read(second) == b"bytes"
    file = await storage.media.describe(second)
    assert (file.path.read_bytes(), file.mime, file.size) == (b"bytes", "image/webp", 5)


@pytest.mark.parametrize("media", ["", "unknown", "../fabula.sqlite3", "a/b", "' OR 1=1 --", "\0", "x" * 10_000])
async def test_an_id_nobody_gave_names_no_file(storage: Storage, media: str) -> None:
    await storage.media.put(b"bytes", "image/png")
    assert await gone(storage, media)
    with pytest.raises(BadInput, match="file-gone"):
        await storage.media.describe(media)


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"")], ids=["missing", "empty"])
async def test_a_file_that_vanished_is_told_and_can_come_again(
    storage: Storage, tmp_path: Path, damage: object
) -> None:
    media = await storage.media.put(b"bytes", "image/png")
    assert await storage.media.read(media) == b"bytes", "held until now for whoever reads it first"
    (path,) = files(tmp_path)
    damage(path)  # type: ignore[operator]
    assert await gone(storage, media)
    await storage.media.put(b"bytes", "image/png")
    assert await storage.media.read(media) == b"bytes"


async def test_deleting_a_piece_removes_its_bytes_its_original_and_the_upload_it_came_from(
    storage: Storage, tmp_path: Path
) -> None:
    upload = await storage.media.put(b"photo", "image/png", owner="web:ann")
    picture, own = await storage.media.put(b"photo", "image/png"), await storage.media.put(b"own", "image/png")
    await storage.store.delete_piece(await keep(storage, picture, own=own))
    assert [await gone(storage, media) for media in (upload, picture, own)] == [True, True, True]
    assert files(tmp_path) == []


async def test_bytes_of_another_piece_survive_a_deletion(storage: Storage) -> None:
    mine, yours = await storage.media.put(b"same", "image/png"), await storage.media.put(b"same", "image/png")
    both = await storage.media.put(b"both", "image/png")
    piece = await keep(storage, mine, own=both)
    await keep(storage, yours, author="web:bob", own=both)
    await storage.store.delete_piece(piece)
    assert await gone(storage, mine)
    assert await storage.media.read(yours) == b"same"
    assert await storage.media.read(both) == b"both"


async def test_bytes_that_come_again_while_they_are_removed_are_there(storage: Storage) -> None:
    for _ in range(10):
        piece = await keep(storage, await storage.media.put(b"again", "image/png"))
        _, media = await asyncio.gather(storage.store.delete_piece(piece), storage.media.put(b"again", "image/png"))
        assert await storage.media.read(media) == b"again"
        await storage.store.delete_piece(await keep(storage, media))


async def test_forgetting_removes_uploads_that_became_nothing(storage: Storage, tmp_path: Path) -> None:
    await storage.media.put(b"mask", "image/png", owner="web:ann")
    await storage.media.put(b"shared", "image/png", owner="web:ann")
    await keep(storage, await storage.media.put(b"shared", "image/png"), author="web:bob")
    await storage.store.forget("web:ann")
    assert [path.read_bytes() for path in files(tmp_path)] == [b"shared"]


async def test_a_sweep_removes_what_no_piece_came_to_use(storage: Storage, clock: Clock, tmp_path: Path) -> None:
    upload = await storage.media.put(b"photo", "image/png", owner="web:ann")
    await keep(storage, await storage.media.put(b"photo", "image/png"))
    orphan = await storage.media.put(b"orphan", "image/png")
    clock.now += 3 * DAY
    young = await storage.media.put(b"young", "image/png")
    await storage.store.sweep(clock.now)
    assert await gone(storage, orphan)
    assert not await gone(storage, upload), "the page still shows the photo under the id it was sent with"
    assert not await gone(storage, young)
    clock.now += 3 * DAY
    await storage.store.sweep(clock.now)
    assert await gone(storage, young), "a later sweep looks at what was too young before"
    assert [path.read_bytes() for path in files(tmp_path)] == [b"photo"]


async def test_a_sweep_leaves_what_a_job_at_work_may_have_made(storage: Storage, clock: Clock) -> None:
    """Its pictures are in its journal and no pieces yet, and it may be at work for days."""
    earlier = await storage.media.put(b"earlier", "image/png")
    clock.now += DAY
    photo = await storage.media.put(b"photo", "image/png")
    clock.now += 60
    request = Request(
        command="image",
        message="1",
        place=Place(platform="web", chat="home-ann"),
        author=User(platform="web", id="ann"),
        session="web:home-ann::ann",
    )
    await storage.store.commit(Change(new_job=KeptJob(id="job", request=request, created=clock.now)))
    made = await storage.media.put(b"made", "image/png")
    clock.now += 5 * DAY
    await storage.store.sweep(clock.now)
    assert [await gone(storage, media) for media in (earlier, photo, made)] == [True, False, False]
    await storage.store.commit(Change(job_open="job", job_state=JobState.DONE))
    await storage.store.sweep(clock.now)
    assert [await gone(storage, media) for media in (earlier, photo, made)] == [True, True, True]


async def test_opening_removes_what_a_kill_left(tmp_path: Path) -> None:
    async with await open_storage(tmp_path / "data") as storage:
        piece = await keep(storage, await storage.media.put(b"half removed", "image/png"))
        (path,) = files(tmp_path)
        await storage.store.delete_piece(piece)
        await storage.database.write(
            lambda connection: connection.exec_driver_sql("INSERT INTO doomed VALUES (?)", (path.name,)).close()
        )
        path.write_bytes(b"half removed")
        (path.parent.parent / "arriving" / "tmp123").write_bytes(b"half written")
    async with await open_storage(tmp_path / "data"):
        assert files(tmp_path) == []


async def test_a_full_disk_is_told_and_leaves_nothing(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("storage.media.os.fsync", full)
        with pytest.raises(StorageFault, match="disk-full"):
            await storage.media.put(b"bytes", "image/png")
    assert files(tmp_path) == []
    assert await storage.media.read(await storage.media.put(b"bytes", "image/png")) == b"bytes"


async def test_the_folder_is_its_owners_alone(storage: Storage, tmp_path: Path) -> None:
    await storage.media.put(b"bytes", "image/png")
    (path,) = files(tmp_path)
    assert [folder.stat().st_mode & 0o077 for folder in (tmp_path / "data", path.parent, path)] == [0, 0, 0]


async def test_a_reply_keeps_naming_the_media_of_its_pieces(storage: Storage) -> None:
    picture = Picture(media=await storage.media.put(b"x", "image/png"), width=1, height=1, mime="image/png")
    reply = NewReply(key="k", place=PLACE, user="web:ann", in_reply_to="1", reply=Reply(documents=(picture,)))
    await storage.store.commit(Change(replies=(reply,)))
    (kept,) = await storage.store.unsent()
    assert await storage.media.read(kept.reply.documents[0].media) == b"x"
