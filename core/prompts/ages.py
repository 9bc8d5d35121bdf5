"""The reader's age where it stands in the words of a request: "a bear, for a 4 year old", 给四岁孩子的….

Nobody's else is read: "a 4 year old girl" is in the story.
"""

from __future__ import annotations

import re

READ_LIMIT = 2_000
"""Characters in which an age is looked for: it stands at the beginning or at the end of a request."""

OLDEST = 99

_ONES = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
)
_NUMBER = rf"(?P<age>[0-9]{{1,2}}|{'|'.join(reversed(_ONES))})(?![0-9])(?: ?(?:-|–|to|or|and) ?[0-9]{{1,2}}(?![0-9]))?"
_WHOM = (
    r"\bfor (?:(?:an?|my|our|the|some|his|her|their|little|young|clever|curious|kids?|child|children|boys?|girls?|readers?|pupils|toddlers?|adults?|"
    r"(?:grand)?(?:sons?|daughters?|child|children)|nieces?|nephews?|class|group|and|of),? ?){0,5}"
)
_OF_YEARS = re.compile(
    _WHOM + _NUMBER + r"[- ]?(?:y/?o|(?:years?|yrs?)[- ]?(?:olds?|of age))\b(?! (?!boy|girl|kid|child|son|daughter|niece|nephew|grand|reader|pupil|"
    r"listener|who|about|where|with|and|in|please|to|at|before|called|named|by)\w)",
    re.IGNORECASE,
)  # fmt: skip
_AGED = re.compile(
    _WHOM
    + r"(?:\(|,? ?(?:aged?|ages|who (?:is|are|just turned|turns)) )"
    + _NUMBER
    + r"(?! (?:feet|meters|metres|cm)\b)",
    re.IGNORECASE,
)
_CHINESE_NUMBER = (
    r"(?P<age>[0-9]{1,2}|[一二两三四五六七八九十]{1,3})(?:(?:到|至|-|—|~|～)[0-9一二三四五六七八九十]{1,3})?"
)
_CHILD = (
    r"(?:小?孩子?|宝宝|宝贝|小朋友|儿童|女儿|儿子|女孩|男孩|孙女|孙子|外孙女?|侄子|侄女|学生|读者|弟弟|妹妹|娃|听众)"
)
_MINE = r"(?:我|我们|我家|家里|一个|一位|一群|这个|那个|的)*"
_CHINESE = (
    re.compile(
        rf"(?:给|为|适合){_MINE}{_CHINESE_NUMBER}岁(?!时|那年)(?:大|左右|以上|以下)?的?"
        rf"(?={_CHILD}|听|看|读|$|[，。,.!！？：:；、 ])"
    ),
    re.compile(rf"(?:给|为){_MINE}{_CHILD}[（(，,]?(?:今年|刚|刚满)?{_CHINESE_NUMBER}岁"),
    re.compile(rf"{_CHINESE_NUMBER}岁的?{_CHILD}们?(?:听|看|读)的"),
)
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2}


def age_in(words: str) -> int | None:
    """The age in years of the reader whom words name, the youngest of a range; ``None`` where they name none."""
    said = words[:READ_LIMIT]
    found = next((match for shape in (_OF_YEARS, _AGED, *_CHINESE) if (match := shape.search(said))), None)
    age = _number(found["age"].lower()) if found else 0
    return age if 0 < age <= OLDEST else None


def _number(said: str) -> int:
    """A number in digits, in an English word, or in Chinese up to 99."""
    if said.isascii():
        return int(said) if said.isdecimal() else _ONES.index(said) + 1
    if "十" not in said:
        return _DIGITS.get(said, 0)
    tens, _, ones = said.partition("十")
    return 10 * (_DIGITS.get(tens, 0) if tens else 1) + (_DIGITS.get(ones, 0) if ones else 0)
