"""Services on connections to the stand-in server, as tests of writing, drawing and moderating open them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx2
import pytest_asyncio

from core.ports import Drawing, Show
from core.services.catalogue import Catalogue
from core.services.openai import Connection
from core.services.openai_images import OpenAIPainter
from core.services.openai_moderation import OpenAIModerator
from core.services.openai_text import OpenAIWriter
from core.services.retry import Patience
from core.types import Progress
from embedded.process import EmbeddedProcess
from embedded_openai import SMALLEST, logged

FLARE, SOL, LUNA = "gpt-image-2.6-flare", "gpt-6.2-sol", "gpt-6-luna"
CATALOGUE = Catalogue.load()
QUICK = Patience(first_pause=0.002)
FOREIGN_WORDS = "the very words of the server"
JPEG = b"\xff\xd8\xff"


class Services:
    """Writer, painter and moderator on one connection, and all the progress they showed."""

    def __init__(self, connection: Connection, **painter: object) -> None:
        self.connection = connection
        self.writer = OpenAIWriter(connection, CATALOGUE, model=SOL, helper=LUNA)
        self.painter = OpenAIPainter(connection, CATALOGUE, **{"model": FLARE, **painter})  # type: ignore[arg-type]
        self.moderator = OpenAIModerator(connection)
        self.shown: list[Progress] = []

    @property
    def show(self) -> Show:
        return self.shown.append

    def of_kind(self, kind: type) -> list:
        return [progress for progress in self.shown if isinstance(progress, kind)]


Opened = Callable[..., Services]


@pytest_asyncio.fixture(loop_scope="module")
async def opened(openai_server: EmbeddedProcess) -> AsyncIterator[Opened]:
    """Makes services toward the stand-in server; all are closed afterwards."""
    connections = []

    def make(*, key: str | None = None, painter: dict | None = None, **options: object) -> Services:
        settings = {"patience": QUICK, "timeout": 20.0, "successor": CATALOGUE.successor, **options}
        connections.append(Connection(openai_server.url, key or openai_server.key, **settings))  # type: ignore[arg-type]
        return Services(connections[-1], **(painter or {}))

    yield make
    for connection in connections:
        await connection.close()


@asynccontextmanager
async def calls(control: httpx2.AsyncClient) -> AsyncIterator[list[dict]]:
    """The requests that reach the server inside the block, known when it ends."""
    before = len(await logged(control))
    new: list[dict] = []
    yield new
    new += (await logged(control))[before:]


def drawing(words: str, **fields: object) -> Drawing:
    return Drawing(**{"prompt": words, "quality": "low", "size": SMALLEST, **fields})  # type: ignore[arg-type]


def status(number: int, code: str | None = None, **more: object) -> dict[str, object]:
    return {"kind": "status", "status": number, "code": code, **more}
