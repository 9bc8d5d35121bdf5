"""An idea in one language for a tale in the other: the few words that both storybooks know by heart."""

from __future__ import annotations

from dataclasses import replace

from sandbox.storybook.ideas import Figure, Idea
from sandbox.storybook.words import CHINESE_BEINGS, ENGLISH_BEINGS

BEINGS = dict(
    pair.split(":")
    for pair in [
        "fox:狐狸",
        "wolf:狼",
        "bear:熊",
        "panda:熊猫",
        "rabbit:兔子",
        "hedgehog:刺猬",
        "mouse:老鼠",
        "squirrel:松鼠",
        "mole:鼹鼠",
        "cat:猫",
        "kitten:猫",
        "dog:狗",
        "puppy:狗",
        "lion:狮子",
        "tiger:老虎",
        "elephant:大象",
        "giraffe:长颈鹿",
        "deer:鹿",
        "horse:马",
        "donkey:毛驴",
        "camel:骆驼",
        "monkey:猴子",
        "cow:奶牛",
        "pig:猪",
        "sheep:绵羊",
        "lamb:羊",
        "goat:山羊",
        "koala:考拉",
        "otter:水獭",
        "snail:蜗牛",
        "ant:蚂蚁",
        "spider:蜘蛛",
        "firefly:萤火虫",
        "bee:蜜蜂",
        "butterfly:蝴蝶",
        "frog:青蛙",
        "turtle:乌龟",
        "tortoise:乌龟",
        "crocodile:鳄鱼",
        "snake:蛇",
        "owl:猫头鹰",
        "crow:乌鸦",
        "sparrow:麻雀",
        "swallow:燕子",
        "bird:小鸟",
        "duck:鸭子",
        "duckling:鸭子",
        "swan:天鹅",
        "penguin:企鹅",
        "seagull:海鸥",
        "seal:海豹",
        "whale:鲸鱼",
        "dolphin:海豚",
        "shark:鲨鱼",
        "fish:鱼",
        "octopus:章鱼",
        "crab:螃蟹",
        "girl:女孩",
        "boy:男孩",
        "child:孩子",
        "grandmother:奶奶",
        "grandfather:爷爷",
        "captain:船长",
        "sailor:水手",
        "pirate:海盗",
        "fisherman:渔夫",
        "astronaut:宇航员",
        "baker:面包师",
        "gardener:园丁",
        "postman:邮递员",
        "clockmaker:钟表匠",
        "painter:画家",
        "teacher:老师",
        "doctor:医生",
        "knight:骑士",
        "king:国王",
        "queen:女王",
        "prince:王子",
        "princess:公主",
        "wizard:魔法师",
        "witch:女巫",
        "dragon:龙",
        "robot:机器人",
        "ghost:幽灵",
        "monster:怪兽",
        "fairy:精灵",
        "giant:巨人",
        "unicorn:独角兽",
        "mermaid:美人鱼",
        "snowman:雪人",
        "dinosaur:恐龙",
        "alien:外星人",
        "scarecrow:稻草人",
        "lighthouse:灯塔",
        "boat:小船",
        "train:火车",
        "rocket:火箭",
        "balloon:气球",
        "kite:风筝",
        "cloud:云朵",
        "star:星星",
        "moon:月亮",
        "teapot:茶壶",
        "lamp:台灯",
        "lantern:灯笼",
        "clock:座钟",
        "umbrella:雨伞",
        "pencil:铅笔",
        "piano:钢琴",
        "tree:树",
        "pumpkin:南瓜",
        "stone:石头",
    ]
) | {"lighthouse keeper": "灯塔看守人", "polar bear": "北极熊"}

