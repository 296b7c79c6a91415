"""A database server to make: a data folder and the command that serves it."""

from __future__ import annotations

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


class DatabaseServer(Protocol):
    """PostgreSQL's own programs, working on a data folder."""

    def command(self, data: Path, port: int) -> tuple[str, ...]:
        """The command line that serves `data` at `port` in the foreground."""

    def run_as(self) -> str | None:
        """The account the server must run as, when it can't run as the present one."""

    def initialised(self, data: Path) -> bool:
        """True when `data` is a whole data folder."""

    def initialise(self, data: Path, superuser: Account, settings: str) -> None:
        """Make `data` with `settings` as its own configuration file; whole or not at all."""
