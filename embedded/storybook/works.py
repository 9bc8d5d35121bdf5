"""Works that are asked for by their kind: "write product copy for a mug", 为保温杯写产品文案. Which kinds there are is told."""

from __future__ import annotations

import re
from functools import lru_cache

from embedded.storybook.english_wishes import AGE, LEAD, POLITE
from embedded.storybook.request import is_chinese
from embedded.storybook.wish import Talked, Wished, wish

_MOST_NAMES = 400
_WANTS = r"(?:i|we)(?:(?:'d|’d| would) (?:like|love)| want| need)|(?:can|could|may) (?:i|we) (?:get|have)"
_IDIOM = re.compile(r"\bmake an? scene[.!]*$|\b(?:learn|learned|teach|taught) .{0,20}lesson\b", re.IGNORECASE)
_PAGES = re.compile(
    r",? ?\b(?:with|of|in|on)? ?(?P<pages>\d{1,3})[- ]pages?\b,?|[，,]?(?P<chinese>\d{1,3}) ?页的?[，,]?"
)
_ABOUT = re.compile(
    r"^[,.:!—– ]*(?:(?:for|about|on|with|showing|called|named|explaining|that explains|that says|of)\b ?)?",
    re.IGNORECASE,
)
_MEASURE = "个段篇份张套本堂节幅条则"
_CHINESE_ABOUT = re.compile(r"^[，,：: ]*(?:主题是|内容是|关于|名叫|叫做?|讲的是|讲)?(?P<what>.*?)[吧呗。！!]*$")
_DONE = ("了", "过", "完", "得", "的", "好")


def work_wish(talked: Talked) -> Wished:
    """The work that a message names and asks for, or ``None``."""
    kinds = {called.casefold(): name for name, names in talked.works for called in names}
    names = tuple(sorted(kinds, key=len, reverse=True)[:_MOST_NAMES])
    if not names or _IDIOM.search(talked.text):
        return None
    read = _chinese(names, talked.text) if is_chinese(talked.text) else _english(names, talked.text)
    if read is None:
        return None
    called, words = read
    options = {}
    if paged := _PAGES.search(words):
        options["pages"] = paged["pages"] or paged["chinese"]
        words = f"{words[: paged.start()]} {words[paged.end() :]}"
    if aged := AGE.search(words):
        options["age"] = aged["age"]
        words = words[: aged.start()] + words[aged.end() :]
    words = _ABOUT.sub("", " ".join(words.split()))
    return wish("work", words, options, work=kinds[called.casefold()])


def _english(names: tuple[str, ...], text: str) -> tuple[str, str] | None:
    found = _english_rule(names).match(text)
    if found is None or (found["bare"] is not None and not found["what"].strip(".! ")):
        return None
    return found["called"], POLITE.sub("", _ABOUT.sub("", found["what"]))


@lru_cache(maxsize=4)
def _english_rule(names: tuple[str, ...]) -> re.Pattern[str]:
    called = "|".join(re.escape(name) for name in names)
    return re.compile(
        LEAD + r"(?:(?:write|make|create|prepare|design|do|draft|give|put together|build|plan|produce|generate|draw|compose|"
        r"keep|" + _WANTS + r")(?: ?(?:me|us)\b)? ?(?:an?|some|the|our|my|another)? ?(?:[\w-]+ ){0,2}?|(?P<bare>(?:an? |some )?))"
        r"(?P<called>" + called + r")s?(?P<what>[.!]*$|[:—–,].*|(?: with)?,? \d{1,3}[- ]pages?\b.*|"
        r" (?:for|about|on|with|showing|called|named|explaining|that explains|that says)\b.*| please[.!]*$)",
        re.IGNORECASE | re.DOTALL,
    )  # fmt: skip


def _chinese(names: tuple[str, ...], text: str) -> tuple[str, str] | None:
    found = _chinese_rule(names).match(text)
    if found is None or found["middle"].startswith(_DONE) or (len(found["called"]) == 1 and not found["one"]):
        return None
    after = _CHINESE_ABOUT.match(found["after"])
    said = [found["for"] or "", found["middle"]]
    about, what = "".join(filter(None, said)), after["what"] if after else ""
    return found["called"], f"{about}：{what}" if about and what else about or what


@lru_cache(maxsize=4)
def _chinese_rule(names: tuple[str, ...]) -> re.Pattern[str]:
    called = "|".join(re.escape(name) for name in names)
    return re.compile(
        r"^(?:(?:请|麻烦|你好|好的|那就|那|来|现在)[，, ]*){0,3}(?:我想(?:要|请)?(?:你|您)?|(?:你|您)?(?:能不能|可不可以|可以|能)?)"
        r"(?:再)?(?:帮我们?|给我们?|替我|帮忙)?(?:(?:为|给|替)(?P<for>[^，。：:！？?]{1,40}?))?"
        r"(?:(?:写|做|设计|准备|备|出|画|拟|生成|制作|编|要|来)(?P<one>一?[" + _MEASURE + r"])?|一[" + _MEASURE + r"])"
        r"(?:关于|讲解?|介绍)?"
        r"(?P<middle>[^，。：:！？?]{0,40}?)的?(?P<called>" + called + r")(?P<after>[吧呗。！!]*$|[，,：: ].*|(?:，|,)?(?:叫|关于|讲|给).*)$",
        re.DOTALL,
    )  # fmt: skip
