"""The routes of boards: each has a page, for the members of its room, and a read-only one, for a beamer, for whoever has its link."""

from __future__ import annotations

import re
import time

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from bots.board_links import PATH, BoardLinks
from bots.web import board_view
from bots.web.access import Admitting, access_of
from bots.web.board_shapes import Beamer, BoardAct, BoardPage
from bots.web.chats import TURNED_AWAY, WRONG_FIELD
from bots.web.door import door_of
from bots.web.layout import laid_out
from bots.web.places import PLATFORM
from bots.web.problems import FormProblem, Problem
from core import texts
from core.boards import beamer, made
from core.boards.makes import offered
from core.types import Board, User

ACTS = frozenset(
    f"board-{verb}"
    for verb in [
        "idea",
        "change",
        "build",
        "join",
        "done",
        "next",
        "more",
        "pause",
        "end",
        "dot",
        "move",
        "make",
        "again",
        "save",
        "beamer",
    ]
)
"""The verbs of buttons that the page has."""

HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
_ID = re.compile(r"[\w-]{1,32}", re.ASCII)

open_routes = APIRouter(tags=["board"])
"""The pages themselves, which hold nothing of any board, and what the beamer's link leads to."""

routes = APIRouter(prefix="/api/chats/{chat}/boards/{board}", route_class=Admitting, tags=["board"])
"""What the members of a room see of its boards and do there."""


@open_routes.get("/boards/{board}", include_in_schema=False)
async def page(board: str) -> HTMLResponse:
    """The page. Which room it is for stands behind its ``#``."""
    return HTMLResponse(laid_out("board"), headers=HEADERS)


@open_routes.get(PATH + "{board}/{sign}", include_in_schema=False)
async def beamer_page(board: str, sign: str) -> HTMLResponse:
    """The page for the beamer, whatever its link is worth."""
    return HTMLResponse(laid_out("beamer"), headers=HEADERS)


@open_routes.get(
    "/api" + PATH + "{board}/{sign}", summary="A board, read only", response_model=Beamer, responses=TURNED_AWAY
)
async def get_beamer(request: Request, board: str, sign: str, version: int = 0) -> Beamer | Response:
    """What everybody with the link sees. 204 where nothing has changed since a ``version``. 404 for a link that is over or was taken back."""
    kept = await _kept(request, board)
    links: BoardLinks = request.app.state.boards
    now = time.time()
    if kept is None or not (beamer.is_on(kept, now) and await links.is_good(board, kept.beamer, sign)):
        raise Problem(404, "beamer-over")
    if version == kept.version:
        return Response(status_code=204, headers=HEADERS)
    shown = board_view.beamer(kept, board_view.Eyes(kept.language, now))
    sentences = texts.catalogue(kept.language).items()
    return shown.model_copy(
        update={
            "texts": {
                key: text for key, text in sentences if key.startswith(("page-board", "page-animal", "page-nameless"))
            }
        }
    )


@routes.get("", summary="A board", responses=TURNED_AWAY)
async def get_board(request: Request, chat: str, board: str, user: str | None = None, language: str = "") -> BoardPage:
    """As this person sees it: nobody else’s ideas before all are revealed, and of the votes their own."""
    person = access_of(request).user(request, user)
    return await _page(request, chat, board, person, language)


@routes.post("", summary="Do something at a board", responses=TURNED_AWAY | WRONG_FIELD)
async def post_act(request: Request, chat: str, board: str, body: BoardAct) -> BoardPage:
    """What a button of it does; the answer is the board as it is then. What is refused is said here, and not in the chat."""
    door, access = door_of(request), access_of(request)
    user = await access.actor(request, chat, body.user)
    verb, _, argument = body.action.partition(":")
    if verb not in ACTS or argument.partition(":")[0] != board:
        raise Problem(404, "action-unknown")
    await _of(request, chat, board)
    if said := await door.inbound.act_quietly(chat, user, f"board:{board}", body.action, body.values, body.client_id):
        raise FormProblem(said.code or "", said.text)
    return await _page(request, chat, board, user, body.language)


async def _kept(request: Request, board: str) -> Board | None:
    return await door_of(request).store.board(board) if _ID.fullmatch(board) else None


async def _of(request: Request, chat: str, board: str) -> Board:
    """The board of a chat. Raises ``Problem`` (404) for one that is somewhere else, as for none."""
    kept = await _kept(request, board)
    if kept is None or (kept.place.platform, kept.place.chat) != (PLATFORM, chat):
        raise Problem(404, "board-gone")
    return kept


async def _page(request: Request, chat: str, board: str, user: User, asked: str) -> BoardPage:
    door = door_of(request)
    after = await door.events.newest(chat)  # before the board is read: what comes later is newer than what is shown
    kept, now = await _of(request, chat, board), time.time()
    language = asked if asked in texts.LANGUAGES else texts.language_of(user.language, kept.language)
    works = await door.store.pieces_in(kept.place, user.key, made.LOOKED_AT) if kept.made else ()
    eyes = board_view.Eyes(language, now, user.key, made.of_ideas(kept, works))
    links: BoardLinks = request.app.state.boards
    path = await links.path(board, kept.beamer) if beamer.is_on(kept, now) else None
    return board_view.page(kept, eyes, makes=offered(door.commands), beamer_path=path, after=after)
