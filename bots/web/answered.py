"""Waiting for the answer to what somebody did, as it is kept in a chat's events."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from bots.web.hub import LOOK, Hub, Item
from core.ports import EventLog, EventRow

Events = list[dict[str, Any]]


async def answered(events: EventLog, hub: Hub, chat: str, message: str, seconds: float) -> Events | None:
    """The events that answer a message of a chat, once its answer has ended; ``None`` where that takes more than so many seconds."""
    stream = hub.open(chat)  # before it is looked: what comes in between is heard
    try:
        async with asyncio.timeout(seconds):
            while True:
                told = [json.loads(row.data) for row in await events.answers(chat, message)]
                if any(event["kind"] == "end" for event in told):
                    return told
                item: Item = ""
                while item != LOOK and not isinstance(item, EventRow):
                    item = await stream.next(seconds)
                    if item is None:
                        return None
    except TimeoutError:
        return None
    finally:
        hub.leave(chat, stream)
