"""A picture book as EPUB 3 with a fixed layout (https://www.w3.org/TR/epub-33/, 2026-11): written by hand, since it is a zip of small pages."""

from __future__ import annotations

import math
import zipfile
from html import escape
from typing import BinaryIO

from core.documents.bound import Bound, Leaf
from core.texts import say

SIDE = 1200
"""Units of a page's edge: its viewport."""

_AT = (1980, 1, 1, 0, 0, 0)
"""The time of everything in it, so that the same book gives the same bytes."""

_MODIFIED = "2000-01-01T00:00:00Z"
_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/book.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_STYLE = f"""html, body {{ margin: 0; padding: 0; width: {SIDE}px; height: {SIDE}px; background: #fffaf0; color: #2b2a33; }}
body {{ position: relative; overflow: hidden; font-family: Georgia, "Songti SC", "Noto Serif CJK SC", serif; }}
img {{ position: absolute; object-fit: contain; left: 90px; top: 70px; width: 1020px; height: 740px; }}
.words {{ position: absolute; left: 110px; top: 830px; width: 980px; height: 330px; overflow: hidden; text-align: center; line-height: 1.5; }}
.words p {{ margin: 0 0 0.4em; }}
.cover {{ background: #f4e3bf; }}
.cover h1 {{ position: absolute; left: 90px; top: 50px; width: 1020px; height: 230px; margin: 0; overflow: hidden; font-weight: normal;
  display: flex; align-items: center; justify-content: center; text-align: center; }}
.cover img {{ top: 300px; height: 830px; }}
"""
_LARGEST, _SMALLEST = 44, 9
"""Units of the letters of a page: as large as its words leave them."""

_WIDTH, _ROOM, _WHOLE = 980, 330, 1020
"""Units of the room for words: its width, its height below a picture, and on a page without one."""


def write(file: BinaryIO, book: Bound) -> None:
    """Write the book into a file. The same book gives the same bytes."""
    with zipfile.ZipFile(file, "w") as packed:
        _put(packed, "mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
        _put(packed, "META-INF/container.xml", _CONTAINER.encode())
        _put(packed, "book/book.opf", _package(book).encode())
        _put(packed, "book/nav.xhtml", _navigation(book).encode())
        _put(packed, "book/style.css", _STYLE.encode())
        for number, leaf in enumerate(book.leaves):
            _put(packed, f"book/{_name(number)}.xhtml", _page(book, number, leaf).encode())
            if leaf.picture:
                _put(packed, f"book/{_name(number)}.jpg", leaf.picture, zipfile.ZIP_STORED)


def _put(packed: zipfile.ZipFile, name: str, data: bytes, how: int = zipfile.ZIP_DEFLATED) -> None:
    entry = zipfile.ZipInfo(name, _AT)
    entry.compress_type, entry.create_system, entry.external_attr = how, 3, 0o644 << 16
    packed.writestr(entry, data)


def _name(number: int) -> str:
    return f"page-{number:02}" if number else "cover"


def _package(book: Bound) -> str:
    """Everything that is in it, and in which order it is read."""
    manifest = [
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>',
        '<item id="style" href="style.css" media-type="text/css"/>',
    ]
    for number, leaf in enumerate(book.leaves):
        name = _name(number)
        manifest.append(f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>')
        if leaf.picture:
            properties = "" if number else ' properties="cover-image"'
            manifest.append(f'<item id="{name}-picture" href="{name}.jpg" media-type="image/jpeg"{properties}/>')
    spine = [f'<itemref idref="{_name(number)}"/>' for number in range(len(book.leaves))]
    summary = escape(say("book-access", book.language))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{_language(book)}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:fabula:{_plain(book.id)}</dc:identifier>
<dc:title>{_plain(book.title)}</dc:title>
<dc:language>{_language(book)}</dc:language>
<dc:publisher>Fabula</dc:publisher>
<meta property="dcterms:modified">{_MODIFIED}</meta>
<meta property="rendition:layout">pre-paginated</meta>
<meta property="rendition:orientation">auto</meta>
<meta property="rendition:spread">auto</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityHazard">none</meta>
<meta property="schema:accessibilitySummary">{summary}</meta>
</metadata>
<manifest>
{chr(10).join(manifest)}
</manifest>
<spine>
{chr(10).join(spine)}
</spine>
</package>
"""


def _navigation(book: Bound) -> str:
    listed = [
        f'<li><a href="{_name(number)}.xhtml">{_plain(book.title) if number == 0 else number}</a></li>'
        for number in range(len(book.leaves))
    ]
    body = f'<nav epub:type="toc"><h1>{_plain(book.title)}</h1><ol>{"".join(listed)}</ol></nav>'
    return _document(book, book.title, body, head="")


def _page(book: Bound, number: int, leaf: Leaf) -> str:
    picture = ""
    if leaf.picture:
        picture = f'<img src="{_name(number)}.jpg" alt="{_plain(leaf.alt or leaf.text, quote=True)}"/>'
    viewport = f'<meta name="viewport" content="width={SIDE}, height={SIDE}"/><link rel="stylesheet" href="style.css"/>'
    size = _letters(book, leaf)
    if number == 0:
        title = f'<h1 style="font-size: {min(84, 2 * size)}px">{_plain(book.title)}</h1>'
        return _document(book, book.title, title + picture, head=viewport, kind="cover")
    told = "".join(f"<p>{_plain(line)}</p>" for line in leaf.text.split("\n") if line.strip())
    place = "" if leaf.picture else " top: 90px; height: 1020px;"
    words = f'<div class="words" style="font-size: {size}px;{place}">{told}</div>'
    return _document(book, f"{book.title} · {number}", picture + words, head=viewport)


def _letters(book: Bound, leaf: Leaf) -> int:
    """Units of the largest letters with which the text fits its room: one is about half as wide as high, a Chinese one as wide."""
    wide = 1.0 if book.language == "zh" else 0.52
    high = _ROOM if leaf.picture else _WHOLE
    paragraphs = [len(line) for line in leaf.text.split("\n") if line.strip()]

    def needed(size: int) -> float:
        lines = sum(math.ceil(1.06 * signs * wide * size / _WIDTH) for signs in paragraphs)
        return size * (1.5 * lines + 0.4 * len(paragraphs))

    return next((size for size in range(_LARGEST, _SMALLEST, -1) if needed(size) <= high), _SMALLEST)


def _document(book: Bound, title: str, body: str, *, head: str, kind: str = "") -> str:
    language = _language(book)
    marked = f' class="{kind}"' if kind else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="{language}" xml:lang="{language}">
<head><meta charset="utf-8"/><title>{_plain(title)}</title>{head}</head>
<body{marked}>{body}</body>
</html>
"""


def _language(book: Bound) -> str:
    return "zh-Hans" if book.language == "zh" else book.language


def _plain(text: str, *, quote: bool = False) -> str:
    """Text for XML: nothing in it is markup, and what XML cannot hold is left out (https://www.w3.org/TR/xml/#charsets)."""
    allowed = "".join(sign for sign in text if sign >= " " or sign in "\t\n\r")
    return escape(
        "".join(sign for sign in allowed if sign not in "\ufffe\uffff" and not "\ud800" <= sign <= "\udfff"),
        quote=quote,
    )
