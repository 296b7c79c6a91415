"""A DNS that knows what a test tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pingvas_cli.errors import PingvasError


@dataclass
class FakeNameServers:
    """Names and who answers for them; `silent`: the resolver gives no answer at all."""

    found: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    silent: bool = False

    def of(self, domain: str) -> tuple[str, ...]:
        if self.silent:
            raise PingvasError("aws.dns_silent", where=domain, detail="timed out")
        return self.found.get(domain, ())
