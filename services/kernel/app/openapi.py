"""The OpenAPI document of a service: FastAPI's, with the problems that no route has to name.

Every route may meet a fault of ours or a database that is away; one that takes values may refuse
them; one that depends on a door-keeper refuses as that does. This room only describes; it must
not change what a route does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypedDict

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from services.kernel.access import AdminRequired, PersonRequired, SignInRequired
from services.kernel.db import DatabaseUnavailable
from services.kernel.errors import documented
from services.kernel.errors.framework import Invalid, Malformed, TooLarge, Unexpected
from services.kernel.errors.problem import Problem, ProblemDocument
from services.kernel.settings import ServiceSettings

COMMON = """\
Send `Authorization: Bearer` with an access token or an API key, or the key as `X-API-Key`. Some
operations are for people who signed in, and take no API key.

Every refusal is an `application/problem+json` document; `code` tells programs what it is. Every
answer has an `X-Request-ID`. Lists come in pages: pass `next_cursor` as `cursor`. A request with
an `Idempotency-Key` may be sent again: it is done once. `Retry-After` is in seconds.
"""
SCHEMES = {
    "AccessToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "Access token of POST /v1/auth/sign-in; an API key is taken too.",
    },
    "ApiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "API key of POST /v1/api-keys; never for administrators' operations.",
    },
}
FOR_PEOPLE = {AdminRequired, PersonRequired}
FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")


class Facts(TypedDict):
    """What the head of a document tells."""

    title: str
    description: str
    version: str
    servers: list[dict[str, Any]]
    openapi_tags: list[dict[str, Any]]


def facts(name: str, about: str, tags: Mapping[str, str], settings: ServiceSettings) -> Facts:
    """The head of a service's document; `tags` tells what each group of operations is about."""
    return Facts(
        title=f"pingvas {name}",
        description=f"{about}\n\n{COMMON}".strip(),
        version=settings.release,
        servers=[{"url": settings.token_issuer, "description": "The platform's edge."}],
        openapi_tags=[{"name": tag, "description": told} for tag, told in tags.items()],
    )


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
            written["components"]["securitySchemes"] = SCHEMES
            told = {tag["name"]: tag for tag in self.openapi_tags or ()}
            written["tags"] = [told.get(tag, {"name": tag}) for tag in _tags(written["paths"])]
        return written

    def _complete(self, paths: dict[str, Any]) -> None:
        for route in iter_route_contexts(self.routes):
            if isinstance(route.original_route, APIRoute) and route.include_in_schema:
                for method in route.methods or ():
                    _tell(paths[str(route.path_format)][method.lower()], route)


def _tags(paths: dict[str, Any]) -> list[str]:
    found = [tag for each in paths.values() for one in each.values() for tag in one.get("tags", ())]
    return list(dict.fromkeys(found))


def _tell(operation: dict[str, Any], route: RouteContext) -> None:
    responses = operation["responses"]
    refusals = set(documented.marked(route.dependant))
    if SignInRequired in refusals:
        schemes = ["AccessToken"] if refusals & FOR_PEOPLE else list(SCHEMES)
        operation["security"] = [{scheme: []} for scheme in schemes]
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
