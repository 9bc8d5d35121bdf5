"""Times as people say them: what each means at a certain moment in a zone, and where the clock is changed."""

from __future__ import annotations

from datetime import datetime

import pytest

from core import times
from core.errors import BadInput

BERLIN = times.zone("europe/berlin")
NOW = datetime(2026, 12, 2, 12, 0, tzinfo=BERLIN).timestamp()
"""A Wednesday at noon."""

SAID = [
    ("friday 17:00", "2026-12-04 17:00"),
    ("Fri 5pm", "2026-12-04 17:00"),
    ("on Friday at 5:30 p.m.", "2026-12-04 17:30"),
    ("friday", "2026-12-04 17:00"),
    ("wednesday 11:00", "2026-12-09 11:00"),
    ("wed 13:00", "2026-12-02 13:00"),
    ("周五17点", "2026-12-04 17:00"),
    ("周五 17：30", "2026-12-04 17:30"),
    ("星期五下午5点半", "2026-12-04 17:30"),
    ("下周五17点", "2026-12-11 17:00"),
    ("礼拜天 10点", "2026-12-06 10:00"),
    ("2026-12-04 17:00", "2026-12-04 17:00"),
    ("2026年12月4日17点", "2026-12-04 17:00"),
    ("12月4日 17点", "2026-12-04 17:00"),
    ("1月5日 9点", "2027-01-05 09:00"),
    ("tomorrow 9:00", "2026-12-03 09:00"),
    ("明天9点", "2026-12-03 09:00"),
    ("今晚8点", "2026-12-02 20:00"),
    ("后天下午3点", "2026-12-04 15:00"),
    ("13:15", "2026-12-02 13:15"),
    ("9am", "2026-12-03 09:00"),
    ("中午12点", "2026-12-03 12:00"),
    ("in 3 hours", "2026-12-02 15:00"),
    ("2 days", "2026-12-04 12:00"),
    ("3小时后", "2026-12-02 15:00"),
    ("90 minutes", "2026-12-02 13:30"),
    ("2026-12-01 17:00", "2026-12-01 17:00"),
]


@pytest.mark.parametrize(("said", "meant"), SAID)
def test_what_is_said_is_the_next_such_time(said: str, meant: str) -> None:
    at = times.read(said, NOW, BERLIN)
    assert at is not None and f"{datetime.fromtimestamp(at, BERLIN):%Y-%m-%d %H:%M}" == meant


@pytest.mark.parametrize(
    "said", ["", "soon", "friday 25:00", "2026-13-01 10:00", "17", "周八17点", "13 pm", "x" * 99, "friday 17:00 names"]
)
def test_what_cannot_be_read_is_not_guessed(said: str) -> None:
    assert times.read(said, NOW, BERLIN) is None


CHANGED = [
    ("2026-03-28 20:00", "2026-03-29 17:00", 20.0),  # the night is an hour shorter
    ("2026-10-24 20:00", "2026-10-25 17:00", 22.0),  # and longer
    ("2026-03-28 20:00", "2026-03-29 02:30", 6.5),  # no clock shows it: it is half past three
    ("2026-10-24 20:00", "2026-10-25 02:30", 6.5),  # the first of two
]


@pytest.mark.parametrize(("now", "said", "hours"), CHANGED)
def test_a_changed_clock_is_minded(now: str, said: str, hours: float) -> None:
    start = datetime.fromisoformat(now).replace(tzinfo=BERLIN).timestamp()
    at = times.read(said, start, BERLIN)
    assert at is not None and (at - start) / 3600 == hours


def test_a_time_is_shown_with_its_zone() -> None:
    at = times.read("friday 17:00", NOW, BERLIN)
    assert at and times.shown(at, BERLIN, "en") == "Fri 4 Dec, 17:00 (Europe/Berlin)"
    assert times.shown(at, times.zone("北京"), "zh") == "12月5日星期六 00:00 (Asia/Shanghai)"
    assert (
        times.name_of(times.zone("america/new york")) == "America/New_York"
        and times.name_of(times.zone("utc")) == "UTC"
    )
    for wrong in ("Mars/Base", "", "../etc/passwd", "x" * 300):
        with pytest.raises(BadInput):
            times.zone(wrong)
