"""A running Fabula and the people who use it, as tests see them: real servers over real sockets."""

from __future__ import annotations

import asyncio
import json
import mimetypes
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import httpx2
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bots.platforms import Settings
from bots.program import WALL_CLOCK, Program, running, serving
from core.clock import Clock
from core.conversation.feature import Feature
from core.features import FEATURES
from embedded.process import EmbeddedProcess
from patience import PATIENCE
from wire import LOST, Wire

DATA = Path(__file__).parent / "data"
Event = dict[str, Any]
NO_LOCKS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients of addresses on loopback, none of which is https: making a context takes longer than a request."""


@dataclass
class Answer:
    """What came back for one request, in order."""

    request: str
    events: list[Event]

    @property
    def replies(self) -> list[Event]:
        return [event for event in self.events if event["kind"] == "reply"]

    @property
    def failure(self) -> Event | None:
        return next((event for event in self.events if event["kind"] == "failure"), None)

    @property
    def code(self) -> str | None:
        return self.failure["code"] if self.failure else None

    @property
    def text(self) -> str:
        return "\n".join(event["text"] for event in self.events if event["kind"] in ("reply", "failure"))

    @property
    def pieces(self) -> list[Event]:
        return [piece for event in self.replies for piece in event["pieces"]]

    @property
    def pictures(self) -> list[Event]:
        return [piece for piece in self.pieces if piece["kind"] == "picture"]

    @property
    def message(self) -> str:
        """The shown message to reply to: the last one with a piece, else the last."""
        shown = [event for event in self.replies if event["pieces"]] or self.replies
        return str(shown[-1]["message"])

    def action(self, verb: str) -> tuple[str, str]:
        """The message and id of the last button of that verb."""
        for event in reversed(self.replies):
            for action in event["actions"]:
                if action["id"].partition(":")[0] == verb:
                    return event["message"], action["id"]
        raise AssertionError(f"no button {verb!r} in {self.events}")


@dataclass
class Person:
    """Somebody at a browser, in one chat. Reads the chat's events from the moment ``listen`` is entered."""

    url: str
    name: str
    chat: str
    language: str = "en"
    headers: Mapping[str, str] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    lasting: Wire | None = None
    """What requests share, where somebody closes it."""
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    def http(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            base_url=self.url, headers=self._told, timeout=PATIENCE, trust_env=False, verify=NO_LOCKS
        )

    def wire(self) -> Wire:
        """New connections, for whoever closes them."""
        return Wire(self.url, self._told)

    @property
    def _told(self) -> dict[str, str]:
        return {"accept-language": self.language, **self.headers}

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[Wire]:
        """A connection for one request."""
        if self.lasting:
            yield self.lasting
            return
        async with self.wire() as wire:
            yield wire

    async def listen(self) -> None:
        """Collect events until cancelled, coming back after a lost connection as a browser does."""
        after = 0
        async with self.asking() as wire:
            while True:
                try:
                    async with wire.stream(f"/api/chats/{self.chat}/events", user=self.name, after=after) as stream:
                        async for line in stream.content:
                            if line.startswith(b"data: "):
                                event = json.loads(line[6:])
                                after = event.get("seq", after)
                                async with self._news:
                                    self.events.append(event)
                                    self._news.notify_all()
                    if stream.status != 200:  # not let in now
                        await asyncio.sleep(0.05)
                except LOST:
                    await asyncio.sleep(0.05)

    async def wait(self, found: Callable[[list[Event]], Any]) -> Any:
        """Wait until ``found`` finds something in the events so far."""
        async with asyncio.timeout(PATIENCE), self._news:
            while not (result := found(self.events)):
                await self._news.wait()
            return result

    async def posts(
        self,
        text: str,
        *files: str | bytes | tuple[str, bytes],
        mask: str | bytes | None = None,
        reply_to: str | None = None,
        client_id: str | None = None,
    ) -> str:
        """Send a message; its id."""
        data = {"user": self.name, "text": text, "reply_to": reply_to or "", "client_id": client_id or ""}
        form = aiohttp.FormData({name: value for name, value in data.items() if value}, quote_fields=False)
        for field_name, file in (*(("files", file) for file in files), *([("mask", mask)] if mask else [])):
            name, content = _upload(file)
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            form.add_field(field_name, content, filename=name, content_type=kind)
        async with self.asking() as wire:
            answer = await wire.post(f"/api/chats/{self.chat}/messages", form=form)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["message"])

    async def says(self, text: str, *files: str | bytes | tuple[str, bytes], **details: Any) -> Answer:
        """Send a message and wait for the end of its answer."""
        return await self.answer(await self.posts(text, *files, **details))

    async def answer(self, request: str, start: int = 0, of: str = "") -> Answer:
        """What is said to a request until its end, to one person where somebody is named."""

        def complete(events: list[Event]) -> list[Event]:
            said = [event for event in events[start:] if not of or event.get("user", of) == of]
            mine = [event for event in said if event.get("in_reply_to") == request]
            return mine if any(event["kind"] == "end" for event in mine) else []

        return Answer(request, await self.wait(complete))

    async def presses(self, message: str, action: str) -> Answer:
        """Press a button and wait for the end of what it does: in a room, that of another's press may still come."""
        start = len(self.events)
        await self.post("actions", message=message, action=action)
        return await self.answer(message, start, of=self.name)

    async def fills(self, message: str, action: str, values: dict[str, str]) -> Answer:
        """Fill in the form of a button and wait for the end of what it does."""
        start = len(self.events)
        await self.post("forms", message=message, action=action, values=values, client_id=f"form-{start}")
        return await self.answer(message, start, of=self.name)

    async def rates(self, message: str, emoji: str, added: bool = True) -> Event:
        """React, and wait for the new rating of one's own: in a room, others' come along too."""
        start = len(self.events)
        await self.post("reactions", message=message, emoji=emoji, added=added)
        return await self.wait(
            lambda events: next(
                (event for event in events[start:] if event["kind"] == "rating" and event["user"] == self.name), None
            )
        )

    async def post(self, what: str, **body: Any) -> httpx2.Response:
        async with self.asking() as wire:
            answer = await wire.post(f"/api/chats/{self.chat}/{what}", json={"user": self.name, **body})
        assert answer.status_code == 202, answer.text
        return answer

    async def get(self, path: str) -> httpx2.Response:
        async with self.asking() as wire:
            return await wire.get(path)

    async def picture(self, piece: Event) -> bytes:
        answer = await self.get(piece["url"])
        assert answer.status_code == 200
        return answer.content


