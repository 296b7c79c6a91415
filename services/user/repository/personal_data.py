"""Everything that the platform has about a person, as the tenant that the person is."""

from __future__ import annotations

from typing import Any

from services.kernel.db import TenantConnection
from services.user.repository.statements import SQL


async def list_tables(connection: TenantConnection) -> list[str]:
    """The tables that hold rows of single people."""
    return [row["name"] for row in await connection.fetch_all(SQL.personal_tables)]


async def list_rows(connection: TenantConnection, table: str) -> list[dict[str, Any]]:
    """The person's rows of one of them, with the columns that a tenant may read."""
    return [row["row"] for row in await connection.fetch_all(SQL.personal_rows, name=table)]
