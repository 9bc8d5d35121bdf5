"""How the stand-in Telegram server reads formatted texts, and which it refuses."""

import re

import pytest

from standins.telegram.entities import read_text, units
from standins.telegram.errors import Refused

HTML = {
    "a<b>b<i>c</i></b>": ("abc", [("bold", 1, 2), ("italic", 2, 1)]),
    "🐱<u>b</u>&lt;&amp;&#33;&nbsp;": ("🐱b<&!&nbsp;", [("underline", 2, 1)]),
    "  <b> a </b> ": ("a", [("bold", 0, 1)]),
    '<pre><code class="language-py">x</code></pre>': ("x", [("pre", 0, 1)]),
    '<span class="tg-spoiler">x</span><tg-spoiler>y</tg-spoiler>': ("xy", [("spoiler", 0, 1), ("spoiler", 1, 1)]),
    "<blockquote expandable>x</blockquote>": ("x", [("expandable_blockquote", 0, 1)]),
    '<a href="nowhere">x</a>': ("x", []),
    "<code>/story @bot_name</code> /vary@x_bot": (
        "/story @bot_name /vary@x_bot",
        [("code", 0, 16), ("bot_command", 17, 11)],
    ),
}
MARKDOWN = {
    "*a _b_* __c__ ~d~ ||e||": (
        "a b c d e",
        [("bold", 0, 3), ("italic", 2, 1), ("underline", 4, 1), ("strikethrough", 6, 1), ("spoiler", 8, 1)],
    ),
    r"1\.5 [x](https://a.org/\)) `a.b`": ("1.5 x a.b", [("text_link", 4, 1), ("code", 6, 3)]),
    "```py\nx = 1\n```": ("x = 1", [("pre", 0, 5)]),
    ">a\n>b\nc": ("a\nb\nc", [("blockquote", 0, 4)]),
}
BAD_MARKUP = {
    ("HTML", "a <cat>"): 'Unsupported start tag "cat" at byte offset 2',
    ("HTML", "1 < 2"): 'Unsupported start tag "" at byte offset 2',
    ("HTML", "a <b"): "Unclosed start tag at byte offset 2",
    ("HTML", 'a <a href="x'): "Unclosed start tag at byte offset 2",
    ("HTML", "<br/>"): 'Unsupported start tag "br/" at byte offset 0',
    ("HTML", "<b>a"): 'Can\'t find end tag corresponding to start tag "b"',
    ("HTML", "故</b>"): "Unexpected end tag at byte offset 3",
    ("HTML", "<b>a</i>"): 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
    ("HTML", "<span>a</span>"): 'Tag "span" must have class "tg-spoiler"',
    ("MarkdownV2", "a.b"): "Character '.' is reserved and must be escaped with the preceding '\\'",
    ("MarkdownV2", "故 *b"): "Can't find end of Bold entity at byte offset 4",
    ("MarkdownV2", "`b"): "Can't find end of Code entity at byte offset 0",
    ("MarkdownV2", "*a _b* c_"): "Can't find end of Italic entity at byte offset 3",
}


@pytest.mark.parametrize(
    ("mode", "text", "expected"),
    [("HTML", *row) for row in HTML.items()] + [("MarkdownV2", *row) for row in MARKDOWN.items()],
)
def test_markup_becomes_entities(mode: str, text: str, expected: tuple[str, list[tuple[str, int, int]]]) -> None:
    plain, entities = read_text(text, mode, None)
    assert (plain, [(e["type"], e["offset"], e["length"]) for e in entities]) == expected


@pytest.mark.parametrize(("mode", "text"), BAD_MARKUP)
def test_markup_that_does_not_close_is_refused(mode: str, text: str) -> None:
    with pytest.raises(Refused, match=re.escape(f"Bad Request: can't parse entities: {BAD_MARKUP[mode, text]}")):
        read_text(text, mode, None)


def test_lengths_are_utf_16_units() -> None:
    assert [units(text) for text in ("a", "故", "🐱", "👨‍💻")] == [1, 1, 2, 5]