EVER = 2**40
"""More requests than anybody makes."""


class Studio:
    """A running program with its web server, and a hand on the embedded services behind it."""

    def __init__(self, program: Program, url: str, embedded: EmbeddedProcess) -> None:
        self.program = program
        self.url = url
        self._embedded = embedded
        self._earlier = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._key = {"authorization": f"Bearer {embedded.key}"}
        self._control = Wire(embedded.control_url, self._key)
        self._lasting: list[Wire] = []

    async def person(self, name: str = "ann", chat: str = "", language: str = "en", **details: Any) -> Person:
        """Somebody who listens in a chat (by default their private one)."""
        person = Person(self.url, name, chat or f"home-{name}", language, **details)
        person.lasting = person.wire()
        self._lasting.append(person.lasting)
        self._tasks.append(asyncio.create_task(person.listen()))
        return person

    async def invited(self, name: str = "ann", chat: str = "", room: str = "", **details: Any) -> Person:
        """Somebody whom the operator's link let in: into the studio, or as a guest into a room. Their ``name`` is their id."""
        person = Person(self.url, "", chat)
        async with person.http() as http:
            http.headers["authorization"] = f"Bearer {self.operators_token}"
            made = await http.post("/api/invitations", json={"name": name, "room": room})
            assert made.status_code == 201, made.text
            del http.headers["authorization"]
            secret = made.json()["path"].partition("#")[2]
            assert (await http.post("/invite", data={"secret": secret, "name": name})).status_code == 303
            known = (await http.get("/api/page")).json()["user"]
            cookie = f"fabula={http.cookies['fabula']}"
        return await self.person(known, chat or room, headers={"cookie": cookie}, **details)

    @property
    def operators_token(self) -> str:
        """What the operator signs in with."""
        token = self.program.settings.web_token
        assert token, "here nobody signs in"
        return token.get_secret_value()

    def control(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            base_url=self._embedded.control_url, headers=self._key, timeout=PATIENCE, trust_env=False, verify=NO_LOCKS
        )

    async def faults(self, *rules: dict[str, Any]) -> None:
        """Have the services do this too; without ``rules`` nothing any more, and let everybody go who hangs."""
        done = await (self._control.post("/faults", json=list(rules)) if rules else self._control.post("/calm"))
        assert done.status_code == 200

    async def release(self, endpoint: str = "", number: int = 1) -> None:
        """Let go who hangs; with an endpoint, once somebody does: a job may be seen at work before, and would hang afterwards."""
        if endpoint:
            await self.hangs(endpoint, number)
        await self._control.post("/release")

    async def requests(self, *endpoints: str) -> list[dict[str, Any]]:
        """What the services were asked, in order."""
        logged = (await self._control.get("/requests", after=self._earlier)).json()["requests"]
        return [entry for entry in logged if not endpoints or entry["endpoint"] in endpoints]

    async def asked(self, endpoint: str) -> None:
        """Wait until a request is there."""
        async with asyncio.timeout(PATIENCE):
            while not await self.requests(endpoint):
                await asyncio.sleep(0.02)

    async def hangs(self, endpoint: str, number: int = 1) -> None:
        """Wait until so many requests hang. Who stops a job before has not stopped a request."""
        async with asyncio.timeout(PATIENCE):
            while True:
                asked = await self.requests(endpoint)
                if sum("hang_until_released" in one["faults"] and "finished" not in one for one in asked) >= number:
                    return
                await asyncio.sleep(0.02)

    async def begin(self) -> None:
        """Look only at requests from now on. Those before are counted, not read: a whole run of tests asks one server."""
        self._earlier = (await self._control.get("/requests", after=EVER)).json()["started"]

    async def close(self) -> None:
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert (await self._control.post("/calm")).status_code == 200
        await asyncio.gather(*(wire.close() for wire in (self._control, *self._lasting)))
        self._lasting = []  # another test may go on with it


