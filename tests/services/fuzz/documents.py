"""The operations of the services, read from their own OpenAPI documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from tests.servers.saas import SERVICES, Saas

METHODS = frozenset({"get", "post", "put", "patch", "delete"})


@dataclass(frozen=True)
class Operation:
    """One method of one address."""

    service: str
    method: str
    path: str
    described: dict[str, Any]

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters in its path."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    @property
    def is_secured(self) -> bool:
        """It asks who is calling."""
        return bool(self.described.get("security"))

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"


def operations(saas: Saas) -> Iterator[Operation]:
    """All of them."""
    for service in SERVICES:
        document = httpx.get(f"{saas.url(service)}/openapi.json").json()
        for path, methods in document["paths"].items():
            for method, described in methods.items():
                if method in METHODS:
                    yield Operation(service, method, path, described)
