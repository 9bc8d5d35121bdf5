"""The named styles: what people call them, the words that make a model draw them, and how a story with such pictures is told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """A named style: what people call it (English and Chinese) and the words that make a model draw it.

    ``manner``: how a story with such pictures is told; empty where a technique says nothing about that (oil, vector, 3D …).
    """

    name: str
    aliases: tuple[str, ...]
    english: str
    chinese: str
    manner: str = ""

    def label(self, language: str) -> str:
        """Its name on a button."""
        return next(alias for alias in self.aliases if not alias.isascii()) if language == "zh" else self.name

    def words(self, language: str) -> str:
        """The prompt words in a language."""
        return self.chinese if language == "zh" else self.english


def _style(name: str, aliases: str, english: str, chinese: str) -> Style:
    return Style(name, tuple(alias.strip() for alias in aliases.split(",")), english, chinese, _MANNERS.get(name, ""))


_MANNERS = {
    "watercolor": "light and open; weather and water take part, and some things are only half said.",
    "ink": "spare, as in a classical Chinese sketch: few words, one exact detail in each scene, and silence around it.",
    "impressionism": "in passing moments, by what the light does to things; more is seen than happens.",
    "surrealism": "the impossible is told soberly and in detail, with the logic of a dream that nobody in it doubts.",
    "pop": "bright and quick: short scenes, much talk, everyday things treated as stars.",
    "minimalism": "few people, few things, plain words; whatever can be left out is left out.",
    "concept": "wide: a world with its own rules, seen by somebody small in it.",
    "cyberpunk": "fast and close, in a city at night that never sleeps; machines are everyday things, and warmth is found between people.",
    "pixel": "playful as a game: clear goals, levels that grow harder, things that are collected and turn out useful.",
    "cartoon": "quick and bouncy: strong characters, mishaps that pile up, a last one that caps them.",
    "photo": "exact as a report: named things, real places, nothing that could not have been seen.",
    "macro": "close to the ground: small things are large, and an inch is a long way.",
    "monochrome": "in strong contrasts and short plain sentences; what is in the dark stays there for a while.",
    "vintage": "as somebody old remembers it, with things that one no longer has.",
    "cinematic": "in scenes with hard cuts; each begins late and ends early, and what people do says what they feel.",
    "picasso": "the same thing is seen by several people, each of them quite sure.",
    "landscape": "wide and slow: the land is one of those who act, and people are small in it.",
    "childlike": "as a child tells it: everything is equally important, and a good reason is found for all of it.",
    "papercut": "as on a small stage: clear figures, one thing in front of another, a light behind them.",
    "stainedglass": "like a legend: few large moments, each with a colour of its own.",
    "woodcut": "like an old tale at a fireside: rough, plain, with a saying at its end.",
    "sticker": "short and cheeky: one character, one mood, one good line.",
    "ghibli": "quiet wonder in everyday life: meals, wind, work done well, and a nature that has a will of its own.",
    "shinkai": "longing across a distance: weather, trains, evening skies, and words that come almost too late.",
}
"""For the writer, in English like all that it is told: what is looked at, and the pace. A picture's technique is no mood, and is not told to it."""


