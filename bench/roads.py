"""The roads by which a table goes in and comes back: the page, the API, Telegram, Discord, the command line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

import aiohttp

from bench.on_discord import DiscordDriver, discord
from bench.on_telegram import TelegramDriver, telegram
from bench.watched import Watched
from standins.discord.client import File

PATIENCE = 3_600.0
LOOKS_EVERY = 0.5
WARM = 5
NEVER = aiohttp.ClientTimeout(None)
CHAT = "home-keeper"


class Road(Protocol):
    """How a table goes in and comes back."""

    environment: Mapping[str, str]
    command: Sequence[str]

    async def begins(self, watched: Watched) -> None:
        """Start the program; after a kill, again."""
        ...

    async def sends(self, recipe: str, name: str, data: bytes) -> None:
        """Send the table and start it."""
        ...

    async def workbook(self) -> bytes:
        """The workbook that comes back."""
        ...


class Served:
    """A program that serves."""

    environment: Mapping[str, str] = {}
    command: Sequence[str] = ("run",)

    def __init__(self) -> None:
        self.url = ""

    async def begins(self, watched: Watched) -> None:
        """Start it; the first time let it draw a few pictures, so that what it needs for that is there."""
        await watched.start()
        first, self.url = not self.url, await watched.address()
        if first:
            for number in range(WARM):
                form = aiohttp.FormData(
                    {"user": "warm", "text": f"/image warm {number} --raw", "client_id": f"{number}"}
                )
                await self.post("messages", "home-warm", data=form)
            await self.seen("home-warm", lambda event: event.get("seq", 0) and event["kind"] == "end", WARM)
            watched.mark_idle()

    async def seen(self, chat: str, wanted: Callable[[Any], Any], times: int = 1) -> Any:
        """What is ``wanted`` of the events of a chat, once there was so much of it."""
        user = chat.removeprefix("home-")
        async with (
            asyncio.timeout(PATIENCE),
            aiohttp.ClientSession(timeout=NEVER, read_bufsize=1 << 20) as http,
            http.get(f"{self.url}/api/chats/{chat}/events", params={"user": user}) as stream,
        ):
            async for line in stream.content:
                if found := wanted(json.loads(line[6:])) if line.startswith(b"data: ") else None:
                    times -= 1
                    if not times:
                        return found
        raise AssertionError("the stream ended")

    async def get(self, path: str) -> Any:
        """What the program answers; ``None`` while it is away."""
        try:
            async with aiohttp.ClientSession(timeout=NEVER) as http, http.get(f"{self.url}{path}") as answer:
                if answer.status != 200:
                    return None
                return await answer.json() if "json" in answer.content_type else await answer.read()
        except aiohttp.ClientError:
            return None

    async def post(self, path: str, chat: str = CHAT, **details: Any) -> Any:
        """What the program answers to something sent."""
        async with (
            aiohttp.ClientSession(timeout=NEVER) as http,
            http.post(f"{self.url}/api/chats/{chat}/{path}", **details) as answer,
        ):
            assert answer.status < 300, await answer.text()
            return await answer.json()


class OnApi(Served):
    """As programs do it."""

    def __init__(self) -> None:
        super().__init__()
        self.batch = ""

    async def sends(self, recipe: str, name: str, data: bytes) -> None:
        """Post it and start it."""
        form = aiohttp.FormData({"user": "keeper", "recipe": recipe})
        form.add_field("table", data, filename=name)
        self.batch = (await self.post("batches", data=form))["batch"]["id"]
        await self.post(f"batches/{self.batch}/start", json={"user": "keeper"})

    async def workbook(self) -> bytes:
        """Its files, once it has some."""
        while not (
            files := ((await self.get(f"/api/chats/{CHAT}/batches/{self.batch}?user=keeper")) or {}).get("files")
        ):
            await asyncio.sleep(LOOKS_EVERY)
        (url,) = (one["url"] for one in files if one["caption"].endswith(".xlsx"))
        return bytes(await self.get(f"{url}?user=keeper"))


class OnPage(OnApi):
    """As people do it on the page: a message with a file, then a button."""

    async def sends(self, recipe: str, name: str, data: bytes) -> None:
        """Send it and press the button."""
        form = aiohttp.FormData({"user": "keeper", "text": f"/batch {recipe}"})
        form.add_field("files", data, filename=name)
        await self.post("messages", data=form)
        plan, action = await self.seen(CHAT, _start_on_page)
        self.batch = action.partition(":")[2]
        await self.post("actions", json={"user": "keeper", "message": plan, "action": action})


def _start_on_page(event: Any) -> tuple[str, str] | None:
    actions = [one["id"] for one in event.get("actions", ()) if one["id"].startswith("batch-start:")]
    return (event["message"], actions[0]) if actions else None


class OnTelegram(Served):
    """A document with a caption, in a private chat."""

    def __init__(self, driver: TelegramDriver) -> None:
        super().__init__()
        self._driver, self._people = driver, driver.crowd
        self.environment = driver.environment
        self._user = 0

    async def begins(self, watched: Watched) -> None:
        """Start it, and wait until it polls."""
        await super().begins(watched)
        await self._driver.connect(self.url)
        if not self._user:
            (self._user,) = await self._driver.people(1)

    async def sends(self, recipe: str, name: str, data: bytes) -> None:
        """Send it and press the button."""
        await self._people.send_document(self._user, data, name, f"/batch {recipe}")
        room = await self._people.until(self._user, lambda room: _start_on_telegram(room) is not None, seconds=PATIENCE)
        message, action = _start_on_telegram(room) or (0, "")
        await self._people.press(self._user, message, action)

    async def workbook(self) -> bytes:
        """The document that comes."""
        while True:
            for one in (await self._people.room(self._user)).by_bot:
                if one.document and (one.document.name or "").endswith(".xlsx"):
                    return await self._people.file(one.document.file_id)
            await asyncio.sleep(LOOKS_EVERY)


def _start_on_telegram(room: Any) -> tuple[int, str] | None:
    for one in room.by_bot:
        for button in (button for row in one.buttons for button in row):
            if button.get("callback_data", "").startswith("batch-start:"):
                return one.message_id, button["callback_data"]
    return None


class OnDiscord(Served):
    """A slash command with a file, in a private channel."""

    def __init__(self, driver: DiscordDriver) -> None:
        super().__init__()
        self._driver, self._people = driver, driver.crowd
        self.environment = driver.environment
        self._user = self._channel = 0

    async def begins(self, watched: Watched) -> None:
        """Start it, and wait until it listens."""
        await super().begins(watched)
        await self._driver.connect(self.url)
        if not self._user:
            (person,) = await self._driver.people(1)
            self._user, self._channel = person.user, person.channel

    async def sends(self, recipe: str, name: str, data: bytes) -> None:
        """Send it and press the button."""
        await self._people.slash(self._user, self._channel, "batch", recipe=recipe, table=File(name, data))
        room = await self._people.until(
            self._channel, lambda room: _start_on_discord(room) is not None, user=self._user, seconds=PATIENCE
        )
        message, action = _start_on_discord(room) or (0, "")
        await self._people.press(self._user, self._channel, message, action)

    async def workbook(self) -> bytes:
        """The file that comes."""
        while True:
            for one in (await self._people.room(self._channel, self._user)).messages:
                for file in one.files if one.by_bot else ():
                    if file.name.endswith(".xlsx"):
                        return await self._people.file(self._channel, one.id, file.id)
            await asyncio.sleep(LOOKS_EVERY)


def _start_on_discord(room: Any) -> tuple[int, str] | None:
    for one in room.messages:
        for control in one.controls:
            if str(control.custom_id).startswith("batch-start:"):
                return one.id, str(control.custom_id)
    return None


class OnCommandLine:
    """``fabula make``, which is given again after a kill."""

    environment: Mapping[str, str] = {}
    command: Sequence[str] = ("make",)

    def __init__(self) -> None:
        self._table: tuple[str, ...] = ()
        self._watched: Watched | None = None

    async def begins(self, watched: Watched) -> None:
        """Give the command again, if it was given."""
        self._watched = watched
        if self._table:
            await watched.start(*self._table)

    async def sends(self, recipe: str, name: str, data: bytes) -> None:
        """Give the command."""
        assert self._watched
        table = self._watched.folder / name
        table.write_bytes(data)
        self._table = (recipe, str(table), "--out", str(self._watched.folder / "works"))
        await self._watched.start(*self._table)
        while len(list(self._watched.folder.glob("data/make/media/??/*"))) < WARM:
            await asyncio.sleep(0.05)
        self._watched.mark_idle()

    async def workbook(self) -> bytes:
        """What lies in the folder at the end."""
        assert self._watched
        code = await self._watched.ends()
        assert code == 0, f"it ended with {code}"
        (found,) = self._watched.folder.glob("works/*.xlsx")
        return found.read_bytes()


@asynccontextmanager
async def _telegram() -> AsyncIterator[Road]:
    async with telegram() as driver:
        yield OnTelegram(driver)


@asynccontextmanager
async def _discord() -> AsyncIterator[Road]:
    async with discord() as driver:
        yield OnDiscord(driver)


def _alone(road: Callable[[], Road]) -> Callable[[], AbstractAsyncContextManager[Road]]:
    @asynccontextmanager
    async def made() -> AsyncIterator[Road]:
        yield road()

    return made


ROADS: dict[str, Callable[[], AbstractAsyncContextManager[Road]]] = {
    "page": _alone(OnPage),
    "api": _alone(OnApi),
    "telegram": _telegram,
    "discord": _discord,
    "command-line": _alone(OnCommandLine),
}
