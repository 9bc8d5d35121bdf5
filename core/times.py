"""Times as people say them, in a time zone: "friday 17:00", "明天9点", "2026-12-04 17:00", "in 3 hours"."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from core.errors import BadInput

LONGEST = 60
"""Characters of a time that is read (our own rule)."""

EVENING = time(17)
"""What a day means that is said without a time (our own rule)."""

ZONES = (
    *("UTC", "America/Los_Angeles", "America/New_York", "America/Sao_Paulo", "Europe/London", "Europe/Berlin"),
    *("Africa/Nairobi", "Asia/Dubai", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney"),
)
"""Those that are offered; any other of the IANA's can be written."""

_ALSO = {
    "北京": "Asia/Shanghai",
    "上海": "Asia/Shanghai",
    "香港": "Asia/Hong_Kong",
    "台北": "Asia/Taipei",
    "东京": "Asia/Tokyo",
}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CHINESE_DAYS = "一二三四五六日"
_PATTERNS = {"en": "EEE d MMM, HH:mm", "zh": "M月d日EEEE HH:mm"}
_LOCALES = {"en": "en_GB", "zh": "zh_Hans_CN"}

_SPAN = re.compile(
    r"(?:in |再过)?(\d{1,5}) ?(?:个)?(minutes?|mins?|m|分钟?|hours?|hrs?|h|小时|钟头|days?|d|天|weeks?|w|周|星期)(?:之?后)?"
)
_ISO = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?[ t]?(.*)")
_MONTH = re.compile(r"(\d{1,2})月(\d{1,2})[日号]? ?(.*)")
_WEEKDAY = re.compile(r"(?:on |next |this |这|本)?(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? ?(?:at )?(.*)")
_CHINESE_WEEKDAY = re.compile(r"(这|本|下)?个?(?:周|星期|礼拜)([一二三四五六日天]) ?(.*)")
_NEAR = re.compile(r"(today|tonight|tomorrow|今天|今晚|明天|明晚|后天),? ?(?:at )?(.*)")
_TIME = re.compile(
    r"(?:at )?(早上|上午|中午|下午|晚上)?(\d{1,2})(?:[:：.h点时](\d{1,2}|半)?)?分? ?(a\.?m\.?|p\.?m\.?|o.clock|uhr)?"
)
_AFTERNOON = frozenset({"下午", "晚上", "中午"})
_UNITS = {
    "m": 60,
    "分": 60,
    "h": 3600,
    "小": 3600,
    "钟": 3600,
    "d": 86400,
    "天": 86400,
    "w": 604800,
    "周": 604800,
    "星": 604800,
}
_LATER = {"today": 0, "tonight": 0, "今天": 0, "今晚": 0, "tomorrow": 1, "明天": 1, "明晚": 1, "后天": 2}


def zone(name: str) -> tzinfo:
    """The time zone of a name of the IANA's, however it is capitalised, or of a city. Raises ``BadInput`` for one that is none."""
    said = _ALSO.get(name.strip(), name.strip().replace(" ", "_"))
    if said.upper() in ("UTC", "GMT", "Z"):
        return UTC
    parts = "/".join("_".join(word[:1].upper() + word[1:] for word in part.split("_")) for part in said.split("/"))
    for one in (said, parts):
        try:
            return ZoneInfo(one)
        except (KeyError, ValueError, OSError):
            continue
    raise BadInput("unknown-timezone", value=name[:40])


def name_of(known: tzinfo) -> str:
    """What a time zone is called."""
    return known.key if isinstance(known, ZoneInfo) else "UTC"


def shown(at: float, known: tzinfo, language: str) -> str:
    """A time in seconds since the epoch as people of a zone write it, with the name of the zone."""
    told = format_datetime(datetime.fromtimestamp(at, known), _PATTERNS[language], locale=_LOCALES[language])
    return f"{told} ({name_of(known)})"


def read(said: str, now: float, known: tzinfo) -> float | None:
    """The time that is meant, in seconds since the epoch, the next one of that kind; ``None`` where it cannot be read.

    A day without a time means five o'clock. An hour that the clock skips is the one after it, of one that it has twice the first is meant that is
    still to come.
    """
    words = " ".join(said.lower().replace("：", ":").replace("，", ",").split())
    if not words or len(words) > LONGEST:
        return None
    if span := _SPAN.fullmatch(words):
        return now + int(span[1]) * _UNITS[span[2][0]]
    here = datetime.fromtimestamp(now, known)
    for reading in (_on_a_date, _on_a_weekday, _near, _at_a_time):
        if (days := reading(words, here)) is not None:
            at = [_seconds(one, known, fold) for one in days for fold in (0, 1)]
            return next((one for one in at if one > now), at[-1])
    return None


Reading = Callable[[str, datetime], "list[datetime] | None"]
"""What is meant, without a zone: the first of these that is still to come; ``None`` where it is said in another way."""


def _seconds(local: datetime, known: tzinfo, fold: int) -> float:
    return local.replace(tzinfo=known, fold=fold).timestamp()


def _on_a_date(words: str, here: datetime) -> list[datetime] | None:
    if found := _ISO.fullmatch(words):
        return _joined([_date(int(found[1]), int(found[2]), int(found[3]))], found[4])
    if found := _MONTH.fullmatch(words):
        years = (here.year, here.year + 1)
        return _joined([_date(year, int(found[1]), int(found[2])) for year in years], found[3])
    return None


def _on_a_weekday(words: str, here: datetime) -> list[datetime] | None:
    if found := _WEEKDAY.fullmatch(words):
        day, weeks, rest = _DAYS.index(found[1]), 0, found[2]
    elif found := _CHINESE_WEEKDAY.fullmatch(words):
        day, weeks, rest = _CHINESE_DAYS.index(found[2].replace("天", "日")), int(found[1] == "下"), found[3]
    else:
        return None
    monday = here.date() - timedelta(days=here.weekday())
    weeks_on = (weeks,) if weeks else (0, 1)
    return _joined([monday + timedelta(days=day + 7 * week) for week in weeks_on], rest)


def _near(words: str, here: datetime) -> list[datetime] | None:
    found = _NEAR.fullmatch(words)
    if found is None:
        return None
    evening = "晚上" if found[1] in ("今晚", "明晚") and found[2][:1].isdigit() else ""
    rest = evening + found[2] or ("20:00" if found[1] in ("tonight", "今晚", "明晚") else "")
    return _joined([here.date() + timedelta(days=_LATER[found[1]])], rest)


def _at_a_time(words: str, here: datetime) -> list[datetime] | None:
    return _joined([here.date() + timedelta(days=day) for day in (0, 1)], words) if not words.isdigit() else None


def _joined(days: list[date | None], rest: str) -> list[datetime] | None:
    at = _time(rest.strip()) if rest.strip() else EVENING
    there = [day for day in days if day is not None]
    return [datetime.combine(day, at) for day in there] if there and at else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time(words: str) -> time | None:
    """A time of day; ``None`` where there is none such."""
    found = _TIME.fullmatch(words)
    if found is None:
        return None
    hour, minute = int(found[2]), 30 if found[3] == "半" else int(found[3] or 0)
    half = (found[4] or "").replace(".", "")
    if half in ("am", "pm") and not 1 <= hour <= 12:
        return None
    if half in ("am", "pm"):
        hour = hour % 12 + 12 * (half == "pm")
    elif found[1] in _AFTERNOON and hour < 12 and not (found[1] == "中午" and hour > 2):
        hour += 12
    try:
        return time(hour, minute)
    except ValueError:
        return None
