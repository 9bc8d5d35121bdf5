"""The words that are given to the models. What each kind of task is told stands in a text file beside this one, one rule a line."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from core.brief import Brief
from core.prompts.ages import age_in
from core.prompts.checks import asked_absent, asked_same, change_for, odd_one, with_all, without
from core.prompts.leanings import COMPOSITIONS, PHRASINGS, USUAL, arms, composed, names_style, names_view
from core.prompts.level import far_above, for_children, level_of
from core.prompts.pages import page_length
from core.prompts.readers import ANYBODY, readers_of
from core.prompts.sheets import sheet
from core.prompts.styles import STYLES, Style, find_style, style_aliases, style_words, styled
from core.prompts.tones import TONES, VOICES, tone_in, tone_words

__all__ = [
    "COMPOSITIONS",
    "EASIER",
    "PHRASINGS",
    "STYLES",
    "TONES",
    "USUAL",
    "Style",
    "age_in",
    "arms",
    "asked_absent",
    "asked_same",
    "blended",
    "change_for",
    "composed",
    "continued",
    "edited",
    "far_above",
    "find_style",
    "for_children",
    "instructions",
    "level_of",
    "marked",
    "names_style",
    "names_view",
    "object_in_words",
    "odd_one",
    "page_length",
    "removed",
    "sheet",
    "story_length",
    "style_aliases",
    "styled",
    "tone_in",
    "variation",
    "with_all",
    "without",
]

NUMBER_WORDS = {"short": 150, "medium": 350, "long": 700}
_FOLDER = Path(__file__).parent
_LANGUAGES = {"en": ("English", "words"), "zh": ("Simplified Chinese (简体中文)", "characters")}
_OWN = ("the language in which the person wrote", "words (where words are not spaced: twice as many characters)")
_CONDITION = re.compile(r"\[(no )?(\w+)\] ")
_TOLERANCE = 0.15


def story_length(choice: str | None, language: str) -> int:
    """How long a story shall be: words, and in Chinese characters, of which the same story has half as many again.

    A number is what was asked for, in either.
    """
    if choice and choice.isdecimal():
        return int(choice)
    words = NUMBER_WORDS[choice or "medium"]
    return words * 3 // 2 if language == "zh" else words


def instructions(brief: Brief) -> str:
    """What a model is told before the person's words."""
    language, units = _OWN if brief.own else _LANGUAGES[brief.language]
    length = brief.length or 0
    values = brief.model_dump() | {
        "language": language,
        "units": units,
        "least": round(length * (1 - _TOLERANCE)),
        "most": round(length * (1 + _TOLERANCE)),
        "styles": ", ".join(STYLES),
        "style": style_words(brief.style, brief.language) or None,
        "tones": ", ".join(TONES),
        "phrasing": PHRASINGS.get(brief.phrasing or ""),
        **_telling(brief),
    }
    lines = (_kept(line, values) for line in _text(brief.kind))
    return "\n".join(line for line in lines if line is not None).strip().format_map(values)


def _telling(brief: Brief) -> dict[str, str | None]:
    """How a text is told: for whom, in which tone, and in the manner of which pictures."""
    readers = readers_of(brief.age) if brief.age is not None else None
    children = readers is not None and readers.young
    return {
        "reader": readers.told if readers else ANYBODY,
        "children": "yes" if children else None,
        "tone": tone_words(brief.tone, children=children) if brief.tone in TONES else None,
        "voice": VOICES.get(brief.tone or ""),
        "manner": (STYLES[brief.style].manner if brief.style in STYLES else "") or None,
    }


def object_in_words(schema: str) -> str:
    """What a model is told whose server takes no schema."""
    return "\n".join(_text("object")).replace("{schema}", schema)


def columns() -> str:
    """What the helper is told that says which column of a table holds what."""
    return "\n".join(_text("columns"))


def _kept(line: str, values: dict[str, object]) -> str | None:
    """A line of a text, unless it begins with a condition that does not hold: ``[age] `` or ``[no age] ``."""
    condition = _CONDITION.match(line)
    if condition is None:
        return line
    return line[condition.end() :] if (values[condition[2]] is None) == bool(condition[1]) else None


@cache
def _text(kind: str) -> tuple[str, ...]:
    return tuple((_FOLDER / f"{kind}.txt").read_text(encoding="utf-8").splitlines())


VARIATIONS = {
    "en": {
        "subtle": "A subtle variation of this picture: the same subject, style and mood, with small changes in pose, light and detail.",
        "strong": "A free variation of this picture: the same subject and mood, a new composition, viewpoint and light.",
    },
    "zh": {
        "subtle": "这幅画的一个细微变化：主体、风格和气氛不变，姿态、光线和细节略有不同。",
        "strong": "这幅画的一个自由变化：主体和气氛不变，换一种构图、视角和光线。",
    },
}


EASIER = {
    "en": "Tell it in the sentences that this reader is used to: shorter ones, one thing in each, in everyday words. What happens, who it is and how "
    "it ends stay as they are, and so does the length.",
    "zh": "用这个年纪的读者习惯的句子重讲一遍：句子短些，一句只说一件事，用日常的字词。发生了什么、是谁、怎么结尾，还有篇幅，都不变。",
}
"""The wish with which a text that is far too hard for its child is told once more."""


