"""The small markup: any text can be said, on every platform, in parts that fit."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.discord.rendering import discord_length, discord_markdown
from bots.markup import Span, parse, plain, split, utf16
from bots.telegram.rendering import telegram_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# The Fox\n\nOnce **upon** a *time*", "<b>The Fox</b>\n\nOnce <b>upon</b> a <i>time</i>"),
        ("use `/image a <cat>`", "use <code>/image a &lt;cat&gt;</code>"),
        ("2 * 3 * 4 and a*b*c", "2 * 3 * 4 and a*b*c"),
        ("**not closed & <b>", "**not closed &amp; &lt;b&gt;"),
        ("**提示词：**一只猫", "<b>提示词：</b>一只猫"),
    ],
)
def test_telegram_html(text: str, html: str) -> None:
    assert telegram_html(parse(text)) == html


def test_discord_markdown_escapes_what_would_be_read_as_marks() -> None:
    assert discord_markdown(parse("**a** _b_ # c")) == "**a** \\_b\\_ # c"


class Checker(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        assert tag in ("b", "i", "code")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


TEXTS = st.text(st.sampled_from("ab *_`#<>&\n.。，！？🦊狐") | st.characters(codec="utf-8"), max_size=400)


@settings(deadline=None)
@given(TEXTS, st.integers(5, 80))
def test_parts_fit_and_lose_nothing_and_stay_valid(text: str, limit: int) -> None:
    spans = parse(text)
    parts = split(spans, limit)
    for part in parts:
        assert 0 < utf16(plain(part)) <= limit
        checker = Checker()
        checker.feed(telegram_html(part))
        checker.close()
        assert checker.open == []
        assert (
            unescape(re.sub(r"</?(?:b|i|code)>", "", telegram_html(part))) == plain(part)
            or "&" in plain(part)
            or "<" in plain(part)
        )
    squeeze = re.compile(r"\s+")
    assert squeeze.sub("", "".join(map(plain, parts))) == squeeze.sub("", plain(spans))


@given(TEXTS)
def test_discord_s_length_is_that_of_what_is_sent(text: str) -> None:
    spans = parse(text)
    assert discord_length(spans) == utf16(discord_markdown(spans))


def test_a_text_is_divided_between_paragraphs_and_sentences() -> None:
    text = "One is here. Two is here.\n\nThree is here. Four is here."
    assert [plain(part) for part in split(parse(text), 40)] == [
        "One is here. Two is here.",
        "Three is here. Four is here.",
    ]
    assert [plain(part) for part in split([Span("雪落了一夜。小狐狸醒了。")], 8)] == ["雪落了一夜。", "小狐狸醒了。"]
