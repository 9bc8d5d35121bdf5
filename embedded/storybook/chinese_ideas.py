"""Reading a Chinese idea: a few shapes that ideas usually have ("一只怕黑的小猫", "小狐狸丢了它的歌"), and nothing where unsure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from embedded.storybook.ideas import IDEA_LIMIT, Figure, Idea
from embedded.storybook.words import CHINESE, Being

_CHINESE_LEAD = re.compile(
    r"^.{0,12}?(?:写|讲|编|来|说|画|要|听|创作)(?:一个|个|一篇|一段|一则)?(?:睡前|童话|温馨|有趣|简短|短|小(?=的|童话|故事)|长|儿童)*(?:的)?(?:故事)?[，,：:]?(?:关于|有关|讲的是|说的是)?"
)
_LISTENER = re.compile(
    r"^[，\s]{0,3}(?:请|帮我)?(?:给|为)[^，。！？\s]{0,4}?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})岁大?的?(?:小?孩子?|宝宝|小朋友|女儿|儿子|女孩|男孩|孙女|孙子)?们?"
    r"(?:听|看|读)?的?(?=[讲说写来编，：]|[一两]?[只个位头条匹]|小|$)(?:讲|说|写|来|编)?(?:一个|个)?[，：]?"
)
"""Whom it is told to, which is nobody in the tale."""
_MEASURES = "只个位条头匹座朵颗滴片本支盏把棵名群对架辆阵艘株尾枚架口块"
_CHINESE_BY_LENGTH = sorted(CHINESE.beings, key=lambda noun: (-len(noun), noun))
_DOES = (
    "找到|发现|捡到|收到|听见|看见|学会|学|弄丢|丢|想|害怕|怕|第一次|答应|给|种|烤|做|画|数|骑|去|遇见|遇到|救|拯救|养|打开|造|建|写|唱|"
    "参加|不敢|不想|不会|爱|喜欢|赢|帮|和|在|飞|游|爬|跳|变成|成为"
)
_DOES_TOO = "修|开|拿|买|卖|教|打|读|看|吃|喝|睡|跑|走|骗|偷|卡|掉|住|当|的|，"
"""What is only sure behind somebody who is known: alone, it may as well be a part of a name."""
_NAME_FIRST = re.compile(rf"(?P<name>[\u4e00-\u9fff]{{2,4}}?)(?={_DOES})")
_GIRLS = "雨花红朵丽娜雅莉婷芳月霞兰梅亚妮琪娅"
"""Ends of names that are most likely a girl's."""
_FAMILY = "妈妈|爸爸|爷爷|奶奶|外婆|外公|主人|哥哥|姐姐|弟弟|妹妹|家人|孩子|伙伴"
_CHINESE_SHAPES: tuple[tuple[str, str], ...] = (
    (
        "promise",
        r"(?:(?:答应|承诺|约定)[^，。]{0,3}?)?(?:给|为)(?P<receiver>[^，。！？；、送带给\s]{1,5}?)(?:送|带|寄|捎)(?:去|来)?(?P<about>[^，。！？；、的\s]{1,8})",
    ),
    (
        "promise",
        r"(?:(?:答应|承诺|约定)[^，。]{0,3}?)?把(?P<about>[^，。！？；、送带\s]{1,8}?)(?:送|带|交|捎)(?:给|到|去)(?P<receiver>[^，。！？；、的\s]{1,5})",
    ),
    ("fear", r"(?:害怕|怕|恐惧|不敢|胆小)(?:的是)?(?P<about>[^，。！？；、的\s]{0,6})"),
    (
        "lost",
        r"(?:弄丢|丢失|失去|遗失|丢掉|丢|不见)了?(?:自己的?|它的?|他的?|她的?|心爱的?)?(?P<about>[^，。！？；、的\s]{1,6})",
    ),
    ("lost", rf"(?:找|寻找|找不到|走散了?)(?P<about>{_FAMILY})"),
    ("lost", r"(?P<about>迷路|回家的路|找不到家)"),
    (
        "lost",
        r"(?:寻找|找寻|找)(?:自己的?|它的?|他的?|她的?|丢失的?|失去的?|失踪的?|不见的?)(?P<about>[^，。！？；、的\s]{1,6})",
    ),
    ("promise", r"(?:答应|承诺|约定)[^，。！？；]{0,6}?(?:把|送|带|给)(?P<about>[^，。！？；、的\s]{1,8})"),
    (
        "promise",
        r"(?:要|去)?(?:送|递|运|捎)(?P<about>(?:一[封盏个块朵份罐颗本束袋碗]|信|灯|花|蛋糕|包裹|礼物|种子|汤|糖|蜂蜜|面包)[^，。！？；、的\s]{0,5})",
    ),
    (
        "wish",
        r"(?:想要|很想|最想|一直想|渴望|梦想着?|希望|想|学会|学习|学着|学|不会|努力|立志)(?P<about>[^，。！？；、\s]{1,14})",
    ),
    ("wish", r"(?P<seek>寻找|找寻|找(?!到))(?P<about>[^，。！？；、的\s]{1,7})"),
    (
        "mystery",
        r"(?:发现|捡到|找到|收到|听到|听见|看到|看见|打开|挖到|遇上|得到|传来|出现)了?(?P<about>[^，。！？；、\s]{1,10})",
    ),
    ("friend", r"(?:遇见|遇到|认识|结识|碰到|和|与|跟)了?(?P<about>[^，。！？；、\s]{1,10})"),
    ("friend", r"(?P<about>)(?:孤独|孤单|寂寞|没有朋友|交朋友|好朋友|友谊|友情)"),
    ("wish", r"(?:去|飞到|飞向|登上|游到|来到)(?P<about>月球|月亮|太空|火星|大海|海边|北极|南极|天上|山顶)"),
)


