"""The words that are given to the models. What each kind of task is told stands in a text file beside this one, one rule a line."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from core.brief import Brief
from core.prompts.styles import STYLES, Style, find_style, style_aliases, styled

__all__ = [
    "STYLES",
    "Style",
    "find_style",
    "instructions",
    "object_in_words",
    "story_length",
    "style_aliases",
    "styled",
    "variation",
]

NUMBER_WORDS = {"short": 150, "medium": 350, "long": 700}
_FOLDER = Path(__file__).parent
_LANGUAGES = {"en": ("English", "words"), "zh": ("Simplified Chinese (简体中文)", "characters")}
_CONDITION = re.compile(r"\[(no )?(\w+)\] ")
_TOLERANCE = 0.15


def story_length(choice: str | None, language: str) -> int:
    """How long a story shall be: words, and in Chinese characters, of which the same story has half as many again."""
    words = NUMBER_WORDS.get(choice or "medium") or int(choice or 0)
    return words if language == "en" else words * 3 // 2


def instructions(brief: Brief) -> str:
    """What a model is told before the person's words."""
    language, units = _LANGUAGES[brief.language]
    length = brief.length or 0
    values = brief.model_dump() | {
        "language": language,
        "units": units,
        "least": round(length * (1 - _TOLERANCE)),
        "most": round(length * (1 + _TOLERANCE)),
        "style": STYLES[brief.style].words("en" if brief.kind == "story" else brief.language) if brief.style else None,
    }
    lines = (_kept(line, values) for line in _text(brief.kind))
    return "\n".join(line for line in lines if line is not None).strip().format_map(values)


def object_in_words(schema: str) -> str:
    """What a model is told whose server takes no schema."""
    return "\n".join(_text("object")).replace("{schema}", schema)


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


def variation(how: str, strength: str, language: str) -> str:
    """The edit prompt that makes a variation: OpenAI's variations endpoint is gone, a variation is an edit without a mask."""
    base = VARIATIONS[language][strength]
    return f"{base} {how}".strip()
