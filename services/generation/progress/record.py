"""The present state from PostgreSQL: what a watcher begins with, and what may have been missed.

A person's rows are read as that person, so row security decides; the look after jobs that somebody
waits for is the system's, one statement for all watchers of this process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.generation.errors import JobNotFound
from services.generation.progress.announcements import of_row
from services.generation.progress.news import CLOCKS_APART_MS, News, Position
from services.kernel.db import Database, Row
from services.kernel.sql import load

SQL = load(__package__)
JOBS_AT_MOST = 500
CLOCKS_APART = timedelta(milliseconds=CLOCKS_APART_MS)
REACHES_BACK = timedelta(days=1)
# When a thousand watchers come back at once they wait in line, and leave connections to others.
READS_AT_ONCE = 2
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Present:
    """A person's jobs now; `is_complete` is False when some that ended may be missing."""

    states: Sequence[News]
    is_complete: bool = True


@dataclass(frozen=True)
class Record:
    """Reads only."""

    database: Database
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(READS_AT_ONCE))

    async def job(self, user_id: UUID, job_id: UUID) -> Present:
        """One job. Raises JobNotFound, for another person's too."""
        async with self._turn:
            rows = await self.database.tenant_once(user_id, SQL.jobs_by_id, job_ids=[job_id])
        if not rows:
            raise JobNotFound
        return Present([_state(rows[0])])

    async def jobs(self, user_id: UUID, last: Position | None) -> Present:
        """All open jobs, and those that ended since an id."""
        since, reaches = _since(last)
        async with self._turn:
            rows = await self.database.tenant_once(
                user_id, SQL.open_and_ended_jobs, ended_since=since, limit=JOBS_AT_MOST
            )
        return Present([_state(row) for row in rows], reaches and len(rows) < JOBS_AT_MOST)

    async def by_id(self, job_ids: Collection[str]) -> Sequence[News]:
        """Jobs of anybody who watches."""
        ids = [UUID(each) for each in job_ids]
        rows = await self.database.system_once(SQL.jobs_by_id, job_ids=ids)
        return [_state(row) for row in rows]


def _since(last: Position | None) -> tuple[datetime, bool]:
    """From when on ended jobs are told, and whether that is as far back as the id."""
    if last is None:
        return NEVER, True
    now = datetime.now(UTC)
    heard_until = datetime.fromtimestamp(min(last.ms / 1000, now.timestamp()), UTC)
    oldest = now - REACHES_BACK
    return max(heard_until, oldest) - CLOCKS_APART, heard_until >= oldest


def _state(row: Row) -> News:
    return News.of_state(str(row["user_id"]), of_row(row))
