"""Problems as answers: ours, the framework's refusals and invalid requests in the one shape."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from services.kernel.errors.framework import Invalid, of_status
from services.kernel.errors.problem import MEDIA_TYPE, Problem, document


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


def answer(request: Request, problem: Problem) -> JSONResponse:
    """The problem as the answer to this request."""
    request_id: str = getattr(request.state, "request_id", "")
    return response(problem, instance=request.url.path, request_id=request_id)


def install(app: FastAPI) -> None:
    """Answer our problems, the framework's refusals and invalid requests in the one shape."""

    @app.exception_handler(Problem)
    async def _problem(request: Request, problem: Problem) -> JSONResponse:
        return answer(request, problem)

    @app.exception_handler(HTTPException)
    async def _refusal(request: Request, refusal: HTTPException) -> JSONResponse:
        refused = answer(request, of_status(refusal.status_code))
        refused.headers.update(refusal.headers or {})  # such as Allow
        return refused

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, invalid: RequestValidationError) -> JSONResponse:
        return answer(request, Invalid.of(invalid))
