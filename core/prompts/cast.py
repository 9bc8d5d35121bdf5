"""What a model is told of the characters in a picture, and of the pictures that show them."""

from __future__ import annotations

from collections.abc import Sequence

from core.prompts.styles import styled
from core.types import Cast

LOOKS_OF = {
    "en": "Describe whoever is the subject of this picture so that somebody who does not see it could draw them again: what they are, build, face, "
    "colours, markings, clothes, what they carry. One phrase of at most forty words, without a name and without the background.",
    "zh": "描述这幅画的主角，让没看见画的人也能照着画出来：是什么、身形、脸、颜色、花纹、衣着、随身的东西。"
    "只写一句，不超过八十字，不写名字，不写背景。",
}

_WORDS = {
    "en": {
        "looks": "{name}: {looks}.",
        "one": "Picture {first} shows {name}.",
        "several": "Pictures {first} and {last} show {name}.",
        "like": "The first picture shows who is meant.",
        "sheet": "Picture {first} is a sheet of the characters; whoever of them is in the scene is there once, and nobody else of it.",
        "same": "Whoever is shown there is drawn as exactly the same character: the same face, build, proportions, colours, markings and clothes. "
        "Pose, place and light are those of this scene; nothing of the background or the arrangement of those pictures is taken over.",
    },
    "zh": {
        "looks": "{name}：{looks}。",
        "one": "第 {first} 张图是{name}。",
        "several": "第 {first} 和第 {last} 张图是{name}。",
        "like": "第一张图就是要画的角色。",
        "sheet": "第 {first} 张图是人物设定图；画面里有谁就画谁，只画一次，图上别的人物不要画。",
        "same": "图里的角色要画成一模一样的同一个：脸、身形、比例、颜色、花纹和衣着都不变。姿势、地点和光线按这个场景来，"
        "那些图的背景和排列一概不要。",
    },
}


def described(prompt: str, characters: Sequence[Cast], language: str) -> str:
    """A prompt with the looks of all characters that it does not describe yet."""
    words = _WORDS[language]
    known = prompt.casefold()
    told = [(one.name, one.looks.rstrip(".。 ")) for one in characters]
    lines = [words["looks"].format(name=name, looks=looks) for name, looks in told if looks.casefold() not in known]
    return "\n".join([prompt, *lines])


def referring(
    prompt: str,
    shown: Sequence[tuple[str, int]],
    language: str,
    *,
    before: int = 0,
    like: bool = False,
    sheet: bool = False,
) -> str:
    """A prompt that says which of the pictures beside it show whom.

    ``shown``: names with how many pictures each has, in their order; ``before``: so many pictures come first; ``like``: they show who is meant;
    ``sheet``: one more comes last, a sheet of several characters.
    """
    words, first = _WORDS[language], before + 1
    lines = [words["like"]] if like else []
    for name, number in shown:
        last = first + number - 1
        lines.append(words["one" if number == 1 else "several"].format(name=name, first=first, last=last))
        first = last + 1
    lines += [words["sheet"].format(first=first)] if sheet else []
    return "\n".join([prompt, *lines, words["same"]]) if lines else prompt


_STYLE = {
    "en": {
        "one": "Picture {first} shows how this one is to be made, and nothing of what is to be in it: follow its technique, line, colours, light and "
        "surface, and leave out everybody and everything that is shown there.",
        "several": "Pictures {first} to {last} show how this one is to be made, and nothing of what is to be in it: follow the technique, line, "
        "colours, light and surface that they share, and leave out everybody and everything that is shown there.",
    },
    "zh": {
        "one": "第 {first} 张图只说明怎么画，不说明画什么：照着它的技法、线条、色彩、光线和质感来画，里面的人和东西一概不要。",
        "several": "第 {first} 到第 {last} 张图只说明怎么画，不说明画什么：照着它们共有的技法、线条、色彩、光线和质感来画，"
        "里面的人和东西一概不要。",
    },
}


def in_the_style_of(prompt: str, number: int, language: str, *, before: int) -> str:
    """A prompt that says of the so many last pictures beside it that they are there for their style alone; ``before``: so many come first."""
    if not number:
        return prompt
    line = _STYLE[language]["one" if number == 1 else "several"].format(first=before + 1, last=before + number)
    return f"{prompt}\n{line}"


_POSES = {
    "en": {
        "portrait": "{name}: {looks}. A portrait of {name} alone, head and shoulders, facing us, even light, plain white background.",
        "sheet": "{name}: {looks}. A character sheet of the very same {name}, seen from the front, from the side and from behind, sitting, "
        "on the move and laughing; the same proportions, colours and markings each time, whole "
        "figures in a row on a plain white background, no lettering.",
    },
    "zh": {
        "portrait": "{name}：{looks}。{name}的单人肖像，头和肩，正面，明暗柔和，白色背景。",
        "sheet": "{name}：{looks}。同一个{name}的角色设定图：正面、侧面、背面，坐着、走动、大笑；"
        "每一个的身材比例、颜色和特征都完全一样，全身像排成一行，白色背景，不写字。",
    },
}


def poses(name: str, looks: str, style: str | None, language: str) -> dict[str, str]:
    """The prompts of a character's portrait and sheet."""
    looks = looks.rstrip(".。 ")
    return {
        role: styled(text.format(name=name, looks=looks), style, language) for role, text in _POSES[language].items()
    }
