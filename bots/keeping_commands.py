"""``fabula backup``, ``fabula restore`` and ``fabula export``: beside a server that runs, or without one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from bots.endpoints import said_to_operator
from bots.platforms import Settings
from core import texts
from core.errors import FabulaError, OperatorFault
from storage.keeping.backup import back_up
from storage.keeping.export import export as export_person
from storage.keeping.export import person_called
from storage.keeping.restore import restore as bring_back

Read = Callable[[], Settings]
MB = 1024**2


def add_keeping_commands(command_line: typer.Typer, read: Read) -> None:
    """Add them to the command line. ``read`` reads the settings."""

    @command_line.command()
    def backup(file: Annotated[Path, typer.Argument(help="The archive to write; it must not be there yet.")]) -> None:
        """Back everything up into one file, also while Fabula runs."""
        _do(read(), lambda settings: _backed_up(settings, file))

    @command_line.command()
    def restore(file: Annotated[Path, typer.Argument(help="An archive that “fabula backup” wrote.")]) -> None:
        """Bring a backup back, into a data folder in which there is nothing."""
        _do(read(), lambda settings: _restored(settings, file))

    @command_line.command()
    def export(
        person: Annotated[str, typer.Argument(help="Who: telegram:42, discord:42, or an id of “fabula person list”.")],
        file: Annotated[Path, typer.Argument(help="The archive to write.")] = Path("export.zip"),
    ) -> None:
        """Write everything about one person into an archive, for them to have; nothing of others is in it."""
        _do(read(), lambda settings: _exported(settings, person, file))


def _backed_up(settings: Settings, file: Path) -> None:
    language = settings.language
    size, contents = back_up(settings.data_dir, file, settings.recipes_folder)
    pieces = contents.tables.get("pieces", 0)
    told = {"file": file, "mb": texts.number(round(size / MB, 1), language), "pieces": pieces, "files": contents.media}
    typer.echo(texts.say("backup-made", language, **told))
    if contents.missing:
        typer.echo(texts.say("backup-lacks", language, count=len(contents.missing)), err=True)


def _restored(settings: Settings, file: Path) -> None:
    language, contents = settings.language, bring_back(settings.data_dir, file)
    told = {"folder": settings.data_dir.absolute(), "day": texts.day(contents.created, language)}
    counts = {"pieces": contents.tables.get("pieces", 0), "files": contents.media}
    typer.echo(texts.say("backup-restored", language, **told, **counts))
    if contents.missing:
        typer.echo(texts.say("backup-lacks", language, count=len(contents.missing)), err=True)


def _exported(settings: Settings, said: str, file: Path) -> None:
    person = person_called(settings.data_dir, said)
    done = export_person(settings.data_dir, person, file, settings.language)
    told = {"file": file, "person": person, "pieces": done.pieces, "files": done.files}
    typer.echo(texts.say("export-made", settings.language, **told))
    if done.lost:
        typer.echo(texts.say("backup-lacks", settings.language, count=done.lost), err=True)


def _do(settings: Settings, work: Callable[[Settings], None]) -> None:
    """Do it; where it cannot be done, one sentence, and 1 as the end."""
    try:
        if settings.database:
            raise OperatorFault("keeping-postgresql", folder=str(settings.data_dir))
        if settings.media_url:
            raise OperatorFault("keeping-bucket", place=settings.media_url.partition("?")[0])
        work(settings)
    except FabulaError as error:
        typer.echo(said_to_operator(error, settings), err=True)
        raise typer.Exit(1) from None
