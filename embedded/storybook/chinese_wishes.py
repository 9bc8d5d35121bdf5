"""The common ways to want something in Chinese. Each rule reads a message of at most a few hundred characters from its beginning."""

from __future__ import annotations

import re
from collections.abc import Callable

from embedded.storybook.wish import Talked, Wished, this, wish

_LEAD = r"^(?:(?:请|麻烦|你好|嗯|好的|那就|那|来|现在|嘿)[，, ]*){0,3}"
_OTHERWISE = re.compile(
    r"^(?:请)?(?:再来|再画|再给我来|换)一?[张个幅](?:一样的)?[，,]?(?:但是?|不过|只是|这次)(?:要|得|用|换成)?(?P<what>[^？?]{2,40}?)[。！!]*$"
)
_LISTENER = (
    r"(?:给(?:我们?(?:家)?的?)?(?:女儿|儿子|孩子们?|宝宝|小朋友们?|妹妹|弟弟|外孙|孙子|孙女|学生们?)|"
    r"给我?(?:\d{1,2}|[一二两三四五六七八九十]{1,2})岁的?(?:孩子|小朋友|宝宝|女儿|儿子|小孩|娃)?)?"
)
_ASKS = (
    r"(?:我想(?:要|请)?(?:你|您)?|(?:你|您)?(?:能不能|可不可以|可以|能)?(?:请)?)(?:再)?(?:帮我|给我|替我|为我|帮忙|给我们|"
    r"帮我们|给孩子)?(?:再)?"
)
_NO = re.compile(
    r"(?:别|不要|不用|不想|不必|先不|无需|没让你|不许)(?:再)?(?:给我|帮我)?(?:画|讲|写|生成|改|编|说)|不用了|算了|别再|改天|下次"
)
_DRAW = re.compile(
    _LEAD + _ASKS + r"(?:画(?!一下重点|重点|一条线|等号|句号|押)|绘制|生成|做(?=一?[张幅](?!床|桌|票|卡|纸|牌|网)))"
    r"(?![得的家展面风册室廊完过了出不蛇饼画])(?:一?(?:张|幅|个(?!子)|下))?(?P<what>.*?)(?P<asks>(?:可以|好|"
    r"行|能)?[吗么嘛][？?。！!]*)?$"
)
_FORMATS = re.compile(
    r"[，, ]*(?:做成|存成|存为|保存为|要|用)(?P<format>动图|矢量图|gif|svg|png|jpe?g|webp)(?:格式|文件)?$",
    re.IGNORECASE,
)
_FILED = {"动图": "gif", "矢量图": "svg"}
_PICTURE = re.compile(
    _LEAD + r"(?:我想?要|我?想看|给我来?|帮我(?:来|做|弄)|来|再来|设计|做|弄|整|搞|出)?"
    r"一?[张幅](?P<what>.{1,80}?)(?:的)?(?:图片|照片|插画|图|画|海报)[吧。！! ]*$"
)
_COME = re.compile(_LEAD + r"一?[张幅](?P<what>(?!.{0,6}(?:床|票|卡|纸|桌|牌))[^类差].{1,80}?)[吧。！! ]*$")
_SEE = re.compile(
    _LEAD
    + r"(?:我|我们)?(?:很|好|真)?想看(?:看|到|一看)?(?P<what>(?:一|两|三|几)[只个条头位座棵朵匹群艘辆架].{1,60}?)[吧啊。！! ]*$"
)
_SAME_BUT = re.compile(
    r"^(?:还?是)?(?:一样|同样|照样|同一张)(?:的)?[，, ]*(?:但是?|不过|只是|就是)(?:要|得|换成|改成)?(?P<what>[^？?]{1,40}?)[。！!]*$"
)
_TONES = r"睡前|童话|恐怖|惊悚|科幻|搞笑|幽默|悲伤|伤感|侦探|推理|悬疑|冒险|爱情"
_MADE_OF = re.compile(r"^(?:关于)?(?P<what>.*?)的?(?:图片|插画|图|画|海报)?$")
_STORY = re.compile(
    _LEAD
    + r"(?P<to>"
    + _LISTENER
    + r")"
    + _ASKS
    + r"(?:讲|说|写|编|听(?!说)|念|来)(?:一)?(?:个|段|篇|则)?(?:关于)?(?P<what>.{0,80}?)(?:的)?(?P<how>"
    + _TONES
    + r"|小|短|长)?故事(?P<after>.{0,60})$"
)
_STORY_ONLY = re.compile(
    r"^(?:再)?(?:来)?一?(?:个|段|篇)(?P<what>.{1,60}?)的(?P<how>" + _TONES + r"|短)?故事(?P<after>.{0,60})$"
)
_AFTER = re.compile(r"^[，,：: ]*(?:主角是|关于|讲的是|说的是|要有)?(?P<what>.*?)[吧呗啊好吗？?。！!]*$")
_AGE = re.compile(
    r"[，,]?(?:给|适合|讲给)?(?:我)?(?P<age>\d{1,2}|[一二两三四五六七八九十]{1,2})岁的?(?:孩子|小朋友|宝宝|女儿|儿子|小孩|"
    r"娃)?(?:听|看|读)?的?"
)
_NUMBERS = {sign: number for number, sign in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_AGAIN = re.compile(
    r"^(?:请)?(?:再来(?:一次|一张|一个|一幅|一遍|个)?|重(?:画|来|做|写)(?:一次|一张|一遍|一下)?|再(?:画|试|做)(?:一次|一张|一遍|"
    r"一下)|换一张)[吧啊呗。！! ]*$"
)
_ONE_PICTURE = re.compile(r"[张幅画]")
_UNDO = re.compile(
    r"^(?:请)?(?:(?:撤销|撤回|取消|还原)(?:刚才|刚刚|上次|上一次|这次)的?(?:修改|改动|操作|更改)|(?:退回?|返回|回)到?(?:上|前)一?[步张个]|撤销|撤回|还原|恢复|退回|"
    r"回到(?:上|前|原|之前).{0,10}|还是(?:上|前|原来|刚才|之前).{0,12})(?:一步|一下)?[吧啊。！! ]*$"
)
_VARY = re.compile(
    r"^(?:请)?(?:再)?(?:来|给我)?(?:几|两|三|四|一)?(?:张|个|幅)?(?:类似的|差不多的|变体|变化)(?:再)?(?:来)?(?:几张|一张|几个)?[吧。！! ]*$"
)
_GOES_ON = re.compile(
    r"^(?:(?:接下来|然后|后来|之后)(?:又|会|还)?(?:发生了?(?:什么|啥)(?:事)?|怎么样了?|怎样了?)|然后呢?|后来呢?|接着(?:讲|说|写)?|继续(?:讲|说|写)?|接下来(?:呢|怎么样了?)?|往下讲|还有呢|再讲一段|"
    r"后来怎么样了?)(?:吧|啊)?[？?。！!… ]*$"
)
_THEN = re.compile(r"^(?:然后|接着|后来|突然|第二天|这时|接下来)[，,]?.{1,120}$")
_ILLUSTRATE = re.compile(
    _LEAD + r"(?:给|为|把)?(?:这个|这篇|那个|上面的)?故事(?:配|画|加)(?:上)?"
    r"(?:[一几两三四]|一些)?(?:张|幅|些|点|个|出来)?(?:图片?|画|插图|插画)?[吧。！! ]*$|"
    + _LEAD
    + r"画(?:出)?(?:这个|这篇)故事[吧。！! ]*$"
)
_EDIT = re.compile(
    r"^(?:请|再|那就|那)?(?:你)?(?:能不能|可不可以|可以|能)?(?:帮我|给我)?(?:(?:把|将|让|给)(?![我你]).{1,120}|(?:去掉|删掉|擦掉|去除|移除|换成|换个|变成|"
    r"改成|改为|加上|多?加[一几两三]?[个只点顶条朵把轮些盏座棵]|添|调|放大|缩小).{0,120}|[^，。！？!?我你您]{1,8}?(?:换成|换为|改成|改为|变成|涂成).{1,60}|"
    r"(?:再|更|稍微|背景|颜色|天空)?(?:大|小|亮|暗|红|蓝|绿|黄|黑|白|淡|深|浅|暖|冷|圆|可爱|明亮|鲜艳)一?[点些]儿?.{0,10})$"
)
_WHICH = re.compile(r"^(?:请)?(?:把|将|让)?(?P<place>最后一|第[一二三四1234])(?:张|个|幅)(?P<what>.{0,80})$")
_PLACES = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_REVISE = re.compile(
    r"^(?:请|再)?(?:(?:把|将|让)(?![我你]).{1,120}|给(?![我你]).{0,30}(?:改|换|加|起|取|结局|结尾|开头|名字?|标题).{0,60}|"
    r"(?:换个?|改|重写|改写|换一个|缩短).{1,60}|(?:结局|结尾|开头|故事(?!会)|主角|情节|名字|标题).{1,60}|(?:再|更)?(?:短|长|开心|快乐|悲伤|搞笑|有趣|简单|温柔)一?[点些]儿?.{0,10})$"
)
_ABOUT_STORY = re.compile(r"结局|结尾|开头|故事|名字|标题|情节|主角|改名|叫做?|更?[短长]一?[点些]")
_SAID_OF = re.compile(r"(?:结局|结尾|开头|故事|名字|标题)(?:真|很|太|好|挺|不错)(?!点)")
_HELP = re.compile(
    r"^帮助|怎么(?:用|玩|画|改|删|付|换|弄|做|撤|操作|收费)|(?:能|会|可以)(?:做|干|画|讲|写|改)?(?:些)?(?:什么|啥)|^(?:你|"
    r"您)?(?:会|能|可以)(?:不会|不能)?.{1,10}[吗么][？?]*$|多少钱|收费|免费|要钱|"
    r"(?:照片|图片|数据|隐私|聊天记录|故事|我的话).{0,8}(?:保存|存[着在多]|泄露|泄漏|外传|分享给|别人|谁看|看得?到).{0,6}$|"
    r"为什么.{0,8}(?:画|图|生成|故事|讲|用).{0,6}(?:不|没)|(?:画|生成|出)不(?:出|了|来)"
)
_ONE = re.compile(r"一[只个条头位张幅座棵朵匹]|[两三四五六七八九]只|我的|我家")
_GOOD = re.compile(
    r"好看|好听|好棒|真棒|太棒|很棒|喜欢|画得|讲得|写得|不错|可爱|漂亮|完美|厉害|绝了|真好|太好了|美|难看|丑|失望|一般"
)
_IDEA = re.compile(r"^一[只个条头位座棵朵匹群].{2,24}[。！]?$")
_SAYS = re.compile(r"[我你您是？?吗呢吧了]")


def is_no(text: str) -> bool:
    """Whether a message says that nothing is to be made."""
    return _NO.search(text.replace("’", "'")) is not None


def chinese_wish(talked: Talked) -> Wished:
    """What a Chinese message wants, or ``None``: the first rule that fits."""
    text = talked.text
    rules: tuple[Callable[[Talked, str], Wished], ...] = (
        *(
            _again,
            _otherwise,
            _undo,
            _goes_on,
            _vary,
            _illustrate,
            _tell,
            _draw,
            _picture,
            _which,
            _revise,
            _edit,
            _help,
            _rate,
            _then,
            _idea,
        ),
    )
    return next((wished for rule in rules if (wished := rule(talked, text))), None)


def _otherwise(talked: Talked, text: str) -> Wished:
    """再来一张，但要蓝色的: the picture that is there, changed."""
    found = _OTHERWISE.match(text)
    return wish("edit", found["what"]) if found and talked.newest in ("picture", "photo") else None


def _again(talked: Talked, text: str) -> Wished:
    if not talked.newest or not _AGAIN.match(text):
        return None
    picture = _ONE_PICTURE.search(text) and talked.newest == "story"
    return wish("again", piece=talked.last_of("picture") if picture else 0)


def _undo(talked: Talked, text: str) -> Wished:
    return wish("undo") if talked.newest and _UNDO.match(text) else None


def _goes_on(talked: Talked, text: str) -> Wished:
    return wish("continue") if talked.has_story and _GOES_ON.match(text) else None


def _vary(talked: Talked, text: str) -> Wished:
    return wish("vary") if talked.newest in ("picture", "photo") and _VARY.match(text) else None


def _illustrate(talked: Talked, text: str) -> Wished:
    return wish("illustrate") if talked.has_story and _ILLUSTRATE.match(text) else None


def _tell(talked: Talked, text: str) -> Wished:
    found = _STORY.match(text) or _STORY_ONLY.match(text)
    if found is None or "了" in text[: found.start("what")] or found["what"].startswith(("了", "过", "完", "得")):
        return None
    after = _AFTER.match(found["after"])
    listener = found.groupdict().get("to") or ""  # who is told, not whom it is about; an age is looked for in it
    told = (listener if "岁" in listener else "", found["what"], after["what"] if after else "")
    what = "，".join(filter(None, told))
    how = found["how"] or ""
    options = {"length": {"短": "short", "长": "long"}.get(how, ""), "tone": how if re.fullmatch(_TONES, how) else ""}
    if asked := _AGE.search(what):
        age = asked["age"]
        options["age"] = age if age.isdecimal() else str(_NUMBERS.get(age, "") or 10 + _NUMBERS.get(age[-1], 0))
        what = what[: asked.start()] + what[asked.end() :]
    return wish("story", re.sub(r"^(?:关于|给我|听)", "", what.strip("，, ")), options)


def _draw(talked: Talked, text: str) -> Wished:
    found = _DRAW.match(text)
    if found is None:
        return None
    what, asks = found["what"].rstrip("吧呗啊呀。！!？?，, "), bool(found["asks"])
    if what in ("画", "图", "图画") or (asks and not _ONE.search(text)) or "会画" in text[: found.start("what")]:
        return wish("help") if asks else None
    if what.startswith(("它", "他", "她", "这个", "那个", "这", "那")):
        return this(talked)
    options = {}
    if filed := _FORMATS.search(what):
        options["format"], what = _FILED.get(filed["format"], filed["format"].lower()), what[: filed.start()]
    made = _MADE_OF.match(what)
    words = re.sub(r"^(?:一张|一幅|张|幅)", "", made["what"] if made else what)
    return wish("image", words, options, sure=not asks or bool(_ONE.search(text))) if words else None


def _picture(talked: Talked, text: str) -> Wished:
    comes = _COME.match(text) if text.startswith(("来", "请来")) else None
    found = _PICTURE.match(text) or comes or _SEE.match(text)
    return wish("image", found["what"]) if found else None


def _which(talked: Talked, text: str) -> Wished:
    found = _WHICH.match(text)
    if found is None or talked.newest not in ("picture", "photo") or "？" in text or "吗" in text:
        return None
    piece = talked.counted(-1 if found["place"].startswith("最后") else _PLACES[found["place"][1]])
    what = found["what"].strip("，, ")
    if not (piece and what):
        return None
    if re.match(r"再(?:来|画)一", what):
        return wish("again", piece=piece)
    return wish("rate", piece=piece) if _GOOD.search(what) else wish("edit", what, piece=piece)


def _revise(talked: Talked, text: str) -> Wished:
    if not talked.has_story or not _REVISE.match(text) or _SAID_OF.search(text) or "？" in text or "吗" in text:
        return None
    if talked.newest != "story" and not _ABOUT_STORY.search(text):
        return None
    return wish("revise", text)


def _edit(talked: Talked, text: str) -> Wished:
    if same := _SAME_BUT.match(text):
        return wish("edit", same["what"]) if talked.newest in ("picture", "photo") else None
    asks = re.match(r"(?:你)?(?:能不能|可不可以|可以|能)", text)
    text = re.sub(r"[吗嘛么]?[？?]*$", "", text[asks.end() :]) if asks else text
    good = talked.newest in ("picture", "photo") and _EDIT.match(text) and "？" not in text
    sure = bool(
        talked.replied
        or talked.photo
        or not re.match(r"[把将让给]", text)
        or re.search(r"[改变换加去涂画放缩调删]", text)
    )
    return wish("edit", text, sure=sure) if good else None


def _help(talked: Talked, text: str) -> Wished:
    return wish("help") if _HELP.search(text) else None


def _rate(talked: Talked, text: str) -> Wished:
    good = talked.newest and len(text) < 24 and "？" not in text and "吗" not in text
    return wish("rate") if good and _GOOD.search(text) else None


def _then(talked: Talked, text: str) -> Wished:
    good = talked.newest == "story" and _THEN.match(text) and "？" not in text
    return wish("continue", text, sure=bool(talked.replied)) if good else None


def _idea(talked: Talked, text: str) -> Wished:
    return (
        wish("image", text, sure=False) if not talked.replied and _IDEA.match(text) and not _SAYS.search(text) else None
    )
