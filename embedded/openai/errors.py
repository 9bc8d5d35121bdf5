"""Refusals in the shape and words of the OpenAI API.

Every error answer is ``{"error": {"message", "type", "param", "code"}}``. The codes were read off the public reference and
off answers that people have quoted, up to 2026-11-22; where the real code is not known the closest general one is used.
"""

from collections.abc import Iterable

INVALID_REQUEST = "invalid_request_error"
PICTURE_ERROR = "image_generation_user_error"


class ApiError(Exception):
    """A request the API will not serve; carries everything the error answer shows."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None,
        param: str | None = None,
        kind: str = INVALID_REQUEST,
        retry_after: float | None = None,
        details: dict[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.retry_after = retry_after
        self._error = {"message": message, "type": kind, "param": param, "code": code, **(details or {})}

    def body(self) -> dict[str, object]:
        """The JSON of the answer."""
        return {"error": self._error}

    def headers(self) -> dict[str, str]:
        """``retry-after`` in seconds, where the error asks for a pause."""
        return {} if self.retry_after is None else {"retry-after": f"{self.retry_after:g}"}


def invalid(
    message: str, *, param: str | None, code: str | None = "invalid_value", kind: str = INVALID_REQUEST
) -> ApiError:
    """A 400 for a value that breaks a rule."""
    return ApiError(400, message, code=code, param=param, kind=kind)


def missing(param: str) -> ApiError:
    """A required parameter is absent."""
    return invalid(f"Missing required parameter: '{param}'.", param=param, code="missing_required_parameter")


def unknown(param: str) -> ApiError:
    """A parameter this endpoint has never heard of."""
    return invalid(f"Unknown parameter: '{param}'.", param=param, code="unknown_parameter")


def wrong_type(param: str, expected: str, value: object) -> ApiError:
    """A parameter of another JSON type than the one asked for."""
    message = f"Invalid type for '{param}': expected {expected}, but got {_json_type(value)} instead."
    return invalid(message, param=param, code="invalid_type")


def not_offered(param: str, value: object, choices: Iterable[str]) -> ApiError:
    """A value outside a closed list."""
    listed = ", ".join(f"'{choice}'" for choice in choices)
    return invalid(f"Invalid value: '{value}'. Supported values are: {listed}.", param=param)


def unsupported(param: str, message: str, *, code: str | None = "unsupported_parameter") -> ApiError:
    """A parameter or value that exists, but not with this model."""
    return invalid(message, param=param, code=code)


def broken_picture(param: str, message: str) -> ApiError:
    """A file that is not the picture it should be."""
    return invalid(message, param=param, code="invalid_image_file", kind=PICTURE_ERROR)


def safety_refusal(categories: Iterable[str], *, stage: str) -> ApiError:
    """The refusal by content rules; ``stage`` is ``input`` (nothing drawn yet) or ``output`` (drawn, and likely billed)."""
    named = list(categories)
    message = (
        "Your request was rejected by the safety system. If you believe this is an error, contact the operator of "
        f"this server and include the request id. safety_violations=[{', '.join(named)}]."
    )
    details: dict[str, object] = {"moderation_details": {"moderation_stage": stage, "categories": named}}
    return ApiError(400, message, code="moderation_blocked", kind=PICTURE_ERROR, details=details)


def _json_type(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    names = {int: "an integer", float: "a decimal number", str: "a string", list: "an array", dict: "an object"}
    return next((name for kind, name in names.items() if isinstance(value, kind)), "a file")
