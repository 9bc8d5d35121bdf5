"""``fabula rules check`` and ``fabula rules explain``: what the rules say, before somebody runs into them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from bots.endpoints import said_to_operator
from bots.operating import LIMITED
from bots.platforms import Settings
from bots.recipe_commands import shelf_of
from core import texts
from core.conversation.feature import Repertoire
from core.conversation.limits import day_start, month_start
from core.conversation.ruling import Limit, Ruling
from core.errors import FabulaError
from core.features import FEATURES
from core.features.recipe import engine
from core.jobs import Estimator
from core.operators import Operators
from core.rules.book import PLATFORMS
from core.rules.form import RuleFile, Span
from core.rules.own import is_own, read_own
from core.rules.reading import LARGEST, Unusable, read_rules
from core.services.catalogue import Catalogue
from core.services.openai import Connection
from core.services.openai_images import OpenAIPainter
from core.services.openai_text import OpenAIWriter
from core.types import Place, Request, User
from storage.opening import open_people, open_reading
from storage.state import State

Read = Callable[[], Settings]
_NOWHERE = "http://127.0.0.1:9/v1"


class _Fixed:
    """Rules that do not change."""

    def __init__(self, rules: RuleFile) -> None:
        self.rules = rules


def add_rules_commands(command_line: typer.Typer, read: Read) -> None:
    """Add them to the command line. ``read`` reads the settings."""
    commands = typer.Typer(no_args_is_help=True, help="Rules: who may do what, and how much of it.")

    @commands.command()
    def check(
        file: Annotated[Path | None, typer.Argument(help="The file; FABULA_RULES where none is named.")] = None,
    ) -> None:
        """Say what is wrong with a file of rules, with its line, in one sentence each."""
        settings = read()
        rules = _read(settings, file or settings.rules)
        typer.echo(texts.say("rules-fine", settings.language, count=len(rules.rule)))

    @commands.command()
    def explain(
        person: Annotated[str, typer.Argument(help="Who: telegram:42, discord:42, web:…")],
        command: Annotated[str, typer.Argument(help="What: a command or a recipe.")],
        room: Annotated[str, typer.Option(help="In which chat: telegram:-100…; without it, in private.")] = "",
        role: Annotated[list[str] | None, typer.Option(help="A role that they have there; may be said again.")] = None,
        administrator: Annotated[bool, typer.Option("--administrator", help="They run that chat.")] = False,
    ) -> None:
        """Say which rules hold for somebody who does something, and how much is left."""
        settings = read()
        rules = _read(settings, settings.rules)
        user = _user(person, roles=tuple(role or ()), administrator=administrator)
        if user is None:
            typer.echo(texts.say("operator-person-unknown", settings.language, id=person), err=True)
            raise typer.Exit(1)
        platform, _, chat = (room or person).partition(":")
        place = Place(platform=platform, chat=chat, private=not room)
        try:
            for line in asyncio.run(_explained(settings, rules, user, place, command.removeprefix("/"))):
                typer.echo(line)
        except FabulaError as error:
            typer.echo(said_to_operator(error, settings), err=True)
            raise typer.Exit(1) from None

    command_line.add_typer(commands, name="rules")


def _user(person: str, **more: object) -> User | None:
    platform, colon, name = person.partition(":")
    return (
        User.model_validate({"platform": platform, "id": name, **more})
        if colon and name and platform in PLATFORMS
        else None
    )


def _repertoire(settings: Settings) -> tuple[Repertoire, frozenset[str]]:
    shelf = shelf_of(settings)
    repertoire = Repertoire((*FEATURES, engine(shelf)))
    return repertoire, frozenset({*repertoire.belongs, *repertoire.belongs.values(), *shelf.recipes})


def _read(settings: Settings, file: Path | None) -> RuleFile:
    """The rules of a file; ends the program with a sentence for each mistake in it."""
    if file is None:
        typer.echo(texts.say("rules-none", settings.language), err=True)
        raise typer.Exit(1)
    try:
        with file.open("rb") as opened:
            return read_rules(opened.read(LARGEST + 1), _repertoire(settings)[1], PLATFORMS)
    except OSError:
        typer.echo(texts.say("operator-rules-unusable", settings.language, file=file, line=1), err=True)
    except Unusable as error:
        for problem in error.problems:
            typer.echo(problem.told(settings.language), err=True)
    raise typer.Exit(1)


async def _explained(settings: Settings, rules: RuleFile, user: User, place: Place, name: str) -> list[str]:
    language = settings.language
    repertoire, known = _repertoire(settings)
    if name not in known:
        return [texts.say("rules-bad-command", language, name=name)]
    ruling = Ruling(
        _Fixed(rules),
        settings,
        _estimator(settings, repertoire),
        repertoire.belongs,
        Operators(settings.operators),
    )
    recipe = name not in repertoire.belongs
    options = {"recipe": name, "pictures": "1"} if recipe else {"pages": "4"} if name == "book" else {}
    request = Request(
        command="recipe" if recipe else name,
        options=options,
        message="",
        place=place,
        author=user,
        session=f"{place.key}:{user.id}",
    )
    made = request if recipe or name in repertoire.costs else None
    async with open_people(settings.data_dir, database_url=settings.database) as people:
        ruling.own = read_own(await State(people.database).names(LIMITED))
    if ruling.operates(user):
        return [texts.say("rules-operator", language, who=user.key)]
    deciding = ruling.deciding(user, place, name, made)
    key = "rules-denied" if deciding and deciding.allow is False else "rules-allowed"
    lines = [texts.say(key, language, who=user.key, what=name, rule=deciding.name if deciding else "–")]
    now = time.time()
    since: dict[Span, float] = {"minute": now - 60, "day": day_start(now), "month": month_start(now)}
    limits = ruling.limits(request, since) if made else []
    async with open_reading(settings.data_dir, database_url=settings.database) as store:
        for limit in limits:
            requests, usd = await store.ceiling_used(limit.ceiling, settings.unpriced_usd)
            lines.append(_told(limit, requests, usd, language))
    return lines


def _told(limit: Limit, requests: int, usd: float, language: str) -> str:
    ceiling, rule = limit.ceiling, limit.rule
    counts = ceiling.requests is not None
    used = texts.number(requests, language) if counts else texts.money(usd, language)
    most = texts.number(ceiling.requests or 0, language) if counts else texts.money(ceiling.usd or 0, language)
    name = texts.say("rules-own", language) if is_own(rule) else rule.name
    told = {"rule": name, "used": used, "allowed": most, "span": texts.say(f"rules-span-{limit.span}", language)}
    told |= {
        "each": texts.say(f"rules-each-{rule.each}", language),
        "then": texts.say(f"rules-then-{rule.at_limit}", language),
    }
    return texts.say("rules-limit", language, **told)


def _estimator(settings: Settings, repertoire: Repertoire) -> Estimator:
    """Counts without asking anybody."""
    idle, catalogue = Connection(_NOWHERE, ""), Catalogue.load(settings.prices)
    writer = OpenAIWriter(idle, catalogue, model=settings.writer_model, helper=settings.helper_model)
    return Estimator(writer, OpenAIPainter(idle, catalogue, model=settings.image_model), settings, repertoire.costs)
