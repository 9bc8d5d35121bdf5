"""What the core needs where several processes serve one database: who has which job, and word from one process to the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from core.types import KeptJob


class Leases(Protocol):
    """Hands out jobs to processes. A job is had by one that lives; whoever takes it after another has a larger ``fence``."""

    async def take(self, most: int, *, batch: bool) -> Sequence[KeptJob]:
        """Take the next jobs for this process, with their fences: so many at most; none where none can begin.

        In a session jobs begin in their order, one at a time, batches beside the others; those go first of whom the fewest run, then those whose
        last one began longest ago. One that was there when its process died twice, and got nowhere, begins as ``core.jobs.runner`` says.
        """
        ...

    async def held(self) -> Mapping[str, int]:
        """The fences of the open jobs that this process has."""
        ...

    async def holds(self, job: KeptJob) -> bool:
        """Whether a job is open and nobody has taken it since."""
        ...

    async def is_taken(self, job: str) -> bool:
        """Whether a process that lives has a job."""
        ...

    async def let_go(self, jobs: Mapping[str, int]) -> None:
        """Let others take these jobs, as far as they are still had with these fences."""
        ...

    async def give_back(self) -> None:
        """Let others take what this process has, and whatever it asks for from now on it does not get."""
        ...

    async def line(self, session: str, *, batch: bool) -> Sequence[KeptJob]:
        """The open jobs of a session's lane, in their order."""
        ...


class Others(Protocol):
    """The processes beside this one. What is told is lost with a connection, so nothing may hang on it: it spares waiting until one looks again."""

    def tell(self, what: str, *, newest: str = "", **told: Any) -> None:
        """Tell all others, in order. Never waits. Of what has the same ``newest`` and is not sent yet only the last is."""
        ...

    def hear(self, what: str, handler: Callable[..., None]) -> None:
        """Have a handler called with what others tell. After a time without a connection ``again`` is heard."""
        ...
