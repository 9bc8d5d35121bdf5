"""The command line: ``fabula run``, ``fabula doctor``, and who may come in (``fabula invite``, ``person``, ``token``)."""

from __future__ import annotations

import asyncio
import enum
import os
from typing import Annotated, NoReturn

import typer
from pydantic import SecretStr, ValidationError

from bots import sentences
from bots.doctor import examine
from bots.endpoints import said_to_operator
from bots.keeping_commands import add_keeping_commands
from bots.logs import set_up_logs
from bots.loop import new_loop
from bots.making_command import add_making_command
from bots.moving_command import add_moving_command
from bots.people_commands import add_people_commands
from bots.platforms import Settings, variables
from bots.program import serve
from bots.recipe_commands import add_recipe_commands
from bots.rules_commands import add_rules_commands
from bots.taste_commands import add_taste_commands
from bots.token_file import TOKEN_LEAST, token_in
from core import texts
from core.errors import FabulaError, OperatorFault
from core.services.catalogue import Catalogue
from core.settings import address_of

# Tracebacks stay plain: typer's framed ones can be told to show local variables, and keys with them.
command_line = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="A story-and-picture studio that lives in a chat.",
)


class Role(enum.Enum):
    """What a process does of the work."""

    ALL = "all"
    FRONT = "front"
    WORK = "work"


@command_line.command()
def run(
    role: Annotated[
        Role | None,
        typer.Option(help="What of the work: all, front (platforms and page) or work (jobs); FABULA_ROLE otherwise."),
    ] = None,
) -> None:
    """Serve the chat until Ctrl+C."""
    settings = _settings()
    settings = settings.model_copy(update={"role": role.value}) if role else settings
    try:
        settings = _with_token(settings)
        _check_token(settings)
        set_up_logs(settings.log_level, settings.secrets, settings.log_format)
        with asyncio.Runner(loop_factory=new_loop) as runner:
            runner.run(serve(settings, lambda address, code: _greet(settings, address, code)))
    except FabulaError as error:
        _stop(said_to_operator(error, settings))


@command_line.command()
def doctor(
    understanding: Annotated[
        bool,
        typer.Option(
            "--understanding", help="Ask the helper's model what sentences mean; it costs a little, and says so first."
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it costs something.")] = False,
) -> None:
    """Check settings, disk, database, keys, models and fonts."""
    settings = _settings()
    set_up_logs("DEBUG" if settings.log_level == "DEBUG" else "ERROR", settings.secrets)
    if understanding:
        return _ask_sentences(settings, agreed=yes)

    async def tell() -> bool:
        well = True
        async for finding in examine(settings):
            typer.echo(f"[{texts.say(f'doctor-{finding.state}', settings.language)}] {finding.text}")
            well = well and finding.state != "bad"
        return well

    if not asyncio.run(tell()):
        raise typer.Exit(1)
    return None


def _ask_sentences(settings: Settings, *, agreed: bool) -> None:
    """Tell what it will cost, and go on where that is agreed to."""
    language = settings.language
    usd = sentences.price(settings)
    number = sum(1 for _ in sentences.sentences())
    cost = texts.say("price-unknown", language) if usd is None else texts.money(usd, language)
    typer.echo(texts.say("doctor-understanding-costs", language, number=number, cost=cost))
    if usd != 0 and not agreed:
        typer.confirm(texts.say("doctor-understanding-sure", language), abort=True)
    well, lines = asyncio.run(sentences.told(settings))
    for line in lines:
        typer.echo(line)
    if not well:
        raise typer.Exit(1)


add_people_commands(command_line, lambda: _settings())
add_recipe_commands(command_line, lambda: _settings())
add_making_command(command_line, lambda: _settings())
add_moving_command(command_line, lambda: _settings())
add_keeping_commands(command_line, lambda: _settings())
add_rules_commands(command_line, lambda: _settings())
add_taste_commands(command_line, lambda: _settings())


def _greet(settings: Settings, address: str, code: str) -> None:
    """Where the page is, who writes and draws, what a key would add, and how a fresh bot finds out whose it is."""
    language = settings.language
    typer.echo(texts.say("run-working" if settings.role == "work" else "run-ready", language, address=address))
    if settings.role == "work" and address:
        typer.echo(texts.say("run-figures", language, address=address))
    if code:
        typer.echo(texts.say("run-code", language, code=code))
    if settings.web_token_file and settings.web_token:
        typer.echo(texts.say("run-token-file", language, file=settings.web_token_file))
    if settings.text_is_embedded and settings.image_is_embedded:
        typer.echo(texts.say("run-embedded", language))
    else:
        words = {"writer": settings.writer_model, "helper": settings.helper_model}
        typer.echo(texts.say("run-words-embedded" if settings.text_is_embedded else "run-words", language, **words))
        drawn = "run-pictures-embedded" if settings.image_is_embedded else "run-pictures"
        typer.echo(texts.say(drawn, language, image=settings.image_model))
    place = {"folder": settings.data_dir.resolve(), "database": address_of(settings.database or "")}
    typer.echo(texts.say("run-data-server" if settings.database else "run-data", language, **place))


def _settings() -> Settings:
    """The validated settings; ends the program with one sentence where they cannot be used."""
    language = texts.language_of(os.environ.get("FABULA_LANGUAGE"))
    try:
        settings = Settings()
    except ValidationError as error:
        _stop("\n".join(_said_of(error, language)))
    except (OSError, UnicodeDecodeError):
        _stop(texts.say("run-env-unreadable", language))
    try:
        Catalogue.load(settings.prices)
    except ValueError:  # a kind of token that does not exist
        _stop(texts.say("doctor-settings-bad", settings.language, names=variables()["prices"]))
    return settings


def _said_of(error: ValidationError, language: str) -> list[str]:
    """One sentence about each setting that cannot be used, and nothing of its value."""
    known = variables()
    wrong = {known.get(field, field): kind for kind, field in _places(error)}
    return [
        texts.say(
            f"doctor-{kind}" if kind.startswith("settings-") else "doctor-settings-bad",
            language,
            names=name,
        )
        for name, kind in sorted(wrong.items())
    ]


def _places(error: ValidationError) -> list[tuple[str, str]]:
    return [(problem["type"], str(problem["loc"][0])) for problem in error.errors(include_input=False)]


def _with_token(settings: Settings) -> Settings:
    """The settings with the token from its file, which is made where it is missing. A token given in words is preferred."""
    if settings.web_token or not settings.web_token_file:
        return settings
    return settings.model_copy(update={"web_token": SecretStr(token_in(settings.web_token_file))})


def _check_token(settings: Settings) -> None:
    """Beyond this machine there has to be a token, and nowhere one that could be guessed. Raises ``OperatorFault``."""
    if settings.web_is_open and not settings.web_token and settings.role != "work":
        raise OperatorFault("token-demanded")
    if settings.web_token and len(settings.web_token.get_secret_value()) < TOKEN_LEAST:
        raise OperatorFault("token-too-short", least=TOKEN_LEAST)


def _stop(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
