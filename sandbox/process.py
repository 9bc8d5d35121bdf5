"""Starting a stand-in server as a process of its own, and ending it."""

import asyncio
import json
import os
import secrets
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from pathlib import Path

READY_WITHIN = 30.0
"""Seconds a server has to say that it is ready; it takes less than one on an idle machine."""
ENDS_WITHIN = 5.0

_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class SandboxProcess:
    """A running stand-in server. It also ends by itself when this process dies."""

    url: str
    """Base URL for the client, such as ``http://127.0.0.1:49152/v1``."""
    key: str
    log: Path
    """Its request log, one JSON line when a request starts and one when it ends."""
    process: Process

    @property
    def control_url(self) -> str:
        """Where its controls are: faults, latency, release, requests."""
        return self.url.removesuffix("/v1") + "/_control"

    async def close(self) -> None:
        """End it and wait until it is gone. May be called twice."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            await asyncio.wait_for(self.process.wait(), ENDS_WITHIN)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


async def start_openai_server(
    data_dir: Path, *, seed: int = 1, fast: bool = False, plain: bool = False, arguments: tuple[str, ...] = ()
) -> SandboxProcess:
    """Start the stand-in OpenAI server with a fresh random key; its request log is ``data_dir/sandbox-openai.jsonl``.

    For tests, ``fast`` answers without the demo's pauses and ``plain`` draws mere fields of colour.
    ``arguments`` are further options of ``sandbox.openai_server``. Raises ``RuntimeError`` where it does not come up.
    """
    await asyncio.to_thread(data_dir.mkdir, parents=True, exist_ok=True)
    log = data_dir / "sandbox-openai.jsonl"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox.openai_server",
        *("--port", "0", "--log", str(log), "--seed", str(seed)),
        *(("--fast",) if fast else ()),
        *(("--plain",) if plain else ()),
        *arguments,
        stdin=PIPE,
        stdout=PIPE,
        env=_environment(),
        start_new_session=True,  # Ctrl-C is the parent's to handle: it may still need this server to finish its work
    )
    try:
        ready = json.loads(await asyncio.wait_for(_first_line(process), READY_WITHIN))
    except (TimeoutError, ValueError) as error:
        process.kill()
        await process.wait()
        raise RuntimeError("the stand-in OpenAI server did not start") from error
    return SandboxProcess(ready["url"], ready["key"], log, process)


def _environment() -> dict[str, str]:
    """The server's environment: a key of its own, no real one, and this very copy of the code."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "FABULA_"))}
    path = os.pathsep.join(filter(None, (str(_ROOT), inherited.get("PYTHONPATH"))))
    return inherited | {"SANDBOX_KEY": f"sandbox-{secrets.token_urlsafe(24)}", "PYTHONPATH": path}


async def _first_line(process: Process) -> bytes:
    if process.stdout is None:
        raise RuntimeError("no pipe to the server")
    return await process.stdout.readline()
