"""Secrets in a dictionary; those that are there may be empty."""

from __future__ import annotations

from dataclasses import dataclass, field

from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.secret_store import SecretVersion


@dataclass
class FakeSecretStore:
    """Full name => the versions that were put, oldest first."""

    secrets: dict[str, list[str]] = field(default_factory=dict)

    def current(self, name: str) -> SecretVersion | None:
        versions = self.secrets.get(name, [])
        return SecretVersion(str(len(versions)), versions[-1]) if versions else None

    def put(self, name: str, value: str) -> None:
        if name not in self.secrets:
            raise PingvasError("bootstrap.secret_absent", where=name, secret=name)
        self.secrets[name].append(value)