class Said(Settings):
    """Settings that are only what a test says: nobody's environment is read."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, **_: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def settings_for(data_dir: Path, embedded: EmbeddedProcess, **changes: Any) -> Settings:
    """Settings that use the embedded server as if it were the operator's."""
    values = {
        "openai_api_key": embedded.key,
        "openai_base_url": embedded.url,
        "data_dir": data_dir,
        "web_port": 0,
        "person_per_minute": 0,
        "grace": 0,
        "open": True,  # platforms too: tests of the door switch it off
        "check": "off",  # tests count calls; those of the check switch it on
        "taste": "off",  # and they know what is drawn; those of taste switch it on
    }
    return Said(**{**values, **changes})


@asynccontextmanager
async def studio_at(
    data_dir: Path,
    embedded: EmbeddedProcess,
    *,
    features: Sequence[Feature] = FEATURES,
    clock: Clock = WALL_CLOCK,
    **changes: Any,
) -> AsyncIterator[Studio]:
    """Run the program on a data folder."""
    settings = settings_for(data_dir, embedded, **changes)
    async with running(settings, features, clock=clock) as program, serving(program) as url:
        studio = Studio(program, url, embedded)
        await studio.begin()
        try:
            yield studio
        finally:
            await studio.close()


PAID = ("images.generations", "images.edits", "chat")


def paid(requests: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those requests that cost money."""
    return [entry for entry in requests if entry["endpoint"] in PAID]


def made(requests: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that cost money, without the readings of plain words."""
    return [entry for entry in paid(requests) if (entry.get("brief") or {}).get("kind") != "wish"]


def _upload(file: str | bytes | tuple[str, bytes]) -> tuple[str, bytes]:
    if isinstance(file, tuple):
        return file
    return ("upload.png", file) if isinstance(file, bytes) else (file, (DATA / file).read_bytes())
