"""Programs that start at once: ``python nursery.py SOCKET`` imports everything, then forks a Fabula for each connection.

Importing takes most of a start, and the tests of kills and crashes start many. A connection brings one JSON line, ``{"environment", "method",
"count", "whom"}`` (see ``killed.run``), and hears the process's number, whatever it prints, and ``ended CODE``. Ends when its stdin does, whose
programs then go on to their own ends.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys

import bots.discord.platform
import bots.telegram.platform  # noqa: F401 - loaded only where a token is set
import killed


def main(path: str) -> None:
    """Serve until stdin ends."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who watch
    print("ready", flush=True)
    while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            watch(connection)
            os._exit(0)
        connection.close()


def watch(connection: socket.socket) -> None:
    """Start one program and tell how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with connection.makefile("r") as lines:
        asked = json.loads(lines.readline())
    child = os.fork()
    if child == 0:
        live(connection, **asked)
    _, status = os.waitpid(child, 0)
    connection.sendall(f"ended {os.waitstatus_to_exitcode(status)}\n".encode())


def live(connection: socket.socket, environment: dict[str, str], method: str, count: int, whom: str) -> None:
    """Become the program. Never returns."""
    code = 1
    try:
        connection.sendall(f"{os.getpid()}\n".encode())
        os.dup2(connection.fileno(), sys.stdout.fileno())
        os.environ.clear()
        os.environ.update(environment)
        killed.run(method, count, whom)
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1])
