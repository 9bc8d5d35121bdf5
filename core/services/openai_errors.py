"""What an error of the OpenAI API means to us: by its ``code`` (its type where it has none), by what it wraps, by its status, by its words.

Its sentences are never shown or kept. The codes are those of the API's reference and of answers that people have quoted of this and other servers,
up to 2026-11-22. Only where no code says anything are known turns of phrase looked for.
"""

from __future__ import annotations

import math
import re
import ssl
import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any, NamedTuple

import aiohttp
import httpx2
import openai
from pydantic_core import from_json

from core import meters
from core.errors import BadInput, FabulaError, OperatorFault, Refused, Unavailable
from core.pictures.files import LIMIT_MB
from core.services.catalogue import LONGEST_PROMPT

_MEANINGS: Mapping[str, str] = {
    # the content rules, here and at servers that forward to others
    "moderation_blocked": "refused",
    "image_generation_user_error": "refused",
    "content_policy_violation": "refused",
    "responsible_ai_policy_violation": "refused",
    "content_filter": "refused",
    "content_filtered": "refused",
    "data_inspection_failed": "refused",
    "invalid_prompt": "refused",
    # the account: waiting does not fill it
    "insufficient_quota": "no-credit",
    "insufficient_balance": "no-credit",
    "insufficient_credits": "no-credit",
    "credit_balance_exhausted": "no-credit",
    "organization_spend_limit_exceeded": "no-credit",
    "project_spend_limit_exceeded": "no-credit",
    "organization_usage_limit_exceeded": "no-credit",
    "billing_hard_limit_reached": "no-credit",
    "billing_not_active": "no-credit",
    "budget_exceeded": "no-credit",
    "payment_required": "no-credit",
    "invalid_api_key": "wrong-key",
    "authentication_error": "wrong-key",
    "unauthorized": "wrong-key",
    "unauthenticated": "wrong-key",
    "permission_denied": "not-permitted",
    # the model
    "model_not_found": "model",
    "invalid_model": "model",
    "model_not_supported": "model",
    "deployment_not_found": "model",
    # what was sent
    "invalid_image_file": "file-damaged",
    "string_above_max_length": "words-too-long",
    "context_length_exceeded": "words-too-long",
    # the moment
    "rate_limit_exceeded": "busy",
    "rate_limit_error": "busy",
    "too_many_requests": "busy",
    "resource_exhausted": "busy",
    "overloaded_error": "busy",
    "slow_down": "busy",
    "service_unavailable": "service-down",
}
_BY_LETTERS = {name.replace("_", ""): meaning for name, meaning in _MEANINGS.items()}
_PHRASES = (
    (
        "model",
        ("try pulling", "invalid model name", "unknown model", "no such model", "model not found", "model_not_found"),
    ),
    ("no-credit", ("insufficient balance", "insufficient credit", "credit balance", "payment required", "out of credit")),
    ("words-too-long", ("context length", "context window", "context_length", "prompt is too long", "too many tokens")),
    ("refused", ("content policy", "content management", "content_policy", "content filter", "safety system", "nsfw", "flagged")),
    ("wrong-key", ("invalid api key", "incorrect api key", "invalid_api_key", "no auth credentials")),
    ("busy", ("rate limit", "too many requests", "overloaded")),
)  # fmt: skip
_OF_A_MODEL = re.compile(r"\bmodel\b[^\n]{0,200}\b(?:not found|not exist|not loaded)")
_OF_A_LIMIT = ("max_tokens", "max_completion_tokens")
_OF_A_VALUE = frozenset({"invalid_value", "invalid_type", "missing_required_parameter", "image_generation_user_error"})
"""Codes of a mistake in what has to be there."""
_WEAK = "image_generation_user_error"
"""A type of bad values too: it says something only where there is no code."""
_CODES, _WRAPPED = ("code", "type", "status", "reason"), 40
_LONGEST = 4_000
"""Letters of an error that are read."""
_NAME = re.compile(r"[a-z]+(?:_[a-z]+)*")

