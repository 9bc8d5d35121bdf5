"""Kept bytes in storage that speaks S3: ``<prefix>/ab/<sha256>``, laid out as the folder is, so either can be copied into the other."""

from __future__ import annotations

import math
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from core.errors import StorageFault
from storage.folder import remove_older
from storage.media_files import Files, MediaState, is_changed

COPY_SECONDS = 3600.0
"""For how long the copy of a file stays on the disk after its last use: documents are set from files, and pictures are seen more than once."""

LOOK_SECONDS = 60.0
"""Between two looks at which copies may go."""

AT_ONCE = 16
"""Files under way at the same time. A bucket that hangs holds up its own threads alone."""

_CONNECT, _SILENCE, _WHOLE = timedelta(seconds=5), timedelta(seconds=20), timedelta(minutes=10)
_CHUNK = 2**20


class BucketFiles(Files):
    """A bucket, with copies on the disk of what was used last. Raises ``StorageFault("media-away" | "media-refused")``."""

    def __init__(self, url: str, copies: Path, key_id: str = "", secret: str = "") -> None:
        """``url``: ``s3://bucket/prefix?endpoint=…&region=…``; ``copies``: a folder for this process and those beside it on this machine.

        Without a key the ``AWS_…`` variables or the machine's own role say who asks.
        """
        self.threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="bucket")
        self._store, self._place = _opened(url, key_id, secret), url.partition("?")[0]
        self._copies = copies
        self._looked = -math.inf

    def make_ready(self) -> None:
        """Make the folder for the copies, and ask the bucket for something."""
        self._copies.mkdir(mode=0o700, exist_ok=True)
        self._clear(time.time())
        with self._faults():
            next(obstore.list(self._store, chunk_size=1), None)

    def keep(self, arriving: Path, sha: str) -> None:
        """Send the file, in parts where it is large, and hold it as a copy."""
        with self._faults():
            try:
                obstore.put(self._store, _name(sha), arriving)
            except FileNotFoundError as error:  # it is the bucket that is not there
                raise StorageFault("media-away", place=self._place) from error
        arriving.replace(self._copies / sha)

    def find(self, sha: str) -> Path | None:
        """The copy, fetched where there is none."""
        self._clear(time.time())
        copy = self._copies / sha
        if is_changed(copy, sha) and not self._fetched(sha, copy):
            return None
        os.utime(copy)
        return copy

    def read(self, sha: str) -> bytes | None:
        """The bytes of the copy."""
        copy = self.find(sha)
        return copy.read_bytes() if copy else None

    def remove(self, sha: str) -> None:
        """Remove it there, and the copy. Copies beside other processes go an hour after their last use."""
        with self._faults():
            try:
                obstore.delete(self._store, _name(sha))
            except FileNotFoundError:
                pass
        remove_older(self._copies / sha)

    def compare(self, kept: Mapping[str, int]) -> MediaState:
        """Compare the list of what is there, with its sizes: to fetch every byte would cost money."""
        with self._faults():
            found = {
                one["path"].rpartition("/")[2]: one["size"]
                for some in obstore.list(self._store, chunk_size=1000)
                for one in some
            }
        missing = len(kept.keys() - found.keys())
        changed = sum(found[sha] != kept[sha] for sha in kept.keys() & found.keys())
        return MediaState(len(kept) - missing - changed, missing, changed, len(found.keys() - kept.keys()))

    def _fetched(self, sha: str, copy: Path) -> bool:
        """Fetch a file; whether it is there, and what was kept."""
        handle, name = tempfile.mkstemp(prefix="coming-", dir=self._copies)
        try:
            with self._faults(), os.fdopen(handle, "wb") as file:
                for chunk in obstore.get(self._store, _name(sha)).stream(min_chunk_size=_CHUNK):
                    file.write(chunk)
            whole = not is_changed(Path(name), sha)
            if whole:
                Path(name).replace(copy)
            return whole
        except FileNotFoundError:
            return False
        finally:
            remove_older(Path(name))

    def _clear(self, now: float) -> None:
        """Remove the copies that nobody used for an hour."""
        if now - self._looked < LOOK_SECONDS:
            return
        self._looked = now
        for copy in self._copies.iterdir():
            remove_older(copy, now - COPY_SECONDS)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Raise ``StorageFault`` for what the operator has to mend; what is not there is ``FileNotFoundError``."""
        try:
            yield
        except (PermissionDeniedError, UnauthenticatedError) as error:
            raise StorageFault("media-refused", place=self._place) from error
        except BaseError as error:
            raise StorageFault("media-away", place=self._place) from error


def _opened(url: str, key_id: str, secret: str) -> S3Store:
    parts = urlsplit(url)
    told = dict(parse_qsl(parts.query))
    endpoint = told.get("endpoint") or os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL", "")
    config = {
        "access_key_id": key_id,
        "secret_access_key": secret,
        "region": told.get("region", ""),
        "endpoint": told.get("endpoint", ""),
    }
    return S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        config={name: value for name, value in config.items() if value},  # type: ignore[arg-type]
        client_options={
            "allow_http": endpoint.startswith("http://"),
            "connect_timeout": _CONNECT,
            "read_timeout": _SILENCE,
            "timeout": _WHOLE,
        },
        retry_config={"max_retries": 2, "retry_timeout": _SILENCE},
    )


def _name(sha: str) -> str:
    return f"{sha[:2]}/{sha}"
