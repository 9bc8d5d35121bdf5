"""``fabula make``: a table in, a folder of works out, by the same engine as ``/batch``; begun again, it goes on where it was."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from bots.endpoints import said_to_operator
from bots.logs import set_up_logs
from bots.making import BEGAN_NOT, Making, Wishes
from bots.platforms import NEEDED, Settings
from bots.program import running
from core import texts
from core.errors import FabulaError

Read = Callable[[], Settings]

FOLDER = "make"
"""Where the works are kept, inside the data folder: a studio of its own, so it goes on beside a server that runs."""

_OTHERS = {"allow_extra_args": True, "ignore_unknown_options": True}


def add_making_command(command_line: typer.Typer, read: Read) -> None:
    """Add it to the command line. ``read`` reads the settings."""

    @command_line.command(context_settings=_OTHERS)
    def make(
        context: typer.Context,
        recipe: Annotated[str, typer.Argument(help="A recipe, “image” or “story”.")],
        table: Annotated[Path, typer.Argument(help="CSV, XLSX, XLS or ODS; the first row names the columns.")],
        out: Annotated[Path, typer.Option(help="The folder for what is made.")],
        columns: Annotated[list[str] | None, typer.Option("--map", help="COLUMN=INPUT; may be given again.")] = None,
        samples: Annotated[bool, typer.Option("--samples", help="Make three rows only.")] = False,
        slow: Annotated[bool, typer.Option("--slow", help="At half price; it may take a day for each step.")] = False,
    ) -> None:
        """Make a work of each row of a table. --style, --quality, --lang, --check and --no are as in the chat.

        Ends with 0 when all rows are made, 1 when some are not, 2 when it could not begin. After Ctrl+C the same command goes on.
        """
        settings = read()
        set_up_logs("DEBUG" if settings.log_level == "DEBUG" else "CRITICAL", settings.secrets, settings.log_format)
        wishes = Wishes(recipe, table, out, tuple(columns or ()), tuple(context.args), samples, slow)
        try:
            code = asyncio.run(_made(settings, wishes))
        except FabulaError as error:
            typer.echo(said_to_operator(error, settings), err=True)
            code = BEGAN_NOT
        raise typer.Exit(code)


async def _made(settings: Settings, wishes: Wishes) -> int:
    """Make it in a studio without platforms, until it is done or somebody stops it."""
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    alone: dict[str, object] = {
        "data_dir": settings.data_dir / FOLDER,
        "recipes_dir": settings.recipes_folder,
        **dict.fromkeys((*NEEDED, "web_token", "public_url", "database_url", "media_url", "report_chat")),
        **{"allowed": (), "open": True},
    }
    async with running(settings.model_copy(update=alone)) as program:
        code = await Making(program, wishes, stop).run()
        program.runner.start_nothing()
        if stop.is_set():
            typer.echo(texts.say("make-stopped", settings.language), err=True)
    return code