_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
_CERTIFICATES = {9: "certificate-expired", 10: "certificate-expired", 62: "certificate-host", 64: "certificate-host"}
_OUR_MISTAKE = (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError, httpx2.InvalidURL)
_ABSENT = frozenset({404, 405, 501})
_UNREAD = frozenset({400, 422})
_GATEWAY_GAVE_UP = frozenset({408, 499, 502, 504, 520, 524, 598, 599})
"""What stands between us and the server waited for its answer, got none or a broken one: the work had begun (RFC 9110, section 15.6; 499 is nginx's,
520 and 524 are Cloudflare's, 598 and 599 other proxies', 2026-11). 521 to 523 say that the server was never reached.
"""


class Refusal(NamedTuple):
    """A request that the server did not take. ``names``: the words in it that may name a parameter; ``is_bare``: it names nothing."""

    names: frozenset[str]
    is_bare: bool


def fault_from(  # noqa: C901 - a table
    error: openai.APIError, *, paid: bool, model: str = "", successor: str = ""
) -> FabulaError:
    """The error of ours. ``paid``: the call costs money; ``successor``: what to use in place of ``model``, if that is known to go."""
    if isinstance(error, openai.APIResponseValidationError):
        return Unavailable("answer-unreadable", spent=paid)
    if isinstance(error, openai.APIConnectionError):
        return lost(error.__cause__, paid=paid)
    status = _status(error)
    meaning = _by_code(error) or _by_status(error, status)
    match meaning:
        case "refused":
            after_drawing = _stage(error) == "output"
            return Refused("refused-result" if after_drawing else "refused-words", spent=paid and after_drawing)
        case "busy" | "service-down":
            if meaning == "busy":
                meters.throttled.labels("model").inc()
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


def lost(cause: BaseException | None, *, paid: bool) -> FabulaError:
    """No answer, or half of one. Only a connection that was never made has surely cost nothing.

    Told by the transport's own error: the SDK calls every lost connection a time-out.
    """
    if isinstance(cause, FabulaError):  # an answer that was given up while the SDK read it
        return cause
    if isinstance(cause, _OUR_MISTAKE):
        return OperatorFault("service-rejects", status=0)
    causes = (cause, cause.__cause__ if cause else None)
    for one in causes:
        if isinstance(one, aiohttp.ClientSSLError):  # before anything was sent, and the same at each further try
            return OperatorFault(_certificate(one))
    if any(isinstance(one, _NOT_SENT) for one in causes):
        return Unavailable("service-down")
    late = any(isinstance(one, TimeoutError) for one in causes)
    return Unavailable("service-slow" if late else "answer-cut", spent=paid)


def _certificate(error: aiohttp.ClientSSLError) -> str:
    """What is wrong with how a server shows who it is. The numbers are OpenSSL's (``x509_vfy.h``)."""
    cause = getattr(error, "certificate_error", None) or error.__cause__
    if not isinstance(cause, ssl.SSLCertVerificationError):
        return "tls-failed"
    return _CERTIFICATES.get(cause.verify_code, "certificate-unknown")


def endpoint_is_absent(error: FabulaError) -> bool:
    """Whether the server does not have what was called at all, as opposed to the model or the request being wrong."""
    cause = error.__cause__
    return isinstance(cause, openai.APIStatusError) and cause.status_code in _ABSENT and error.code == "service-rejects"


def refusal_of(error: FabulaError) -> Refusal | None:
    """What a server said that would not read a request (400, 422); ``None`` for any other error.

    Where a parameter is named as such it alone is meant; else each word may be one, also in another shape than OpenAI's.
    """
    cause = error.__cause__
    if error.code != "service-rejects" or error.values.get("status") not in _UNREAD:
        return None
    if not isinstance(cause, openai.APIError):
        return None
    param = next((node["param"] for node in _nodes(cause.body) if isinstance(node.get("param"), str)), "")
    if param.strip():
        return Refusal(frozenset(_NAME.findall(param[:_LONGEST])), is_bare=False)
    is_bare = not any(code in _OF_A_VALUE for codes in _codes(cause.body) for code in codes)
    return Refusal(frozenset(_NAME.findall(_words(cause))), is_bare)


def facts_of(error: FabulaError) -> dict[str, object]:
    """What the log may know of an error's cause: status, code, parameter and request id, but none of its sentences."""
    cause = error.__cause__
    facts: dict[str, object] = {"cause": type(cause).__name__}
    if isinstance(cause, openai.APIError):
        facts |= {"foreign_code": _short(cause.code), "foreign_type": _short(cause.type), "param": _short(cause.param)}
    if isinstance(cause, openai.APIStatusError):
        facts |= {"status": cause.status_code, "request_id": _short(cause.request_id)}
    return facts


