"""The commands about recipe files: ``fabula recipes``, which lists them, ``recipes check`` and ``recipes try``."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from bots.endpoints import said_to_operator
from bots.platforms import NEEDED, Settings
from bots.program import Program, running
from bots.web.places import PRIVATE
from core import texts
from core.documents import names
from core.errors import FabulaError
from core.features import FEATURES
from core.features.recipe import names_of
from core.recipes.form import RecipeFile
from core.recipes.reading import LARGEST, Unusable, read_recipe
from core.recipes.shelf import SHIPPED, Shelf
from core.types import User

Read = Callable[[], Settings]

PERSON = "operator"
CHAT = PRIVATE + PERSON


def add_recipe_commands(command_line: typer.Typer, read: Read) -> None:
    """Add them to the command line. ``read`` reads the settings."""
    commands = typer.Typer(invoke_without_command=True, help="Recipes: files that make texts with their pictures.")

    @commands.callback()
    def listed(context: typer.Context) -> None:
        """All recipes, and where they come from."""
        if context.invoked_subcommand is None:
            _list(read())

    @commands.command()
    def check(file: Annotated[Path, typer.Argument(help="The recipe file.")]) -> None:
        """Say what is wrong with a file, with its line and key, in one sentence each."""
        _check(file, read().language)

    @commands.command("try")
    def try_(
        name: Annotated[str, typer.Argument(help="The recipe's name.")],
        words: Annotated[str, typer.Argument(help="What stands behind its command, options too.")],
        folder: Annotated[Path | None, typer.Option("--into", help="The folder for what comes of it.")] = None,
    ) -> None:
        """Run a recipe here, and write what comes of it into a folder."""
        settings = read()
        try:
            well = asyncio.run(_tried(settings, name, words, folder or Path(name)))
        except FabulaError as error:
            typer.echo(said_to_operator(error, settings), err=True)
            raise typer.Exit(1) from None
        if not well:
            raise typer.Exit(1)

    command_line.add_typer(commands, name="recipes")


def shelf_of(settings: Settings) -> Shelf:
    """The recipes of an installation, looked at once."""
    shelf = Shelf(settings.recipes_folder, frozenset(names_of(FEATURES)))
    shelf.look()
    return shelf


def _list(settings: Settings) -> None:
    language, shelf = settings.language, shelf_of(settings)
    for name, recipe in shelf.recipes.items():
        file = shelf.file_of(name)
        own = texts.say("recipes-shipped", language) if file and file.parent == SHIPPED else str(file)
        typer.echo(texts.say("recipes-listed", language, name=name, about=recipe.about.of(language), source=own))
    for broken in shelf.broken:
        for problem in broken.problems:
            typer.echo(f"{broken.file}: {problem.told(language)}", err=True)


def _check(file: Path, language: str) -> None:
    try:
        with file.open("rb") as opened:
            recipe = read_recipe(opened.read(LARGEST + 1), frozenset(names_of(FEATURES)))
    except OSError:
        typer.echo(texts.say("recipe-bad-unreadable", language), err=True)
        raise typer.Exit(1) from None
    except Unusable as error:
        for problem in error.problems:
            typer.echo(problem.told(language), err=True)
        raise typer.Exit(1) from None
    typer.echo(texts.say("recipes-good", language, name=recipe.name, example=recipe.example.of(language)))


async def _tried(settings: Settings, name: str, words: str, folder: Path) -> bool:
    """Run a recipe in a studio of its own, which shares nothing with one that may be running but the recipes and the services."""
    recipe = shelf_of(settings).recipes.get(name)
    if recipe is None:
        typer.echo(texts.say("recipes-unknown", settings.language, name=name), err=True)
        return False
    with tempfile.TemporaryDirectory() as data:
        alone: Mapping[str, object] = {
            "data_dir": Path(data),
            "recipes_dir": settings.recipes_folder,
            **dict.fromkeys((*NEEDED, "web_token", "public_url", "database_url", "media_url")),
            "role": "all",
            **{"allowed": (), "monthly_budget_usd": 0, "person_daily_usd": 0, "embedded_fast": True},
        }
        async with running(settings.model_copy(update=alone)) as program:
            return await _made(program, recipe, words, folder)


async def _made(program: Program, recipe: RecipeFile, words: str, folder: Path) -> bool:
    """Say the command, and write down what is answered until the end."""
    user = User(platform="web", id=PERSON, name=PERSON, language=program.settings.language)
    said = await program.inbound.message(CHAT, user, f"/{recipe.name} {words}", (), None, None, None)
    seq, number, well = 0, 0, True
    while True:
        rows = await program.storage.events.after(CHAT, seq)
        for row in rows:
            seq, event = row.seq, json.loads(row.data or "{}")
            if event.get("in_reply_to") != said:
                continue
            if event["kind"] == "end":
                return well
            if event["kind"] in ("reply", "failure"):
                well = well and event["kind"] == "reply" and not _asks(event)
                typer.echo(event["text"], err=event["kind"] == "failure")
                number = await _written(program, event, folder, number)
        if not rows:
            await asyncio.sleep(0.05)


def _asks(event: Mapping[str, Any]) -> bool:
    """Whether it asks for what is missing."""
    return any(action["id"].startswith("recipe-fill:") for action in event["actions"])


async def _written(program: Program, event: Mapping[str, Any], folder: Path, number: int) -> int:
    """Write the pieces of an answer into the folder; the number of pictures there by now."""
    for piece in event["pieces"]:
        kept = await program.storage.store.piece(piece["id"])
        if kept is None:
            continue
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        if kept.piece.picture is None:
            file, data = folder / "text.md", f"{kept.piece.words}\n".encode()
        else:
            number += 1
            ending = kept.piece.picture.mime.rpartition("/")[2].replace("jpeg", "jpg")
            file = folder / f"{number:02}-{names.stem(kept.piece.caption, 'picture')}.{ending}"
            data = await program.storage.media.read(kept.piece.picture.media)
        await asyncio.to_thread(file.write_bytes, data)
        typer.echo(texts.say("recipes-written", program.settings.language, file=file))
    return number
