"""What the edge itself answers, in the shape of the services' problems (RFC 9457)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class EdgeProblem:
    """One answer of the edge; `remedy` is for the page of all codes."""

    status: int
    code: str
    title: str
    remedy: str


UNKNOWN: Final = EdgeProblem(
    404, "edge.not_found", "No service has this address", "Look the address up in the reference."
)
MISDIRECTED: Final = EdgeProblem(  # what a page elsewhere gets that has its own name point here
    421, "edge.misdirected", "This address serves its own names only", "Ask for one of its names."
)
TOO_LARGE: Final = EdgeProblem(
    413, "edge.too_large", "The request is too large", "Send less at once."
)
AWAY: Final = EdgeProblem(
    502,
    "edge.upstream_away",
    "The service does not answer",
    "Ask again in a few seconds; with an idempotency key nothing happens twice.",
)
SLOW: Final = EdgeProblem(
    504, "edge.upstream_slow", "The service took too long", "Ask again in a few seconds."
)
FAILURES: Final = (TOO_LARGE, AWAY, SLOW)
PROBLEMS: Final = (UNKNOWN, MISDIRECTED, *FAILURES)


def answer(problem: EdgeProblem) -> str:
    """The lines of a Caddyfile that answer with it."""
    body = {
        "type": f"urn:pingvas:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.remedy,
        "code": problem.code,
    }
    text = json.dumps(body, separators=(",", ":"))
    lines = [
        "header Content-Type application/problem+json",
        *(["header Retry-After 5"] if problem.status in (AWAY.status, SLOW.status) else []),
        f"respond `{text}` {problem.status}",
    ]
    return "".join(f"        {line}\n" for line in lines)
