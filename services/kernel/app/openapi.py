"""The OpenAPI document of a service: FastAPI's, with the problems that no route has to name.

Every route may meet a fault of ours or a database that is away; one that takes values may refuse
them; one that depends on a door-keeper refuses as that does. This room only describes; it must
not change what a route does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from services.kernel.db import DatabaseUnavailable
from services.kernel.errors import documented
from services.kernel.errors.framework import Invalid, Malformed, TooLarge, Unexpected
from services.kernel.errors.problem import Problem, ProblemDocument

FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")


class DescribedService(FastAPI):
    """An application whose `/openapi.json` tells every status that its routes answer with."""

    def openapi(self) -> dict[str, Any]:
        """The document, completed once."""
        written = super().openapi()
        schemas = written.setdefault("components", {}).setdefault("schemas", {})
        if ProblemDocument.__name__ not in schemas:
            self._complete(written["paths"])
            for name in FRAMEWORKS_OWN:
                schemas.pop(name, None)
            schemas.update(documented.schemas())
        return written

    def _complete(self, paths: dict[str, Any]) -> None:
        for route in iter_route_contexts(self.routes):
            if isinstance(route.original_route, APIRoute) and route.include_in_schema:
                for method in route.methods or ():
                    _tell(paths[str(route.path_format)][method.lower()], route)


def _tell(operation: dict[str, Any], route: RouteContext) -> None:
    responses = operation["responses"]
    if "application/json" in responses.get("422", {}).get("content", {}):
        del responses["422"]  # FastAPI's own shape, which is never answered
    for problem in _any_route(operation, route.dependant):
        documented.add(responses, problem)


def _any_route(operation: dict[str, Any], dependant: Dependant) -> Iterator[type[Problem]]:
    yield from documented.marked(dependant)
    if operation.get("parameters") or "requestBody" in operation:
        yield Invalid
    if "requestBody" in operation:
        yield Malformed
        yield TooLarge
    yield DatabaseUnavailable
    yield Unexpected
