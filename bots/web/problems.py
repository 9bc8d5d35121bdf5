"""Refusals of the web door: a status, a code and one sentence, ``{"code", "text"}``."""

from __future__ import annotations

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from core import texts
from core.errors import StorageFault

UPLOAD_LIMIT = 64 * 1024 * 1024
"""Bytes of one message with all its files."""

SMALL_LIMIT = 64 * 1024
"""Bytes of any request without files."""

WEBHOOK_LIMIT = 1024 * 1024
"""Bytes of an update that a platform brings: several times the longest message with the longest one it replies to."""

log = structlog.get_logger()


class Problem(HTTPException):
    """A request that is turned away at the door. One of the framework's own kind, so that it passes through its reading of bodies."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(status, code)
        self.code = code


def problem_answer(status: int, code: str, request: Request) -> JSONResponse:
    """The answer, in the language of the browser."""
    language = texts.accept_language(request.headers.get("accept-language"))
    text = texts.say(
        f"error-{code}", language, **({"limit_mb": UPLOAD_LIMIT // 1024**2} if code == "request-too-large" else {})
    )
    return JSONResponse({"code": code, "text": text}, status)


def answer_problems(app: FastAPI) -> None:
    """Give every refusal this form, the framework's own included."""

    @app.exception_handler(Problem)
    async def _problem(request: Request, problem: Problem) -> JSONResponse:
        return problem_answer(problem.status_code, problem.code, request)

    @app.exception_handler(RequestValidationError)
    async def _malformed(request: Request, _: RequestValidationError) -> JSONResponse:
        return problem_answer(400, "request-malformed", request)

    @app.exception_handler(StorageFault)
    async def _storage(request: Request, fault: StorageFault) -> JSONResponse:
        log.error("a request cannot be kept", code=fault.code)
        return problem_answer(507 if fault.code == "disk-full" else 503, fault.code, request)

    @app.exception_handler(HTTPException)
    async def _other(request: Request, error: HTTPException) -> JSONResponse:
        return problem_answer(
            error.status_code, "not-found" if error.status_code == 404 else "request-malformed", request
        )
