"""The web application, put together: the gate, the routes, other platforms' webhooks."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

from bots.board_links import BoardLinks
from bots.platform import Webhook
from bots.web import batches, boards, chats, coming_in, operating, pages, paint, pieces, programs, shared
from bots.web.access import Access
from bots.web.door import WebDoor
from bots.web.forms import Uploads
from bots.web.gate import Gate
from bots.web.problems import answer_problems
from bots.web.small import SmallPictures
from bots.web.streams import Streams

ROUTERS = (
    *(pages.open_routes, coming_in.open_routes, pages.routes, chats.routes, pieces.routes, coming_in.routes),
    programs.routes,
    batches.routes,
    shared.routes,
    operating.routes,
    paint.routes,
    boards.open_routes,
    boards.routes,
)
"""Made once, when they are imported: what they need of a running program is in its application's ``state``."""


WATCHED = frozenset({"/healthz", "/readyz", "/metrics"})
"""What watches read of a process: all that there is of one that people do not reach."""


def create_app(door: WebDoor, *, listens: bool = True) -> FastAPI:
    """The web application; ``listens``: whether people reach it."""
    app = FastAPI(title="Fabula", version="1", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.state.door, app.state.uploads, app.state.streams = door, Uploads(), Streams(door)
    app.state.boards, app.state.smalls = BoardLinks(door.store), SmallPictures()
    app.state.access = access = Access(door)
    answer_problems(app)
    app.add_middleware(Gate, access=access, webhooks=frozenset(webhook.path for webhook in door.webhooks))
    for router in ROUTERS:
        # As they are: included, each would be built anew.
        app.router.routes.extend(one for one in router.routes if listens or getattr(one, "path", "") in WATCHED)
    for webhook in door.webhooks if listens else ():
        _add_webhook(app, webhook)
    return app


def _add_webhook(app: FastAPI, webhook: Webhook) -> None:
    @app.post(webhook.path, include_in_schema=False)
    async def called(request: Request) -> Response:
        if not webhook.admits(request.headers.get(webhook.header, "")):
            return Response(status_code=403)
        if not webhook.is_listening():
            return Response(status_code=503)  # the platform comes again
        taken = await webhook.called(await request.body())
        return Response(status_code=200 if taken else 403)
