"""The only door to PostgreSQL: one transaction per block, as a tenant or as the system.

`TenantConnection` and `SystemConnection` are distinct types, so a signature tells whose rows a
function may see. A tenant's id is set for the transaction alone; no state stays on a connection,
which is what PgBouncer's transaction mode asks for. No other room imports psycopg.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any
from uuid import UUID

import psycopg
from psycopg import AsyncConnection, sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool, PoolTimeout, TooManyRequests

from services.kernel.errors import Problem
from services.kernel.sql import Query

__all__ = [
    "Database",
    "DatabaseRefused",
    "DatabaseUnavailable",
    "Jsonb",
    "Row",
    "SystemConnection",
    "TenantConnection",
]

Row = dict[str, Any]
Pool = AsyncConnectionPool[AsyncConnection[Row]]
SYSTEM_OPENING = sql.SQL("begin")
TENANT_OPENING = sql.SQL("begin; select set_config('pingvas.user_id', {}, true)")


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
def _translated() -> Iterator[None]:
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError, TimeoutError) as away:
        raise DatabaseUnavailable from away
    except psycopg.Error as refused:
        diagnosis = refused.diag
        raise DatabaseRefused(
            refused.sqlstate or "", diagnosis.constraint_name or "", diagnosis.message_primary or ""
        ) from None


class _Statements:
    """Named statements on one open transaction."""

    def __init__(self, connection: AsyncConnection[Row]) -> None:
        self._connection = connection

    async def fetch_one(self, query: Query, /, **params: object) -> Row | None:
        """The first row as a dict by column name, or None."""
        with _translated():
            cursor = await self._connection.execute(query.text.encode(), params)
            return await cursor.fetchone()

    async def fetch_only(self, query: Query, /, **params: object) -> Row:
        """The row of a statement that always answers with one, such as an insert that returns."""
        row = await self.fetch_one(query, **params)
        if row is None:
            raise LookupError(f"{query.name} answered with no row")
        return row

    async def fetch_all(self, query: Query, /, **params: object) -> list[Row]:
        """All rows as dicts by column name."""
        with _translated():
            cursor = await self._connection.execute(query.text.encode(), params)
            return await cursor.fetchall()

    async def execute(self, query: Query, /, **params: object) -> int:
        """Run a statement that answers with no rows; how many rows it touched."""
        with _translated():
            cursor = await self._connection.execute(query.text.encode(), params)
            return cursor.rowcount


class TenantConnection(_Statements):
    """Sees and writes the rows of one person."""


class SystemConnection(_Statements):
    """Sees all persons' rows, as far as the system role's grants go."""


class Database:
    """Two small pools, one per role. They heal by themselves when the server was away."""

    def __init__(
        self,
        app_url: str,
        system_url: str,
        *,
        app_connections: int = 5,
        system_connections: int = 3,
        patience_s: float = 3.0,
    ) -> None:
        self._app = _pool(app_url, app_connections, patience_s)
        self._system = _pool(system_url, system_connections, patience_s)

    async def open(self) -> None:
        """Begin to connect; does not wait, so a service starts before its database."""
        await self._app.open(wait=False)
        await self._system.open(wait=False)

    async def close(self) -> None:
        """Close all connections."""
        await self._app.close()
        await self._system.close()

    @asynccontextmanager
    async def tenant(self, user_id: UUID) -> AsyncIterator[TenantConnection]:
        """One transaction that sees this person's rows; commits unless the block raises."""
        opening = TENANT_OPENING.format(sql.Literal(str(user_id)))
        async with _transaction(self._app, opening) as connection:
            yield TenantConnection(connection)

    @asynccontextmanager
    async def system(self) -> AsyncIterator[SystemConnection]:
        """One transaction of the system role; commits unless the block raises."""
        async with _transaction(self._system, SYSTEM_OPENING) as connection:
            yield SystemConnection(connection)

    async def ping(self) -> None:
        """Reach the server in both roles, or raise `DatabaseUnavailable`."""
        for pool in (self._app, self._system):
            async with _transaction(pool, SYSTEM_OPENING):
                pass


def _pool(url: str, connections: int, patience_s: float) -> Pool:
    return AsyncConnectionPool(
        url,
        min_size=1,
        max_size=connections,
        timeout=patience_s,
        max_waiting=200,
        # Short, so that the next request asks anew: a long back-off would outlive the outage.
        reconnect_timeout=2.0,
        kwargs={
            "autocommit": True,  # transactions are opened below, in one round trip
            "prepare_threshold": None,  # PgBouncer in transaction mode
            "row_factory": dict_row,
            "connect_timeout": 5,
        },
        open=False,
    )


@asynccontextmanager
async def _transaction(
    pool: Pool, opening: sql.SQL | sql.Composed
) -> AsyncIterator[AsyncConnection[Row]]:
    with _translated():
        connection = await _begin(pool, opening)
    try:
        yield connection
        with _translated():
            await connection.commit()
    except BaseException:
        with suppress(psycopg.Error):
            await connection.rollback()
        raise
    finally:
        await pool.putconn(connection)


async def _begin(pool: Pool, opening: sql.SQL | sql.Composed) -> AsyncConnection[Row]:
    """Open a transaction. Opening is the check: a connection that died is replaced, once."""
    try:
        return await _open(pool, opening)
    except (PoolTimeout, TooManyRequests):
        raise
    except psycopg.OperationalError:
        await pool.check()
        return await _open(pool, opening)


async def _open(pool: Pool, opening: sql.SQL | sql.Composed) -> AsyncConnection[Row]:
    connection = await pool.getconn()
    try:
        # A pooler keeps its clients waiting while the server behind it is away.
        async with asyncio.timeout(pool.timeout):
            await connection.execute(opening)
    except BaseException:
        await pool.putconn(connection)
        raise
    return connection
