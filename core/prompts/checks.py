"""The words of a check beside the instructions for whoever looks: questions that code asks, and how what failed is put right."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

from core.types import Question

_SAME = {
    "en": "Is everybody who is in it the same character as in the pictures before it?",
    "zh": "画里的角色和前面几张图里的是同一个吗？",
}
_SAME_WHAT = {"en": "the same character", "zh": "同一个角色"}
_ANY = {"en": "Does the picture show {what}?", "zh": "画面里能看到{what}吗？"}
_SOME = {"en": "Is there {what} in the picture?", "zh": "画里有{what}吗？"}
_ODD = {
    "en": ("a grand piano", "a giraffe", "a submarine", "a telephone", "a cactus", "a tractor", "a penguin", "a sewing machine"),
    "zh": ("一架钢琴", "一头长颈鹿", "一艘潜水艇", "一部电话", "一棵仙人掌", "一台拖拉机", "一只企鹅", "一台缝纫机"),
}  # fmt: skip
"""Things that pictures hardly ever show unasked."""

_WITHOUT = {"en": "There is no {what} in it.", "zh": "画面里没有{what}。"}
_AND = {"en": " and no ", "zh": "，没有"}
_CHANGE = {
    "en": {
        "thing": "Add {what}.",
        "attribute": "Make it {what}.",
        "count": "Show exactly {what}, no more and no fewer.",
        "relation": "Show it so: {what}.",
        "lettering": "The words to be read, letter by letter: {what}.",
        "absent": "Remove {what}.",
    },
    "zh": {
        "thing": "加上{what}。",
        "attribute": "改成{what}。",
        "count": "要正好{what}，不多不少。",
        "relation": "要这样：{what}。",
        "lettering": "要能读到的字，一个不差：{what}。",
        "absent": "去掉{what}。",
    },
}


def without(prompt: str, unwanted: Sequence[str], language: str) -> str:
    """A prompt with what the picture shall do without, said once: a picture that is drawn again has it in its prompt."""
    if not unwanted:
        return prompt
    said = _without(unwanted, language)
    return prompt if said in prompt else f"{prompt.rstrip()}\n{said}"


def with_all(prompt: str, unwanted: Sequence[str], language: str) -> str:
    """A prompt as it was before ``without``."""
    return prompt.replace(_without(unwanted, language), "").strip() if unwanted else prompt


def _without(unwanted: Sequence[str], language: str) -> str:
    return _WITHOUT[language].format(what=_AND[language].join(unwanted))


def asked_absent(unwanted: Iterable[str], language: str) -> list[Question]:
    """Whether what was not wanted is there."""
    return [Question(kind="absent", what=what, ask=_ANY[language].format(what=what)) for what in unwanted]


def asked_same(language: str) -> Question:
    """Whether the characters are those of the pictures that are shown before."""
    return Question(kind="relation", what=_SAME_WHAT[language], ask=_SAME[language])


def odd_one(words: str, language: str) -> str:
    """A question about something that is not there: a judge that says yes to it says yes to everything. The same for the same words."""
    things, start = _ODD[language], zlib.crc32(words.encode("utf-8", "replace"))
    said = words.casefold()
    turned = [things[(start + step) % len(things)] for step in range(len(things))]
    thing = next((one for one in turned if _core(one) not in said), turned[0])
    return _SOME[language].format(what=thing)


def _core(thing: str) -> str:
    return thing.removeprefix("a ") if thing.isascii() else thing[2:]


def change_for(failed: Iterable[Question], language: str) -> str:
    """The change that puts right what failed, and names nothing else."""
    return "\n".join(_CHANGE[language][one.kind].format(what=one.what) for one in failed)