_INTRODUCED = re.compile(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff]{1,6})（([^（）]{1,200})）")
"""A name with who that is: 米娅（一只小狐狸）."""


def read_chinese(idea: str) -> Idea:
    """Read a Chinese idea, for instance "一只怕黑的小猫", "小狐狸丢了它的歌" or "米娅（一只小狐狸）和灯塔"."""
    told = idea[:IDEA_LIMIT]
    introduced = _INTRODUCED.search(told)
    if introduced is None:
        return _read(told)
    found = _read(f"{told[: introduced.start()]}{introduced[2]}{told[introduced.end() :]}")
    return replace(found, hero=replace(found.hero, name=introduced[1])) if found.hero else found


def _read(told: str) -> Idea:
    text = re.sub(r"[^\w，。！？；、：\s]", "", told).strip()
    text = _LISTENER.sub("", text, count=1)
    text = re.sub(
        r"(?:的?故事|的?童话|的?冒险)[。！\s]*$",
        "",
        _CHINESE_LEAD.sub("", text, count=1) if re.search("故事|童话", text) else text,
    )
    text = re.sub(r"^(?:关于|有关)", "", text)
    named = _named_first(text)
    spots = [spot for spot in _chinese_beings(text) if named is None or spot[0] >= len(named.name)]
    hero, other = _chinese_figures(text, spots, named)
    plot, about, receiver = _chinese_turn(text, hero)
    if not plot and hero is not None and (about := _deed(text, hero)):
        plot = "wish"
    if not plot and hero is None:
        about = next((thing for thing in chinese_things(text) if len(thing) > 1), "")
        plot = "mystery" if about else ""
    if plot != "friend" and other is not None and other.noun in about:
        other = None
    acquainted = hero is not None and other is not None and _know_each_other(text, hero, other)
    if acquainted and plot == "friend":
        plot, about = "", ""
    elif not plot and hero is not None and other is not None and not acquainted:
        plot = "friend"
    place, words = _chinese_place(text)
    return Idea(
        hero, other, acquainted, place, ("去" if words and words in about else "在", words), plot, about, receiver
    )


def _know_each_other(text: str, hero: Figure, other: Figure) -> bool:
    """Whether there are two of a kind, or the second belongs to the first: "两只猫", "女孩和她的猫"."""
    return hero.noun == other.noun or re.search(rf"[他她它]的[^，。]{{0,3}}{other.noun}", text) is not None


def _chinese_beings(text: str) -> list[tuple[int, int, str]]:
    """Where beings are named: start, end, noun; longest match first, in the order of the text."""
    taken = [False] * len(text)
    found = []
    for noun in _CHINESE_BY_LENGTH:
        for match in re.finditer(re.escape(noun), text):
            if any(taken[match.start() : match.end()]):
                continue
            alone = not re.search(rf"(?:[小老大白黑花一{_MEASURES}]|的)$", text[: match.start()])
            if (
                len(noun) == 1
                and alone
                and not (match.start() == 0 and re.match(r"$|[和与跟，,、想怕丢在爱]", text[match.end() :]))
            ):
                continue
            taken[match.start() : match.end()] = [True] * len(noun)
            found.append((match.start(), match.end(), noun))
    return sorted(found)