def _status(error: openai.APIError) -> int | None:
    """The status of the answer; where that was a success, the one that the error tells by itself."""
    if isinstance(error, openai.APIStatusError):
        return error.status_code
    for node in _nodes(error.body):
        for name in ("code", "status", "status_code"):
            told = str(node.get(name))
            if re.fullmatch(r"[45]\d\d", told):
                return int(told)
    return None


def _by_code(error: openai.APIError) -> str | None:
    """The meaning of the first code that has one, from the outermost object of an error inward."""
    for codes in _codes(error.body):
        for place, code in enumerate(codes):
            meaning = _BY_LETTERS.get(code.replace("_", ""))
            if meaning and not (place and code == _WEAK):
                return meaning
    return None


def _codes(body: object) -> Iterator[list[str]]:
    """The codes of each object in an error, without mere numbers: in small letters, with ``_`` between words."""
    for node in _nodes(body):
        told = (node.get(name) for name in _CODES)
        named = (code[:100].lower().replace("-", "_").replace(" ", "_") for code in told if isinstance(code, str))
        yield [code for code in named if code and not code.isdigit()]


def _nodes(body: object) -> Iterator[Mapping[str, Any]]:
    """An error's objects, the outer before the inner. One that is kept as text within another is read too."""
    return islice(_all_nodes(body), _WRAPPED)


def _all_nodes(body: object) -> Iterator[Mapping[str, Any]]:
    waiting = [body]
    for told in waiting:
        if len(waiting) > _WRAPPED * 5:
            return
        if isinstance(told, str) and told.lstrip().startswith("{") and len(told) <= _LONGEST:
            try:
                told = from_json(told)
            except ValueError:
                continue
        if isinstance(told, Mapping):
            yield told
            waiting += told.values()
        elif isinstance(told, list):
            waiting += told


def _words(error: openai.APIError) -> str:
    """What an error says, whatever its shape, in small letters. Only to be searched."""
    said = error.response.text if isinstance(error, openai.APIStatusError) else str(error.body or error.message)
    return said[:_LONGEST].lower()


def _by_status(error: openai.APIError, status: int | None) -> str:
    match status:
        case 401:
            return "wrong-key"
        case 402:
            return "no-credit"
        case 413:
            return "file-too-large"
        case 403 if "verif" in _words(error):
            return "not-verified"
        case late if late in _GATEWAY_GAVE_UP:
            return "service-slow"
    return _by_words(error) or _by_status_alone(status, begun=not isinstance(error, openai.APIStatusError))


def _by_words(error: openai.APIError) -> str | None:
    said = _words(error)
    if "<html" in said:  # a page about anything
        return None
    for meaning, phrases in _PHRASES:
        if meaning == "words-too-long" and any(
            name in said for name in _OF_A_LIMIT
        ):  # ours for the answer, not the words
            continue
        if any(phrase in said for phrase in phrases):
            return meaning
    return "model" if _OF_A_MODEL.search(said) else None


def _by_status_alone(status: int | None, *, begun: bool) -> str:
    """``begun``: it was said within an answer, so there had been work."""
    match status:
        case None:
            return "answer-cut"
        case 403:
            return "not-permitted"
        case 429:
            return "busy"
        case 409:
            return "service-down"
        case _:
            if status < 500 or status in _ABSENT:
                return "service-rejects"
            return "answer-cut" if begun else "service-down"


def _stage(error: openai.APIError) -> object:
    stages = (node.get("moderation_stage") for node in _nodes(error.body))
    return next((stage for stage in stages if stage), None)


def _retry_after(error: openai.APIError) -> float | None:
    """Seconds to wait as the ``retry-after`` header has them: a number, or a date (RFC 9110, section 10.2.3)."""
    if not isinstance(error, openai.APIStatusError):
        return None
    header = error.response.headers.get("retry-after", "")
    try:
        seconds = float(header)
        return max(0.0, seconds) if math.isfinite(seconds) else None
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def _short(value: object) -> str | None:
    return str(value)[:100] if value else None
