"""The commands about people: ``fabula invite``, ``fabula person``, ``fabula token``.

They write to the database themselves, over a connection of their own, whether or not a server is running on it: SQLite lets several processes
write one after the other, the server remembers nothing about people, and no port, address or token has to be found out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated

import typer

from bots.endpoints import said_to_operator
from bots.platforms import Settings
from bots.web.access import NAME
from bots.web.places import PRIVATE
from core import texts
from core.errors import FabulaError
from core.people import Person, Token, display_name
from storage.opening import open_people
from storage.people import SqlPeople

Read = Callable[[], Settings]
Work = Callable[[SqlPeople, str], Awaitable[bool]]
"""Something to do with people, in a language; whether it could be done."""


def add_people_commands(command_line: typer.Typer, read: Read) -> None:
    """Add them to the command line. ``read`` reads the settings."""
    _add_invite(command_line, read)
    command_line.add_typer(_person_commands(read), name="person")
    command_line.add_typer(_token_commands(read), name="token")


def _add_invite(command_line: typer.Typer, read: Read) -> None:
    @command_line.command()
    def invite(
        name: Annotated[str, typer.Argument(help="Whom it is for, as they are called.")],
        room: Annotated[str, typer.Option(help="Let them into this room alone.")] = "",
        person: Annotated[str, typer.Option(help="The id of somebody to let in again, on another browser.")] = "",
    ) -> None:
        """Make a link that lets one person into the page, once, within seven days."""
        settings = read()

        async def work(people: SqlPeople, language: str) -> bool:
            if not _fits(room) or (person and not NAME.fullmatch(person)):
                return _say("room-unfit" if not _fits(room) else "person-unknown", language, False, id=person)
            operator = await people.operator()
            secret = await people.invite(
                operator.id if operator else "", name=display_name(name), room=room, person=person
            )
            _warn(settings)
            _say("invitation-made", language)
            typer.echo(f"{_address(settings)}/invite#{secret}")
            return True

        _do(settings, work)


def _person_commands(read: Read) -> typer.Typer:
    commands = typer.Typer(no_args_is_help=True, help="Who may come in.")

    @commands.command("list")
    def listed() -> None:
        """Everybody who may come in, by id."""

        async def work(people: SqlPeople, language: str) -> bool:
            everybody = await people.everybody()
            for person in everybody:
                _say("person-row", language, True, id=person.id, **_called(person, language))
            return bool(everybody) or _say("person-none", language)

        _do(read(), work)

    @commands.command("remove")
    def remove(person: Annotated[str, typer.Argument(help="Their id.")]) -> None:
        """Let somebody in no more: their log-ins and tokens end, what they made stays."""

        async def work(people: SqlPeople, language: str) -> bool:
            done = await people.remove(person)
            return _say("person-removed" if done else "person-unknown", language, done, id=person)

        _do(read(), work)

    return commands


def _token_commands(read: Read) -> typer.Typer:
    commands = typer.Typer(no_args_is_help=True, help="Tokens for programs that use the page's API.")
    _add_token_creation(commands, read)

    @commands.command("list")
    def listed() -> None:
        """All tokens, without their secrets."""

        async def work(people: SqlPeople, language: str) -> bool:
            tokens = await people.tokens()
            for token in tokens:
                _say(
                    "token-row",
                    language,
                    True,
                    id=token.id,
                    label=token.label,
                    date=_day(token),
                    **_called(token.person, language),
                )
            return bool(tokens) or _say("token-none", language)

        _do(read(), work)

    @commands.command()
    def revoke(token: Annotated[str, typer.Argument(help="Its id.")]) -> None:
        """Take a token back: it opens nothing any more, nor does what was signed in with it."""

        async def work(people: SqlPeople, language: str) -> bool:
            done = await people.revoke(token)
            return _say("token-revoked" if done else "token-unknown", language, done, id=token)

        _do(read(), work)

    return commands


def _add_token_creation(commands: typer.Typer, read: Read) -> None:
    @commands.command()
    def create(
        label: Annotated[str, typer.Argument(help="What it is for, to know it again.")],
        person: Annotated[str, typer.Option(help="The id of the person that it speaks for.")] = "",
        room: Annotated[str, typer.Option(help="The room that it opens; it speaks for a guest of its own there.")] = "",
    ) -> None:
        """Make a token for a person or for a room. It is shown once."""
        settings = read()

        async def work(people: SqlPeople, language: str) -> bool:
            if bool(person) == bool(room):
                return _say("token-for-whom", language, False)
            if not _fits(room):
                return _say("room-unfit", language, False)
            issued = await people.issue(display_name(label), person=person, room=room)
            if issued is None:
                return _say("person-unknown", language, False, id=person)
            _warn(settings)
            _say("token-made", language, id=issued[0].id)
            typer.echo(issued[1])
            return True

        _do(settings, work)


def _do(settings: Settings, work: Work) -> None:
    """Do it, and end with 1 where it could not be done."""

    async def done() -> bool:
        async with open_people(settings.data_dir, database_url=settings.database) as people:
            return await work(people, settings.language)

    try:
        well = asyncio.run(done())
    except FabulaError as error:
        typer.echo(said_to_operator(error, settings), err=True)
        well = False
    if not well:
        raise typer.Exit(1)


def _say(key: str, language: str, well: bool = True, /, **values: str) -> bool:
    """Say a sentence; to standard error where something is not ``well``, which is also the answer."""
    typer.echo(texts.say(key, language, **values), err=not well)
    return well


def _warn(settings: Settings) -> None:
    """Say where nobody has to sign in: a link or a token opens nothing that is not open already."""
    if not (settings.web_token or settings.web_token_file):
        typer.echo(texts.say("nobody-signs-in", settings.language), err=True)


def _called(person: Person, language: str) -> dict[str, str]:
    """How somebody is called, and what they are."""
    kind = "operator" if person.operator else "guest" if person.guest else ""
    name = person.name or texts.say("page-nameless", language)
    return {"name": name, "kind": texts.say(f"person-kind-{kind}", language) if kind else ""}


def _day(token: Token) -> str:
    return datetime.fromtimestamp(token.created, UTC).strftime("%Y-%m-%d")


def _fits(room: str) -> bool:
    """Whether that can be a room's name; none is named is well too."""
    return not room or bool(NAME.fullmatch(room) and not room.startswith(PRIVATE))


def _address(settings: Settings) -> str:
    """Where people reach the page, as far as the settings tell: under its first name, else on this machine."""
    if settings.web_hosts:
        return f"https://{settings.web_hosts[0]}"
    host = "localhost" if settings.web_is_open else settings.web_host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.web_port}"
