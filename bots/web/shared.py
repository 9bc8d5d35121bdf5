"""The route of files that were too large for a platform: whoever has the link gets the file, and nothing else of it."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from bots.links import PATH
from bots.web.door import door_of
from core import texts
from core.documents.formats import served_as
from core.errors import BadInput

HEADERS = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex, nofollow"}

PAGE = """<!doctype html>
<html lang="{tag}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
  <meta name="color-scheme" content="light dark">
  <title>Fabula</title>
  <link rel="icon" href="/page/icon.svg" type="image/svg+xml">
  <script src="/page/theme.js"></script>
  <link rel="stylesheet" href="/page/theme.css">
  <link rel="stylesheet" href="/page/login.css">
</head>
<body class="door">
  <main class="door-card"><img src="/page/icon.svg" alt="" width="72" height="72"><p class="door-text">{sentence}</p></main>
</body>
</html>
"""


routes = APIRouter()
"""What a signed link leads to. Nobody signs in for it, and nothing of it is logged."""


@routes.api_route(
    PATH + "{media}/{ends}/{sign}/{name}", methods=["GET", "HEAD"], include_in_schema=False, response_model=None
)
async def shared_file(request: Request, media: str, ends: str, sign: str, name: str) -> Response:
    """A file by its link, or one sentence about why there is none."""
    door = door_of(request)
    sha = await door.media.digest(media)
    answer = await door.links.check(media, sha, name, ends, sign) if sha else "wrong"
    if answer == "over":
        return _page(request, 410, "shared-over")
    if answer == "wrong":
        return _page(request, 404, "shared-wrong")
    try:
        file = await door.media.describe(media)
    except BadInput:
        return _page(request, 404, "shared-wrong")
    return FileResponse(file.path, media_type=served_as(file.mime), filename=name, headers=HEADERS)


def _page(request: Request, status: int, key: str) -> HTMLResponse:
    """One sentence, in the language of the browser."""
    language = texts.accept_language(request.headers.get("accept-language"))
    sentence, tag = escape(texts.say(key, language)), "zh-Hans" if language == "zh" else "en"
    return HTMLResponse(PAGE.format(tag=tag, sentence=sentence), status, headers=HEADERS)
