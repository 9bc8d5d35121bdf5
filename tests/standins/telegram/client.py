"""Acting as people from Python: a small client of the stand-in's control side.

    async with server.people() as people:
        ada = await people.create_user("Ada")
        await people.say(ada, "/story a cat")
        answer = await people.next_answer(ada)

Chats are meant by their id; a private chat has its person's id.
"""

import time
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

import aiohttp

from patience import PATIENCE
from standins.telegram.control import KEY_HEADER
from standins.telegram.errors import Impossible

Json = dict[str, Any]
Standing = Literal["creator", "administrator", "member", "left", "kicked"]

WAIT_SECONDS = PATIENCE
"""How long waiting methods wait by default."""


@dataclass(frozen=True)
class SeenMedia:
    """A photo or document in a message. Sizes in pixels are 0 for documents; `sizes` lists all of a photo's."""

    file_id: str
    sha256: str
    size: int
    name: str | None
    mime: str | None
    width: int
    height: int
    sizes: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class SeenMessage:
    """A message as a person sees it. `text` is the caption where there is a file; `past` what it was before its edits."""

    message_id: int
    sender: str
    by_bot: bool
    date: int
    text: str
    entities: Sequence[Json]
    photo: SeenMedia | None
    document: SeenMedia | None
    buttons: Sequence[Sequence[Json]]
    spoiler: bool
    poll: Json | None
    reply_to: int | None
    quote: str | None
    thread: int | None
    album: str | None
    service: Json
    deleted: bool
    edited: int | None
    past: Sequence[Json]
    reactions: Mapping[str, Sequence[str]]

    @property
    def labels(self) -> list[str]:
        """The labels of its buttons, row by row."""
        return [button["text"] for row in self.buttons for button in row]


@dataclass(frozen=True)
class Room:
    """A chat at one moment. Drafts and actions have `at` and `until` (Unix seconds) and `now`: whether they show now."""

    seq: int
    messages: Sequence[SeenMessage]
    drafts: Sequence[Json]
    actions: Sequence[Json]

    @property
    def visible(self) -> list[SeenMessage]:
        """Messages that were not deleted."""
        return [message for message in self.messages if not message.deleted]

    @property
    def by_bot(self) -> list[SeenMessage]:
        """The bot's messages that were not deleted."""
        return [message for message in self.visible if message.by_bot]


