"""How the stand-in says no: to the bot as Telegram would, to a test where a person could not do a thing."""

from typing import Any


class Refused(Exception):
    """An answer with `ok: false`. `code` is the HTTP status and `error_code`, `parameters` Telegram's ResponseParameters."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The answer's JSON."""
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


class Impossible(Exception):
    """A person tried what no client would let them do (press a button that is not there); the control side answers 409."""


def bad_request(reason: str, **parameters: int) -> Refused:
    """400 with Telegram's usual prefix."""
    return Refused(400, f"Bad Request: {reason}", **parameters)


def forbidden(reason: str) -> Refused:
    """403 with Telegram's usual prefix."""
    return Refused(403, f"Forbidden: {reason}")


def conflict(reason: str) -> Refused:
    """409 with Telegram's usual prefix."""
    return Refused(409, f"Conflict: {reason}")


def too_many_requests(seconds: int) -> Refused:
    """429 that asks to come back after `seconds`."""
    return Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
