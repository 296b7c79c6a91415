"""What can go wrong with the database, in our words; psycopg's exceptions stop here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from services.kernel.errors import Problem


class DatabaseUnavailable(Problem):
    """The database cannot be reached now; the same request may work in a moment."""

    code, status, title = "database.unavailable", 503, "The database is away for a moment"

    def __init__(self) -> None:
        super().__init__(retry_after_s=2)


class DatabaseRefused(Exception):
    """The database refused a statement: SQLSTATE, and the constraint when there is one.

    Row values in PostgreSQL's own message are left out: they would end in logs.
    """

    def __init__(self, sqlstate: str, constraint: str, message: str) -> None:
        super().__init__(f"{sqlstate} {constraint} {message}")
        self.sqlstate = sqlstate
        self.constraint = constraint


@contextmanager
def translated() -> Iterator[None]:
    """Turn psycopg's exceptions into ours."""
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError, TimeoutError) as away:
        raise DatabaseUnavailable from away
    except psycopg.Error as refused:
        diagnosis = refused.diag
        raise DatabaseRefused(
            refused.sqlstate or "", diagnosis.constraint_name or "", diagnosis.message_primary or ""
        ) from None
