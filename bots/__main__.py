"""The command line: ``fabula run`` and ``fabula doctor``."""

from __future__ import annotations

import asyncio
from typing import NoReturn

import structlog
import typer
from pydantic import ValidationError

from bots.doctor import examine
from bots.logs import set_up_logs
from bots.program import serve
from core import texts
from core.errors import FabulaError, OperatorFault
from core.settings import Settings

command_line = typer.Typer(
    add_completion=False, no_args_is_help=True, help="A story-and-picture studio that lives in a chat."
)


@command_line.command()
def run() -> None:
    """Serve the chat until Ctrl+C."""
    settings = _settings()
    language = settings.language

    def greet(address: str) -> None:
        typer.echo(texts.say("run-ready", language, address=address))
        if settings.text_in_sandbox or settings.image_in_sandbox:
            typer.echo(texts.say("run-sandbox", language))
        models = {"writer": settings.writer_model, "helper": settings.helper_model, "image": settings.image_model}
        if not (settings.text_in_sandbox and settings.image_in_sandbox):
            typer.echo(texts.say("run-models", language, **models))
        typer.echo(texts.say("run-data", language, folder=settings.data_dir.resolve()))

    try:
        if settings.web_is_open and not settings.web_token:
            raise OperatorFault("token-demanded")
        asyncio.run(serve(settings, greet))
    except FabulaError as error:
        structlog.get_logger().error("cannot start", code=error.code)
        _stop(texts.say(f"error-{error.code}", language, **error.values))


@command_line.command()
def doctor() -> None:
    """Check settings, disk, database, keys, models and fonts."""
    settings = _settings()

    async def tell() -> bool:
        well = True
        async for finding in examine(settings):
            typer.echo(f"[{texts.say(f'doctor-{finding.state}', settings.language)}] {finding.text}")
            well = well and finding.state != "bad"
        return well

    if not asyncio.run(tell()):
        raise typer.Exit(1)


def main() -> None:
    """The console script."""
    command_line()


def _settings() -> Settings:
    """The validated settings, with the logs set up; ends the program with one sentence where they cannot be used."""
    try:
        settings = Settings()
    except ValidationError as error:
        names = ", ".join(sorted({str(problem["loc"][0]).upper() for problem in error.errors()}))
        _stop(texts.say("doctor-settings-bad", "en", names=names))
    secrets = [
        settings.text_key,
        settings.image_key,
        settings.web_token.get_secret_value() if settings.web_token else None,
    ]
    set_up_logs(settings.log_level, secrets)
    return settings


def _stop(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


if __name__ == "__main__":
    main()
