"""Updates delivered by HTTP POST: one at a time, in order, each until the bot answers 2xx, with growing pauses in between."""

import asyncio
import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx2

from standins.clock import Bell, Clock
from standins.telegram.state import Json
from standins.telegram.updates import Queued, UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONGEST_PAUSE = 64.0
"""Seconds; pauses after failures are 1, 2, 4 … up to this. Telegram's own are not published."""

ANSWER_WITHIN = 60.0
"""Real seconds the bot has to answer a delivery."""


@dataclass
class Hook:
    """A webhook as setWebhook set it, and how its delivery goes."""

    url: str
    secret: str | None
    max_connections: int = 40
    certificate: bool = False
    last_error: str | None = None
    last_error_at: float = 0.0
    deliveries: list[Json] = field(default_factory=list)


@dataclass
class Deliverer:
    """Sends what is queued to the hook, if there is one. Answers that carry a method call are not obeyed."""

    clock: Clock
    queue: UpdateQueue
    hook: Hook | None = None
    delivered: Bell = field(default_factory=Bell)
    """Rings after every attempt."""
    _task: "asyncio.Task[None] | None" = None

    def use(self, hook: Hook | None) -> None:
        """Deliver to `hook` from now on; None stops delivery."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.hook = hook
        if hook is not None:
            self._task = asyncio.get_running_loop().create_task(self._run(hook))

    async def _run(self, hook: Hook) -> None:
        pause = 1.0
        # Without verification: on loopback, a test's certificate is its own.
        async with httpx2.AsyncClient(verify=False, timeout=ANSWER_WITHIN, trust_env=False) as client:
            while True:
                self.queue.expire()
                if not self.queue.pending:
                    await self.queue.bell.wait(None)
                    continue
                update = self.queue.pending[0]
                trouble = await self._deliver(client, hook, update)
                if trouble is None:
                    self.queue.pending = [other for other in self.queue.pending if other is not update]
                    pause = 1.0
                    continue
                hook.last_error, hook.last_error_at = trouble, self.clock.now()
                await self.clock.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)

    async def _deliver(self, client: httpx2.AsyncClient, hook: Hook, update: Queued) -> str | None:
        """None if the bot took it, else what getWebhookInfo will say."""
        headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
        try:
            status = (await client.post(hook.url, json=update.body, headers=headers)).status_code
        except httpx2.TimeoutException:
            trouble: str | None = "Read timeout expired"
        except httpx2.HTTPError:
            trouble = "Connection refused"
        else:
            trouble = None if 200 <= status < 300 else f"Wrong response from the webhook: {status} {_phrase(status)}"
        hook.deliveries.append({"at": self.clock.now(), "update_id": update.update_id, "trouble": trouble})
        self.delivered.ring()
        return trouble


def on_loopback(url: str) -> bool:
    """Whether a URL leads to this very machine, the only place that the stand-in ever connects to."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _phrase(status: int) -> str:
    return httpx2.codes.get_reason_phrase(status)
