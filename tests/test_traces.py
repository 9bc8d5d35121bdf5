"""Nothing that is kept of a photo, or handed out, tells where and by whom it was taken."""

from __future__ import annotations

import pytest

from core.pictures import files as pictures
from studio import Studio
from test_containers import KINDS, SECRET, exif, photo, written


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


NO_HEIC = "file-damaged" if "heic" in pictures.endings() else "unusable-heic"
UNREADABLE = {
    "a photo that nothing here reads": (b"\x00\x00\x00\x18ftypheic" + SECRET.encode() * 20, NO_HEIC),
    "a damaged photo": (written(photo(), "PNG", exif=exif(6))[:-400], "file-damaged"),
    "too small a picture": (written(photo().resize((9, 9)), "JPEG", exif=exif(1)), "picture-too-small"),
    "too long a picture": (written(photo().resize((600, 20)), "JPEG", comment=SECRET), "picture-too-narrow"),
    "no picture": (b"\x00\x01" + SECRET.encode() * 20, "file-not-a-picture"),
}


@pytest.mark.parametrize("name", UNREADABLE)
async def test_nothing_is_kept_of_what_cannot_be_read(studio: Studio, name: str) -> None:
    """What cannot be read cannot be rid of where it was taken either."""
    data, code = UNREADABLE[name]
    assert SECRET.encode() in data
    person = await studio.person()
    assert (await person.says("/edit a red hat", data)).code == code
    await person.says("", data)
    assert (await person.says("/edit a red hat")).code == code, "it was sent last, and is remembered as what it was"
    folder = studio.program.settings.data_dir
    assert not any(SECRET.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())
