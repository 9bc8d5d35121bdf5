"""Logging: one line a record, secrets redacted, the chatter of HTTP clients (whose lines hold tokens in URLs) silenced."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog

HIDDEN = "‹hidden›"
# Keys of OpenAI's form, Telegram bot tokens (digits, colon, 35 signs), bearer headers, data URLs.
_SECRETS = re.compile(
    r"sk-[\w-]{8,}|\b\d{6,12}:[\w-]{30,}|(?i:bearer)\s+[\w.~+/=-]{8,}|data:[\w/+.-]+;base64,[\w+/=]{16,}"
)


def set_up_logs(level: str, secrets: Iterable[str | None]) -> None:
    """Send structlog and the standard library's records through one redacting processor to standard error."""
    known = [secret for secret in secrets if secret and len(secret) >= 6]

    def redact(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {name: clean(value, known) for name, value in event.items()}

    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("httpx", "httpx2", "httpcore", "httpcore2", "openai", "uvicorn.access", "alembic", "PIL", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def clean(value: object, known: Iterable[str]) -> object:
    """A value with every secret in it hidden."""
    if not isinstance(value, str):
        return value if isinstance(value, int | float | bool | type(None)) else clean(repr(value), known)
    for secret in known:
        value = value.replace(secret, HIDDEN)
    return _SECRETS.sub(HIDDEN, value)
