"""Which words of an idea are found again in what was told of it, and which are not: whoever asked is told the difference."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from embedded.storybook.english_turns import ABOUT, DETERMINERS, LEAD, STOPPERS, base_of
from embedded.storybook.ideas import IDEA_LIMIT
from embedded.storybook.request import is_chinese
from embedded.storybook.words import CHINESE, vocabulary

_MOST = 3
"""Phrases that are named: more is no longer one line."""
_LONGEST = 40
"""Characters of a phrase that are shown."""

_SHAPE = vocabulary(
    """
    story stories tale tales fable adventure bedtime book chapter page pages part word words picture pictures year years old age kid kids
    child children daughter son toddler reader adult adults short long longer shorter funny sad scary happy gentle exciting beautiful nice little
    small big young ending end style tone please write tell me us about happy very really quite own new first last best i you we am is are do did
    more less than some any only day night once upon time there then one two three four five six seven him hers himself herself itself
    afraid scared frightened terrified fearful fear misses missing miss missed lonely alone friends friend friendship makes make making secret
    mystery wish dream trip journey voyage going travel home set sets out off up down well will won't him them whom whose what how why
    """
)
"""English words that say what kind of tale it shall be or only what happens in it by shape, and name nothing that could be missing."""

_CHINESE_SHAPE = re.compile(
    r"一个|一只|一位|一名|一条|一头|一座|一颗|一把|一本|一封|一扇|有一|故事|童话|冒险|睡前|关于|有关|结局|结尾|风格|小朋友|孩子们|给我|请|讲|写|编|来|"
    r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})岁(?:的)?(?:孩子|宝宝|小孩|女儿|儿子)?|"
    r"自己|第一次|正在|决定|开始|终于|努力|想要|学会|学习|害怕|发现|找到|遇见|遇到|答应|弄丢|寻找|朋友|孤独|孤单|迷路|喜欢|"
    r"捡到|里面|[还里的了着过在和与跟他她它们是有去到给把被从向为想怕丢找学会要不没也都就很又再这那一两三只个位条头匹座朵颗滴片本支盏把棵名群对架辆台件家]"
)


@dataclass(frozen=True)
class LeftOut:
    """The phrases of an idea that are in a text, and those that are not, in the idea's order and spelling."""

    used: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()


def left_out(idea: str, told: str) -> LeftOut:
    """What of an idea is in the text that was told of it; nothing where they are not in one language, as then no word could be the same."""
    idea = idea[:IDEA_LIMIT]
    if is_chinese(idea) != is_chinese(told):
        return LeftOut()
    return _chinese(idea, told) if is_chinese(idea) else _english(idea, told)


def _english(idea: str, told: str) -> LeftOut:
    said = {_stem(word) for word in re.findall(r"[^\W_]+", told.lower().replace("’", "'"))}
    text = ABOUT.sub("", LEAD.sub("", idea.replace("’", "'")))
    tokens = re.findall(r"[^\W_][\w'-]*|[^\w\s]", text)
    return _parted(tokens, _says_nothing, lambda word: _stem(word) in said, " ")


_IGNORED = _SHAPE | STOPPERS | DETERMINERS


def _says_nothing(token: str) -> bool:
    """Whether nobody would miss a word, a sign, or the number of somebody's years."""
    return token.lower() in _IGNORED or not token[0].isalnum() or (token[0].isdecimal() and len(token) < len("100"))


def _stem(word: str) -> str:
    """What the forms of a word have in common, about: "repairs", "repaired" and "repairing" are one."""
    word = word.lower().removesuffix("'s")
    base = base_of(word) or word
    for ending in ("ing", "ed", "es", "s", "e"):
        if len(base) - len(ending) >= 3 and base.endswith(ending):
            base = base.removesuffix(ending)
    return re.sub(r"([^aeiou])\1$", r"\1", base)


def _chinese(idea: str, told: str) -> LeftOut:
    """Chinese has no spaces: what stands between the small words is a phrase, and any two signs of it that were told are a part that was used."""
    beings = "|".join(sorted((re.escape(noun) for noun in CHINESE.beings if len(noun) > 1), key=len, reverse=True))
    parts = [part for run in re.findall(r"\w+", idea) for part in _CHINESE_SHAPE.split(run) if part]
    tokens = [token for part in parts for token in (*filter(None, re.split(f"({beings})", part)), "，")]

    def is_told(phrase: str) -> bool:
        pairs = [phrase[at : at + 2] for at in range(max(len(phrase) - 1, 1))]
        return any(pair in told for pair in pairs)

    return _parted(
        tokens, lambda phrase: phrase == "，" or (len(phrase) == 1 and phrase not in CHINESE.beings), is_told, ""
    )


def _parted(tokens: list[str], passed: Callable[[str], bool], is_told: Callable[[str], bool], joint: str) -> LeftOut:
    """Neighbours of one kind are one phrase."""
    phrases: dict[bool, list[list[str]]] = {True: [], False: []}
    before: bool | None = None
    for token in tokens:
        if passed(token):
            before = None
            continue
        kind = is_told(token)
        if kind is not before:
            phrases[kind].append([])
        phrases[kind][-1].append(token)
        before = kind
    used, unused = (
        tuple(dict.fromkeys(joint.join(phrase)[:_LONGEST] for phrase in phrases[kind]))[:_MOST]
        for kind in (True, False)
    )
    return LeftOut(used, unused)
