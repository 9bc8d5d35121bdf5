"""What may be chosen for a person beside a style and a tone: how a prompt is worded, and from where a picture is seen."""

from __future__ import annotations

import re

from core.prompts.styles import STYLES
from core.prompts.tones import TONES

USUAL = "usual"
"""The arm of every factor that leaves things as they are without it."""

PHRASINGS: dict[str, str] = {
    "vivid": "Word it vividly: the strongest verb that fits, one thing that can nearly be touched or heard, light with a direction.",
    "poetic": "Word it as a poem would see it: one image that carries the mood, weather and light that answer what happens, much left out.",
    "playful": "Word it playfully: one harmless surprise that the person did not ask for and will smile at; all that they named stays as it is.",
}
"""For the helper, in English like all that it is told. Without any it is faithful: it adds only what makes the picture clearer."""

COMPOSITIONS: dict[str, dict[str, str]] = {
    "near": {"en": "seen from close by, the subject fills the picture", "zh": "近景，主体占满画面"},
    "wide": {"en": "a wide view, the subject small in its surroundings", "zh": "远景，主体在开阔的环境中显得很小"},
    "above": {"en": "seen from above", "zh": "俯视视角"},
    "below": {"en": "seen from low down, looking up", "zh": "仰视视角"},
    "centred": {"en": "the subject in the middle, symmetrical", "zh": "主体居中，左右对称"},
}

TEMPERATURES = ("0.4", "0.6", "0.9", "1.2")
"""The helper's, and the writer's where its model takes one; the usual one is lower still."""

TOLD_TONES = ("adventure", "funny", "fairytale")
"""The tones that an idea without one may be told in; with the usual one they are four."""

LOOKED_AT = 4_000
"""Characters of a request that are looked at for a style or a viewpoint that it names."""

_MEDIA = (
    *(
        "style",
        "manner of",
        "in the spirit of",
        "painting",
        "painted",
        "drawing",
        "drawn",
        "illustration",
        "illustrated",
        "photo",
        "photos",
    ),
    *(
        "photograph",
        "photographed",
        "photographic",
        "photorealistic",
        "realistic",
        "snapshot",
        "polaroid",
        "render",
        "rendered",
        "rendering",
    ),
    *(
        "artwork",
        "art",
        "aesthetic",
        "comic",
        "manga",
        "anime",
        "cartoon",
        "sketch",
        "sketched",
        "engraving",
        "etching",
        "lithograph",
        "linocut",
    ),
    *(
        "charcoal",
        "crayon",
        "crayons",
        "chalk",
        "gouache",
        "tempera",
        "fresco",
        "mosaic",
        "collage",
        "origami",
        "embroidery",
        "embroidered",
    ),
    *(
        "knitted",
        "felt",
        "plasticine",
        "lego",
        "voxel",
        "low poly",
        "blueprint",
        "infographic",
        "logo",
        "tattoo",
        "graffiti",
        "baroque",
    ),
    *(
        "renaissance",
        "gothic",
        "art deco",
        "bauhaus",
        "ukiyo-e",
        "steampunk",
        "noir",
        "retro",
        "film still",
        "black and white",
        "b&w",
    ),
)
"""Words that say how a picture is made beside the names of our styles (our own list)."""
_CHINESE_MEDIA = (
    "风格|画风|画法|照片|摄影|写实|漫画|动漫|插画|插图|油画|国画|版画|壁画|速写|素描|水彩|水墨|蜡笔|炭笔|粉笔|剪纸|刺绣|拼贴"
    "|黑白|复古|渲染|像素|海报|图标|卡通"
)
_VIEWS = (
    *(
        "close-up",
        "close up",
        "closeup",
        "close by",
        "wide shot",
        "wide view",
        "wide angle",
        "wide-angle",
        "panorama",
        "panoramic",
        "aerial",
    ),
    *(
        "from above",
        "from below",
        "from behind",
        "from the side",
        "from afar",
        "from a distance",
        "bird's eye",
        "bird’s eye",
        "birds-eye",
    ),
    *(
        "bird's-eye",
        "bird’s-eye",
        "top-down",
        "top down",
        "overhead",
        "looking up",
        "looking down",
        "worm's eye",
        "worm’s eye",
        "low angle",
    ),
    *(
        "high angle",
        "full body",
        "full-body",
        "head and shoulders",
        "portrait",
        "macro",
        "symmetrical",
        "symmetry",
        "centred",
        "centered",
    ),
    *(
        "in profile",
        "fisheye",
        "isometric",
        "facing us",
        "viewpoint",
        "perspective",
        "point of view",
        "in the foreground",
        "first person",
    ),
)
_CHINESE_VIEWS = "特写|近景|远景|全景|中景|俯视|俯拍|鸟瞰|仰视|仰拍|视角|正面|侧面|背面|背影|半身|全身|居中|对称|广角|微距|肖像|构图|前景"


def _words(names: tuple[str, ...]) -> str:
    return "|".join(sorted(map(re.escape, set(names)), key=len, reverse=True))


_STYLE_NAMES = tuple(alias.lower() for style in STYLES.values() for alias in (style.name, *style.aliases))
_NAMES_STYLE = re.compile(
    rf"(?<![a-z0-9])(?:{_words((*_MEDIA, *(one for one in _STYLE_NAMES if one.isascii())))})(?![a-z0-9])"
    rf"|{_CHINESE_MEDIA}|{_words(tuple(one for one in _STYLE_NAMES if not one.isascii()))}"
)
_NAMES_VIEW = re.compile(rf"(?<![a-z0-9])(?:{_words(_VIEWS)})(?![a-z0-9])|{_CHINESE_VIEWS}")


def names_style(words: str) -> bool:
    """Whether words say how a picture is to be made: a style of ours, another technique, "in the manner of". In doubt they do.

    Of words longer than ``LOOKED_AT`` they do as well: whoever writes so much has thought of it.
    """
    return len(words) > LOOKED_AT or _NAMES_STYLE.search(words.lower()) is not None


def names_view(words: str) -> bool:
    """Whether words say from where a picture is seen. As ``names_style``."""
    return len(words) > LOOKED_AT or _NAMES_VIEW.search(words.lower()) is not None


def composed(prompt: str, composition: str | None, language: str) -> str:
    """The prompt with the words of a composition at its end."""
    words = COMPOSITIONS.get(composition or "", {}).get(language, "")
    return f"{prompt.rstrip('。. ')}{'，' if language == 'zh' else ', '}{words}" if words else prompt


def arms() -> dict[str, tuple[str, ...]]:
    """Every factor with its arms, the usual one first."""
    return {
        "style": (USUAL, *STYLES),
        "phrasing": (USUAL, *PHRASINGS),
        "composition": (USUAL, *COMPOSITIONS),
        "temperature": (USUAL, *TEMPERATURES),
        "tone": (USUAL, *(name for name in TOLD_TONES if name in TONES)),
    }
