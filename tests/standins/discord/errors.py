"""How the stand-in says no: to the bot as Discord would, to a test where a person could not do a thing."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """An answer that is an error: HTTP `status`, Discord's `code` and `message`, for forms also where (`errors`).

    Codes and words: Discord's documentation, "Opcodes and Status Codes", read 2026-11.
    """

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        errors: Json | None = None,
        *,
        more: Json | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self._errors = errors
        self._more = more or {}

    def body(self) -> Json:
        """The answer's JSON."""
        told = {"message": self.message, "code": self.code, **self._more}
        return told | ({"errors": self._errors} if self._errors else {})


class Impossible(Exception):
    """A person tried what no app would let them do (press a button that is not there); the control side answers 409."""


class Form:
    """Gathers what is wrong with a request's body, then raises it all at once as Discord's 50035."""

    def __init__(self) -> None:
        self._errors: Json = {}

    def wrong(self, path: str, code: str, message: str) -> None:
        """Note a mistake at a path such as `embeds.0.title`; an empty path means the whole."""
        node = self._errors
        for name in filter(None, path.split(".")):
            node = node.setdefault(name, {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def length(self, path: str, value: object, most: int, least: int = 0) -> str:
        """Check a text of `least` to `most` characters, and return it; an absent one counts as empty."""
        if value is None:
            value = ""
        if not isinstance(value, str):
            self.wrong(path, "BASE_TYPE_BAD_TYPE", "Must be a string.")
            return ""
        if not least <= len(value) <= most:
            self._out_of_range(path, len(value), least, most)
        return value

    def count(self, path: str, value: object, most: int, least: int = 0) -> list[Json]:
        """Check a list of `least` to `most` objects, and return it; an absent one counts as empty."""
        if value is None:
            value = []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.wrong(path, "BASE_TYPE_BAD_TYPE", "Must be a list of objects.")
            return []
        if not least <= len(value) <= most:
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
        return value

    def one_of(self, path: str, value: object, allowed: frozenset[Any]) -> None:
        """Check that a value is one of a set; lists and objects never are."""
        if isinstance(value, list | dict) or value not in allowed:
            self.wrong(path, "BASE_TYPE_CHOICES", f"Value must be one of {sorted(allowed, key=str)}.")

    def finish(self) -> None:
        """Raise `Refused` (50035) if anything was noted."""
        if self._errors:
            raise Refused(400, 50035, "Invalid Form Body", self._errors)

    def _out_of_range(self, path: str, length: int, least: int, most: int) -> None:
        if length == 0:
            self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif length > most:
            self.wrong(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        else:
            self.wrong(path, "BASE_TYPE_MIN_LENGTH", f"Must be {least} or more in length.")


def bad_form(path: str, code: str, message: str) -> Refused:
    """50035 with a single mistake."""
    form = Form()
    form.wrong(path, code, message)
    try:
        form.finish()
    except Refused as refusal:
        return refusal
    raise AssertionError("a form with a mistake cannot be finished")


def unknown(code: int, what: str) -> Refused:
    """404 of the 10xxx family."""
    return Refused(404, code, f"Unknown {what}")


UNAUTHORIZED = Refused(401, 0, "401: Unauthorized")
NOT_FOUND = Refused(404, 0, "404: Not Found")
METHOD_NOT_ALLOWED = Refused(405, 0, "405: Method Not Allowed")
INVALID_JSON = Refused(400, 50109, "The request body contains invalid JSON.")
TOO_LARGE = Refused(413, 40005, "Request entity too large")
MISSING_ACCESS = Refused(403, 50001, "Missing Access")
MISSING_PERMISSIONS = Refused(403, 50013, "Missing Permissions")
UNKNOWN_CHANNEL = unknown(10003, "Channel")
UNKNOWN_GUILD = unknown(10004, "Guild")
UNKNOWN_MEMBER = unknown(10007, "Member")
UNKNOWN_MESSAGE = unknown(10008, "Message")
UNKNOWN_USER = unknown(10013, "User")
UNKNOWN_EMOJI = unknown(10014, "Emoji")
UNKNOWN_WEBHOOK = unknown(10015, "Webhook")
UNKNOWN_INTERACTION = Refused(404, 10062, "Unknown interaction")
UNKNOWN_COMMAND = Refused(404, 10063, "Unknown application command")
ALREADY_ACKNOWLEDGED = Refused(400, 40060, "Interaction has already been acknowledged.")
INVALID_WEBHOOK_TOKEN = Refused(401, 50027, "Invalid Webhook Token")
FOLLOW_UPS_USED_UP = Refused(400, 40094, "This interaction has reached the maximum number of follow up messages")
EMPTY_MESSAGE = Refused(400, 50006, "Cannot send an empty message")
NOT_ON_DM = Refused(403, 50003, "Cannot execute action on a DM channel")
NOT_OWN_MESSAGE = Refused(403, 50005, "Cannot edit a message authored by another user")
CANNOT_SEND_TO_USER = Refused(403, 50007, "Cannot send messages to this user")
WRONG_CHANNEL_TYPE = Refused(400, 50024, "Cannot execute action on this channel type")
EXPLICIT_CONTENT = Refused(400, 20009, "Explicit content cannot be sent to the desired recipient(s)")
BLOCKED_BY_AUTOMOD = Refused(400, 200000, "Message was blocked by automatic moderation")
POLL_EXPIRED = Refused(400, 520001, "Poll expired")
POLL_NOT_EDITABLE = Refused(400, 520003, "Cannot edit a poll message")
NO_POLL = Refused(400, 520006, "Cannot expire a non-poll message")
THREAD_LOCKED = Refused(403, 160005, "Thread is locked")
THREAD_ARCHIVED = Refused(400, 50083, "Tried to perform an operation on an archived thread, such as editing a message")
