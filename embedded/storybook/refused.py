# ruff: noqa: E501  (tables read better with one thing a line)
"""What an idea for a picture does not want: said outright ("no clouds", "没有窗户"), or by the whole of it ("black and white", "empty")."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DENIED = re.compile(
    r"(?:\b(?:no|not|never|without|none|nor|neither|except|minus)\b|n['’]t\b|\bfree of\b)([^.,;:!?\n]{1,60})"
    r"|(?:没有|没|不要|不想要|不带|不画|别画|别有|别加|别|无|除了|不)([^，。；：！？、,.;\n]{1,12})"
)
_END = re.compile(r"\b(?:but|with|on|in|at|by|under|only|just)\b|但|只|而是|的")

#: What is said of the whole picture, and what it speaks against.
_IMPLIED = (
    (r"black[ -]and[ -]white|monochrome|gr[ea]yscale|colou?rless|noir|黑白|单色|水墨|素描|无色", "colours colour green blue golden warm 颜色 绿 蓝 金"),
    (r"\bempty\b|deserted|abandoned|lonely|\balone\b|nobody|no ?one|空无一人|无人|空荡荡|空空|独自", "people sit walk look indoors outdoors"),
    (r"(?:plain|white|blank|black|transparent|solid|simple) background|\bisolated\b|\blogo\b|\bicon\b|sticker|纯色|白底|白色背景|透明背景|背景是|图标|贴纸", "background 背景"),
    (r"clear (?:blue )?sky|cloudless|晴空|万里无云|晴天|晴朗", "clouds 云"),
    (r"\brain|storm|\bfog|\bmist|overcast|雨|雾|阴天|雷", "sun indoors"),
    (r"\bsnow|winter|\bice\b|frozen|雪|冬|冰", "flowers mushrooms green indoors"),
    (r"\bdark\b|darkness|night|黑暗|漆黑|夜", "sun"),
    (r"asleep|sleep|still life|motionless|睡|静物", "walking looking action 走 看"),
)  # fmt: skip

#: What is not wanted, and what would bring it along.
_BRINGS = (
    (r"colou?r|颜色|色彩|彩", r"colou?r|green|blue|golden|white|颜色|绿|蓝|金|白色"),
    (r"\blights?\b|光|灯", r"light|lit\b|光|灯"),
    (r"\bsun|shine|daylight|阳光|太阳|日光", r"sun|daylight|morning|evening|阳光|日光|晨光|夕阳"),
    (r"background|surrounding|scenery|背景|景", r"."),
    (r"window|窗", r"window|room|house|窗|房间|屋"),
    (r"cloud|云", r"cloud|云"),
    (r"tree|plant|wood|forest|树|植物|森林", r"tree|forest|pine|willow|garden|mushroom|树|森林|松|柳|花园|蘑菇"),
    (r"flower|plant|blossom|garden|花|植物", r"flower|garden|花"),
    (r"grass|green|草|绿", r"garden|hill|green|花园|山坡|绿"),
    (r"mushroom|蘑菇", r"mushroom|蘑菇"),
    (r"water|sea|ocean|river|lake|beach|水|海|河|湖", r"water|sea|beach|river|水|海|河|沙滩"),
    (r"house|building|home|town|city|village|people|person|human|crowd|anybody|anyone|房|楼|建筑|城|村|人", r"house|cottage|village|city|street|castle|room|房|楼|村|城|街|屋"),
    (r"room|indoors|inside|furniture|table|lamp|屋|室内|房间|家具|桌|灯", r"room|house|lamp|window|房间|屋|灯|窗"),
    (r"outdoors?|outside|nature|户外|室外|外面|自然", r"garden|forest|mountain|beach|river|desert|under water|花园|森林|山|沙滩|河|沙漠|海"),
    (r"mountain|hill|山", r"mountain|hill|山"),
    (r"star|planet|space|星|太空", r"star|planet|星"),
    (r"snow|雪", r"snow|雪"),
    (r"walk|mov|action|走|动", r"walking|走"),
    (r"\bsit|坐", r"sitting|坐"),
    (r"look|eyes?\b|看|眼", r"looking|看"),
    (r"shadow|影", r"evening|夕阳"),
)  # fmt: skip


@dataclass(frozen=True)
class Refused:
    """The words for what is not wanted, lower case; empty where anything may be."""

    words: str

    @classmethod
    def read(cls, idea: str) -> Refused:
        """What an idea (lower case, bounded by its caller) speaks against."""
        said = [_END.split(first or second)[0] for first, second in _DENIED.findall(idea)]
        return cls(" ".join((*said, *(told for pattern, told in _IMPLIED if re.search(pattern, idea)))))

    def fits(self, added: str) -> bool:
        """Whether something may be added."""
        if any(re.search(refused, self.words) and re.search(brings, added.lower()) for refused, brings in _BRINGS):
            return False
        return not any(
            len(word) > 3 and re.search(rf"\b{word.removesuffix('s')}", added.lower())
            for word in re.findall("[a-z]+", self.words)
        )
