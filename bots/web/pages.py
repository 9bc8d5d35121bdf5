"""The routes of the page: its files, what it shows itself with, and the API's description."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import FileResponse, HTMLResponse

from bots.web import schemas
from bots.web.access import Admitting, access_of
from bots.web.docs import docs_page
from bots.web.door import door_of
from bots.web.problems import Problem
from core import prompts, texts
from core.conversation.commands import Command, Commands, Option, choices
from core.conversation.limits import FILE_LIMIT, PHOTO_LIMIT
from core.documents.formats import FAMILIES
from core.people import Person
from core.pictures import files as pictures
from core.rows import ASKED_VERBS, BACK_VERBS, DIAGRAM_VERBS, LETTERED_VERBS, PICTURE_VERBS, REGION_VERBS, TEXT_VERBS

_SAME_LABELS = {*PICTURE_VERBS, *BACK_VERBS, *LETTERED_VERBS, *DIAGRAM_VERBS, *TEXT_VERBS, *REGION_VERBS, *ASKED_VERBS}
"""Verbs whose buttons always say the same: each reader's page says it in their language."""

PAGE = Path(__file__).parent / "page"
SAMPLES = PAGE / "styles"
"""A small picture of each style, ``<style>.webp``: ``make samples`` draws them again."""

A_DAY = 24 * 3600
A_YEAR = 365 * A_DAY
"""Seconds."""


open_routes = APIRouter()
"""What everybody may see."""

routes = APIRouter(route_class=Admitting, tags=["page"])
"""What the page shows itself with."""


@cache
def version() -> str:
    """What the page's parts are together, in their addresses: they are kept for good, and another version is asked for elsewhere."""
    digest = hashlib.blake2b(digest_size=6)
    for file in sorted(PAGE.glob("*.*")):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


@cache
def _index() -> str:
    return (PAGE / "index.html").read_text("utf-8").replace('"/page/', f'"/page/{version()}/')


@open_routes.get("/", include_in_schema=False)
async def page() -> HTMLResponse:
    """The page."""
    return HTMLResponse(_index(), headers={"Cache-Control": "no-cache"})


@open_routes.get("/page/styles/{name}", include_in_schema=False)
async def style_sample(name: str) -> FileResponse:
    """A small picture of a style."""
    if name.removesuffix(".webp") not in prompts.STYLES or not (SAMPLES / name).is_file():
        raise Problem(404, "not-found")
    return FileResponse(SAMPLES / name, headers={"Cache-Control": f"max-age={A_DAY}"})


@open_routes.get("/page/{name}", include_in_schema=False)
@open_routes.get("/page/{of}/{name}", include_in_schema=False)
async def page_file(name: str, of: str = "") -> FileResponse:
    """A part of the page, which is kept where it was asked for as one of this version."""
    if not re.fullmatch(r"[\w-]+\.(js|css|svg|webmanifest)", name) or not (PAGE / name).is_file():
        raise Problem(404, "not-found")
    kept = f"public, max-age={A_YEAR}, immutable" if of == version() else "no-cache"
    return FileResponse(PAGE / name, headers={"Cache-Control": kept})


@open_routes.get("/healthz", tags=["service"], summary="Whether the program is up")
async def healthz() -> dict[str, str]:
    """It is, or there is no answer."""
    return {"status": "ok"}


@open_routes.get("/api/docs", include_in_schema=False)
async def docs(request: Request) -> HTMLResponse:
    """The description of the API, for people."""
    return HTMLResponse(docs_page(request.app.openapi()))


@routes.get("/api/page", summary="What the page shows itself with")
async def page_content(
    request: Request,
    user: str | None = None,
    language: str | None = None,
    accept_language: Annotated[str | None, Header()] = None,
) -> schemas.PageContent:
    """Its sentences and commands in a language, and who looks at it."""
    door, access = door_of(request), access_of(request)
    access.user(request, user)
    known = language if language in texts.LANGUAGES else texts.accept_language(accept_language, door.settings.language)
    content = page_for(known, door.commands, embedded=door.settings.image_is_embedded)
    person: Person | None = request.state.person
    if person is None:
        return content
    rooms = list(await door.people.rooms(person.id))
    who = {"user": person.id, "name": person.name, "operator": person.operator, "guest": person.guest}
    return content.model_copy(update={**who, "rooms": rooms})


def usage(command: Command, language: str) -> str:
    """How a command is typed, with what it takes in the person's language."""
    if language == "en" or not command.takes:
        return command.usage
    return f"/{command.name} {command.say(f'option-{command.takes}', language)}"


def labels(option: Option, language: str) -> dict[str, str]:
    """What choices are called in a language, where that is not what is typed."""
    if option.kind == "style":
        return {name: style.label(language) for name, style in prompts.STYLES.items() if style.label(language) != name}
    if language != "zh":
        return {}
    known = ((said, value) for said, value in option.values.items() if not said.isascii())
    return {value: said for said, value in reversed(list(known))}


def page_for(language: str, commands: Commands, *, embedded: bool) -> schemas.PageContent:
    """The page's sentences and the palette, from the catalogue and the commands."""
    return schemas.PageContent(
        language=language,
        user=None,
        texts={
            key: text
            for key, text in texts.catalogue(language).items()
            if key.startswith("page-") or key.removeprefix("button-") in _SAME_LABELS
        },
        commands=[
            schemas.PageCommand(
                name=command.name,
                usage=usage(command, language),
                aliases=list(command.aliases),
                description=command.say(f"command-{command.name}", language),
                options=[
                    schemas.PageOption(
                        name=option.name,
                        description=command.say(f"option-{option.name}", language),
                        choices=list(choices(option)),
                        labels=labels(option, language),
                        samples=option.kind == "style",
                        aliases=list(option.aliases),
                    )
                    for option in command.options
                ],
                files=[ending for family in command.families for ending in FAMILIES[family]],
            )
            for command in commands
            if command.listed
        ],
        examples=[texts.say(f"example-{place}", language) for place in (1, 2, 3)],
        artist_note=texts.say("embedded-note", language) if embedded else "",
        pictures=list(pictures.endings()),
        file_limit=FILE_LIMIT,
        file_count=PHOTO_LIMIT,
    )
