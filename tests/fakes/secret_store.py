"""Secrets in a dictionary; those that are there may be empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.secret_store import SecretVersion, StoredSecret


@dataclass
class FakeSecretStore:
    """Full name => the versions that were put, oldest first."""

    secrets: dict[str, list[str]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)

    def current(self, name: str) -> SecretVersion | None:
        versions = [] if name in self.deleted else self.secrets.get(name, [])
        return SecretVersion(str(len(versions)), versions[-1]) if versions else None

    def put(self, name: str, value: str) -> None:
        if name not in self.secrets:
            raise PingvasError("bootstrap.secret_absent", where=name, secret=name)
        self.secrets[name].append(value)

    def stored(self, prefix: str) -> tuple[StoredSecret, ...]:
        mine = sorted(name for name in self.secrets if name.startswith(prefix))
        return tuple(StoredSecret(one, f"arn:{one}", one in self.deleted) for one in mine)

    def restore(self, names: Sequence[str]) -> None:
        self.deleted -= set(names)

    def remove(self, name: str, recovery_days: int) -> None:
        self.deleted.add(name)
