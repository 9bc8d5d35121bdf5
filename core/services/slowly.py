"""The way of a request to a server, with a fork: what may take its time is answered from what is kept, or waits for it (``core.slow``)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import openai

from core import slow

PATHS = ("/chat/completions", "/images/generations")
"""What of the API such calls go to."""

_AT_ONCE = ("stream", "stream_options", "partial_images")
"""Parameters that are for who waits."""


class ForkedClient(openai.DefaultAioHttpClient):
    """The SDK's transport. ``offered`` tells whether the server takes such calls; ``service`` what it is to us."""

    service = "text"
    beside_header = ""
    offered: Callable[[], Awaitable[bool]]

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.offered = _never

    async def send(self, request: httpx2.Request, **how: Any) -> httpx2.Response:
        """The answer, at once or from what is kept."""
        path = next((one for one in PATHS if request.url.path.endswith(one)), None)
        if slow.is_slow() and path and await self.offered():
            body = {name: value for name, value in json.loads(request.content).items() if name not in _AT_ONCE}
            asked = json.dumps(body, ensure_ascii=False, sort_keys=True)
            beside = request.headers.get(self.beside_header, "")
            told = await slow.answered(self.service, path, str(body.get("model", "")), asked, beside)
            if told:
                headers = {"content-type": "application/json"}
                return httpx2.Response(told[0], content=told[1], headers=headers, request=request)
        return await super().send(request, **how)


async def _never() -> bool:
    return False
