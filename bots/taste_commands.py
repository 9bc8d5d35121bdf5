"""The commands about taste: ``fabula taste report``, whether learning helps, and ``fabula taste evaluate``, whether another method would."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from bots.endpoints import said_to_operator
from bots.platforms import Settings
from core import prompts, taste_log, texts
from core.errors import FabulaError
from core.taste_log import Logged, Mean
from storage.opening import read_taste_log

Read = Callable[[], Settings]


def add_taste_commands(command_line: typer.Typer, read: Read) -> None:
    """Add them to the command line. ``read`` reads the settings."""
    commands = typer.Typer(no_args_is_help=True, help="What ratings teach: does it help?")

    @commands.command()
    def report(
        folder: Annotated[Path | None, typer.Option("--into", help="A folder for taste.csv and taste.svg.")] = None,
    ) -> None:
        """The mean rating with and without learning, over time and by factor. No names."""
        settings = read()
        language, table = settings.language, taste_log.rows(_logged(settings))
        if not table:
            typer.echo(texts.say("taste-report-none", language))
        for factor in dict.fromkeys(row.factor for row in table):
            learnt, blank = taste_log.together(table, factor)
            name = texts.say("taste-report-all" if factor == taste_log.ALL else f"factor-{factor}", language)
            told = {"learnt": _told(learnt), "blank": _told(blank)}
            typer.echo(texts.say("taste-report-row", language, factor=name, **told))
        if folder:
            labels = {name: texts.say(f"taste-report-{name}", language) for name in ("learnt", "blank")}
            _write(
                folder, {"taste.csv": taste_log.as_csv(table), "taste.svg": taste_log.as_svg(table, labels)}, language
            )

    @commands.command()
    def evaluate() -> None:
        """What learning as it is now, no learning, and lots alone would have got from the ratings that there are."""
        settings = read()
        found = taste_log.judged(_logged(settings), prompts.arms())
        if not found:
            typer.echo(texts.say("taste-report-none", settings.language))
        for one in found:
            factor = texts.say(f"factor-{one.factor}", settings.language)
            method = texts.say(f"taste-method-{one.method}", settings.language)
            numbers = {"value": f"{one.value:+.2f}", "half": f"{one.half:.2f}", "worth": f"{one.worth:.0f}"}
            typer.echo(texts.say("taste-evaluate-row", settings.language, factor=factor, method=method, **numbers))

    command_line.add_typer(commands, name="taste")


def _told(mean: Mean) -> str:
    return f"{mean.mean:+.2f} ± {mean.half():.2f} ({mean.count})" if mean.count else "–"


def _logged(settings: Settings) -> list[Logged]:
    try:
        return asyncio.run(read_taste_log(settings.data_dir, database_url=settings.database))
    except FabulaError as error:
        typer.echo(said_to_operator(error, settings), err=True)
        raise typer.Exit(1) from None


def _write(folder: Path, files: dict[str, str], language: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError:
        typer.echo(texts.say("taste-report-unwritten", language), err=True)
        raise typer.Exit(1) from None
    for name in files:
        typer.echo(texts.say("recipes-written", language, file=folder / name))
