"""What came of a storm (``chaos.py``, ``chaos_processes.py``): what is counted, and what is promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from chaos_count import Life
from chaos_people import Asking, Seen


@dataclass
class Report:
    """What came of a storm. ``wanted``: how many requests were to be in flight at each kill."""

    lives: Sequence[Life]
    wanted: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    acknowledged: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    twice: Counter[str] = field(default_factory=Counter)
    astray: Counter[str] = field(default_factory=Counter)
    left_over: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    paid_twice: int = 0
    called_though_kept: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    tracebacks: int = 0
    told: int = 0
    ended: int | None = None
    examples: list[str] = field(default_factory=list)

    @property
    def broken_promises(self) -> list[str]:
        """What is not as promised; nothing, if all is well."""
        promises = {
            "a kill met too few": sum(life.kept.in_flight < self.wanted for life in self.lives[:-1]),
            "an acknowledged request was lost": self.lost.total(),
            "something came twice on the web page or on Discord": self.twice["web"] + self.twice["discord"],
            "more came twice on Telegram than was on its way at a kill": self.twice["telegram"] - self.sends_in_flight,
            "an answer went astray": self.astray.total(),
            "a paid step in the journal was called again": self.called_though_kept,
            "more was paid twice than was on its way at a kill": self.paid_twice - self.calls_in_flight,
            "something failed that was not merely killed too often": self.reasons.total() - self.reasons["gave-up"],
            "something broke": self.tracebacks,
            "the log tells a secret, or what somebody said": self.told,
            "the last process did not end well": self.ended or 0,
        }
        return [promise for promise, times in promises.items() if times > 0]

    @property
    def calls_in_flight(self) -> int:
        return sum(life.calls_in_flight for life in self.lives[:-1])

    @property
    def sends_in_flight(self) -> int:
        return sum(life.sends_in_flight for life in self.lives[:-1])

    def table(self) -> str:
        """All figures, for people."""
        lines = [
            f"kills  {len(self.lives) - 1}",
            "",
            "life  seconds  in flight  calls on their way  sends on their way",
        ]
        lines += [
            f"{number:>4}  {life.seconds:7.2f}  {life.kept.in_flight:>9}  {life.calls_in_flight:>18}  {life.sends_in_flight:>18}"
            for number, life in enumerate(self.lives, 1)
        ]
        return "\n".join((*lines, "", self.figures()))

    def figures(self) -> str:
        """What was seen, paid and sent."""
        lines = ["platform  asked  acknowledged  answered  failed  lost  twice  astray  left over"]
        for platform in ("web", "telegram", "discord"):
            columns = (self.asked, self.acknowledged, self.answered, self.failed, self.lost, self.twice, self.astray)
            numbers = [column[platform] for column in (*columns, self.left_over)]
            lines.append(
                f"{platform:<8}"
                + "".join(f"{n:>{w}}" for n, w in zip(numbers, (7, 14, 10, 8, 6, 7, 8, 11), strict=True))
            )
        lines += [
            "",
            f"paid calls                  {self.calls}",
            f"paid twice                  {self.paid_twice} (on their way at a kill: {self.calls_in_flight})",
            f"journaled and called again  {self.called_though_kept}",
            f"sent twice on Telegram      {self.twice['telegram']} (on their way at a kill: {self.sends_in_flight})",
            f"failed because of           {', '.join(f'{code} ({times})' for code, times in self.reasons.items()) or 'nothing'}",
            f"tracebacks in the log       {self.tracebacks}",
            *self.examples[:10],
            *(f"BROKEN: {promise}" for promise in self.broken_promises),
        ]
        return "\n".join(lines)


def judge(report: Report, asking: Asking, seen: Seen) -> None:
    """Count one request, by what is seen in its chat in the end."""
    platform = asking.platform
    answered = asking.answered(seen)
    report.asked[platform] += 1
    report.acknowledged[platform] += asking.acknowledged
    report.answered[platform] += answered and not seen.failures
    report.failed[platform] += answered and bool(seen.failures)
    report.lost[platform] += asking.acknowledged and not answered
    report.twice[platform] += asking.twice(seen)
    report.astray[platform] += bool(seen.foreign - {asking.marker})
    report.left_over[platform] += seen.other
    if asking.twice(seen) or seen.other or seen.failures or (asking.acknowledged and not answered):
        report.examples.append(f"{platform}: {asking.text!r} saw {seen}")
