"""The database as an administrator needs it: a server to make, roles and schemas to prepare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Account:
    """A role that signs in with a password."""

    name: str
    password: str

    def url(self, port: int, database: str, host: str = "127.0.0.1") -> str:
        """A libpq URL for this account."""
        return f"postgresql://{self.name}:{self.password}@{host}:{port}/{database}"


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


class DatabaseServer(Protocol):
    """PostgreSQL's own programs, working on a data folder."""

    def command(self, data: Path) -> tuple[str, ...]:
        """The command line that serves `data` in the foreground."""

    def run_as(self) -> str | None:
        """The account the server must run as, when it can't run as the present one."""

    def initialised(self, data: Path) -> bool:
        """True when `data` is a whole data folder."""

    def initialise(self, data: Path, superuser: Account, settings: str) -> None:
        """Make `data` with `settings` as its own configuration file; whole or not at all."""


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
