"""The web application, put together: the gate, the routes, other platforms' webhooks."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from starlette.requests import ClientDisconnect

from bots.platform import Webhook
from bots.web.access import Access
from bots.web.chats import chat_routes
from bots.web.coming_in import door_routes, invitation_routes
from bots.web.door import WebDoor
from bots.web.gate import Gate
from bots.web.pages import content_routes, page_routes
from bots.web.pieces import piece_routes
from bots.web.problems import answer_problems
from bots.web.shared import shared_routes


def create_app(door: WebDoor) -> FastAPI:
    """The web application."""
    app = FastAPI(title="Fabula", version="1", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.state.door = door
    access = Access(door)
    answer_problems(app)
    app.add_middleware(Gate, access=access, webhooks=frozenset(webhook.path for webhook in door.webhooks))
    for router in (
        page_routes(door),
        door_routes(door, access),
        content_routes(door, access),
        chat_routes(door, access),
        piece_routes(door, access),
        invitation_routes(door, access),
        shared_routes(door),
    ):
        app.router.routes.extend(
            router.routes
        )  # as they are: included, each would be built twice more, at the first request
    for webhook in door.webhooks:
        _add_webhook(app, webhook)
    return app


def _add_webhook(app: FastAPI, webhook: Webhook) -> None:
    @app.post(webhook.path, include_in_schema=False)
    async def called(request: Request) -> Response:
        if not webhook.admits(request.headers.get(webhook.header, "")):
            return Response(status_code=403)
        if not webhook.is_listening():
            return Response(status_code=503)  # the platform comes again
        try:
            body = await request.body()
        except ClientDisconnect:
            return Response(status_code=400)
        taken = await webhook.called(body)
        return Response(status_code=200 if taken else 403)
