"""An error that is kept: asking again would be useless, and may cost something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from core.errors import BadInput, FabulaError, Refused
from core.types.values import Value


class Refusal(Value):
    """What is kept of something that was refused."""

    kind: Literal["Refused", "BadInput"]
    code: str
    spent: bool
    values: Mapping[str, str | int | float]

    @classmethod
    def of(cls, error: Refused | BadInput) -> Refusal:
        """What is kept of an error."""
        kind: Literal["Refused", "BadInput"] = "Refused" if isinstance(error, Refused) else "BadInput"
        return cls(kind=kind, code=error.code, spent=error.spent, values=error.values)

    def error(self) -> FabulaError:
        """The refusal as it was raised."""
        kind = Refused if self.kind == "Refused" else BadInput
        return kind(self.code, spent=self.spent, retry_after=None, **self.values)
