"""HTTP as a server on loopback needs it: streams that notice who left, connections that drop on purpose, a life tied to the parent."""

import asyncio
import os
import secrets
import socket
import sys
import threading
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol


class Dropped(Exception):
    """Raised inside a stream to close its connection in the middle: an event rather than an error."""


class EventStream(Response):
    """Server-sent events. Stops asking for more once the client has left; closes the connection on ``Dropped``."""

    def __init__(self, frames: AsyncGenerator[bytes]) -> None:
        super().__init__(media_type="text/event-stream", headers={"cache-control": "no-cache"})
        del self.headers["content-length"]
        self._frames = frames

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send everything, or as much as the client stays for."""
        writing = asyncio.ensure_future(self._write(scope, receive, send))
        leaving = asyncio.ensure_future(_until_gone(receive))
        try:
            await asyncio.wait((writing, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            writing.cancel()
            results = await asyncio.gather(writing, leaving, return_exceptions=True)
        if isinstance(results[0], Exception):
            raise results[0]

    async def _write(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            async with aclosing(self._frames) as frames:
                async for frame in frames:
                    await send({"type": "http.response.body", "body": frame, "more_body": True})
        except Dropped:
            scope["drop"]()
        else:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


class DroppedConnection(Response):
    """No answer at all: the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close the socket and wait until that is known."""
        scope["drop"]()
        await _until_gone(receive)


class DroppableProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 with one addition: ``scope["drop"]()`` closes the connection after what was already sent."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        served = self.app

        async def with_drop(scope: Any, receive: Any, send: Any) -> None:
            scope["drop"] = self.transport.close
            await served(scope, receive, send)

        self.app = with_drop


def with_request_ids(app: ASGIApp) -> ASGIApp:
    """Give every answer a fresh ``x-request-id``."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                identifier = f"req_{secrets.token_hex(16)}".encode()
                message["headers"] = [*message["headers"], (b"x-request-id", identifier)]
            await send(message)

        await app(scope, receive, send_with_id)

    return serve


def listen(port: int) -> socket.socket:
    """A listening socket on loopback; port 0 takes any free one."""
    listener = socket.create_server(("127.0.0.1", port), backlog=128)
    # Accepted sockets inherit it. Without it every answer waits some 40 ms for the client's delayed acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setblocking(False)
    return listener


def serve(app: ASGIApp, listener: socket.socket) -> None:
    """Serve until a signal comes. Quiet: only errors are logged, to stderr."""
    config = uvicorn.Config(
        app,
        http=DroppableProtocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        log_level="error",
        access_log=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=75,  # as most servers do: who speaks just as a connection is closed does not know what became of it
    )
    uvicorn.Server(config).run(sockets=[listener])


def end_with_parent() -> None:
    """End this process as soon as stdin reaches its end: the parent closed its pipe, or died in whatever way."""

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        os._exit(0)  # at once, whatever still hangs: the request log is flushed line by line

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
