"""Export one's data: everything that the platform has about a person, whichever service wrote it.

Read through row security as the tenant that one is, with the columns that a tenant may read: no
hash and no secret. Tables of other services come along by themselves, since each says by its
column `user_id` that it holds rows of people.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

from services.kernel.access import Caller
from services.kernel.db import Database
from services.user.actions.count_attempts import Attempt, CountAttempts
from services.user.repository import personal_data


@dataclass(frozen=True)
class ExportData:
    """One table at a time, so that a slow reader holds no connection."""

    database: Database
    attempts: CountAttempts

    async def run(self, caller: Caller) -> AsyncIterator[str]:
        """Parts of one JSON object, rows by table; raises `TooManyAttempts` before the first."""
        await self.attempts.charge(Attempt.of_person("export", str(caller.user_id)))
        async with self.database.tenant(caller.user_id) as connection:
            tables = await personal_data.list_tables(connection)
        return self._parts(caller, tables)

    async def _parts(self, caller: Caller, tables: list[str]) -> AsyncIterator[str]:
        yield "{"
        for number, table in enumerate(tables):
            async with self.database.tenant(caller.user_id) as connection:
                rows = await personal_data.list_rows(connection, table)
            yield f"{',' if number else ''}{json.dumps(table)}: {_array(rows)}"
        yield "}"


def _array(rows: list[dict[str, object]]) -> str:
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
