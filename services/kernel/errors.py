"""One shape for every failure a caller meets: RFC 9457 problem documents with our own codes.

A service names its problems in its own `errors.py`; this room turns them, and those of the
framework, into answers. It must never show an input value, a secret or a traceback.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"
FRAMEWORK_CODES: Mapping[int, str] = {
    400: "request.malformed",
    404: "request.unknown_address",
    405: "request.method_not_allowed",
    413: "request.too_large",
    415: "request.unsupported_media_type",
}


class Problem(Exception):
    """A refusal with a stable code such as `payment.insufficient_credits`.

    `extra` holds members of the problem document; `retry_after_s` also becomes a header.
    """

    def __init__(
        self, code: str, status: int, title: str, detail: str = "", **extra: object
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.title = title
        self.detail = detail
        self.extra = extra


def headers_of(problem: Problem) -> dict[str, str]:
    """The headers that a status implies: how to sign in, when to come back."""
    headers: dict[str, str] = {}
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if "retry_after_s" in problem.extra:
        headers["Retry-After"] = str(problem.extra["retry_after_s"])
    return headers


def document(problem: Problem, *, instance: str, request_id: str) -> dict[str, object]:
    """The problem document of one request."""
    return {
        "type": f"urn:pingvas:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "instance": instance,
        "request_id": request_id,
        **problem.extra,
    }


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
        return answer(request, of_status(refusal.status_code))

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, invalid: RequestValidationError) -> JSONResponse:
        return answer(request, of_validation(invalid))


def of_status(status: int) -> Problem:
    """A refusal of the framework itself, under a code of ours."""
    return Problem(
        FRAMEWORK_CODES.get(status, f"request.refused_{status}"), status, HTTPStatus(status).phrase
    )


def of_validation(invalid: RequestValidationError) -> Problem:
    """Every fault of a request at once: where it is and what is expected, never what was sent."""
    faults = [
        {"where": ".".join(str(part) for part in fault["loc"]), "what": fault["msg"]}
        for fault in invalid.errors()
    ]
    return Problem(
        "request.invalid", 422, "The request does not have the expected shape", faults=faults
    )
