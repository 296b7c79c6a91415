"""A running database as an administrator needs it: roles, schemas, what is in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pingvas_cli.ports.database_server import Account


@dataclass(frozen=True)
class Tenancy:
    """One environment's share of the database: its schema and its three roles."""

    schema: str
    owner: Account
    app: Account
    system: Account

    @property
    def accounts(self) -> tuple[Account, ...]:
        return (self.owner, self.app, self.system)


class Database(Protocol):
    """A running server, seen by its superuser."""

    def answers(self, superuser_url: str) -> bool:
        """True when it takes queries."""

    def prepared(self, superuser_url: str, database: str, tenancies: Sequence[Tenancy]) -> bool:
        """True when the database, every schema and every role are there and can sign in."""

    def prepare(self, superuser_url: str, database: str, tenancies: Sequence[Tenancy]) -> None:
        """Make the database, roles, schemas and grants that are missing; resets passwords."""

    def migrations(self, owner_url: str) -> frozenset[str]:
        """Versions of the migrations applied in the owner's schema; empty before the first."""

    def has_administrator(self, system_url: str, email: str) -> bool:
        """True when a user with the role `admin` has this address in the environment's schema."""
