"""List one's own ledger, newest first, by keyset."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.kernel.db import Database, Row
from services.kernel.pagination import Paging, cut, decode, whole_number
from services.payment import repository


async def list_ledger(
    database: Database, user_id: UUID, paging: Paging
) -> tuple[Sequence[Row], str | None]:
    """One page of entries and the cursor of the next."""
    (before_id,) = decode(paging.cursor, whole_number)
    async with database.tenant(user_id) as connection:
        rows = await repository.list_entries(
            connection, user_id, before_id=before_id, limit=paging.limit + 1
        )
    return cut(rows, paging.limit, "id")
