"""The web page's way in: what people post is kept first, then handed on."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, NamedTuple

from starlette.datastructures import UploadFile

from bots.intake import Intake
from bots.web import uploads
from bots.web.callbacks import Callbacks, Receiver
from bots.web.hub import Hub
from bots.web.places import PLATFORM, PRIVATE, place_of
from bots.web.problems import FormProblem, Problem
from core.conversation.limits import PHOTO_LIMIT
from core.documents import formats
from core.errors import BadInput
from core.pictures import kinds, masks
from core.pictures.expanding import Room, room_region
from core.pictures.work import in_thread
from core.ports import Change, EventLog, EventRow, InboxRow, Media, Store
from core.types import (
    Event,
    FileRef,
    Form,
    Message,
    Press,
    Reaction,
    Reply,
    Submission,
    Ticket,
    User,
    new_id,
)


class Order(NamedTuple):
    """A command whose parts a program has told apart, so that none of them is read for another."""

    command: str
    options: Mapping[str, str]


class WebInbound:
    """Keeps and hands on messages, reactions and presses; brings the bytes of files that were uploaded here."""

    def __init__(
        self, store: Store, events: EventLog, media: Media, hub: Hub, intake: Intake, callbacks: Callbacks
    ) -> None:
        self._store = store
        self._callbacks = callbacks
        self._events = events
        self._media = media
        self._hub = hub
        self._intake = intake

    async def message(
        self,
        chat: str,
        user: User,
        text: str,
        files: Sequence[UploadFile],
        mask: UploadFile | None,
        reply_to: str | None,
        client_id: str | None,
        order: Order | None = None,
        callback: Receiver | None = None,
    ) -> str:
        """Keep a message and show it to everybody in the chat; its id, the same for the same ``client_id``.

        ``order``: what ``text`` is said to. ``callback``: where it is told when what comes of it has ended.
        """
        seed = f"{chat}\n{user.id}\n{client_id}" if client_id else new_id()
        name = "m" + hashlib.sha256(seed.encode()).hexdigest()[:20]
        if (files or mask) and await self._events.find(chat, f"message:{name}"):
            return name  # its files are kept already
        wanted = len(files) <= PHOTO_LIMIT  # of too many none is kept; the core says so
        home = "" if self._intake.repertoire.commands.hides(text) else place_of(chat).home
        kept = [await uploads.keep(self._media, file, user, home, wanted=wanted) for file in files]
        kept_mask = await uploads.keep(self._media, mask, user, home, wanted=wanted) if mask else None
        replied = await self._replied(chat, reply_to, user) if reply_to else _Replied()
        quote = await self._quoted(chat, reply_to, user) if reply_to else ""
        message = Message(
            inbox=(f"web:{chat}:{client_id or name}:{user.id}",),
            id=name,
            place=place_of(chat),
            author=user,
            text=text,
            files=tuple(upload.file for upload in kept if upload.document is None),
            mask=kept_mask.file if kept_mask else None,
            documents=tuple(upload.file for upload in kept if upload.document),
            reply_to=reply_to or None,
            replied_files=replied.files,
            replied_documents=replied.documents,
            unusable=tuple(upload.document for upload in kept if upload.document),
            replied_unusable=replied.unusable,
            quote=quote,
            **({"command": order.command, "options": order.options} if order else {}),
        )
        shown = [upload.piece for upload in (*kept, *((kept_mask,) if kept_mask else ()))]
        if callback and not await self._events.find(chat, f"message:{name}"):
            timer = self._callbacks.timer(name, callback, message.place, user)
            await self._store.commit(Change(timers=(timer,)))  # before the work can end
        await self._keep_message(message, shown)
        return name

    async def _keep_message(self, message: Message, shown: list[dict[str, Any]]) -> None:
        """Keep a message with the files that it shows, and hand it on unless it is known. What is said to a hidden command its author sees alone."""
        chat, user = message.place.chat, message.author
        only = user.id if self._intake.repertoire.commands.hides(message.text) else ""
        told = json.dumps(_event(message, shown) | ({"private": True} if only else {}), ensure_ascii=False)
        # Both writes go into one commit of the writer. Where only the first is kept it is handled all the same: when it is sent again, it is not new.
        fresh, shown_now = await asyncio.gather(
            self._store.take_in(_row(message, message.inbox[0], user)),
            self._events.append(chat, f"message:{message.id}", user.key, told, message=message.id, only=only),
            return_exceptions=True,
        )
        if fresh is True:
            self._intake.take(message)
            self._hub.added(chat, only or None, shown_now if isinstance(shown_now, EventRow) else None)
        if failure := next((one for one in (fresh, shown_now) if isinstance(one, BaseException)), None):
            raise failure

    async def reaction(self, chat: str, user: User, message: str, emoji: str, added: bool) -> None:
        """Keep and hand on a reaction."""
        name = f"web:{chat}:{new_id()}"
        await self._take(
            Reaction(
                inbox=(name,),
                place=place_of(chat),
                user=user,
                message=message,
                added=(emoji,) if added else (),
                removed=() if added else (emoji,),
            )
        )

    async def press(self, chat: str, user: User, message: str, action: str) -> Form | str | None:
        """Keep and hand on the press of a button, or give the form of one that asks something first, or a ticket's secret where it opens a page.

        What is refused is said in the chat, as ever. One that is not under its message stands under none, so that its answer replaces nothing.
        Raises ``Problem`` for one that nothing has.
        """
        self._check_known(action)
        press = await self._pressed(f"web:{chat}:{new_id()}", chat, user, message, action)
        if self._intake.repertoire.has_page(action):
            ticket = await self._intake.ticket(press)
            if isinstance(ticket, str):
                return ticket
        if self._intake.repertoire.needs_form(action):
            asked = await self._intake.asked(press)
            if isinstance(asked, Form):
                return asked
        await self._take(press)
        return None

    async def act(self, chat: str, user: User, action: str, values: Mapping[str, str] | None = None) -> str:
        """Keep and hand on the press of a button by who needs none to be shown, with ``values`` that of its form; what its answers reply to."""
        name = f"a{new_id()}"
        inbox = (f"web:{chat}:{name}:{user.id}",)
        press = Press(inbox=inbox, place=place_of(chat), user=user, message=name, action=action, answer_to=name)
        await self._take(press if values is None else Submission(**dict(press), values=values))
        return name

    async def submission(
        self, chat: str, user: User, message: str, action: str, values: Mapping[str, str], client_id: str
    ) -> None:
        """Keep and hand on a form that was sent; the same ``client_id`` once.

        Raises ``FormProblem`` for what the core would refuse, ``Problem`` as ``press`` does.
        """
        self._check_known(action)
        press = await self._pressed(f"web:{chat}:{client_id}:{user.id}:form", chat, user, message, action)
        event = Submission(**dict(press), values=values)
        if wrong := await self._intake.wrong(event):
            said, field = wrong
            raise FormProblem(said.code or "", said.text, field)
        await self._take(event)

    async def act_quietly(
        self, chat: str, user: User, lives: str, action: str, values: Mapping[str, str], client_id: str
    ) -> Reply | None:
        """Keep a press of a page that shows what comes of it by itself, and wait for its end; what it was refused with.

        ``lives`` names the message of the chat that shows the same: what is begun by it answers that. The same ``client_id`` counts once.
        """
        place = place_of(chat)
        if self._intake.repertoire.needs_form(action) != bool(values):
            raise Problem(400, "request-malformed")
        press = Press(
            inbox=(f"web:{chat}:{client_id}:{user.id}:page",),
            place=place,
            user=user,
            message="",
            action=action,
            answer_to=await self._store.living(place, lives),
            quiet=True,
        )
        event = Submission(**dict(press), values=values) if values else press
        taken = await self._store.take_in(_row(event, event.inbox[0], user))
        return await self._intake.through(event) if taken else None

    def _check_known(self, action: str) -> None:
        """Whether there are such buttons at all. Whether this one may be pressed is for the core to say."""
        if action.partition(":")[0] not in self._intake.repertoire.verbs:
            raise Problem(404, "action-unknown")

    async def _pressed(self, name: str, chat: str, user: User, message: str, action: str) -> Press:
        offer = await self._events.offer(chat, message, action)
        shown = json.loads(offer) if offer else {}
        return Press(
            inbox=(name,),
            place=place_of(chat),
            user=user,
            message=message if offer else "",
            action=action,
            answer_to=message,
            asked=shown["user"] if shown.get("private") else None,
        )

    async def keep_mask(
        self, ticket: Ticket, mask: bytes | None, size: tuple[int, int], room: Room | None = None
    ) -> str:
        """Keep what was painted over a picture of a ``size``, and the room beside it; its id. Raises ``BadInput`` for what is no mask."""

        def read() -> bytes:
            over = masks.from_page(mask, size) if mask is not None else None
            region = room_region(size, room, over) if room else over
            assert region
            return masks.encode_region(region)

        region = await in_thread(read)
        return await self._media.put(region, "image/png", owner=ticket.user.key)

    async def keep_marks(self, ticket: Ticket, marks: bytes, size: tuple[int, int]) -> str:
        """Keep marks that were drawn over a picture of a ``size``; their id. Raises ``BadInput`` for what are none."""
        await in_thread(masks.check_marks, marks, size)
        return await self._media.put(marks, "image/png", owner=ticket.user.key)

    async def painted(self, ticket: Ticket, action: str, filled: Mapping[str, str]) -> bool:
        """Keep and hand on what was sent by a ticket from a page of ours; ``False`` where something was sent by it before."""
        press = Press(
            inbox=(ticket.inbox,),
            place=ticket.place,
            user=ticket.user,
            message=ticket.message,
            action=action,
            ticket=ticket.id,
        )
        fresh = await self._store.use_ticket(ticket.id, filled, _row(press, press.inbox[0], press.user))
        if fresh:
            self._intake.take(press)
        return fresh

    async def recover(self) -> None:
        """Hand on what an earlier process kept but did not handle."""
        await self._intake.recover(PLATFORM, lambda person: place_of(PRIVATE + person))

    async def fetch(self, file: FileRef, limit: int) -> bytes:
        """The bytes of an upload (``core.ports.Fetcher``)."""
        return await self._media.read(file.ref)

    async def stream(self, file: FileRef, limit: int) -> AsyncGenerator[bytes, None]:
        """The bytes of an upload as they come from the disk."""
        found = await self._media.describe(file.ref)
        if found.size > limit:
            raise BadInput("file-too-large", limit_mb=limit // 1024**2)
        with found.path.open("rb") as opened:
            while chunk := await asyncio.to_thread(opened.read, uploads.CHUNK):
                yield chunk

    async def _take(self, event: Reaction | Press) -> None:
        if await self._store.take_in(_row(event, event.inbox[0], event.user)):
            self._intake.take(event)

    async def _quoted(self, chat: str, message: str, user: User) -> str:
        """The words of a message that is replied to; what was said to somebody else alone is nobody's to quote."""
        said = await self._events.said(chat, message)
        event = json.loads(said) if said else {}
        return "" if event.get("private") and event.get("user") != user.id else str(event.get("text", ""))

    async def _replied(self, chat: str, message: str, user: User) -> _Replied:
        """What was sent with a person's message that is replied to, if it is hidden for its author alone; ``gone`` if nothing of it is left."""
        if not await self._events.shows(chat, message):
            return _Replied(unusable=("gone",))
        row = await self._events.find(chat, f"message:{message}")
        pieces = json.loads(row.data).get("pieces", ()) if row and row.data and row.only in ("", user.id) else ()
        photos = tuple(
            FileRef(platform=PLATFORM, ref=piece["id"], mime=piece["mime"], spoiler=piece.get("spoiler", False))
            for piece in pieces
            if piece["kind"] == "photo"
        )
        files = [piece for piece in pieces if piece["kind"] == "file"]
        documents = tuple(
            FileRef(platform=PLATFORM, ref=piece["id"], name=piece["caption"])
            for piece in files
            if formats.named(piece["caption"])
        )
        others = (kinds.looks_like(piece["caption"], "") for piece in files)
        unusable = tuple(kinds.FILE if kind == kinds.PICTURE else kind for kind in others)
        return _Replied(photos, documents, unusable)


class _Replied(NamedTuple):
    """What was sent with a message that is replied to."""

    files: tuple[FileRef, ...] = ()
    documents: tuple[FileRef, ...] = ()
    unusable: tuple[str, ...] = ()


def _event(message: Message, pieces: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What the page shows of a message."""
    return {
        "kind": "message",
        "message": message.id,
        "in_reply_to": message.reply_to,
        "user": message.author.id,
        "name": message.author.name,
        "text": _typed(message) if message.command else message.text,
        "pieces": pieces,
        "actions": [],
    }


def _typed(message: Message) -> str:
    """What a program asked for, as a person would have typed it."""
    options = [f"--{name} {', '.join(value.splitlines())}" for name, value in message.options.items()]
    return " ".join((f"/{message.command}", *filter(None, (message.text,)), *options))


def _row(event: Event, name: str, user: User) -> InboxRow:
    return InboxRow(id=name, platform=PLATFORM, user=user.key, payload=event.model_dump_json())
