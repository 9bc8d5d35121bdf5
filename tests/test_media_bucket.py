"""Bytes in a bucket: kept, seen, handed out and removed there as in a folder, and one sentence for whatever is wrong with it."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import obstore
import pytest
from obstore.store import S3Store
from pydantic import ValidationError

from bots.doctor import examine
from bots.endpoints import said_to_operator
from bots.platforms import Settings
from core.errors import BadInput, StorageFault
from core.ports import Change
from core.settings import MediaPlace
from core.types import KeptPiece, Picture, Piece, PieceKind
from embedded.process import EmbeddedProcess
from fabula_process import fabula
from storage import Storage, open_storage
from storage.bucket import COPY_SECONDS
from storage.folder import FETCHED
from stored import PLACE, Clock
from studio import studio_at

pytest_plugins = ("stored",)

LARGE = os.urandom(12 * 2**20)
SECRET = "marzipan-pig"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """A server that speaks S3."""
    from moto.server import ThreadedMotoServer  # dear to import, and no other module needs it

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def place(endpoint: str, request: pytest.FixtureRequest) -> MediaPlace:
    """A new bucket, of which a part is ours."""
    bucket = f"studio-{abs(hash(request.node.nodeid))}"
    urlopen(Request(f"{endpoint}/{bucket}", method="PUT"), timeout=20).close()
    return MediaPlace(f"s3://{bucket}/our/part?endpoint={endpoint}&region=us-east-1", "ann", SECRET)


@pytest.fixture
def bucket(place: MediaPlace, endpoint: str) -> S3Store:
    """The bucket as others see it."""
    name, keys = place.url.split("/")[2], {"access_key_id": "bob", "secret_access_key": "other"}
    return S3Store(
        name, config={**keys, "endpoint": endpoint, "region": "us-east-1"}, client_options={"allow_http": True}
    )  # type: ignore[typeddict-item]


@pytest.fixture
async def storage(tmp_path: Path, clock: Clock, database_url: str | None, place: MediaPlace) -> AsyncIterator[Storage]:
    async with await open_storage(tmp_path / "data", clock, database_url=database_url, media_place=place) as opened:
        yield opened


def names(bucket: S3Store) -> list[str]:
    return sorted(one["path"] for some in obstore.list(bucket) for one in some)


def copies(folder: Path) -> list[Path]:
    return list(folder.rglob(f"{FETCHED}/*"))


async def chunks(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 2**20):
        yield data[start : start + 2**20]


async def drawn(storage: Storage, media: str) -> str:
    """A piece that shows the bytes of an id."""
    picture = Picture(media=media, width=1, height=1, mime="image/png")
    piece = Piece(kind=PieceKind.PICTURE, picture=picture)
    kept = KeptPiece(piece=piece, place=PLACE, author="web:ann", session=f"{PLACE.key}:ann", created=1.0)
    await storage.store.commit(Change(pieces=(kept,)))
    return piece.id


async def test_bytes_are_kept_once_in_the_bucket_and_seen_from_a_folder_that_never_had_them(
    storage: Storage, bucket: S3Store, tmp_path: Path
) -> None:
    first, second = await storage.media.put(b"fox", "image/png"), await storage.media.put(b"fox", "image/webp")
    large = await storage.media.take(chunks(LARGE), "application/zip")
    digest = await storage.media.digest(first)
    assert names(bucket) == sorted(f"our/part/{sha[:2]}/{sha}" for sha in (str(digest), large.sha))
    assert [path for path in (tmp_path / "data" / "media").rglob("*") if path.is_file()] == []
    for copy in copies(tmp_path):
        copy.unlink()
    assert await storage.media.read(first) == await storage.media.read(second) == b"fox"
    file = await storage.media.describe(large.media)
    assert (file.path.read_bytes(), file.mime, file.size, file.sha) == (LARGE, "application/zip", len(LARGE), large.sha)


async def test_what_is_deleted_or_in_nobodys_use_is_gone_from_the_bucket_and_the_disk(
    storage: Storage, bucket: S3Store, clock: Clock, tmp_path: Path
) -> None:
    piece, kept = (
        await drawn(storage, await storage.media.put(b"mine", "image/png")),
        await storage.media.put(b"b", "x/y"),
    )
    await drawn(storage, kept)
    await storage.media.put(b"nobody's", "image/png")
    await storage.store.delete_piece(piece)
    assert len(names(bucket)) == len(copies(tmp_path)) == 2
    clock.now += 3 * 24 * 3600
    await storage.store.sweep(clock.now)
    assert [name.rpartition("/")[2] for name in names(bucket)] == [await storage.media.digest(kept)]
    assert len(copies(tmp_path)) == 1


def lost(bucket: S3Store, name: str) -> None:
    obstore.delete(bucket, name)


def changed(bucket: S3Store, name: str) -> None:
    obstore.put(bucket, name, b"xyz")


@pytest.mark.parametrize("database_url", [None], ids=["sqlite"])
@pytest.mark.parametrize("damage", [lost, changed])
async def test_what_was_lost_or_changed_there_is_told_and_can_come_again(
    storage: Storage, bucket: S3Store, tmp_path: Path, damage: Callable[[S3Store, str], None]
) -> None:
    media = await storage.media.put(b"fox", "image/png")
    (name,) = names(bucket)
    damage(bucket, name)
    for copy in copies(tmp_path):  # as if nobody had asked for an hour: the copy is no longer taken for the thing
        os.utime(copy, (time.time() - 2 * COPY_SECONDS,) * 2)
    storage.media._files._looked = 0.0  # type: ignore[attr-defined]
    storage.media._fresh.clear()
    for ask in (storage.media.read, storage.media.describe):
        with pytest.raises(BadInput, match="file-gone"):
            await ask(media)
    again = await storage.media.put(b"fox", "image/png")
    assert await storage.media.read(again) == await storage.media.read(media) == b"fox"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_processes_share_a_bucket_and_no_folder(
    storage: Storage, place: MediaPlace, request: pytest.FixtureRequest, tmp_path: Path, clock: Clock
) -> None:
    url = request.getfixturevalue("database_url")
    async with await open_storage(tmp_path / "other", clock, database_url=url, media_place=place) as other:
        media = await storage.media.put(b"fox", "image/png")
        assert await other.media.read(media) == (await other.media.describe(media)).path.read_bytes() == b"fox"
        await other.store.delete_piece(await drawn(other, media))
        with pytest.raises(BadInput, match="file-gone"):
            await storage.media.describe(media)


async def test_a_picture_is_drawn_shown_and_looked_after(
    services: EmbeddedProcess, place: MediaPlace, bucket: S3Store, tmp_path: Path
) -> None:
    told = {"media_url": place.url, "aws_access_key_id": "ann", "aws_secret_access_key": SECRET}
    async with studio_at(tmp_path / "data", services, **told) as studio:
        ann = await studio.person()
        answer = await ann.says("/picture a fox")
        data = await ann.picture(answer.pictures[0])
        assert any(bytes(obstore.get(bucket, name).bytes()) == data for name in names(bucket))
        settings = studio.program.settings
    found = [finding async for finding in examine(settings) if "s3://" in finding.text]
    assert [(one.state, SECRET in one.text) for one in found] == [("good", False)]
    for name in names(bucket):
        obstore.put(bucket, name, b"short")
    found = [finding async for finding in examine(settings) if "s3://" in finding.text]
    assert [one.state for one in found] == ["bad"]


async def test_a_bucket_that_is_not_there_is_one_sentence_at_the_start(endpoint: str, tmp_path: Path) -> None:
    for url in (f"s3://nowhere?endpoint={endpoint}", "s3://studio?endpoint=http://127.0.0.1:9"):
        with pytest.raises(StorageFault) as caught:
            await open_storage(tmp_path / "data", media_place=MediaPlace(url, "ann", SECRET))
        assert caught.value.code == "media-away"
        for language in ("en", "zh"):
            said = said_to_operator(caught.value, Settings(_env_file=None, media_url=url, language=language))  # type: ignore[call-arg]
            assert url.partition("?")[0] in said and "\n" not in said and SECRET not in said


async def test_a_backup_says_how_a_bucket_is_kept(tmp_path: Path) -> None:
    ended = await fabula(tmp_path, "backup", "b.zip", FABULA_MEDIA_URL="s3://studio/our?endpoint=http://127.0.0.1:9")
    assert ended.code == 1 and "s3://studio/our," in ended.complained and len(ended.complained.splitlines()) == 1


@pytest.mark.parametrize(
    "url",
    ["studio", "https://studio", "s3://", "s3://ann:pig@studio", "s3://studio?endpoint=host", "s3://studio?key=pig"],
)
async def test_an_address_that_is_none_is_told_at_once(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        Settings(_env_file=None, media_url=url)  # type: ignore[call-arg]
    if url == "s3://studio?key=pig":
        ended = await fabula(tmp_path, "doctor", FABULA_MEDIA_URL=url)
        assert ended.code == 1 and "FABULA_MEDIA_URL" in ended.complained and "pig" not in ended.complained