def _named_first(text: str) -> Figure | None:
    """Somebody whom the idea calls by name before it says what they do: "小雨找到一把钥匙"."""
    found = _NAME_FIRST.match(text)
    if found is None:
        return None
    name = found["name"]
    known = any(noun in name for noun in CHINESE.beings if len(noun) > 1) or name[-1] in CHINESE.beings
    if (
        known
        or name[0] in "一两三四五几这那有从我你他她它"
        or any(thing in name for thing in CHINESE.things if len(thing) > 1)
    ):
        return None
    noun = "女孩" if name[-1] in _GIRLS else "孩子"
    being = CHINESE.beings[noun]
    return Figure(noun, "", "", name, being.pronoun, being)


def _deed(text: str, hero: Figure) -> str:
    """What the hero does where no shape fits, as a wish has it: "小熊做了一个蛋糕" → "做一个蛋糕"; empty where that is not sure."""
    shown = hero.name if hero.name and hero.name in text else hero.noun
    rest = re.split(r"[，。！？；、\s]", text[text.find(shown) + len(shown) :], maxsplit=1)[0]
    rest = re.sub(r"^(?:正在|第一次|决定|开始|终于|努力|要|去了|会|在(?=[^里上]{2}))", "", rest).replace("了", "", 1)
    return (
        rest
        if re.fullmatch(r"(?![和与跟的在里上叫有是])[\u4e00-\u9fff]{2,12}", rest)
        and not rest.endswith(("的", "里", "上"))
        else ""
    )


def _chinese_figures(
    text: str, spots: Sequence[tuple[int, int, str]], named: Figure | None
) -> tuple[Figure | None, Figure | None]:
    """The hero and a second figure. In "怕狗的小猫" the hero is the one that the measure word or "的" leads to."""
    spots = [spot for spot in spots if not _only_belongs(text, spot)]
    figures = [
        _chinese_figure(text, *spot) for spot in spots if CHINESE.beings[spot[2]].kind != "object" or spot == spots[0]
    ]
    if named is not None:
        return named, next((figure for figure in figures if figure.being and figure.being.kind != "object"), None)
    if not figures:
        return _unknown_chinese(text), None
    first = 0
    verbs = "害怕|怕|想|寻找|丢了|喜欢|爱|弄丢了|会|不会|学|在|住在|捡|发现|找到|收到|遇到|遇见|听见|看见|养"
    leading = re.match(rf"(?:一|有一)?[{_MEASURES}]?(?:{verbs})[^，。]*?的", text)
    if leading:
        first = next((index for index, spot in enumerate(spots[: len(figures)]) if spot[0] >= leading.end() - 1), 0)
    hero = figures[first]
    others = [
        figure
        for index, figure in enumerate(figures)
        if index != first
        and (figure.noun != hero.noun or index > first)
        and figure.being is not None
        and figure.being.kind != "object"
    ]
    plural = re.search(rf"[两三四五七双][{_MEASURES}]?[^，。]{{0,4}}{hero.noun}", text)
    other = others[0] if others else (Figure(hero.noun, being=hero.being) if plural else None)
    return hero, other


def _only_belongs(text: str, spot: tuple[int, int, str]) -> bool:
    """Whether somebody is only named as an owner, a goal, a receiver or a place: "爷爷的灯笼", "找妈妈", "送给外婆", "月亮上的猫"."""
    before, after = text[: spot[0]], text[spot[1] :]
    owns = re.fullmatch(_FAMILY, spot[2]) is not None and after.startswith("的")
    is_place = re.match(r"(?:[上里边下]|顶上|底下)(?:的|有|住)", after) is not None
    return owns or is_place or re.search(r"(?:找|寻找|送给|带给|给|为)$", before) is not None


