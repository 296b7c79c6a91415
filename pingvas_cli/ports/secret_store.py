"""Secrets Manager: the values of secrets that Terraform made empty."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class SecretVersion:
    """The present value of a secret, and the id under which the store knows it."""

    id: str
    value: str = field(repr=False)


class SecretStore(Protocol):
    """Secrets by full name, e.g. `pingvas/dev/database-app`. A failure of AWS is `aws.*`."""

    def current(self, name: str) -> SecretVersion | None:
        """The present value; None when there is none, or no such secret."""

    def put(self, name: str, value: str) -> None:
        """Make `value` the present one; `bootstrap.secret_absent` when there is no such secret."""
