"""Nothing that is kept of a photo, or handed out, tells where and by whom it was taken."""

from __future__ import annotations

import pytest

from studio import Studio
from test_containers import KINDS, SECRET, exif


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP", "AVIF"])
async def test_what_is_kept_of_a_photo_does_not_tell_where_it_was_taken(studio: Studio, kind: str) -> None:
    person = await studio.person()
    done = await person.says("/edit a red hat", KINDS[kind](exif(6)))
    assert done.pictures
    folder = studio.program.settings.data_dir / "media"
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files and not any(SECRET.encode() in path.read_bytes() for path in files)
    original = await person.presses(*done.action("original"))
    for piece in original.pieces:
        assert SECRET.encode() not in await person.picture(piece)
