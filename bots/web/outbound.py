"""The web page's way out: replies become durable events, progress becomes live ones."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

from bots.outbound import Receipt
from bots.web import callbacks
from bots.web.hub import Hub
from bots.web.shown import picture_data, piece_data, rating
from core.ports import EventLog, Store
from core.types import (
    BoardLink,
    Button,
    KeptReply,
    Link,
    Picture,
    Piece,
    Place,
    Preview,
    Progress,
    Reply,
    Request,
    Score,
    TextSoFar,
)


class WebOutbound:
    """Implements ``bots.outbound.Outbound``. An event's key is the reply's, so a reply is never shown twice."""

    def __init__(self, store: Store, events: EventLog, hub: Hub) -> None:
        self.connected = asyncio.Event()
        self.connected.set()
        self._store = store
        self._events = events
        self._hub = hub

    async def send(self, reply: KeptReply, receipt: Receipt) -> None:
        """Append the reply as one event."""
        chat = reply.place.chat
        data = await self._data(reply)
        if reply.reply.removes:
            await self._events.blank(chat, reply.reply.removes)
        told = json.dumps(data, ensure_ascii=False)
        # That a job has ended is for everybody: it takes away what a page showed meanwhile. Of anything else it would tell who has done something.
        only = data["user"] if _is_quiet(reply) else ""
        # All go into one commit of the writer, or two where it has no room: so the receipt, after which nothing is done again, is last.
        row, *_ = await asyncio.gather(
            self._events.append(chat, f"reply:{reply.key}", reply.user, told, message=data["message"], only=only),
            *([self._store.hasten_timer(callbacks.name_of(reply.in_reply_to))] if reply.reply.end else []),
            receipt(0, data["message"], reply.reply.about, last=True),
        )
        kinds = ("text", "preview", "status") if reply.reply.end else ("text", "preview")
        self._hub.settle(chat, reply.in_reply_to, *kinds)
        self._hub.added(chat, data["user"] if _is_quiet(reply) else None, row)

    async def show(self, job: str, request: Request, progress: Progress, text: str) -> None:
        """Pass progress to the pages that are open."""
        data: dict[str, Any] = {"kind": progress.kind, "message": None, "in_reply_to": request.message, "job": job}
        data |= {"user": request.author.id, "text": text, "pieces": [], "actions": [], "slot": progress.slot}
        if isinstance(progress, TextSoFar):
            data["text"] = progress.text
        elif isinstance(progress, Preview):
            name = self._hub.keep_preview(progress.data, progress.mime, request.place.chat)
            preview = {"id": name, "kind": "preview", "url": f"/media/{name}", "mime": progress.mime}
            data["pieces"] = [preview | ({"spoiler": True} if progress.spoiler else {})]
        self._hub.progress(request.place.chat, data, progress.slot)

    async def clear(self, job: str, request: Request) -> None:
        """Tell the pages that are open that a job is over."""
        chat = request.place.chat
        self._hub.settle(chat, request.message, "text", "preview", "status")
        end: dict[str, Any] = {"kind": "end", "message": None, "in_reply_to": request.message, "job": job, "text": ""}
        self._hub.live(chat, end | {"user": request.author.id, "pieces": [], "actions": []})

    async def whisper(self, place: Place, user: str, in_reply_to: str, reply: Reply) -> None:
        """Tell the pages that are open that a person was forgotten, and nobody afterwards."""
        person = user.partition(":")[2]
        self._hub.forget(person)
        said = {
            "message": f"whisper-{in_reply_to}",
            "in_reply_to": in_reply_to,
            "user": person,
            "text": reply.text,
            "pieces": [],
            "actions": [],
        }
        self._hub.live(place.chat, {"kind": "reply", "forgotten": True, **said})
        self._hub.live(place.chat, {"kind": "end", **said, "message": None, "text": ""})

    def leave(self) -> None:
        """Nothing: the page is every process's."""

    async def _data(self, kept: KeptReply) -> dict[str, Any]:
        """The event of a reply, as ``docs/api.md`` describes it."""
        reply, chat = kept.reply, kept.place.chat
        data: dict[str, Any] = {
            "kind": _kind(reply),
            "message": reply.replaces or reply.removes or f"r{kept.id}",
            "in_reply_to": kept.in_reply_to,
            "user": kept.user.partition(":")[2],
            "text": reply.text,
            "pieces": [await self._piece(piece, new=kept.job is not None) for piece in reply.pieces]
            + [_file(file) for file in reply.documents],
            "actions": [_action(one, chat) for one in reply.buttons if isinstance(one, Button | Link | BoardLink)],
        }
        extra = {
            "code": reply.code,
            "job": kept.job,
            "lives": reply.lives or None,
            "removed": bool(reply.removes) or None,
            "language": reply.language,
            "private": reply.private or None,
            "quotes": reply.quotes or None,
            "thumbnails": [
                {"id": piece.id, "number": number, "caption": piece.caption} | picture_data(piece.picture)
                for number, piece in enumerate(reply.mentions if reply.thumbnails else (), 1)
                if piece.picture
            ]
            or None,
            "plate": {"id": reply.plate.media, "kind": "picture"} | picture_data(reply.plate) if reply.plate else None,
            "asks": await self._asked_about(reply.asks_about),
        }
        data |= {name: value for name, value in extra.items() if value is not None}
        if reply.rated is not None:
            data["message"] = kept.in_reply_to
            data["pieces"] = [{"id": piece, "rating": rating(score)} for piece, score in reply.rated.items()]
        return data

    async def _asked_about(self, piece: str) -> dict[str, Any] | None:
        """The picture that a question is about, without its words: the event would keep them when it is deleted."""
        kept = await self._store.piece(piece) if piece else None
        if kept is None or kept.piece.picture is None:
            return None
        return {"id": piece, "kind": str(kept.piece.kind)} | picture_data(kept.piece.picture)

    async def _piece(self, piece: Piece, *, new: bool) -> dict[str, Any]:
        """A piece with its score; what a job has just made has none yet."""
        score = Score() if new else await self._store.score(piece.id)
        return piece_data(piece, score)


def _action(button: Button | Link | BoardLink, chat: str) -> dict[str, str]:
    """A button; one that leads out of the chat has an address and nothing to press."""
    if isinstance(button, BoardLink):
        return {"id": "", "label": button.label, "url": f"/boards/{button.board}#{urlencode({'chat': chat})}"}
    if isinstance(button, Link):
        return {"id": "", "label": button.label, "url": button.url}
    return {"id": button.action, "label": button.label}


def _is_quiet(kept: KeptReply) -> bool:
    """Whether nobody else waits for it: it is for one pair of eyes, or the end of what showed no progress."""
    return kept.reply.private or (kept.reply.end and kept.job is None)


def _kind(reply: Reply) -> str:
    if reply.end:
        return "end"
    if reply.rated is not None:
        return "rating"
    return "failure" if reply.code else "reply"


def _file(picture: Picture) -> dict[str, Any]:
    """A file to download, untouched."""
    return {
        "id": picture.media,
        "kind": "file",
        **picture_data(picture),
        "url": f"/media/{picture.media}?download=1",
        "caption": picture.name,
    }
