"""Discord's rate limits, on the server's clock.

What is documented ("Rate Limits", read 2026-11): 50 requests a second over all routes, interaction endpoints excepted; the
headers; the body of a 429. The buckets' own sizes are told by headers only; those here are what clients have seen, and a route
without an entry has the default.
"""

import hashlib
import math
from dataclasses import dataclass, field

from standins.clock import Clock
from standins.discord.errors import Refused

PER_SECOND = 50
"""Requests a second over all routes."""

VIA = {"Via": "1.1 google"}
"""The header by which clients know that Discord answers, not the firewall before it."""

Rate = tuple[int, float]

DEFAULT: Rate = (30, 10.0)
_MESSAGE = "/channels/{channel_id}/messages/{message_id}"
RATES: dict[str, Rate] = {
    "POST /channels/{channel_id}/messages": (5, 5.0),
    f"PATCH {_MESSAGE}": (5, 5.0),
    f"DELETE {_MESSAGE}": (5, 1.0),
    "POST /channels/{channel_id}/typing": (5, 5.0),
    f"PUT {_MESSAGE}/reactions/{{emoji_name}}/@me": (1, 0.25),
    f"DELETE {_MESSAGE}/reactions/{{emoji_name}}/@me": (1, 0.25),
    "POST /webhooks/{webhook_id}/{webhook_token}": (5, 2.0),
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original": (5, 2.0),
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": (5, 2.0),
    "PUT /applications/{application_id}/commands": (2, 60.0),
    "PATCH /channels/{channel_id}": (5, 15.0),
}
"""(requests, seconds) per route and major parameter."""

UNCOUNTED = ("POST /interactions/{interaction_id}/{interaction_token}/callback",)
"""Routes without a bucket of their own."""


@dataclass
class _Bucket:
    rate: Rate
    used: int = 0
    ends: float = 0.0


@dataclass
class RateLimits:
    """Counts requests. `enabled` false lets everything through, with headers of buckets that are always full."""

    clock: Clock
    enabled: bool = True
    _buckets: dict[tuple[str, str], _Bucket] = field(default_factory=dict)
    _second: float = 0.0
    _in_second: int = 0

    def pass_(self, route: str, major: str, *, counts_globally: bool) -> dict[str, str]:
        """Let a request to a route such as `GET /users/@me` through and return its headers, or raise `Refused` (429)."""
        if self.enabled and counts_globally:
            self._pass_global()
        if route in UNCOUNTED:
            return dict(VIA)
        now, rate = self.clock.now(), RATES.get(route, DEFAULT)
        bucket = self._buckets.setdefault((route, major), _Bucket(rate))
        if now >= bucket.ends or not self.enabled:
            bucket.used, bucket.ends = 0, now + rate[1]
        if bucket.used >= rate[0]:
            raise _too_many(bucket.ends - now, _headers(route, bucket, now) | {"X-RateLimit-Scope": "user"}, False)
        bucket.used += 1
        return VIA | _headers(route, bucket, now)

    def _pass_global(self) -> None:
        now = self.clock.now()
        if now >= self._second + 1:
            self._second, self._in_second = now, 0
        if self._in_second >= PER_SECOND:
            headers = {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
            raise _too_many(self._second + 1 - now, headers, True)
        self._in_second += 1


def _headers(route: str, bucket: _Bucket, now: float) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(bucket.rate[0]),
        "X-RateLimit-Remaining": str(bucket.rate[0] - bucket.used),
        "X-RateLimit-Reset": f"{bucket.ends:.3f}",
        "X-RateLimit-Reset-After": f"{bucket.ends - now:.3f}",
        "X-RateLimit-Bucket": hashlib.md5(route.encode(), usedforsecurity=False).hexdigest(),
    }


def _too_many(seconds: float, headers: dict[str, str], everywhere: bool) -> Refused:
    more = {"retry_after": round(seconds, 3), "global": everywhere}
    headers = headers | {"Retry-After": str(math.ceil(seconds))}
    return Refused(429, 0, "You are being rate limited.", more=more, headers=headers)