class People:
    """Everything a test can do as people, see, wait for and script. Impossible acts raise `Impossible`."""

    def __init__(self, control: str, key: str) -> None:
        self._control = control
        self._key = key

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(
            headers={KEY_HEADER: self._key}, timeout=aiohttp.ClientTimeout(PATIENCE + 30)
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def create_user(
        self,
        name: str,
        *,
        language_code: str | None = "en",
        username: str | None = None,
        started: bool = True,
        premium: bool = False,
    ) -> int:
        """A person. Returns their id, which is also that of their private chat with the bot."""
        who = {"language_code": language_code, "username": username, "started": started, "premium": premium}
        return int(await self.act("create_user", name=name, **who))

    async def create_group(
        self,
        title: str,
        members: Sequence[int],
        *,
        kind: Literal["group", "supergroup", "channel"] = "supergroup",
        forum: bool = False,
        privacy: bool = True,
        bot: Standing = "member",
        username: str | None = None,
    ) -> int:
        """A group with members (the first owns it) and the bot in the given standing. Returns its id."""
        more = {"kind": kind, "forum": forum, "privacy": privacy, "bot": bot, "username": username}
        return int(await self.act("create_group", title=title, members=list(members), **more))

    async def create_topic(self, user: int, chat: int, name: str) -> int:
        """Open a forum topic. Returns its thread id."""
        return int(await self.act("create_topic", user=user, chat=chat, name=name))

    async def close_topic(self, chat: int, thread: int, *, closed: bool = True) -> None:
        """Close a topic, or open it again."""
        await self.act("close_topic", chat=chat, thread=thread, closed=closed)

    async def forbid(self, chat: int, *kinds: str) -> None:
        """Let members send nothing of these kinds: "text", "photos", "documents"."""
        await self.act("forbid", chat=chat, kinds=kinds)

    async def join(self, user: int, chat: int, standing: Standing = "member") -> None:
        """Become a member, or leave with "left"."""
        await self.act("join", user=user, chat=chat, standing=standing)

    async def set_bot(self, user: int, chat: int, standing: Standing) -> None:
        """Add the bot to a group, promote it, remove it."""
        await self.act("set_bot", user=user, chat=chat, standing=standing)

    async def block(self, user: int, *, blocked: bool = True) -> None:
        """Block the bot, or unblock it."""
        await self.act("block", user=user, blocked=blocked)

    async def delete_chat(self, chat: int) -> None:
        """End a group, or deactivate the person of a private chat."""
        await self.act("delete_chat", chat=chat)

    async def migrate(self, chat: int) -> int:
        """Turn a group into a supergroup. Returns the new id."""
        return int(await self.act("migrate", chat=chat))

    async def say(
        self, user: int, text: str, *, chat: int | None = None, reply_to: int | None = None, thread: int | None = None
    ) -> int:
        """Send a text. Returns the message's id."""
        return int(await self.act("say", user=user, text=text, chat=chat, reply_to=reply_to, thread=thread))

    async def send_photo(
        self, user: int, data: bytes, caption: str = "", *, chat: int | None = None, reply_to: int | None = None,
        thread: int | None = None, hd: bool = False, backdrop: Literal["white", "black"] = "white", spoiler: bool = False,
    ) -> int:  # fmt: skip
        """Send a picture as a photo (re-encoded; transparency flattened on `backdrop`). Returns the message's id."""
        where = {
            "chat": chat,
            "reply_to": reply_to,
            "thread": thread,
            "hd": hd,
            "backdrop": backdrop,
            "spoiler": spoiler,
        }
        return int(await self.act("send_photo", user=user, data=_text(data), caption=caption, **where))

    async def send_document(
        self, user: int, data: bytes, name: str, caption: str = "", *, chat: int | None = None, reply_to: int | None = None,
        thread: int | None = None, mime: str | None = None,
    ) -> int:  # fmt: skip
        """Send a file untouched. Returns the message's id."""
        where = {"chat": chat, "reply_to": reply_to, "thread": thread, "mime": mime}
        return int(await self.act("send_document", user=user, data=_text(data), name=name, caption=caption, **where))

    async def send_album(
        self, user: int, items: Sequence[bytes | tuple[str, bytes]], caption: str = "", *, chat: int | None = None,
        reply_to: int | None = None, thread: int | None = None,
    ) -> list[int]:  # fmt: skip
        """Send 2–10 photos (bytes) or documents ((name, bytes)) as one album. Returns the messages' ids."""
        rows = [
            {"data": _text(item)} if isinstance(item, bytes) else {"name": item[0], "data": _text(item[1])}
            for item in items
        ]
        where = {"chat": chat, "reply_to": reply_to, "thread": thread}
        return list(await self.act("send_album", user=user, items=rows, caption=caption, **where))

    async def paste(self, user: int, text: str, *, chat: int | None = None) -> list[int]:
        """Send a text of any length: in as many messages as it takes. Returns their ids."""
        return list(await self.act("paste", user=user, text=text, chat=chat))

    async def forward(
        self, user: int, *messages: int, comment: str = "", chat: int | None = None, source: int | None = None
    ) -> list[int]:
        """Forward messages of the chat `source`, with a comment that arrives before them. Returns the new ids, the comment's first."""
        where = {"chat": chat, "source": source}
        return list(await self.act("forward", user=user, messages=list(messages), comment=comment, **where))

    async def edit(self, user: int, message_id: int, text: str, *, chat: int | None = None) -> None:
        """Change the words of one's own message."""
        await self.act("edit", user=user, message_id=message_id, text=text, chat=chat)

    async def stir(self, user: int, message_id: int, *, chat: int | None = None) -> None:
        """Let the bot hear of one's own message as edited though none of its words is."""
        await self.act("stir", user=user, message_id=message_id, chat=chat)

    async def delete(self, user: int, message_id: int, *, chat: int | None = None) -> None:
        """Delete a message."""
        await self.act("delete", user=user, message_id=message_id, chat=chat)

    async def react(self, user: int, message_id: int, *emoji: str, chat: int | None = None) -> None:
        """Set one's reactions; without emoji, remove them."""
        await self.act("react", user=user, message_id=message_id, emoji=list(emoji), chat=chat)

    async def press(self, user: int, message_id: int, button: str, *, chat: int | None = None) -> str:
        """Press a button by its data or label. Returns the callback query's id (for `answer`), or the URL that opens."""
        return str(await self.act("press", user=user, message_id=message_id, button=button, chat=chat))

    async def vote(self, user: int, message_id: int, *options: int, chat: int | None = None) -> None:
        """Choose options of a poll by their places; none takes one's vote back."""
        await self.act("vote", user=user, message_id=message_id, options=options, chat=chat)

    async def inject(self, update: Json) -> int:
        """Queue any JSON object as an update. Returns its update_id."""
        return int(await self.act("inject", update=update))

    async def act(self, name: str, /, **arguments: object) -> Any:
        """Any act by name. Raises `Impossible` for what no app would let a person do."""
        return (await self._call("POST", f"/act/{name}", arguments))["result"]

    async def acts(self, acts: Sequence[tuple[str, Json]]) -> list[Any]:
        """Many acts, by name and arguments, in the same moment. Returns their results. Raises `Impossible`."""
        return list((await self._call("POST", "/acts", [list(act) for act in acts]))["results"])

    async def events(self, *, after: int = 0, seconds: float = WAIT_SECONDS) -> Json:
        """What happened in all chats after an event's number, as soon as there is anything: {"seq", "events"}."""
        return dict(await self._call("GET", f"/wait?after={after}&seconds={seconds}"))

    async def room(self, chat: int, *, after: int = 0, seconds: float = 0) -> Room:
        """A chat as it is now, or as soon as something has happened there after an event's number, at most after `seconds`."""
        seen = await self._call("GET", f"/room?chat={chat}&after={after}&seconds={seconds}")
        return Room(seen["seq"], [_message(row) for row in seen["messages"]], seen["drafts"], seen["actions"])

    async def transcript(self, chat: int) -> str:
        """A chat as text."""
        async with self._http.get(f"{self._control}/transcript?chat={chat}") as response:
            return await response.text()

    async def file(self, file_id: str) -> bytes:
        """A file's bytes."""
        async with self._http.get(f"{self._control}/file?id={file_id}") as response:
            return await response.read()

    async def until(self, chat: int, condition: Callable[[Room], bool], *, seconds: float = WAIT_SECONDS) -> Room:
        """Wait until a chat fulfils a condition. Raises `TimeoutError` with the transcript if it does not in time."""
        deadline, room = time.monotonic() + seconds, await self.room(chat)
        while not condition(room):
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"waited {seconds:g} s in vain in\n{await self.transcript(chat)}")
            room = await self.room(chat, after=room.seq, seconds=left)
        return room

    async def next_answer(self, chat: int, *, after: int = 0, seconds: float = WAIT_SECONDS) -> SeenMessage:
        """The bot's first message with an id above `after` that is there to stay for now."""
        room = await self.until(chat, lambda room: any(m.message_id > after for m in room.by_bot), seconds=seconds)
        return next(message for message in room.by_bot if message.message_id > after)

    async def answer(self, press: str, chat: int, *, seconds: float = WAIT_SECONDS) -> Json:
        """What the bot answered to a pressed button: {text, show_alert, url?}. Waits for it; raises `TimeoutError`."""
        deadline, after = time.monotonic() + seconds, 0
        while (answer := (await self._call("GET", f"/press?id={press}"))["answer"]) is None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("the button was not answered")
            after = (await self._call("GET", f"/wait?chat={chat}&after={after}&seconds={left}"))["seq"]
        return dict(answer)

    async def menu(self, user: int, chat: int | None = None) -> list[Json]:
        """The commands that the person's app offers in a chat."""
        return list((await self._call("GET", f"/menu?user={user}&chat={user if chat is None else chat}"))["commands"])

    async def webhook(self, *, times: int = 0, seconds: float = WAIT_SECONDS) -> Json:
        """How deliveries to the webhook went; with `times`, once so many were tried, at most after `seconds`."""
        return dict(await self._call("GET", f"/webhook?times={times}&seconds={seconds}"))

    async def requests(self, method: str | None = None, *, times: int = 0, seconds: float = WAIT_SECONDS) -> Json:
        """The log: {"requests": [{method, at, params, status}], "counts": {status: times}, "spec_violations": […]}.

        With `times`, waits until so many requests have come in, answered or not, at most `seconds`.
        """
        wanted = f"method={method}&" if method else ""
        return dict(await self._call("GET", f"/requests?{wanted}times={times}&seconds={seconds}"))

    async def faults(self, *rules: Json) -> None:
        """Add fault rules; without any, clear them and let stalled requests go on."""
        await self._call("POST", "/faults", list(rules))

    async def freeze(self, frozen: bool = True) -> None:
        """Stop the server's clock, or let it run again."""
        await self._call("POST", "/clock", {"freeze": frozen})

    async def advance(self, seconds: float) -> float:
        """Move the server's clock ahead. Returns its time."""
        return float((await self._call("POST", "/clock", {"advance": seconds}))["now"])

    async def flood_limits(self, enabled: bool) -> None:
        """Switch the flood limits."""
        await self._call("POST", "/flood", {"enabled": enabled})

    async def sizes(self, **largest: int) -> None:
        """Set the largest files in bytes that a bot may send (`upload`) and fetch (`download`), until the next reset."""
        await self._call("POST", "/sizes", largest)

    async def reset(self) -> None:
        """Start all over with an empty world."""
        await self._call("POST", "/reset")

    async def calm(self) -> None:
        """Script no trouble any more, and forget the log. People and chats stay."""
        await self._call("POST", "/calm")

    async def _call(self, verb: str, path: str, body: object = None) -> Any:
        async with self._http.request(verb, self._control + path, json=body) as response:
            if response.status == 409:
                raise Impossible((await response.json())["error"])
            if response.status >= 400:
                raise ValueError(f"{path}: {await response.text()}")
            return await response.json()


def _text(data: bytes) -> str:
    return b64encode(data).decode()


def _message(row: Json) -> SeenMessage:
    return SeenMessage(**row | {kind: _media(row[kind]) for kind in ("photo", "document")})


def _media(row: Json | None) -> SeenMedia | None:
    return (
        None if row is None else SeenMedia(**row | {"sizes": tuple((width, height) for width, height in row["sizes"])})
    )
