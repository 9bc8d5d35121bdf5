"""The routes that let people in and out: signing in, invitations, signing out."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bots.web import schemas
from bots.web.access import COOKIE, NAME, Admitting, access_of, address_of
from bots.web.chats import TURNED_AWAY
from bots.web.door import door_of
from bots.web.layout import laid_out
from bots.web.places import PRIVATE
from bots.web.problems import Problem
from core import texts
from core.people import LOGIN_SECONDS, People, Person, display_name

SECRET_LIMIT = 4096


open_routes = APIRouter()
"""What is open to everybody: the door itself. Wrong tries slow an address down."""

routes = APIRouter(route_class=Admitting, tags=["people"])
"""What those who are in may do for others."""


@open_routes.get("/login", include_in_schema=False)
async def login_page() -> HTMLResponse:
    """Where people sign in."""
    return HTMLResponse(laid_out("login"))


@open_routes.post("/login", include_in_schema=False)
async def login(request: Request, token: Annotated[str, Form()] = "", name: Annotated[str, Form()] = "") -> Response:
    """The operator's token signs the operator in, a person's API token that person. A name is only how they are called."""
    access, people = access_of(request), door_of(request).people
    address = address_of(request)
    given = token.strip()[:SECRET_LIMIT]
    try:
        issued = await people.by_token(given) if access.demands_token else None
        person = issued.person if issued else None
        if person is None and access.is_operators(given, address):
            person = await people.operator()
    except Problem as problem:
        return RedirectResponse(f"/login?wait={int(problem.retry_after or 1) + 1}", 303)
    if person is None:
        access.tries.failed(address, "login")
        return RedirectResponse("/login?wrong=1", 303)
    if person.operator and display_name(name):
        await people.rename(person.id, display_name(name))
    return await _enter(request, people, person, "/", issued.id if issued else None)


@open_routes.post("/logout", include_in_schema=False)
async def logout(request: Request) -> Response:
    """End this browser’s log-in, and let it forget the pictures that it keeps: others may use it next."""
    people = door_of(request).people
    if cookie := request.cookies.get(COOKIE):
        await people.log_out(cookie)
    answer = RedirectResponse("/login", 303, {"Clear-Site-Data": '"cache"'})
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return answer


@open_routes.get("/invite", include_in_schema=False)
async def invitation_page() -> HTMLResponse:
    """Where a link leads."""
    return HTMLResponse(laid_out("invite"))


@open_routes.post("/invite", include_in_schema=False)
async def accept(request: Request, secret: Annotated[str, Form()] = "", name: Annotated[str, Form()] = "") -> Response:
    """Use an invitation: it binds this browser to a person, or makes who is signed in here a member of the room."""
    access, people = access_of(request), door_of(request).people
    address = address_of(request)
    try:
        access.tries.check(address)
    except Problem:
        return RedirectResponse("/invite?later=1", 303)
    known = await access.signed_in(request)
    given = secret[:SECRET_LIMIT]
    invitation = await people.invitation(given) if access.demands_token else None
    person = await people.accept(given, display_name(name), known) if invitation else None
    if invitation is None or person is None:
        access.tries.failed(address, "invitation")
        return RedirectResponse("/invite?wrong=1", 303)
    where = f"/#{urlencode({'chat': invitation.room})}" if invitation.room else "/"
    if known is not None and known.id == person.id:
        return RedirectResponse(where, 303)
    return await _enter(request, people, person, where)


@open_routes.post("/api/invitation", tags=["people"], summary="What an invitation says", responses=TURNED_AWAY)
async def show(request: Request, body: schemas.InvitationSecret) -> schemas.InvitationShown:
    """Who invites, and where to; nothing is used up by looking."""
    access, people = access_of(request), door_of(request).people
    address = address_of(request)
    access.tries.check(address)
    invitation = await people.invitation(body.secret) if access.demands_token else None
    if invitation is None:
        access.tries.failed(address, "invitation")
        raise Problem(404, "invitation-gone")
    known = await access.signed_in(request)
    nameless = texts.say("page-nameless", texts.accept_language(request.headers.get("accept-language")))
    return schemas.InvitationShown(
        name=invitation.name,
        room=invitation.room,
        inviter=invitation.inviter,
        again=bool(invitation.person),
        known=(known.name or nameless) if known else "",
        needless=known is not None and invitation.is_needless(known),
    )


@routes.post("/api/invitations", status_code=201, summary="Invite somebody", responses=TURNED_AWAY)
async def invite(request: Request, body: schemas.NewInvitation) -> schemas.InvitationLink:
    """Into a room by one of its members, into the studio by the operator; a guest invites nobody but themselves on another device."""
    access, people = access_of(request), door_of(request).people
    person: Person | None = request.state.person
    if person is None:
        raise Problem(403, "only-operator")
    if body.again:
        again = await people.invite_again(request.cookies.get(COOKIE, ""))
        if again is None:
            raise Problem(403, "only-log-in")
        return _link(again)
    if person.guest or not (body.room or person.operator):
        raise Problem(403, "only-operator")
    if body.room:
        if not NAME.fullmatch(body.room) or body.room.startswith(PRIVATE):
            raise Problem(400, "request-malformed")
        await access.enter(body.room, access.user(request, None), person)
    return _link(await people.invite(person.id, name=display_name(body.name), room=body.room))


def _link(secret: str) -> schemas.InvitationLink:
    """Where a secret leads; behind the ``#``, which no server and no log sees."""
    return schemas.InvitationLink(path=f"/invite#{secret}")


async def _enter(request: Request, people: People, person: Person, where: str, token: str | None = None) -> Response:
    """Bind this browser to a person; an earlier log-in of it ends."""
    if earlier := request.cookies.get(COOKIE):
        await people.log_out(earlier)
    secret = await people.log_in(person.id, token)
    answer = RedirectResponse(where, 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, secret, max_age=LOGIN_SECONDS, httponly=True, samesite="strict", secure=secure)
    return answer