# The groups and names are those that people ask for: painting, digital, photography, schools.
STYLES: dict[str, Style] = {
    style.name: style
    for style in (
        _style(
            "watercolor",
            "watercolour, 水彩, 水彩画",
            "watercolour on textured paper, soft washes, bleeding edges",
            "水彩画，纸纹可见，柔和的晕染",
        ),
        _style(
            "oil", "oil painting, 油画", "oil painting, visible brush strokes, rich colour", "油画，笔触清晰，色彩浓郁"
        ),
        _style(
            "ink",
            "ink wash, 水墨, 水墨画, 国画",
            "ink wash painting, flowing black ink, generous empty space",
            "水墨画，浓淡相宜，大片留白",
        ),
        _style(
            "sketch",
            "pencil, pencil sketch, line art, 素描, 铅笔画, 线稿",
            "pencil sketch, fine hatching on white paper",
            "铅笔素描，细密的排线，白纸",
        ),
        _style("acrylic", "丙烯, 丙烯画", "acrylic painting, bold opaque strokes", "丙烯画，厚重而鲜明的笔触"),
        _style(
            "impressionism",
            "impressionist, 印象派",
            "impressionist painting, broken light, short strokes",
            "印象派油画，跳动的光与短笔触",
        ),
        _style(
            "surrealism",
            "surreal, 超现实, 超现实主义",
            "surrealist painting, dreamlike scale and light",
            "超现实主义，梦一般的尺度与光线",
        ),
        _style(
            "pop",
            "pop art, 波普, 波普艺术",
            "pop art, halftone dots, flat saturated colours",
            "波普艺术，网点，饱和的平涂色",
        ),
        _style(
            "minimalism",
            "minimal, minimalist, 极简, 极简主义",
            "minimalist composition, few shapes, calm colours",
            "极简构图，形状不多，色彩安静",
        ),
        _style(
            "digital",
            "digital painting, 数字绘画, 板绘",
            "digital painting, clean light, fine detail",
            "数字绘画，光线干净，细节丰富",
        ),
        _style(
            "concept",
            "concept art, 概念设计, 概念图",
            "concept art, dramatic scale, atmospheric depth",
            "概念设计图，宏大的尺度，空气感",
        ),
        _style("cyberpunk", "赛博朋克", "cyberpunk, neon light, wet streets at night", "赛博朋克，霓虹灯，雨夜的街道"),
        _style(
            "pixel",
            "pixel art, 像素, 像素画",
            "pixel art, crisp square pixels, limited palette",
            "像素画，方正清晰的像素，有限的色板",
        ),
        _style(
            "3d",
            "3d render, 三维, 3D渲染, 立体",
            "3D render, soft studio light, rounded shapes",
            "三维渲染，柔和的棚拍光，圆润的造型",
        ),
        _style(
            "vector",
            "矢量, 矢量图",
            "vector illustration, clean shapes, even colour",
            "矢量插画，干净的形状，均匀的颜色",
        ),
        _style(
            "flat",
            "flat design, 扁平, 扁平化",
            "flat design illustration, simple shapes, friendly colours",
            "扁平插画，简单的形状，亲切的颜色",
        ),
        _style(
            "poster",
            "vintage poster, 海报, 招贴",
            "screen-printed poster, bold shapes, few strong colours",
            "丝网印海报，大胆的形状，几种强烈的颜色",
        ),
        _style(
            "cartoon",
            "comic, 卡通, 漫画",
            "storybook cartoon, rounded lines, cheerful colours",
            "绘本卡通，圆润的线条，明快的颜色",
        ),
        _style(
            "photo",
            "photography, professional, 摄影, 照片, 写实",
            "professional photograph, natural light, sharp focus",
            "专业摄影，自然光，对焦清晰",
        ),
        _style(
            "portrait",
            "肖像, 人像",
            "portrait photograph, 85 mm lens, soft window light",
            "人像摄影，85 毫米镜头，柔和的窗光",
        ),
        _style("macro", "微距", "macro photograph, very close, shallow depth of field", "微距摄影，极近，浅景深"),
        _style(
            "monochrome",
            "black and white, black-and-white, 黑白",
            "black-and-white photograph, deep contrast",
            "黑白摄影，对比强烈",
        ),
        _style(
            "vintage", "retro, 复古, 怀旧", "vintage photograph, faded colour, film grain", "复古照片，褪色，胶片颗粒"
        ),
        _style(
            "cinematic",
            "movie, 电影, 电影感",
            "cinematic still, wide lens, dramatic light",
            "电影画面，广角，戏剧性的光",
        ),
        _style(
            "vangogh",
            "van gogh, 梵高",
            "in the manner of Van Gogh, swirling thick strokes",
            "梵高式的画法，旋转的厚重笔触",
        ),
        _style("monet", "莫奈", "in the manner of Monet, shimmering light on water", "莫奈式的画法，水面上闪动的光"),
        _style(
            "picasso",
            "cubism, 毕加索, 立体派",
            "cubist, faceted shapes seen from several sides",
            "立体派，从几个方向同时看到的块面",
        ),
        _style(
            "ghibli",
            "miyazaki, 宫崎骏, 吉卜力",
            "hand-painted animation, lush nature, gentle light",
            "手绘动画，繁茂的自然，温柔的光",
        ),
        _style(
            "landscape",
            "landscape photography, landscape photo, 风光摄影, 风景摄影",
            "landscape photograph, wide view, low golden sun, haze in the distance",
            "风光摄影，开阔的视野，低斜的金色阳光，远处有薄雾",
        ),
        _style(
            "childlike",
            "children's drawing, childrens drawing, child's drawing, kids drawing, 儿童画, 童画",
            "wax crayons as at kindergarten age, naive wobbly lines, bright colours on white paper",
            "儿童画，蜡笔，歪歪扭扭的线条，白纸上鲜艳的颜色",
        ),
        _style(
            "pastel",
            "chalk, soft pastel, 粉彩, 色粉画",
            "soft pastel on rough paper, powdery colour, visible chalk marks",
            "粉彩画，粗纹纸，粉状的色彩，看得见的笔痕",
        ),
        _style(
            "papercut",
            "paper cut, paper cutout, 剪纸, 纸艺",
            "layered paper cut, crisp edges, soft shadows between the layers",
            "剪纸，层层叠叠，边缘利落，层间有柔和的影子",
        ),
        _style(
            "clay",
            "claymation, plasticine, 黏土, 粘土",
            "claymation figures, plasticine with finger marks, soft studio light",
            "黏土动画，带指痕的橡皮泥，柔和的棚光",
        ),
        _style(
            "stainedglass",
            "stained glass, 彩色玻璃, 彩绘玻璃, 玻璃花窗",
            "stained glass window, glowing panes, dark strips of lead",
            "彩色玻璃花窗，透光的玻璃块，深色的铅条",
        ),
        _style(
            "woodcut",
            "linocut, woodblock, 木刻, 版画",
            "woodcut print, bold carved lines, one dark ink on cream paper",
            "木刻版画，粗犷的刻线，米色纸上一种深墨",
        ),
        _style(
            "isometric",
            "等距, 等轴测",
            "isometric illustration, seen from above at an angle, clean small world",
            "等距插画，斜上方俯视，干净的小世界",
        ),
        _style(
            "icon",
            "line icon, outline icon, 线性图标, 图标",
            "line icon, a few even strokes in one colour, plain ground",
            "线性图标，寥寥几笔，线条均匀，单色，纯色底",
        ),
        _style(
            "sticker",
            "stickers, 贴纸",
            "die-cut sticker, white rim, glossy, plain ground",
            "模切贴纸，白边，有光泽，纯色底",
        ),
        _style(
            "coloring",
            "coloring page, colouring page, coloring book, colouring book, 涂色, 涂色页, 填色",
            "colouring page, clear black outlines on white, nothing filled in",
            "涂色页，白底黑色轮廓线，不填色",
        ),
        _style(
            "shinkai", "新海诚", "anime landscape, luminous sky, glittering detail", "动画风景，明亮的天空，闪烁的细节"
        ),
    )
}
_BY_ALIAS = {alias.lower(): style for style in STYLES.values() for alias in (style.name, *style.aliases)}


