"""Which pages of other origins may call a service from a browser (PINGVAS_CORS_ORIGINS)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

ASKED_AGAIN_AFTER_S = 600


class CrossOrigin(TypedDict):
    """What Starlette's middleware takes."""

    allow_origins: Sequence[str]
    allow_methods: Sequence[str]
    allow_headers: Sequence[str]
    expose_headers: Sequence[str]
    allow_credentials: bool
    max_age: int


def cross_origin(origins: Sequence[str]) -> CrossOrigin:
    """Origins that may call, without cookies: callers show a token or a key."""
    return CrossOrigin(
        allow_origins=origins,
        allow_methods=("GET", "POST", "PUT", "PATCH", "DELETE"),
        allow_headers=(
            "Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID", "X-API-Key",
            "X-Request-ID",
        ),
        expose_headers=("Content-Disposition", "Location", "Retry-After", "X-Request-ID"),
        allow_credentials=False,
        max_age=ASKED_AGAIN_AFTER_S,
    )  # fmt: skip
