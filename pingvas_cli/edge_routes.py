"""What the edge lets through to which service, and how large a request may be there.

The one table for the edge on this machine and for the load balancer on AWS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pingvas_cli.config.local import LocalSection

Limit = Callable[[LocalSection], int]
SMALL_MB: Final = 2  # a little above what a service takes, so that it answers in its own words


def _small(_local: LocalSection) -> int:
    return SMALL_MB


def _pictures(local: LocalSection) -> int:
    return max(local.max_upload_mb, SMALL_MB)


def _checkpoints(local: LocalSection) -> int:
    return local.max_checkpoint_mb


@dataclass(frozen=True)
class Route:
    """Path prefixes of one service that share a limit; `largest_mb` is of a request's body."""

    name: str
    service: str
    prefixes: tuple[str, ...]
    largest_mb: Limit = _small

    @property
    def paths(self) -> str:
        """The prefixes themselves and everything below them, as Caddy writes it."""
        return " ".join(f"{prefix} {prefix}/*" for prefix in self.prefixes)


ROUTES: Final = (
    Route(
        "user",
        "user",
        ("/v1/auth", "/v1/users", "/v1/sessions", "/v1/api-keys", "/.well-known"),
    ),
    Route(
        "payment",
        "payment",
        (
            "/v1/credits",
            "/v1/plans",
            "/v1/subscriptions",
            "/v1/payments",
            "/v1/checkouts",
            "/v1/webhooks",
        ),
    ),
    Route("generation", "generation", ("/v1/generations", "/v1/quotes", "/v1/events")),
    Route(
        "gallery",
        "gallery",
        ("/v1/images", "/v1/albums", "/v1/tags", "/v1/shares", "/v1/exports"),
    ),
    Route("uploads", "gallery", ("/v1/uploads",), _pictures),
    Route("model", "model", ("/v1/checkpoints",)),
    Route("installs", "model", ("/v1/installs",), _checkpoints),
)
