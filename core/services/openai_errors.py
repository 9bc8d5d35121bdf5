"""What an error of the OpenAI API means to us: read by its ``code`` (its type where it has none), then by the HTTP status.

Its sentences are never shown or kept. The codes are those of the API's reference and of answers people have quoted, up to 2026-11-22.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import aiohttp
import httpx2
import openai

from core.errors import BadInput, FabulaError, OperatorFault, Refused, Unavailable
from core.pictures.files import LIMIT_MB
from core.services.catalogue import LONGEST_PROMPT

_MEANINGS: Mapping[str, str] = {
    # the content rules, here and at servers that forward to others
    "moderation_blocked": "refused",
    "image_generation_user_error": "refused",
    "content_policy_violation": "refused",
    "content_filter": "refused",
    "invalid_prompt": "refused",
    # the account: waiting does not fill it
    "insufficient_quota": "no-credit",
    "credit_balance_exhausted": "no-credit",
    "organization_spend_limit_exceeded": "no-credit",
    "project_spend_limit_exceeded": "no-credit",
    "organization_usage_limit_exceeded": "no-credit",
    "billing_hard_limit_reached": "no-credit",
    "billing_not_active": "no-credit",
    "invalid_api_key": "wrong-key",
    # the model
    "model_not_found": "model",
    # what was sent
    "invalid_image_file": "file-damaged",
    "string_above_max_length": "words-too-long",
    "context_length_exceeded": "words-too-long",
    # the moment
    "rate_limit_exceeded": "busy",
    "slow_down": "busy",
}
_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_OUR_MISTAKE = (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError)
_ABSENT = frozenset({404, 405, 501})
_GATEWAY_GAVE_UP = frozenset({408, 502, 504, 520, 524, 598, 599})
"""What stands between us and the server waited for its answer, got none or a broken one: the work had begun (RFC 9110, section 15.6; 520 and 524 are
Cloudflare's, 598 and 599 other proxies', 2026-11). 521 to 523 say that the server was never reached.
"""


def fault_from(error: openai.APIError, *, paid: bool, model: str = "", successor: str = "") -> FabulaError:
    """The error of ours. ``paid``: the call costs money; ``successor``: what to use in place of ``model``, if that is known to go."""
    if isinstance(error, openai.APIResponseValidationError):
        return Unavailable("answer-unreadable", spent=paid)
    if isinstance(error, openai.APIConnectionError):
        return _lost(error, paid=paid)
    status = error.status_code if isinstance(error, openai.APIStatusError) else None
    meaning = _MEANINGS.get(error.code or error.type or "") or _by_status(error, status)
    match meaning:
        case "refused":
            after_drawing = _stage(error) == "output"
            return Refused("refused-result" if after_drawing else "refused-words", spent=paid and after_drawing)
        case "busy" | "service-down":
            return Unavailable(meaning, retry_after=_retry_after(error))
        case "service-slow" | "answer-cut":
            return Unavailable(meaning, spent=paid)
        case "file-damaged":
            return BadInput(meaning)
        case "file-too-large":
            return BadInput(meaning, limit_mb=LIMIT_MB)
        case "words-too-long":
            return BadInput(meaning, limit=LONGEST_PROMPT)
        case "model":
            code = "model-retired" if successor else "model-unknown"
            return OperatorFault(code, model=model, successor=successor)
        case "service-rejects":
            return OperatorFault(meaning, status=status or 0)
        case _:
            return OperatorFault(meaning)


def endpoint_is_absent(error: FabulaError) -> bool:
    """Whether the server does not have what was called at all, as opposed to the model or the request being wrong."""
    cause = error.__cause__
    return isinstance(cause, openai.APIStatusError) and cause.status_code in _ABSENT and error.code == "service-rejects"


def rejected_parameter(error: FabulaError) -> str | None:
    """The name of the parameter that the server would not take, if it said so."""
    cause = error.__cause__
    return cause.param if isinstance(cause, openai.BadRequestError) else None


def facts_of(error: FabulaError) -> dict[str, object]:
    """What the log may know of an error's cause: status, code, parameter and request id, but none of its sentences."""
    cause = error.__cause__
    facts: dict[str, object] = {"cause": type(cause).__name__}
    if isinstance(cause, openai.APIError):
        facts |= {"foreign_code": _short(cause.code), "foreign_type": _short(cause.type), "param": _short(cause.param)}
    if isinstance(cause, openai.APIStatusError):
        facts |= {"status": cause.status_code, "request_id": _short(cause.request_id)}
    return facts


def _lost(error: openai.APIConnectionError, *, paid: bool) -> FabulaError:
    """No answer, or half of one. Only a connection that was never made has surely cost nothing.

    Told by the transport's own error: the SDK calls every lost connection a time-out.
    """
    cause = error.__cause__
    if isinstance(cause, FabulaError):  # an answer that was given up while the SDK read it
        return cause
    root = cause.__cause__ if cause else None
    if isinstance(cause, _OUR_MISTAKE):
        return OperatorFault("service-rejects", status=0)
    if isinstance(root, _NOT_SENT):
        return Unavailable("service-down")
    return Unavailable("service-slow" if isinstance(root, TimeoutError) else "answer-cut", spent=paid)


def _by_status(error: openai.APIError, status: int | None) -> str:
    match status:
        case None:  # said in the middle of a stream: work had begun
            return "answer-cut"
        case 401:
            return "wrong-key"
        case 403:
            return "not-verified" if "verif" in error.message.lower() else "not-permitted"
        case late if late in _GATEWAY_GAVE_UP:
            return "service-slow"
        case 413:
            return "file-too-large"
        case 429:
            return "no-credit" if error.type == "insufficient_quota" else "busy"
        case 409:
            return "service-down"
        case _:
            return "service-down" if status >= 500 and status not in _ABSENT else "service-rejects"


def _stage(error: openai.APIError) -> object:
    details = error.body.get("moderation_details") if isinstance(error.body, dict) else None
    return details.get("moderation_stage") if isinstance(details, dict) else None


def _retry_after(error: openai.APIError) -> float | None:
    """Seconds to wait as the ``retry-after`` header has them: a number, or a date (RFC 9110, section 10.2.3)."""
    if not isinstance(error, openai.APIStatusError):
        return None
    header = error.response.headers.get("retry-after", "")
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except ValueError:
        return None


def _short(value: object) -> str | None:
    return str(value)[:100] if value else None
