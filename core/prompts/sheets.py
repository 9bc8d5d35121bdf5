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


def sheet(looks: Sequence[tuple[str, str]], language: str) -> str:
    """The prompt of a sheet of these characters, by name and look; a name alone draws nobody."""
    stop, colon = ("。", "：") if language == "zh" else (". ", ": ")
    told = "".join(f"{name}{colon}{look.strip(' .。')}{stop}" for name, look in looks)
    return _SHEET[language].format(looks=told.rstrip(" ") if language == "en" else told)
