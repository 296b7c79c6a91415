"""Two small pools, one per role, and the transactions that run on them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout, TooManyRequests

from services.kernel.db.connections import SystemConnection, TenantConnection
from services.kernel.db.link import Command, Link, Row, numbered
from services.kernel.db.refusals import translated
from services.kernel.db.trips import Pool, Trips
from services.kernel.sql import Query

SYSTEM_OPENING = sql.SQL("begin")
TENANT_OPENING = sql.SQL("begin; select set_config('pingvas.user_id', {}, true)")
NAME_TENANT = b"select set_config('pingvas.user_id', $1, true)"


class Database:
    """The door. Its pools heal by themselves when the server was away."""

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
        self._app_trips = Trips(self._app)
        self._system_trips = Trips(self._system)

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

    async def tenant_once(self, user_id: UUID, query: Query, /, **params: object) -> list[Row]:
        """One statement that sees this person's rows, as a transaction in one round trip."""
        naming = Command.of(NAME_TENANT, [str(user_id)])
        return await self._app_trips.run((naming, _command(query, params)))

    async def system_once(self, query: Query, /, **params: object) -> list[Row]:
        """One statement of the system role, as a transaction in one round trip."""
        return await self._system_trips.run((_command(query, params),))

    async def ping(self) -> None:
        """Reach the server in both roles, or raise `DatabaseUnavailable`."""
        for pool in (self._app, self._system):
            async with _transaction(pool, SYSTEM_OPENING):
                pass


def _command(query: Query, params: dict[str, object]) -> Command:
    statement, names = numbered(query.text)
    with translated():
        return Command.of(statement, [params[name] for name in names])


def _pool(url: str, connections: int, patience_s: float) -> Pool:
    return AsyncConnectionPool(
        url,
        connection_class=Link,
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
async def _transaction(pool: Pool, opening: sql.SQL | sql.Composed) -> AsyncIterator[Link]:
    with translated():
        connection = await _begin(pool, opening)
    try:
        yield connection
        with translated():
            await connection.commit()
    except BaseException:
        with suppress(psycopg.Error):
            await connection.rollback()
        raise
    finally:
        await pool.putconn(connection)


async def _begin(pool: Pool, opening: sql.SQL | sql.Composed) -> Link:
    """Open a transaction. Opening is the check: a connection that died is replaced, once."""
    try:
        return await _open(pool, opening)
    except (PoolTimeout, TooManyRequests):
        raise
    except psycopg.OperationalError:
        await pool.check()
        return await _open(pool, opening)


async def _open(pool: Pool, opening: sql.SQL | sql.Composed) -> Link:
    connection = await pool.getconn()
    try:
        # A pooler keeps its clients waiting while the server behind it is away.
        async with asyncio.timeout(pool.timeout):
            await connection.execute(opening)
    except BaseException:
        await pool.putconn(connection)
        raise
    return connection
