"""Refusals of the web door: a status, a code and one sentence, ``{"code", "text"}``."""

from __future__ import annotations

import math

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from core import texts
from core.errors import BadInput, StorageFault
from core.jobs import failure

log = structlog.get_logger()


class FormProblem(HTTPException):
    """What is turned away with a sentence of the core's; ``field`` is the name of the field that is wrong, empty for none."""

    def __init__(self, code: str, text: str, field: str = "", status: int = 403) -> None:
        super().__init__(422 if field else status, code)
        self.answer = {"code": code, "text": text, **({"field": field} if field else {})}


class WrongField(HTTPException):
    """What a program sent and does not fit: the mistake, and the name of the input (422)."""

    def __init__(self, error: BadInput, field: str) -> None:
        super().__init__(422, error.code)
        self.error = error
        self.field = field


class Problem(HTTPException):
    """A request that is turned away at the door. One of the framework's own kind, so that it passes through its reading of bodies.

    ``retry_after``: seconds until another try makes sense. ``values`` are put into the sentence.
    """

    def __init__(self, status: int, code: str, *, retry_after: float | None = None, **values: object) -> None:
        super().__init__(status, code)
        self.code = code
        self.retry_after = retry_after
        self.values = values


def problem_answer(problem: Problem, request: Request) -> JSONResponse:
    """The answer, in the language of the browser."""
    language = texts.accept_language(request.headers.get("accept-language"))
    text = texts.say(f"error-{problem.code}", language, **problem.values)
    wait = {} if problem.retry_after is None else {"Retry-After": str(math.ceil(problem.retry_after))}
    return JSONResponse({"code": problem.code, "text": text}, problem.status_code, headers=wait)


def answer_problems(app: FastAPI) -> None:
    """Give every refusal this form, the framework's own included."""

    @app.exception_handler(Problem)
    async def _problem(request: Request, problem: Problem) -> JSONResponse:
        return problem_answer(problem, request)

    @app.exception_handler(FormProblem)
    async def _form(request: Request, problem: FormProblem) -> JSONResponse:
        return JSONResponse(problem.answer, problem.status_code)

    @app.exception_handler(WrongField)
    async def _field(request: Request, wrong: WrongField) -> JSONResponse:
        text = failure(wrong.error, texts.accept_language(request.headers.get("accept-language"))).text
        return JSONResponse({"code": wrong.error.code, "text": text, "field": wrong.field}, 422)

    @app.exception_handler(RequestValidationError)
    async def _malformed(request: Request, _: RequestValidationError) -> JSONResponse:
        return problem_answer(Problem(400, "request-malformed"), request)

    @app.exception_handler(StorageFault)
    async def _storage(request: Request, fault: StorageFault) -> JSONResponse:
        log.error("a request cannot be kept", code=fault.code)
        return problem_answer(Problem(507 if fault.code == "disk-full" else 503, fault.code), request)

    @app.exception_handler(ClientDisconnect)
    async def _gone(_: Request, __: ClientDisconnect) -> Response:
        return Response(status_code=400)  # to nobody: who sent half of it is gone

    @app.exception_handler(HTTPException)
    async def _other(request: Request, error: HTTPException) -> JSONResponse:
        code = "not-found" if error.status_code == 404 else "request-malformed"
        return problem_answer(Problem(error.status_code, code), request)