def find_style(words: str) -> Style | None:
    """The style that people mean by these words, in either language; ``None`` if it has no such name."""
    plain = " ".join(words.lower().replace("_", " ").replace("-", " ").split())
    found = _BY_ALIAS.get(plain) or _BY_ALIAS.get(words.strip().lower())
    for ending in (" style", "风格", "画风"):
        if found is None and plain.endswith(ending):
            found = _BY_ALIAS.get(plain.removesuffix(ending).strip())
    return found


def style_aliases() -> list[str]:
    """Every name of every style, for suggestions."""
    return list(_BY_ALIAS)


def style_words(style: str | None, language: str) -> str:
    """How a picture in a style is made: by its name, or, of somebody's own style, in the words that they keep."""
    return STYLES[style].words(language) if style in STYLES else style or ""


MANNER_OF = {
    "en": "Say how this picture is made, so that others can be made in the same way: technique, line, colours, light, surface. Nothing about who or "
    "what is in it. One phrase of at most thirty words.",
    "zh": "说说这幅画是怎么画成的，好让别的画也能照样画：技法、线条、色彩、光线、质感。不提画里有谁、有什么。只写一句，不超过六十字。",
}
"""What the helper is told who looks at a picture whose style somebody wants to keep."""

MANNER_OF_SEVERAL = {
    "en": "Say how all these pictures are made, so that others can be made in the same way: the technique, line, colours, light and surface that "
    "they share. Leave out what only one of them has, and who or what is in them. One phrase of at most thirty words.",
    "zh": "说说这几幅画共同的画法，好让别的画也能照样画：它们都有的技法、线条、色彩、光线、质感。只有一幅才有的不提，"
    "也不提画里有谁、有什么。只写一句，不超过六十字。",
}
"""The same of several at once."""


def styled(prompt: str, style: str | None, language: str) -> str:
    """The prompt with its style's words at the end, unless it already has them."""
    words = style_words(style, language)
    if not words or words in prompt:
        return prompt
    return f"{prompt.rstrip('。. ')}{'，' if language == 'zh' else ', '}{words}"
