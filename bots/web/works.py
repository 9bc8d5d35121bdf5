"""How a work stands, as programs are told: all that was said to a message, what it cost, and how it ended."""

from __future__ import annotations

import json
from typing import Any

from bots.web import program_schemas as shapes
from bots.web import schemas
from core.ports import EventLog, Store


async def work_of(events: EventLog, store: Store, chat: str, message: str, person: str) -> shapes.Work | None:
    """The work that a message of a chat asked for, as this person (by their id) may see it; ``None`` where there is no such message."""
    row = await events.find(chat, f"message:{message}")
    if row is None or row.only not in ("", person):
        return None
    told = [json.loads(row.data) for row in await events.answers(chat, message)]
    seen = [event for event in told if not event.get("private") or event["user"] == person]
    said = {event["message"]: event for event in seen if event["kind"] in ("reply", "failure")}  # the newest of each
    answers = [event for event in said.values() if not event.get("removed")]
    failure = next((event for event in answers if event["kind"] == "failure"), None)
    pieces = [piece for event in answers for piece in event["pieces"]]
    written = [event for event in answers if any(piece["kind"] == "text" for piece in event["pieces"])]
    words = written or [event for event in answers if not event["pieces"]]  # words beside pictures are about buttons
    exports = [one for event in answers for one in event["actions"] if one["id"].startswith("export:")]
    ended = any(event["kind"] == "end" for event in told)
    return shapes.Work(
        message=message,
        state=("failed" if failure else "done") if ended else "open",
        texts=[event["text"] for event in words if event["text"] and event is not failure],
        pieces=[shapes.WorkPiece(**piece, **await _details(store, piece["id"])) for piece in pieces],
        exports=[schemas.Action(**one) for one in exports],
        failure=schemas.Trouble(code=failure["code"] or "", text=failure["text"]) if failure else None,
    )


async def _details(store: Store, piece: str) -> dict[str, Any]:
    """What is known of a piece beside how it is shown; nothing of one that was deleted."""
    kept = await store.piece(piece)
    return {"prompt": kept.piece.shown_prompt, "cost_usd": kept.piece.cost_usd} if kept else {}
