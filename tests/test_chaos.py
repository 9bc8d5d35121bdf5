"""Two kills of the whole program with people waiting on every platform (``make chaos`` does twenty), and that the count would notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from chaos import in_the_nursery, storm
from chaos_count import Call, Kept, Life, called_though_kept
from chaos_people import IDEAS, Seen, WebAsking
from chaos_report import Report, judge

IMAGE, STORY = IDEAS[0], IDEAS[2]
ME, OTHER = "Qzbababe", "Qzbababi"


async def test_nothing_is_lost_when_the_program_is_killed(tmp_path: Path) -> None:
    report = await storm(tmp_path, rounds=2, seed=7, wanted=10, longest_life=1.0, begin=in_the_nursery)
    assert report.broken_promises == [], report.table()
    assert report.asked.keys() == {"web", "telegram", "discord"}
    assert report.answered.total() + report.failed.total() >= report.acknowledged.total() >= 10
    assert report.calls - report.paid_twice >= report.answered.total(), "every answer was paid for"


async def test_a_stop_under_load_finishes_what_runs_and_keeps_the_rest(tmp_path: Path) -> None:
    """SIGTERM on all three platforms: eight run to their end, the others wait for the next start, and nobody is served or paid for twice."""
    settings = {"FABULA_JOBS_AT_ONCE": "8", "FABULA_GRACE": "60"}
    report = await storm(
        tmp_path, rounds=1, seed=7, wanted=0, longest_life=0.5, gently=True, begin=in_the_nursery, **settings
    )
    assert report.broken_promises == [], report.table()
    stopped = report.lives[0]
    assert stopped.kept.in_flight > 0, "some were kept for later"
    assert stopped.calls and stopped.calls_in_flight == report.paid_twice == 0, "what ran came to its end"
    assert report.twice.total() == report.failed.total() == 0
    assert report.answered.keys() == {"web", "telegram", "discord"}


@pytest.mark.parametrize(
    ("idea", "seen", "promise"),
    [
        (IMAGE, Seen(pictures=1, words=ME), None),
        (STORY, Seen(stories=1, pictures=1, words=ME), None),
        (STORY, Seen(stories=1, failures=1, words=ME), None),
        (IMAGE, Seen(failures=1), None),
        (IMAGE, Seen(), "an acknowledged request was lost"),
        (IMAGE, Seen(other=1), "an acknowledged request was lost"),
        (STORY, Seen(stories=1, words=ME), "an acknowledged request was lost"),
        (IMAGE, Seen(pictures=1, failures=1, words=ME), "an acknowledged request was lost"),
        (IMAGE, Seen(pictures=2, words=ME), "something came twice on the web page or on Discord"),
        (IMAGE, Seen(pictures=1, words=f"{ME} {OTHER}"), "an answer went astray"),
    ],
)
def test_what_is_seen_in_a_chat_is_judged(idea: str, seen: Seen, promise: str | None) -> None:
    report = Report([])
    judge(report, WebAsking(ME, idea, acknowledged=True), seen)
    assert report.broken_promises == [promise] * (promise is not None)


def test_a_step_in_the_journal_that_is_called_again_is_noticed() -> None:
    step = ("somebody", "picture")
    first = Life(0, kept=Kept(journal=frozenset({step})), calls=[Call(step, 1)])
    in_flight = Life(0, calls=[Call(step, 1)])
    again = Life(2, calls=[Call(step, 3)])
    assert called_though_kept([first, again]) == [step]
    assert called_though_kept([in_flight, again]) == []
    assert (first.calls_in_flight, in_flight.calls_in_flight) == (0, 1)
