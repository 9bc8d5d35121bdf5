"""A story to keep, on every platform: what is in the file, what it is called, and whose it is."""

from __future__ import annotations

import io
import zipfile

from contract import Talker
from studio import Studio, paid

pytest_plugins = ("platforms",)


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


async def test_a_story_is_saved_with_its_pictures_and_the_same_each_time(served: Studio, talker: Talker) -> None:
    assert "/story" in (await talker.says("/export")).text, "there is nothing yet"
    story = await talker.says("/story a fox who finds a lantern --length short --pages 2", expect=4)
    asked = len(paid(await served.requests()))
    saved = await talker.presses(*story.button("export"))
    files = unpacked(saved.messages[0].files[0])
    folders = {name.partition("/")[0] for name in files}
    assert len(folders) == 1
    folder = folders.pop()
    words = files.pop(f"{folder}/{folder}.md").decode()
    again = await talker.says("/export")
    assert again.messages[0].files == saved.messages[0].files
    text = await talker.says("/export --format markdown")
    assert text.messages[0].files[0].decode().startswith("# ")
    assert len(paid(await served.requests())) == asked
