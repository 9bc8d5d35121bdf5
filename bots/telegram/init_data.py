"""For whom Telegram opened a page of ours: what it tells the page, and how it signs that.

https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app (2026-11-28)
"""

from __future__ import annotations

import hashlib
import hmac
import json
from urllib.parse import parse_qsl

FRESH_SECONDS = 3600
"""How old Telegram's word may be (our own rule)."""

AHEAD_SECONDS = 60
"""By how much its clock may be ahead of ours."""

LONGEST = 4096
"""Characters of it that are read; it has some hundreds."""


def who_opened(told: str, token: str, now: float) -> str | None:
    """The id of the person in ``initData``, if Telegram signed it with the bot's ``token`` within the last hour; else ``None``."""
    if len(told) > LONGEST:
        return None
    try:
        pairs = parse_qsl(told, strict_parsing=True, max_num_fields=32)
        fields = dict(pairs)
        if len(fields) != len(pairs) or not hmac.compare_digest(_sign(fields, token), fields.get("hash", "").encode()):
            return None
        age = now - int(fields["auth_date"])
        person = json.loads(fields["user"])["id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return str(person) if -AHEAD_SECONDS <= age <= FRESH_SECONDS and type(person) is int else None


def _sign(fields: dict[str, str], token: str) -> bytes:
    """The signature of all fields but itself, sorted by their names."""
    told = "\n".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "hash")
    key = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    return hmac.new(key, told.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest().encode()
