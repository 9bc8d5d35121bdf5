"""Reading the parameters of a request one by one, each with the error the real API would give."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from embedded.openai.errors import invalid, missing, not_offered, unknown, wrong_type


@dataclass(frozen=True)
class Upload:
    """One file of a multipart request. ``field`` is its name there, such as ``image[]``."""

    field: str
    filename: str
    mimetype: str
    data: bytes


@dataclass(frozen=True)
class Body:
    """A request's parameters as they came: JSON values, or texts and files when ``is_form``."""

    values: Mapping[str, object]
    files: Sequence[Upload] = ()
    is_form: bool = False


class Fields:
    """Typed access to a body's parameters. ``null`` counts as left out, as the reference says.

    Raises ``ApiError`` at once where a parameter is not among ``known``.
    """

    def __init__(self, body: Body, known: Collection[str]) -> None:
        for name in body.values:
            if name not in known:
                raise unknown(name)
        self._values = {name: value for name, value in body.values.items() if value is not None}
        self._is_form = body.is_form

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def raw(self, name: str) -> object:
        """The value as it came, or None."""
        return self._values.get(name)

    def text(self, name: str, *, longest: int) -> str | None:
        """A string of at most ``longest`` characters."""
        value = self._values.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise wrong_type(name, "a string", value)
        if len(value) > longest:
            message = (
                f"Invalid '{name}': string too long. Expected a string with maximum length {longest}, "
                f"but got a string with length {len(value)} instead."
            )
            raise invalid(message, param=name, code="string_above_max_length")
        return value

    def needed_text(self, name: str, *, longest: int) -> str:
        """A string that must be there and say something."""
        value = self.text(name, longest=longest)
        if value is None:
            raise missing(name)
        if not value.strip():
            message = f"Invalid '{name}': empty string. Expected a string with minimum length 1."
            raise invalid(message, param=name, code="empty_string")
        return value

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        """One of a closed list of words."""
        value = self._values.get(name, default)
        if not isinstance(value, str):
            raise wrong_type(name, f"one of {', '.join(choices)}", value)
        if value not in choices:
            raise not_offered(name, value, choices)
        return value

    def integer(self, name: str, lowest: int, highest: int, default: int) -> int:
        """A whole number from ``lowest`` to ``highest``."""
        value = self._values.get(name, default)
        if self._is_form and isinstance(value, str) and value.lstrip("-").isdecimal() and len(value) < 20:
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise wrong_type(name, "an integer", value)
        if value < lowest:
            raise _beyond(name, value, lowest, "below minimum", ">=", "integer_below_min_value")
        if value > highest:
            raise _beyond(name, value, highest, "above maximum", "<=", "integer_above_max_value")
        return value

    def number(self, name: str, lowest: float, highest: float, default: float) -> float:
        """A decimal number from ``lowest`` to ``highest``."""
        value = self._values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise wrong_type(name, "a decimal number", value)
        if value < lowest:
            raise _beyond(name, value, lowest, "below minimum", ">=", "decimal_below_min_value")
        if value > highest:
            raise _beyond(name, value, highest, "above maximum", "<=", "decimal_above_max_value")
        return float(value)

    def flag(self, name: str) -> bool:
        """True or false (in a form the words ``true`` and ``false``); false when left out."""
        value = self._values.get(name, False)
        if self._is_form and value in ("true", "false"):
            return value == "true"
        if not isinstance(value, bool):
            raise wrong_type(name, "a boolean", value)
        return value


def _beyond(name: str, value: float, limit: float, where: str, sign: str, code: str) -> Exception:
    message = f"Invalid '{name}': {where} value. Expected a value {sign} {limit}, but got {value} instead."
    return invalid(message, param=name, code=code)
