"""Problems as answers: ours, the framework's refusals and invalid requests in the one shape."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI, Request, WebSocket
from fastapi.exceptions import RequestValidationError, WebSocketRequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.routing import Route
from starlette.websockets import WebSocketState

from services.kernel.errors.framework import Invalid, of_status
from services.kernel.errors.problem import MEDIA_TYPE, Problem, document

POLICY_VIOLATION = 1008


def headers_of(problem: Problem) -> dict[str, str]:
    """The headers that a status implies: how to sign in, when to come back."""
    headers: dict[str, str] = {}
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if "retry_after_s" in problem.extra:
        headers["Retry-After"] = str(problem.extra["retry_after_s"])
    return headers


def response(problem: Problem, *, instance: str, request_id: str) -> JSONResponse:
    """The problem as an answer."""
    return JSONResponse(
        document(problem, instance=instance, request_id=request_id),
        problem.status,
        headers_of(problem),
        MEDIA_TYPE,
    )


def answer(connection: HTTPConnection, problem: Problem) -> JSONResponse:
    """The problem as the answer to this request."""
    request_id: str = getattr(connection.state, "request_id", "")
    return response(problem, instance=connection.url.path, request_id=request_id)


def install(app: FastAPI) -> None:
    """Answer our problems, the framework's refusals and invalid requests in the one shape."""

    @app.exception_handler(Problem)
    async def _problem(connection: HTTPConnection, problem: Problem) -> JSONResponse | None:
        return await _told(connection, answer(connection, problem))

    @app.exception_handler(HTTPException)
    async def _refusal(connection: HTTPConnection, refusal: HTTPException) -> JSONResponse | None:
        refused = answer(connection, of_status(refusal.status_code))
        if refusal.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            refused.headers["Allow"] = _methods_at(connection)
        return await _told(connection, refused)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, invalid: RequestValidationError) -> JSONResponse:
        return answer(request, Invalid.of(invalid.errors()))

    @app.exception_handler(WebSocketRequestValidationError)
    async def _unfit(socket: WebSocket, invalid: WebSocketRequestValidationError) -> JSONResponse:
        return answer(socket, Invalid.of(invalid.errors()))


def _methods_at(connection: HTTPConnection) -> str:
    """What all routes of an address take; the framework tells the first one's alone."""
    path, routes = connection.scope["path"], iter_route_contexts(connection.app.routes)
    here = [one for one in routes if isinstance(one.route, Route) and one.path_regex.match(path)]
    return ", ".join(sorted({method for one in here for method in one.methods or ()}))


async def _told(connection: HTTPConnection, refused: JSONResponse) -> JSONResponse | None:
    """A WebSocket that is open cannot have the document any more and is closed."""
    if not isinstance(connection, WebSocket):
        return refused
    if connection.application_state is WebSocketState.CONNECTING:
        return refused
    await connection.close(POLICY_VIOLATION)
    return None
