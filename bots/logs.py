"""Logging: one line a record, secrets redacted, the chatter of HTTP clients (whose lines hold tokens in URLs) silenced."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog

from bots import platforms

HIDDEN = "‹hidden›"

_SECRETS = re.compile(
    "|".join(
        (
            r"(?<![A-Za-z])sk-[\w-]{8,}",  # keys of OpenAI's form
            *platforms.SECRETS,
            r"(?i:bearer)\s+[\w.~+/=-]{8,}|(?i:bot)\s+[\w.~+/=-]{40,}",  # headers
            r"data:[^\s,\"']{0,100};base64,[\w+/=%-]{16,}",  # pictures in JSON
        )
    )
)
_CHATTY = (
    *("httpx", "httpx2", "httpcore", "httpcore2", "openai"),
    *platforms.LIBRARIES,
    *("alembic", "aiosqlite", "sqlalchemy", "PIL"),
)
_BLAMELESS = ("uvicorn", "uvicorn.access", "python_multipart", "asyncio")
"""Who warns of what any stranger can do, as often as they like: send what is no request, go while they are told something."""


def set_up_logs(level: str, secrets: Iterable[str | None], form: str = "words") -> None:
    """Send structlog and the standard library's records through one redacting processor to standard error, as ``words`` or as ``json``."""
    known = sorted((secret for secret in secrets if secret and len(secret) >= 6), key=len, reverse=True)

    def redact(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {name: value if name.startswith("_") else clean(value, known) for name, value in event.items()}

    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        redact,
    ]
    line: Any = structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])
    if form == "json":
        line = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared, line],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, line]
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, getattr(logging, level)))
    for name in _BLAMELESS:
        logging.getLogger(name).setLevel(logging.ERROR)


def clean(value: object, known: Iterable[str]) -> object:
    """A value with every secret in it hidden. ``known`` are secrets of any form, the longest first."""
    if not isinstance(value, str):
        return value if isinstance(value, int | float | bool | type(None)) else clean(repr(value), known)
    for secret in known:
        value = value.replace(secret, HIDDEN)
    return _SECRETS.sub(HIDDEN, value)
