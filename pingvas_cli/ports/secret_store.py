"""Secrets Manager: the values of secrets that Terraform made empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class SecretVersion:
    """The present value of a secret, and the id under which the store knows it."""

    id: str
    value: str = field(repr=False)


@dataclass(frozen=True)
class StoredSecret:
    """A secret without its value; `deleted` while it waits for its deletion."""

    name: str
    arn: str
    deleted: bool = False


class SecretStore(Protocol):
    """Secrets by full name, e.g. `pingvas/dev/database-app`. A failure of AWS is `aws.*`."""

    def current(self, name: str) -> SecretVersion | None:
        """The present value; None when there is none, no such secret, or it waits for its end."""

    def put(self, name: str, value: str) -> None:
        """Make `value` the present one; `bootstrap.secret_absent` when there is no such secret."""

    def stored(self, prefix: str) -> tuple[StoredSecret, ...]:
        """Those whose name begins so, also those that wait for their deletion, by name."""

    def restore(self, names: Sequence[str]) -> None:
        """Bring deleted ones back, so that their values can be read and moved to another key."""

    def remove(self, name: str, recovery_days: int) -> None:
        """Schedule its deletion."""
