"""Acting as people from Python: a small client of the stand-in's control side.

    async with server.people() as people:
        ada = await people.create_user("Ada")
        guild = await people.create_guild("Studio", ada)
        asked = await people.slash(ada, guild.channels["general"], "story", idea="a cat")
        answer = await people.answer(asked)

Users, channels, threads and messages are meant by their ids.
"""

import time
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp

from patience import PATIENCE
from standins.discord.control import KEY_HEADER
from standins.discord.errors import Impossible
from standins.discord.seen import Room, SeenGuild, SeenInteraction, SeenMessage, interaction_from, room_from

Json = dict[str, Any]

WAIT_SECONDS = PATIENCE
"""How long waiting methods wait by default."""


@dataclass(frozen=True)
class File:
    """A file that a person sends. `spoiler`: marked as one by a flag alone; `typed`: Discord tells its type."""

    name: str
    data: bytes
    description: str | None = None
    spoiler: bool = False
    typed: bool = True

    def told(self) -> Json:
        """As the control side takes it."""
        told: Json = {"name": self.name, "data": b64encode(self.data).decode(), "description": self.description}
        return told | {"spoiler": self.spoiler, "typed": self.typed}


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
        locale: str = "en-US",
        installed: bool = False,
        accepts_messages: bool = True,
        bot: bool = False,
    ) -> int:
        """A person, or another bot; `installed` adds the app to their account. Returns their id."""
        more = {"locale": locale, "installed": installed, "accepts_messages": accepts_messages, "bot": bot}
        return int(await self.act("create_user", name=name, **more))

    async def create_guild(
        self,
        name: str,
        owner: int,
        members: Sequence[int] = (),
        *,
        channels: Sequence[str] = ("general",),
        bot: bool = True,
        locale: str = "en-US",
        boost: int = 0,
        shard: tuple[int, int] | None = None,
    ) -> SeenGuild:
        """A guild with members and text channels; `shard` (index, count) says to which shard it shall belong."""
        more = {"bot": bot, "locale": locale, "boost": boost, "shard": shard}
        made = await self.act(
            "create_guild", name=name, owner=owner, members=list(members), channels=list(channels), **more
        )
        return SeenGuild(made["id"], made["channels"])

    async def private_channel(self, user: int, other: int | None = None) -> int:
        """The private conversation of a person with the bot, or with another person. Returns its id."""
        return int(await self.act("private_channel", user=user, other=other))

    async def permit(
        self, channel: int, target: int | None = None, *, allow: Sequence[str] = (), deny: Sequence[str] = ()
    ) -> None:
        """Set a channel's exception for a user or role, or for the bot; permissions such as "ATTACH_FILES"."""
        await self.act("permit", channel=channel, target=target, allow=list(allow), deny=list(deny))

    async def kick_bot(self, guild: int) -> None:
        """Throw the bot out of a guild."""
        await self.act("kick_bot", guild=guild)

    async def say(self, user: int, channel: int, text: str = "", *files: File, reply_to: int | None = None) -> int:
        """Send a message. Returns its id."""
        told = [file.told() for file in files]
        return int(await self.act("say", user=user, channel=channel, text=text, files=told, reply_to=reply_to))

    async def forward(self, user: int, channel: int, message: int, to: int) -> int:
        """Forward a message that one sees in a channel to another. Returns its id there."""
        return int(await self.act("forward", user=user, channel=channel, message=message, to=to))

    async def edit(self, user: int, channel: int, message: int, text: str) -> None:
        """Change the words of one's own message."""
        await self.act("edit", user=user, channel=channel, message=message, text=text)

    async def delete(self, user: int, channel: int, message: int) -> None:
        """Delete a message."""
        await self.act("delete", user=user, channel=channel, message=message)

    async def react(self, user: int, channel: int, message: int, emoji: str) -> None:
        """React to a message."""
        await self.act("react", user=user, channel=channel, message=message, emoji=emoji)

    async def vote(self, user: int, channel: int, message: int, *answers: int) -> None:
        """Choose answers of a poll by their numbers (from 1); none takes one's vote back."""
        await self.act("vote", user=user, channel=channel, message=message, answers=answers)

    async def unreact(self, user: int, channel: int, message: int, emoji: str) -> None:
        """Take a reaction back."""
        await self.act("unreact", user=user, channel=channel, message=message, emoji=emoji)

    async def clear_reactions(self, user: int, channel: int, message: int, emoji: str | None = None) -> None:
        """Remove everybody's reactions, all or those with one emoji."""
        await self.act("clear_reactions", user=user, channel=channel, message=message, emoji=emoji)

    async def open_thread(
        self, user: int, channel: int, name: str, *, message: int | None = None, private: bool = False
    ) -> int:
        """Open a thread. Returns its id."""
        return int(
            await self.act("open_thread", user=user, channel=channel, name=name, message=message, private=private)
        )

    async def archive(self, thread: int, *, archived: bool = True, locked: bool = False) -> None:
        """Archive a thread, lock it too, or open it again."""
        await self.act("archive", thread=thread, archived=archived, locked=locked)

    async def find_explicit(self, channel: int, *, found: bool = True) -> None:
        """Let Discord take every file in a channel for explicit content."""
        await self.act("find_explicit", channel=channel, found=found)

    async def commands(self, user: int, channel: int) -> list[Json]:
        """The commands that the person's app offers in a channel."""
        return list(await self.act("commands", user=user, channel=channel))

    async def slash(self, user: int, channel: int, command: str, **options: object) -> int:
        """Use a slash command such as "image" or "settings style"; a `File` goes into an attachment option."""
        return int(await self.act("slash", user=user, channel=channel, command=command, options=_options(options)))

    async def complete(
        self, user: int, channel: int, command: str, option: str, typed: object, **options: object
    ) -> list[Json]:
        """Type into an option that completes itself. Returns the choices that the bot offers."""
        where = {"user": user, "channel": channel, "command": command, "option": option, "typed": typed}
        asked = int(await self.act("autocomplete", **where, options=_options(options)))
        return list((await self.responded(asked)).choices or ())

    async def menu(self, user: int, channel: int, name: str, message: int) -> int:
        """Choose an entry of a message's context menu. Returns the interaction's id."""
        return int(await self.act("menu", user=user, channel=channel, name=name, message=message))

    async def press(self, user: int, channel: int, message: int, button: str) -> int | str:
        """Press a button by its custom id, label or emoji. Returns the interaction's id; of a link, its address."""
        pressed: int | str = await self.act("press", user=user, channel=channel, message=message, button=button)
        return pressed

    async def choose(self, user: int, channel: int, message: int, select: str, *values: str | int) -> int:
        """Choose in a select menu, named by its custom id or placeholder. Returns the interaction's id."""
        told = {"message": message, "select": select, "values": list(values)}
        return int(await self.act("choose", user=user, channel=channel, **told))

    async def submit(self, interaction: int | str, **values: object) -> int:
        """Fill in and submit the form that an interaction opened. Returns the new interaction's id."""
        return int(await self.act("submit", interaction=int(interaction), values=values))

    async def act(self, name: str, /, **arguments: object) -> Any:
        """Any act of `standins.discord.people.People` by name. Raises `Impossible` for what no app would let a person do."""
        return (await self._call("POST", f"/act/{name}", arguments))["result"]

    async def acts(self, acts: Sequence[tuple[str, Json]]) -> list[Any]:
        """Many acts, by name and arguments, in the same moment. Returns their results. Raises `Impossible`."""
        return list((await self._call("POST", "/acts", [list(act) for act in acts]))["results"])

    async def events(self, *, after: int = 0, seconds: float = WAIT_SECONDS) -> Json:
        """What happened in all channels after an event's number, as soon as there is anything: {"seq", "events"}."""
        return dict(await self._call("GET", f"/wait?after={after}&seconds={seconds}"))

    async def room(self, channel: int, user: int | None = None, *, after: int = 0, seconds: float = 0) -> Room:
        """A channel as a person sees it; without one, with everybody's ephemeral messages.

        As it is now, or as soon as something has happened there after an event's number, at most after `seconds`.
        """
        when = f"&after={after}&seconds={seconds}"
        return room_from(await self._call("GET", f"/room?channel={channel}{_for(user)}{when}"))

    async def transcript(self, channel: int, user: int | None = None) -> str:
        """A channel as text."""
        async with self._http.get(f"{self._control}/transcript?channel={channel}{_for(user)}") as response:
            return await response.text()

    async def file(self, channel: int, message: int, file: int) -> bytes:
        """A file's bytes."""
        url = f"{self._control}/file?channel={channel}&message={message}&file={file}"
        async with self._http.get(url) as response:
            return await response.read()

    async def until(
        self, channel: int, condition: Callable[[Room], bool], *, user: int | None = None, seconds: float = WAIT_SECONDS
    ) -> Room:
        """Wait until a channel fulfils a condition. Raises `TimeoutError` with the transcript if it does not in time."""
        deadline, room = time.monotonic() + seconds, await self.room(channel, user)
        while not condition(room):
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"waited {seconds:g} s in vain in\n{await self.transcript(channel, user)}")
            room = await self.room(channel, user, after=room.seq, seconds=left)
        return room

    async def interaction(self, interaction: int | str) -> SeenInteraction:
        """How an interaction stands."""
        return interaction_from(await self._call("GET", f"/interaction?id={interaction}"))

    async def responded(self, interaction: int | str, *, seconds: float = WAIT_SECONDS) -> SeenInteraction:
        """How an interaction stands once the bot gave its first answer. Raises `TimeoutError`."""
        return await self._interaction_until(interaction, lambda seen: seen.acknowledged is not None, seconds)

    async def answer(self, interaction: int | str, *, seconds: float = WAIT_SECONDS) -> SeenMessage:
        """The message that an interaction got, once it is there and no longer "thinking". Raises `TimeoutError`."""
        done = await self._interaction_until(
            interaction, lambda seen: seen.message is not None and seen.state != "thinking", seconds
        )
        room = await self.room(done.channel, done.user)
        return next(one for one in room.messages if one.id == done.message)

    async def interactions(self) -> list[SeenInteraction]:
        """All interactions, in order."""
        return [interaction_from(row) for row in await self._call("GET", "/interactions")]

    async def requests(
        self, method: str | None = None, path: str = "", *, times: int = 0, seconds: float = WAIT_SECONDS
    ) -> Json:
        """The log: {"requests": [{method, path, at, body, status, code?}], "counts": {status: times}, "spec_violations": […], …}.

        With `times`, waits until so many requests have come in, answered or not, at most `seconds`.
        """
        wanted = {"path": path, "times": str(times), "seconds": str(seconds)} | ({"method": method} if method else {})
        return dict(await self._call("GET", "/requests", query=wanted))

    async def gateway(self) -> Json:
        """The gateway's sessions: {"sessions": [{shard, shards, seq, intents, connected}], "starts", "resumes"}."""
        return dict(await self._call("GET", "/gateway"))

    async def until_gateway(self, condition: Callable[[Json], bool], *, seconds: float = WAIT_SECONDS) -> Json:
        """Wait until the gateway fulfils a condition. Raises `TimeoutError`."""
        deadline = time.monotonic() + seconds
        while True:
            after = (await self._call("GET", "/wait?seconds=0"))["seq"]
            if condition(gateway := await self.gateway()):
                return gateway
            if (left := deadline - time.monotonic()) <= 0:
                raise TimeoutError(f"waited {seconds:g} s in vain: {gateway}")
            await self._call("GET", f"/wait?after={after}&seconds={left}")

    async def drop(self, shard: int | None = None) -> None:
        """Break the gateway's connections, or that of one shard."""
        await self._call("POST", "/connection", {"drop": True, "shard": shard})

    async def reconnect(self, shard: int | None = None) -> None:
        """Ask the bot to come back over a new connection (op 7)."""
        await self._call("POST", "/connection", {"reconnect": True, "shard": shard})

    async def invalidate(self, *, resumable: bool = False, shard: int | None = None) -> None:
        """Tell the bot that its session is invalid (op 9)."""
        await self._call("POST", "/connection", {"invalidate": True, "resumable": resumable, "shard": shard})

    async def close_gateway(self, code: int, *, shard: int | None = None) -> None:
        """Close the bot's connection with a code."""
        await self._call("POST", "/connection", {"close": code, "shard": shard})

    async def hold(self, on: bool) -> None:
        """Let new connections to the gateway wait for its first word, or go on: what happens meanwhile, the bot misses at first."""
        await self._call("POST", "/connection", {"hold": on, "shard": -1})

    async def acknowledge(self, on: bool) -> None:
        """Answer heartbeats, or be silent."""
        await self._call("POST", "/connection", {"acknowledge": on, "shard": -1})

    async def heartbeat(self, seconds: float) -> None:
        """Set the heartbeat interval of new connections."""
        await self._call("POST", "/connection", {"heartbeat": seconds, "shard": -1})

    async def allow(self, *intents: str) -> None:
        """Switch on privileged intents, such as "MESSAGE_CONTENT", and switch off the others."""
        await self._call("POST", "/connection", {"allow": list(intents), "shard": -1})

    async def faults(self, *rules: Json) -> None:
        """Add fault rules (`standins.discord.faults.Fault`); without any, clear them and let stalled requests go on."""
        await self._call("POST", "/faults", list(rules))

    async def freeze(self, frozen: bool = True) -> None:
        """Stop the server's clock, or let it run again."""
        await self._call("POST", "/clock", {"freeze": frozen})

    async def advance(self, seconds: float) -> float:
        """Move the server's clock ahead. Returns its time."""
        return float((await self._call("POST", "/clock", {"advance": seconds}))["now"])

    async def rate_limits(self, enabled: bool) -> None:
        """Switch the rate limits."""
        await self._call("POST", "/limits", {"enabled": enabled})

    async def sizes(self, largest: int) -> None:
        """Set the largest file in bytes that is taken, until the next reset."""
        await self._call("POST", "/sizes", {"largest": largest})

    async def reset(self) -> None:
        """Start all over with an empty world."""
        await self._call("POST", "/reset")

    async def _interaction_until(
        self, number: int | str, condition: Callable[[SeenInteraction], bool], seconds: float
    ) -> SeenInteraction:
        deadline = time.monotonic() + seconds
        while True:
            after = (await self._call("GET", "/wait?seconds=0"))["seq"]
            if condition(seen := await self.interaction(number)):
                return seen
            if (left := deadline - time.monotonic()) <= 0:
                raise TimeoutError(f"waited {seconds:g} s in vain: {seen}")
            await self._call("GET", f"/wait?after={after}&seconds={left}")

    async def _call(self, verb: str, path: str, body: object = None, query: Mapping[str, str] | None = None) -> Any:
        async with self._http.request(verb, self._control + path, json=body, params=query) as response:
            if response.status == 409:
                raise Impossible((await response.json())["error"])
            if response.status >= 400:
                raise ValueError(f"{path}: {await response.text()}")
            return await response.json()


def _options(options: Mapping[str, object]) -> Json:
    return {name: value.told() if isinstance(value, File) else value for name, value in options.items()}


def _for(user: int | None) -> str:
    return "" if user is None else f"&user={user}"