_KEPT = {
    "en": {
        "whole": "Change this and nothing else. Whoever and whatever is in the picture stays the same and recognisable, in the same pose and "
        "place; framing, viewpoint, light, colours and background stay as they are.",
        "part": "Paint this into the masked part alone, in the light, perspective and manner of the picture around it. Everything outside stays "
        "as it is: who and what is there, the pose, the framing, the light.",
        "others": "The first picture is the one to change; take from the others only what the change asks for.",
        "whole-style": "Beside that only the manner changes, that of the whole picture: {style}.",
        "part-style": "Make it like this: {style}.",
    },
    "zh": {
        "whole": "只改这一处，其余一概不动：画里的人和物还是原来的样子，认得出来，姿势和位置不变；构图、视角、光线、颜色和背景都保持原样。",
        "part": "只画进蒙版标出的部分，光线、透视和画法要与周围一致。蒙版以外的一切保持原样：人物、物品、姿势、构图和光线。",
        "others": "要改的是第一张图；其余的图只取这次修改用得上的东西。",
        "whole-style": "此外只换整幅画的画法：{style}。",
        "part-style": "画成这样：{style}。",
    },
}
"""What an edit must not change: a model that is told the change alone draws the whole picture anew."""


def edited(change: str, style: str | None, language: str, *, masked: bool = False, several: bool = False) -> str:
    """The prompt of an edit: the change in the person's words, what stays, the style."""
    kept, what = _KEPT[language], "part" if masked else "whole"
    lines = [change, kept[what]]
    if several:
        lines.append(kept["others"])
    if words := style_words(style, language):
        lines.append(kept[f"{what}-style"].format(style=words))
    return "\n".join(lines)


def removed(words: str, language: str) -> str:
    """What an edit is told that takes something away: what the person names, else whatever the mask marks."""
    told = _REMOVED[language]
    return told["named"].format(words=words) if words else told["marked"]


def marked(prompt: str, language: str, *, apart: bool) -> str:
    """The prompt of an edit whose place is shown by marks. ``apart``: they are handed over as marks; else a second picture shows them."""
    told = _MARKED[language]
    return "\n".join((prompt, *(() if apart else (told["second"],)), told["marks"]))


def continued(words: str, language: str) -> str:
    """What an edit is told that makes the canvas larger; ``words``: what shall be there."""
    return "\n".join(filter(None, (words, _CONTINUED[language])))


def blended(words: str, style: str | None, language: str) -> str:
    """The prompt of one picture made from several, which are sent in their order."""
    told = _BLENDED[language]
    lines = [words or told["alone"], told["order"]]
    if style in STYLES:
        lines.append(_KEPT[language]["part-style"].format(style=STYLES[style].words(language)))
    return "\n".join(lines)


_REMOVED = {
    "en": {
        "marked": "Remove what is in the masked part, with its shadow and reflection, and fill the place with what would be seen behind it.",
        "named": "Remove this, with its shadow and reflection, and fill the place with what would be seen behind it: {words}",
    },
    "zh": {
        "marked": "去掉蒙版标出的东西，连同它的影子和倒影，并补上它后面本来会看到的景物。",
        "named": "去掉以下内容，连同它的影子和倒影，并补上后面本来会看到的景物：{words}",
    },
}
_MARKED = {
    "en": {
        "second": "The second picture is the first one with marks drawn over it. Change the first.",
        "marks": "The coloured marks say what is meant: an arrow leads from where something is to where it shall go, a circle is around what is "
        "spoken of, a number is what the words call it by, and words on the picture say what is wished for there. Draw none of the marks.",
    },
    "zh": {
        "second": "第二张图是在第一张图上画了标记。要改的是第一张。",
        "marks": "彩色标记说明所指：箭头从原处指向要去的地方，圆圈圈住所说的东西，数字是文字里对它的称呼，图上写的字说明那里想要什么。"
        "不要把标记画进图里。",
    },
}
_CONTINUED = {
    "en": "The canvas was made larger. Continue the picture seamlessly into the masked part: the same scene, light, perspective and "
    "manner, no frame, no edge, nothing repeated.",
    "zh": "画布加大了。请把画面自然地延续到蒙版标出的部分：同一场景、光线、透视和画法，不要边框，不留接缝，不要重复已有的东西。",
}
_BLENDED = {
    "en": {
        "alone": "Make one picture of these: what is most itself in each comes together in one scene.",
        "order": "The pictures are numbered in the order in which they are given: the first is picture 1. Take from each what is said of it, and "
        "keep whoever and whatever comes from one recognisable. The result is one coherent picture with one light, one perspective and one manner.",
    },
    "zh": {
        "alone": "把这几张图合成一张：每张里最有特色的东西汇聚到同一个场景。",
        "order": "图片按给出的顺序编号，第一张是图1。每张图只取提到的内容，取来的人和物要保持认得出来。"
        "结果是一张完整统一的画面：同一光线、同一透视、同一画法。",
    },
}
"""What is said where something is taken away, a canvas grows, or several pictures become one."""


_SPACE = {
    "en": {
        "top": "Keep the subject within the lower half of the picture; the upper half stays plain, as space for words that are added afterwards.",
        "bottom": "Keep the subject within the upper half of the picture; the lower third stays plain, as space for words that are added afterwards.",
        "blank": "The picture itself is without any lettering.",
    },
    "zh": {
        "top": "主体放在画面的下半部，上半部留白，之后在那里排字。",
        "bottom": "主体放在画面的上半部，下方三分之一留白，之后在那里排字。",
        "blank": "画面本身不带任何文字。",
    },
}
"""What is said to a model that draws for words: they are set over it, and letters of its own would stand beneath them."""


def with_space(prompt: str, where: str, language: str) -> str:
    """A prompt for a picture over which words are set at its ``top`` or ``bottom``."""
    return "\n".join((prompt, _SPACE[language][where], _SPACE[language]["blank"]))


def variation(how: str, strength: str, language: str) -> str:
    """The edit prompt that makes a variation: OpenAI's variations endpoint is gone, a variation is an edit without a mask."""
    base = VARIATIONS[language][strength]
    return f"{base} {how}".strip()
