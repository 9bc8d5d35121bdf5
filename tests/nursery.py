"""Programs that start at once: ``python nursery.py SOCKET`` imports everything, then forks a Fabula for each connection.

Importing takes most of a start, and tests start many programs; one nursery serves all workers of a run. A connection brings one JSON line
(``Order``) with two files, for what the program says and for what it complains about, and hears the program's number and, at its end, its code.
Ends when its stdin does; programs go on to their own ends.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import threading
from typing import NoReturn, TypedDict

PROGRAM = ("bots.__main__", "bots.command_line", "bots.discord.platform", "bots.telegram.platform", "killed")


class Order(TypedDict):
    """What a program is: its environment, folder and umask, and either arguments for ``fabula`` or a commit to die after (``killed.run``)."""

    environment: dict[str, str]
    folder: str
    umask: int
    arguments: list[str]
    dies: tuple[str, int, str] | None


def main(path: str) -> None:
    """Serve until stdin ends."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(socket.SOMAXCONN)
    print("ready", flush=True)  # whoever connects now waits for what is imported
    know_everything()
    gc.collect()
    gc.freeze()  # or each program copies all that was imported, and looks through it at its end: most of its processor time
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who watch
    while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            watch(connection)
            os._exit(0)
        connection.close()


def know_everything() -> None:
    """Import what a program may need."""
    gc.disable()
    for module in PROGRAM:
        importlib.import_module(module)
    gc.enable()


def watch(connection: socket.socket) -> None:
    """Start one program and tell how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    line, files, _, _ = socket.recv_fds(connection, 1 << 20, 2)
    child = os.fork()
    if child == 0:
        connection.close()
        live(json.loads(line), *files)
    for file in files:
        os.close(file)
    connection.sendall(f"{child}\n".encode())
    _, status = os.waitpid(child, 0)
    connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def live(order: Order, out: int, err: int) -> NoReturn:
    """Become the program. Its end is an interpreter's own, but for a quiet one (``leave``)."""
    for file, number in ((os.open(os.devnull, os.O_RDONLY), 0), (out, 1), (err, 2)):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    os.umask(order["umask"])
    sys.argv = ["fabula", *order["arguments"]]
    try:
        run(order)
    except SystemExit as end:
        if not isinstance(end.code, int | None):
            raise
        leave(end.code or 0)
    leave(0)


def run(order: Order) -> None:
    """Be the program until it ends."""
    if order["dies"]:
        import killed

        killed.run(*order["dies"])
    else:
        import bots.__main__

        bots.__main__.main()


def leave(code: int) -> NoReturn:
    """End as an interpreter does: threads and what is registered come to their ends, and what was left open complains. Only what was
    imported is not taken down: for that, all of the nursery would be copied, which takes longer than most programs work.
    (``test_command_line`` and ``test_wheel`` end as people's programs do.)"""
    threading._shutdown()  # type: ignore[attr-defined]  # what multiprocessing calls, too
    atexit._run_exitfuncs()
    gc.collect()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1])
