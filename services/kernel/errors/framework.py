"""The refusals that no service has to name: the framework's own, under codes of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from services.kernel.errors.problem import Problem


class Malformed(Problem):
    """The body is not what its content type says."""

    code, status, title = "request.malformed", 400, "The request cannot be read"


class UnknownAddress(Problem):
    """No route has this path."""

    code, status, title = "request.unknown_address", 404, "There is nothing at this address"


class MethodNotAllowed(Problem):
    """The path is known, with other methods."""

    code, status, title = "request.method_not_allowed", 405, "This address takes other methods"


class TooLarge(Problem):
    """The body is over the limit of its route."""

    code, status, title = "request.too_large", 413, "The body of the request is too large"


class UnsupportedMediaType(Problem):
    """The body's content type is not taken here."""

    code, status, title = "request.unsupported_media_type", 415, "This content type is not taken"


class Invalid(Problem):
    """Every fault of a request at once: where and what is expected, never what was sent."""

    code, status, title = "request.invalid", 422, "The request does not have the expected shape"

    @classmethod
    def of(cls, found: Sequence[Mapping[str, Any]]) -> Invalid:
        """The faults that validation found, as FastAPI lists them."""
        faults = [
            {"where": ".".join(str(part) for part in fault["loc"]), "what": fault["msg"]}
            for fault in found
        ]
        return cls(faults=faults)


class Unexpected(Problem):
    """A fault of ours; the log has it under the request's id."""

    code, status, title = "internal.unexpected", 500, "Something went wrong on our side"


class Refused(Problem):
    """Any other status that the framework answers with."""

    def __init__(self, status: int) -> None:
        self.code = f"request.refused_{status}"
        self.status = status
        self.title = HTTPStatus(status).phrase
        super().__init__()


KNOWN: dict[int, type[Problem]] = {
    problem.status: problem
    for problem in (Malformed, UnknownAddress, MethodNotAllowed, TooLarge, UnsupportedMediaType)
}


def of_status(status: int) -> Problem:
    """A refusal of the framework itself, under a code of ours."""
    return KNOWN[status]() if status in KNOWN else Refused(status)
