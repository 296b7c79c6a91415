"""The page of all problem codes: what each means and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from docs.generators.markdown import page, table
from docs.generators.services import documents
from pingvas_cli.bootstrap.local.edge_answers import PROBLEMS as EDGE
from services.kernel.errors import Problem

REMEDIES: Final[Mapping[int, str]] = {
    400: "Send what the reference describes.",
    401: "Sign in, or send a key or token that is still good.",
    402: "Get credits or mend the payment, then ask again.",
    403: "Ask as somebody who may; the detail says who.",
    404: "Look the id up: it does not exist, or is not yours.",
    405: "Use a method that the route knows; the header Allow names them.",
    408: "Send it faster, or in smaller parts.",
    409: "Read the present state; then decide whether to ask again.",
    410: "It is over; ask for a new one.",
    411: "Say the length of the body.",
    413: "Send less at once.",
    415: "Send the content type that the route takes.",
    416: "Ask for a range that is there.",
    421: "Ask for one of the edge's own names.",
    422: "Mend what `faults` names.",
    429: "Wait as long as the header Retry-After says.",
    500: "Report it with the `request_id`.",
    502: "Ask again in a few seconds, with the same idempotency key.",
    503: "Wait as long as the header Retry-After says, then ask again.",
    504: "Ask again in a few seconds, with the same idempotency key.",
    507: "Free space there, or choose something smaller.",
}
ABOUT: Final = """\
A refusal is a document of type `application/problem+json` (RFC 9457). Its `code` is stable and made
for programs; its `type` is `urn:pingvas:problem:` and the code. `title` and `detail` are for
people, and `request_id` finds the request in the logs. What to do follows from the status."""


def pages() -> dict[str, str]:
    """The one page."""
    found = sorted({(each.code, each.status, each.title, _meaning(each)) for each in _all()})
    rows = [(f"`{code}`", str(status), title, when) for code, status, title, when in found]
    edge = [(f"`{each.code}`", str(each.status), each.title, each.remedy) for each in EDGE]
    statuses = sorted({status for _, status, _, _ in found} | {each.status for each in EDGE})
    return {
        "api/problems.md": page(
            "Problem codes",
            ABOUT,
            "## What to do",
            table(("status", "what to do"), ((str(each), REMEDIES[each]) for each in statuses)),
            "## Codes of the services",
            table(("code", "status", "title", "when"), rows),
            "## Codes of the edge",
            table(("code", "status", "title", "what to do"), edge),
            "[All services](index.md)",
        )
    }


def _all() -> Iterator[type[Problem]]:
    """Every problem class of ours that has a code; building the services has imported them."""
    documents()
    waiting = [Problem]
    while waiting:
        found = waiting.pop().__subclasses__()
        waiting += found
        yield from (each for each in found if each.__dict__.get("code") and _is_ours(each))


def _is_ours(problem: type[Problem]) -> bool:
    return problem.__module__.startswith("services.")


def _meaning(problem: type[Problem]) -> str:
    return (problem.__doc__ or "").strip().partition("\n\n")[0].replace("\n", " ")
