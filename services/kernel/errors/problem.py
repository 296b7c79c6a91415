"""What a problem is: a class with a stable code, a status and a title, and the document it becomes.

The facts are the class's, so that the OpenAPI document can tell them without raising anything.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A refusal; a subclass gives `code`, such as `payment.insufficient_credits`, status and title.

    `extra` holds further members of the document; `retry_after_s` also becomes a header.
    """

    code: str
    status: int
    title: str

    def __init__(self, detail: str = "", **extra: object) -> None:
        super().__init__(self.code)
        self.detail = detail
        self.extra = extra


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    where: Annotated[str, Field(description="The part of the request, such as `body.width`.")]
    what: Annotated[str, Field(description="What is expected there.")]


class ProblemDocument(BaseModel):
    """A refusal after RFC 9457. Some codes add members of their own, which tell more."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[str, Field(description="`urn:pingvas:problem:` and the code.")]
    title: Annotated[str, Field(description="One line for people; the same for each code.")]
    status: Annotated[int, Field(ge=400, le=599, description="The HTTP status.")]
    detail: Annotated[str, Field(description="More about this case; may be empty.")]
    code: Annotated[
        str, Field(pattern=r"^[a-z_]+\.[a-z0-9_]+$", description="Stable; for programs.")
    ]
    instance: Annotated[str, Field(description="The path that was asked for.")]
    request_id: Annotated[str, Field(description="Names this request in the service's logs.")]
    retry_after_s: Annotated[
        int, Field(ge=1, description="Seconds to wait; also the header Retry-After.")
    ] = 1
    faults: Annotated[list[Fault], Field(description="With `request.invalid`: every fault.")] = []


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
