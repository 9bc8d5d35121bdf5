"""What a painter is told of a sheet: the picture that shows how the characters of a text look, and that its other pictures are drawn from."""

from __future__ import annotations

from collections.abc import Sequence

_SHEET = {
    "en": "A reference sheet for the illustrators of one book, on plain light paper. {looks} Each of them stands there whole, once from the front, "
    "once from the side and once in the middle of a movement, always in the same clothes and colours, with room between the figures. Even light, no "
    "scenery, no lettering.",
    "zh": "同一本书插图用的人物设定图，底是素净的浅色纸。{looks}每个人物都画全身：正面一个，侧面一个，动作中的一个，衣着和颜色处处一致，"
    "人物之间留出空隙。光线均匀，没有背景，没有文字。",
}
_AS_ON_SHEET = {
    "en": "The reference picture shows how the characters of this book look. Whoever of them is in the scene has the same face, build, colours and "
    "clothes as there. Take nothing else from it: neither its poses nor its empty paper, and each figure is in the scene once.\n{scene}",
    "zh": "参考图是这本书的人物设定。画面里出现的人物，长相、体型、颜色和衣着都与参考图一致；此外什么都不要取自参考图：不要它的姿势，"
    "不要它的空白底，每个人物只出现一次。\n{scene}",
}


def sheet(looks: Sequence[tuple[str, str]], language: str) -> str:
    """The prompt of a sheet of these characters, by name and look; a name alone draws nobody."""
    stop, colon = ("。", "：") if language == "zh" else (". ", ": ")
    told = "".join(f"{name}{colon}{look.strip(' .。')}{stop}" for name, look in looks)
    return _SHEET[language].format(looks=told.rstrip(" ") if language == "en" else told)


def as_on_sheet(scene: str, language: str) -> str:
    """The prompt of a picture that is drawn from a sheet."""
    return _AS_ON_SHEET[language].format(scene=scene)