def _chinese_figure(text: str, start: int, end: int, noun: str) -> Figure:
    """A figure with what describes it and the name it is given."""
    before = text[:start]
    size = re.search(r"[小老大]+$", before)
    before = before[: size.start()] if size else before
    adjective = re.search(
        r"((?:打|撑|戴|穿|背|提|拿|围|骑)(?:着一[条顶件把只个盏])?着?[^，。的一雷]{1,5}|勇敢|孤独|孤单|害羞|调皮|聪明|善良|胆小|懒惰|贪吃|好奇|可爱|年轻|年老|善忘|爱笑|爱哭|温柔|快乐|忧伤|(?<!不)会[^，。的不]{1,4}|爱[^，。的]{1,3}|红色|蓝色|白色|黑色|金色|彩色|胖胖|小小|淘气|贪睡|认真|骄傲|沉默|倔强|迷糊)的$",
        before,
    )
    describing = (adjective[1] + "的" if adjective else "") + (size[0][-1] if size else "")
    trait = adjective[1] if adjective and adjective[1][0] in "打撑戴穿背提拿围骑" else ""
    name = re.match(
        r"(?:名叫|叫做|叫|名字是)([\u4e00-\u9fff]{1,3}?)(?=[，。！？；、的\s]|$|在|想|怕|和|去|有|很|丢|发现)",
        text[end:],
    )
    name = name or re.match(rf"((?:[阿小][\u4e00-\u9fff])|(?:([\u4e00-\u9fff])\2))(?={_DOES}|{_DOES_TOO})", text[end:])
    earlier = re.search(
        r"(?:名叫|叫做|叫)([\u4e00-\u9fff]{1,3})的[^，。]{0,4}$", before + "的" if not before.endswith("的") else before
    )
    given = name[1] if name else earlier[1] if earlier else ""
    pronoun = next((character for character in text[end:] if character in "他她它"), "")
    being = CHINESE.beings[noun]
    return Figure(
        noun, describing, trait, given, being.pronoun if being.pronoun == "她" else pronoun or being.pronoun, being
    )


def _unknown_chinese(text: str) -> Figure | None:
    """ "一只某某": a measure word tells that a noun follows, known or not."""
    found = re.search(
        rf"[一有]([{_MEASURES}])(?:[^，。！？；、]{{0,10}}的)?([\u4e00-\u9fff]{{1,4}})(?=$|[，。！？；、\s]|想|怕|丢|发现|在|和|去)",
        text,
    )
    if found is None:
        return None
    person = found[1] in "位名"
    return Figure(
        found[2],
        being=Being(found[2], "person" if person else "wonder", "land", ("",), "他" if person else "它", found[1]),
    )


def _chinese_turn(text: str, hero: Figure | None) -> tuple[str, str, str]:
    """The plot, its phrase and a receiver; the first shape in the text wins, an earlier row of the table before a later one."""
    best: tuple[int, str, re.Match[str]] | None = None
    for plot, shape in _CHINESE_SHAPES:
        found = re.search(shape, text)
        if found is not None and (best is None or found.start() < best[0]):
            best = (found.start(), plot, found)
    if best is None:
        return "", "", ""
    _, plot, found = best
    parts = found.groupdict()
    about = _chinese_about(plot, parts["about"], hero)
    if plot == "wish" and "朋友" in about:
        return "friend", "", ""
    if about and parts.get("seek"):
        about = f"找到{about}"
    receiver = re.sub(rf"^(?:一[{_MEASURES}]|自己的|[他她它]的)", "", parts.get("receiver") or "")
    return plot, about, receiver


def _chinese_about(plot: str, about: str, hero: Figure | None) -> str:
    """The phrase without its measure words and ends, or nothing where it does not look safe."""
    if plot == "lost" and about in ("迷路", "找不到家"):
        return "回家的路"
    if hero is not None and plot == "wish":
        about = re.sub(rf"的[^的]{{0,4}}{hero.noun}.*$", "", about)
    about = re.sub(r"(?:但是|但|却|于是|然后|因为|可是|而|故事).*$", "", about)
    if plot in ("lost", "promise", "mystery", "friend"):
        about = (
            re.sub(rf"^(?:了|一|那|这|自己|它|他|她)?(?:一)?(?:封|束|份|罐|块|扇|张|首|顶|[{_MEASURES}])?", "", about)
            if not about.startswith(("朵朵",))
            else about
        )
        about = re.sub(r"(?:成为|成了|做|交|在|给|到|去|送).*$", "", about)
    about = about.removesuffix("了").removesuffix("的")
    if hero is not None and hero.noun in about and plot != "friend":
        return ""
    return about if re.fullmatch(r"[\u4e00-\u9fff]{1,12}", about) else ""


def _chinese_place(text: str) -> tuple[str, str]:
    """A place that the idea names: its key and its own word."""
    hits = [(text.find(word), -len(word), word) for word in CHINESE.places if word in text]
    hits = [hit for hit in hits if not re.match(r"看守|守护|的?守", text[hit[0] - hit[1] :])]
    if not hits:
        return "", ""
    word = min(hits)[2]
    return CHINESE.places[word], word


def chinese_things(text: str) -> list[str]:
    """The things of the table that a Chinese text names, longest first, none inside another."""
    return [thing for thing in CHINESE.things if thing in text]
