"""Listens for calls of other replicas on a connection of its own, which goes past any pooler.

A call says only that there is something to relay. One that is missed costs a few seconds: the relay
looks by itself.
"""

from collections.abc import Callable

import psycopg
from psycopg import AsyncConnection, sql
from pydantic import SecretStr

from services.kernel.db import DatabaseUnavailable

CHANNEL = "select current_schema() || '_generation_jobs'"
LISTEN_FOR_S = 60.0
CONNECT_TIMEOUT_S = 5


class Doorbell:
    """`ring` is called for each call heard, and once when it begins to listen."""

    def __init__(self, url: SecretStr, ring: Callable[[], None]) -> None:
        self._url = url
        self._ring = ring

    async def turn(self) -> float:
        """Listen until the connection is lost. Raises DatabaseUnavailable."""
        try:
            connection = await AsyncConnection.connect(
                self._url.get_secret_value(), autocommit=True, connect_timeout=CONNECT_TIMEOUT_S
            )
            async with connection:
                await self._listen(connection)
        except (psycopg.OperationalError, psycopg.InterfaceError, OSError) as away:
            raise DatabaseUnavailable from away
        return 0.0

    async def _listen(self, connection: AsyncConnection[tuple[str]]) -> None:
        row = await (await connection.execute(CHANNEL)).fetchone()
        assert row is not None  # noqa: S101 - a select without from has one row
        await connection.execute(sql.SQL("listen {}").format(sql.Identifier(row[0])))
        self._ring()
        while True:
            async for _ in connection.notifies(timeout=LISTEN_FOR_S, stop_after=1):
                self._ring()
            await connection.execute("select 1")  # an idle connection may have died in silence
