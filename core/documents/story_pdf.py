"""A story as a PDF: its words as they flow, with the pictures between them, tagged and with its fonts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from core.documents import bound, typesetting
from core.documents.book import Chapter, Plate, laid_out, title_of
from core.documents.book_pdf import settable
from core.errors import BadInput
from core.pictures.work import in_thread

_TEMPLATE = Path(__file__).parent / "templates" / "story.typ"


async def pdf(chapters: Sequence[Chapter], title: str, language: str) -> bytes:
    """The PDF; a picture that cannot be read is left out. Raises as ``typesetting.compile`` does."""
    blocks: list[dict[str, str]] = []
    files: dict[str, bytes] = {}
    for one in (one for chapter in chapters for one in laid_out(chapter)):
        if isinstance(one, Plate):
            name = f"picture-{len(files) + 1}"
            try:
                files[name] = (await in_thread(_picture, one)).picture
            except (BadInput, OSError):
                continue
            blocks.append({"kind": "picture", "file": f"{name}.svg", "text": settable(one.caption)})
        else:
            head = title_of(one)
            text = settable(head or one.replace("**", "").replace("*", ""))
            blocks.append({"kind": "title" if head else "text", "text": text})
    told = {"title": settable(title), "language": language, "sans": typesetting.sans(language), "blocks": blocks}
    return await typesetting.compile(_template(), told, files, "pdf")


@lru_cache(maxsize=1)
def _template() -> str:
    return _TEMPLATE.read_text("utf-8")


def _picture(plate: Plate) -> bound.Leaf:
    return bound.leaf("", plate.caption, plate.path.read_bytes())
