"""Sets pages: a template of ours with somebody's data becomes a PDF or a picture. Data is data: nothing in it is read as markup.

The fonts come with packages, so that a page looks the same on every machine: Noto Sans CJK, and those that the typesetter brings along.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import noto_cjk_sans_otc
from PIL import Image

from core.errors import BadInput, FabulaError
from core.pictures.work import in_thread

if TYPE_CHECKING:  # the typesetter takes 9 MB, so it is loaded with the first page that is set
    from typst import Fonts

Format = Literal["pdf", "png"]

FONT = Path(noto_cjk_sans_otc.__file__).parent / "NotoSansCJK-Regular.ttc"
"""Latin, Greek, Cyrillic, Chinese, Japanese and Korean letters in one weight."""

FACE = 2
"""Which of the faces in that file has the forms of letters of mainland China."""

SERIF = "Libertinus Serif"
"""A family that a template may name; it has no Chinese, for which the one beneath steps in."""


def sans(language: str) -> str:
    """The family without serifs: in its Chinese face quotation marks and dots are as wide as characters, which tears other languages apart."""
    return "Noto Sans CJK SC" if language == "zh" else "Noto Sans CJK KR"


MOST_DATA = 1_000_000
"""Characters of the data of one document, as JSON."""

MOST_BYTES = 400_000_000
"""Of all files of one document together."""

PATIENCE = 120.0
"""Seconds for one document; a picture book of forty pages takes two."""


async def compile(template: str, data: Mapping[str, Any], files: Mapping[str, bytes], format: Format) -> bytes:
    """Set a document in a thread, as PDF or as a picture of its only page with a pixel for each point.

    ``data`` is what the template finds as ``sys.inputs.data``, in JSON; ``files`` are pictures (SVG, JPEG, PNG): one called ``cover`` is
    ``cover.svg`` to the template, whatever it is.
    Raises ``BadInput("too-much-to-set")``, and ``FabulaError("not-set")`` where nothing comes of it in ``PATIENCE``.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            return await in_thread(set_now, template, data, files, format)
    except TimeoutError:
        raise FabulaError("not-set") from None


def set_now(
    template: str,
    data: Mapping[str, Any],
    files: Mapping[str, bytes],
    format: Format,
    *,
    standard: Literal["ua-1"] | None = None,
) -> bytes:
    """Set a document here and now; else as ``compile``. ``standard``: what a PDF has to keep to; one that cannot is not set."""
    import typst

    told = json.dumps(data, ensure_ascii=False)
    if len(told) > MOST_DATA or sum(map(len, files.values())) > MOST_BYTES:
        raise BadInput("too-much-to-set")
    pages: Any = {"main.typ": template.encode(), **{f"{name}.svg": _in_words(data) for name, data in files.items()}}
    try:
        made = typst.compile(
            pages, font_paths=fonts(), sys_inputs={"data": told}, format=format, ppi=72, pdf_standards=standard
        )
    except RuntimeError:  # TypstError is one; a file that it cannot read is another
        raise FabulaError("not-set") from None
    if not isinstance(made, bytes):
        raise FabulaError("not-set")
    return made


def _in_words(picture: bytes) -> bytes:
    """A picture as SVG, unless it is that already: the typesetter takes nothing but text, and finds the file in it unchanged."""
    if picture.lstrip()[:4] == b"<svg":
        return picture
    with Image.open(io.BytesIO(picture)) as opened:
        (width, height), mime = opened.size, opened.get_format_mimetype()
    link = f"data:{mime};base64,{base64.b64encode(picture).decode()}"
    size = f'width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><image {size} href="{link}"/></svg>'.encode()


@lru_cache(maxsize=1)
def fonts() -> Fonts:
    """The fonts there are: none of the system's."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONT.parent)])
