"""The operator's page, and what watches read: ``/admin``, ``/metrics``, ``/readyz``. Nobody else sees any of it."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from bots.web.access import NAME, Access, access_of, address_of
from bots.web.door import door_of
from bots.web.layout import laid_out
from bots.web.places import PLATFORM, PRIVATE
from bots.web.problems import Problem
from core import texts
from core.errors import FabulaError
from core.jobs import failure
from core.people import Person, display_name
from core.settings import LOOPBACK
from core.types import User

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""Of the text format (https://prometheus.io/docs/instrumenting/exposition_formats/, 2026-11)."""

routes = APIRouter(include_in_schema=False)


@routes.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """Whether requests are taken: 503 where the database does not answer or the program is about to end. It tells nothing else."""
    try:
        ready = await door_of(request).operates.is_ready()
    except FabulaError:
        ready = False
    return JSONResponse({"status": "ready" if ready else "not ready"}, 200 if ready else 503)


@routes.get("/metrics")
async def metrics(request: Request) -> Response:
    """The figures: for who brings the token for them or is an operator; where nobody signs in, on this machine alone."""
    door, access = door_of(request), access_of(request)
    token = door.settings.metrics_token
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    has_token = token is not None and scheme.lower() == "bearer"
    if has_token and token and hmac.compare_digest(given.strip().encode(), token.get_secret_value().encode()):
        pass
    elif access.demands_token:
        await _operator(request)
    elif token is not None or address_of(request) not in LOOPBACK:
        raise Problem(401, "token-needed")
    return Response(await door.operates.metrics(), media_type=CONTENT_TYPE)


async def _operator(request: Request) -> Person:
    """Who asks, if they are an operator. Raises ``Problem``."""
    access: Access = access_of(request)
    if not access.demands_token:
        raise Problem(403, "admin-no-token")
    await access.admit(request)
    person: Person = request.state.person
    if not (person.operator or door_of(request).is_operator(User(platform=PLATFORM, id=person.id))):
        raise Problem(403, "only-operator")
    return person


@routes.get("/admin")
async def page(request: Request, done: str = "") -> Response:
    """What goes on. Who has not signed in is shown the door."""
    try:
        await _operator(request)
    except Problem as problem:
        if problem.status_code == 401 and "authorization" not in request.headers:
            return RedirectResponse("/login", 303)
        raise
    return await _shown(request, done if done in _DONE else "")


_DONE = frozenset(
    {"again", "announced", "maintenance", "resumed", "blocked", "unblocked", "removed", "revoked", "limited"}
)


async def _shown(request: Request, done: str = "", wrong: str = "", secret: str = "", status: int = 200) -> Response:
    """The page; ``done``: what was just done, ``wrong``: why it was not, ``secret``: what is shown this once."""
    language = _language(request)
    view = await door_of(request).operates.view(language)
    said = texts.say(f"admin-done-{done}", language) if done else wrong
    tag = "zh-Hans" if language == "zh" else "en"

    def say(key: str, **values: object) -> str:
        return texts.say(f"admin-{key}", language, **values)

    html = laid_out("admin", **view, say=say, tag=tag, said=said, is_wrong=bool(wrong), secret=secret)
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


def _language(request: Request) -> str:
    return texts.accept_language(request.headers.get("accept-language"), door_of(request).settings.language)


async def _do(request: Request, work: Callable[[], Awaitable[object]], done: str) -> Response:
    """Do something, and show the page again; where it cannot be done, with the sentence why."""
    try:
        await work()
    except FabulaError as error:
        return await _shown(request, wrong=failure(error, _language(request)).text, status=422)
    return RedirectResponse(f"/admin?done={done}", 303)


@routes.post("/admin/again")
async def again(request: Request, job: Annotated[str, Form()] = "") -> Response:
    """A failed request once more."""
    await _operator(request)
    return await _do(request, lambda: door_of(request).operates.again(job), "again")


@routes.post("/admin/announce")
async def announce(request: Request, words: Annotated[str, Form()] = "", once: Annotated[str, Form()] = "") -> Response:
    """A message to all rooms; the same form sent twice is said once."""
    await _operator(request)
    return await _do(request, lambda: door_of(request).operates.announce(words, once), "announced")


@routes.post("/admin/maintenance")
async def maintenance(request: Request, begins: Annotated[bool, Form()] = False) -> Response:
    """Requests are kept and wait, or go on."""
    await _operator(request)
    return await _do(
        request, lambda: door_of(request).operates.maintain(begins), "maintenance" if begins else "resumed"
    )


@routes.post("/admin/block")
async def block(
    request: Request, person: Annotated[str, Form()] = "", blocked: Annotated[bool, Form()] = True
) -> Response:
    """Somebody is answered no more, or again."""
    await _operator(request)
    work = door_of(request).operates.block
    return await _do(request, lambda: work(person, blocked), "blocked" if blocked else "unblocked")


@routes.post("/admin/limit")
async def limit(
    request: Request,
    person: Annotated[str, Form()] = "",
    requests: Annotated[str, Form()] = "",
    daily: Annotated[str, Form()] = "",
    monthly: Annotated[str, Form()] = "",
) -> Response:
    """Somebody's own limits; empty ones take them away."""
    await _operator(request)
    amounts = {"requests-day": requests, "usd-day": daily, "usd-month": monthly}
    return await _do(request, lambda: door_of(request).operates.limit(person, amounts), "limited")


@routes.post("/admin/invite")
async def invite(request: Request, name: Annotated[str, Form()] = "", room: Annotated[str, Form()] = "") -> Response:
    """A link that lets one person in."""
    person, people = await _operator(request), door_of(request).people
    if room and (not NAME.fullmatch(room) or room.startswith(PRIVATE)):
        return await _shown(request, wrong=texts.say("room-unfit", _language(request)), status=422)
    secret = await people.invite(person.id, name=display_name(name), room=room)
    link = str(request.url.replace(path="/invite", query="", fragment=secret))
    return await _shown(request, secret=link)


@routes.post("/admin/remove")
async def remove(request: Request, person: Annotated[str, Form()] = "") -> Response:
    """Somebody is let in no more."""
    await _operator(request)
    return await _do(request, lambda: door_of(request).people.remove(person), "removed")


@routes.post("/admin/token")
async def token(request: Request, label: Annotated[str, Form()] = "", person: Annotated[str, Form()] = "") -> Response:
    """A token for a program that speaks for somebody, shown once."""
    await _operator(request)
    issued = await door_of(request).people.issue(display_name(label), person=person)
    if issued is None:
        return await _shown(request, wrong=texts.say("person-unknown", _language(request), id=person[:40]), status=422)
    return await _shown(request, secret=issued[1])


@routes.post("/admin/revoke")
async def revoke(request: Request, token: Annotated[str, Form()] = "") -> Response:
    """A token is taken back."""
    await _operator(request)
    return await _do(request, lambda: door_of(request).people.revoke(token), "revoked")