PHRASES = {
    "wish": {
        "moon": "摸一摸月亮",
        "sea": "看一看大海",
        "fly": "飞上天",
        "sing": "学会唱歌",
        "star": "找到一颗星星",
        "sleep": "睡一个好觉",
        "dance": "学会跳舞",
        "swim": "学会游泳",
        "draw": "学会画画",
        "paint": "学会画画",
        "home": "回家",
        "snow": "看一场雪",
    },
    "fear": {
        "dark": "黑",
        "thunder": "打雷",
        "storm": "打雷",
        "height": "高",
        "water": "水",
        "stranger": "陌生人",
        "dog": "狗",
        "monster": "怪兽",
        "ghost": "鬼",
    },
    "lost": {
        "song": "歌声",
        "shadow": "影子",
        "smile": "笑容",
        "voice": "声音",
        "mother": "妈妈",
        "way": "回家的路",
        "kite": "风筝",
        "button": "纽扣",
        "name": "名字",
    },
    "mystery": {
        "egg": "蛋",
        "door": "小小的门",
        "key": "钥匙",
        "letter": "信",
        "map": "地图",
        "box": "盒子",
        "book": "旧书",
        "light": "奇怪的光",
    },
    "promise": {
        "letter": "信",
        "lantern": "灯笼",
        "cake": "蛋糕",
        "flower": "花",
        "rose": "花",
        "parcel": "包裹",
        "book": "书",
    },
}
"""What a tale turns on: a word in the English phrase, and the Chinese phrase."""

ENGLISH_PHRASES = {
    "wish": {
        "月": "touch the moon",
        "海": "see the sea",
        "飞": "fly",
        "唱": "sing",
        "星": "catch a star",
        "睡": "sleep",
        "舞": "dance",
        "游": "swim",
        "画": "paint",
        "家": "go home",
        "雪": "see snow",
    },
    "fear": {
        "黑": "the dark",
        "雷": "thunder",
        "高": "heights",
        "水": "deep water",
        "生": "strangers",
        "狗": "dogs",
        "怪": "monsters",
        "鬼": "ghosts",
    },
    "lost": {
        "歌": "song",
        "影": "shadow",
        "笑": "smile",
        "声": "voice",
        "妈": "mother",
        "路": "way home",
        "风筝": "kite",
        "扣": "button",
        "名": "name",
    },
    "mystery": {
        "蛋": "strange egg",
        "门": "tiny door",
        "钥匙": "rusty key",
        "信": "letter with no name",
        "图": "old map",
        "盒": "box that hummed",
        "书": "old book",
        "光": "strange light",
    },
    "promise": {"信": "letter", "灯": "lantern", "糕": "honey cake", "花": "rose", "包": "parcel", "书": "book"},
}


def to_chinese(idea: Idea) -> Idea:
    """An idea read from English for a Chinese tale; what has no known word is left for the tale to choose."""
    about = _phrase(PHRASES, idea)
    return replace(
        idea,
        hero=_chinese_figure(idea.hero),
        other=_chinese_figure(idea.other),
        place_words=("", ""),
        about=about,
        receiver="",
    )


def to_english(idea: Idea) -> Idea:
    """An idea read from Chinese for an English tale."""
    about = _phrase(ENGLISH_PHRASES, idea)
    return replace(
        idea,
        hero=_english_figure(idea.hero),
        other=_english_figure(idea.other),
        place_words=("", ""),
        about=about,
        receiver="",
    )


def _phrase(phrases: dict[str, dict[str, str]], idea: Idea) -> str:
    return next((phrase for word, phrase in phrases.get(idea.plot, {}).items() if word in idea.about.lower()), "")


def _chinese_figure(figure: Figure | None) -> Figure | None:
    noun = BEINGS.get(figure.noun) if figure is not None else None
    if figure is None or noun is None:
        return None
    being = CHINESE_BEINGS[noun]
    pronoun = {"she": "她", "he": "他"}.get(figure.pronoun, being.pronoun) if being.kind == "person" else being.pronoun
    return Figure(noun, pronoun=pronoun, being=being)


def _english_figure(figure: Figure | None) -> Figure | None:
    noun = next((english for english, chinese in BEINGS.items() if figure is not None and chinese == figure.noun), None)
    if figure is None or noun is None:
        return None
    being = ENGLISH_BEINGS[noun]
    return Figure(noun, pronoun=being.pronoun, being=being)
