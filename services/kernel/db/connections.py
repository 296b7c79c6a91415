"""Connections inside one transaction: whose rows they see is their type."""

from __future__ import annotations

from services.kernel.db.link import Link, Row
from services.kernel.db.refusals import translated
from services.kernel.sql import Query

__all__ = ["Row", "SystemConnection", "TenantConnection"]


class _Statements:
    """Named statements on one open transaction."""

    def __init__(self, connection: Link) -> None:
        self._connection = connection

    async def fetch_one(self, query: Query, /, **params: object) -> Row | None:
        """The first row as a dict by column name, or None."""
        with translated():
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
        with translated():
            cursor = await self._connection.execute(query.text.encode(), params)
            return await cursor.fetchall()

    async def execute(self, query: Query, /, **params: object) -> int:
        """Run a statement that answers with no rows; how many rows it touched."""
        with translated():
            cursor = await self._connection.execute(query.text.encode(), params)
            return cursor.rowcount


class TenantConnection(_Statements):
    """Sees and writes the rows of one person."""


class SystemConnection(_Statements):
    """Sees all persons' rows, as far as the system role's grants go."""
