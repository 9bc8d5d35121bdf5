"""The rules that hold now: the last state of the file that could be used."""

from __future__ import annotations

from collections.abc import Callable, Set
from pathlib import Path

import structlog

from core.errors import OperatorFault
from core.rules.form import RuleFile
from core.rules.reading import LARGEST, Problem, Unusable, read_rules

log = structlog.get_logger()

PLATFORMS = frozenset({"web", "telegram", "discord"})


class RuleBook:
    """Reads the file again whenever it has changed. A broken one changes nothing, and says so."""

    def __init__(self, file: Path | None, known: Callable[[], Set[str]]) -> None:
        """``known``: everything that can be done now, by name. Without a ``file`` there are no rules."""
        self.rules = RuleFile()
        self.problems: tuple[Problem, ...] = ()
        self._file = file
        self._known = known
        self._mark: tuple[int, int, int] | None = None

    def open(self) -> None:
        """Read it for the first time. Raises ``OperatorFault``: nobody is let in under rules that nobody can read."""
        self.look()
        if self.problems:
            raise OperatorFault("rules-unusable", file=str(self._file), line=self.problems[0].line)

    def look(self) -> bool:
        """Take up what has changed; whether other rules hold now."""
        if self._file is None:
            return False
        try:
            about = self._file.stat()
            mark = about.st_mtime_ns, about.st_size, about.st_ino
            if mark == self._mark:
                return False
            with self._file.open("rb") as opened:
                read = read_rules(opened.read(LARGEST + 1), self._known(), PLATFORMS)
        except OSError:
            if not self.problems:
                self._note((Problem(1, "", "unreadable"),))
            self._mark = None
            return False
        except Unusable as error:
            self._mark = mark
            self._note(error.problems)
            return False
        changed, self.rules, self.problems, self._mark = read != self.rules, read, (), mark
        if changed:
            log.info("rules hold", rules=len(read.rule))
        return changed

    def _note(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        first = problems[0]
        log.error("the rules cannot be used; those before still hold", line=first.line, key=first.key, code=first.code)
