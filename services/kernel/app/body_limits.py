"""How large the body of a request may be: one limit for all, and those of single routes.

A route that takes more, or less, says so with FastAPI's own `max_body_size=` (bytes) in its
decorator; it is the route's and stands above PINGVAS_MAX_BODY_BYTES.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from re import Pattern
from typing import NamedTuple

from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute


class Special(NamedTuple):
    """The limit of one route."""

    shape: Pattern[str]
    methods: frozenset[str]
    most_bytes: int


class BodyLimits:
    """The limits of one application; its routes are read at the first request."""

    def __init__(self, routes: Sequence[BaseRoute], usual_bytes: int) -> None:
        self._routes = routes
        self._usual_bytes = usual_bytes
        self._special: tuple[Special, ...] | None = None

    def of(self, method: str, path: str) -> int:
        """The limit of a request in bytes."""
        if self._special is None:
            self._special = tuple(self._read())
        for each in self._special:
            if method in each.methods and each.shape.match(path):
                return each.most_bytes
        return self._usual_bytes

    def _read(self) -> Iterator[Special]:
        for route in iter_route_contexts(self._routes):
            if isinstance(route.original_route, APIRoute) and route.max_body_size is not None:
                yield Special(route.path_regex, frozenset(route.methods or ()), route.max_body_size)
