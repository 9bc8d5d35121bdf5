"""What a reader takes for one sign never comes apart, and words that nobody can see are none."""

from __future__ import annotations

import regex
from hypothesis import given
from hypothesis import strategies as st

from bots.markup import parse, plain, split
from core.graphemes import cut, is_blank
from studio import Studio

SIGNS = (
    "👨‍👩‍👧‍👦",
    "🇨🇳",
    "🇩🇪",
    "👍🏽",
    "e\u0301",
    "क्षि",
    "한",
    "각",
    "กำ",
    "❤️",
    "1️⃣",
    "a",
    "狐",
    " ",
    "。",
    "\r\n",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
)
UNSEEN = (
    "\u200b",
    "\u2060 \ufeff",
    "\u3164",
    "\u2800\u2800",
    "\u00ad",
    "\u200d\ufe0f",
    "\u115f",
    "\u202e",
    "\u3000",
    "\U000e0020",
)
TEXTS = st.lists(st.sampled_from(SIGNS), max_size=60).map("".join)


@given(TEXTS, st.integers(30, 60))
def test_no_sign_comes_apart(text: str, limit: int) -> None:
    whole = regex.findall(r"\X", text)
    begun = regex.findall(r"\X", cut(text, limit))
    assert begun == whole[: len(begun)]
    parted = [sign for part in split(parse(text), limit) for sign in regex.findall(r"\X", plain(part))]
    assert [sign for sign in parted if sign.strip()] == [sign for sign in whole if sign.strip()]


def test_a_sign_that_never_ends_is_cut_all_the_same() -> None:
    assert len(cut("e" + "\u0301" * 5000, 4096)) == 4096


@given(st.text(st.sampled_from("".join(UNSEEN))), st.sampled_from(("a", "狐", "🦊", "!", "é")))
def test_what_cannot_be_seen_is_nothing(nothing: str, something: str) -> None:
    assert is_blank(nothing) and not is_blank(nothing + something + nothing)


async def test_a_wish_that_cannot_be_seen_is_no_wish(studio: Studio) -> None:
    ann = await studio.person("ann")
    for command in ("/image", "/story"):
        asked = (await ann.says(command)).text
        assert [(await ann.says(f"{command} {words}")).text for words in UNSEEN] == [asked] * len(UNSEEN)
    assert ["/story" in (await ann.says(words)).text for words in UNSEEN] == [True] * len(UNSEEN)
