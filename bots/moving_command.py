"""``fabula migrate``: from the file to a PostgreSQL database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError

from bots.endpoints import said_to_operator
from bots.platforms import Settings
from core import texts
from core.errors import FabulaError, StorageFault
from core.settings import address_of

if TYPE_CHECKING:
    from storage.moving import Moved


def add_moving_command(command_line: typer.Typer, read: Callable[[], Settings]) -> None:
    """Add the command; ``read`` gives the settings."""

    @command_line.command()
    def migrate(
        to: Annotated[str, typer.Option("--to", help="The address of an empty database, postgresql://…")],
    ) -> None:
        """Move everything from the SQLite file to a PostgreSQL database, and compare each row. Fabula must not be running."""
        settings = read()
        language = settings.language
        try:
            url = Settings(database_url=to).database or ""
        except ValidationError:
            url = ""
        if not url:
            typer.echo(texts.say("doctor-settings-database", language, names="--to"), err=True)
            raise typer.Exit(1)
        try:
            moved = _moved(settings, url)
        except FabulaError as error:
            typer.echo(said_to_operator(error, settings), err=True)
            raise typer.Exit(1) from None
        rows = texts.number(moved.rows, language)
        typer.echo(texts.say("migrate-done", language, rows=rows, database=address_of(url), file=moved.file))


def _moved(settings: Settings, url: str) -> Moved:
    try:
        from storage.moving import move  # with what only such a database needs
    except ImportError:
        raise StorageFault("database-driver-absent") from None
    return asyncio.run(move(settings.data_dir, url))
