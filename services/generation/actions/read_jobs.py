"""Show a person's own jobs."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.generation import repository
from services.generation.errors import JobNotFound
from services.generation.records import JobRecord
from services.kernel.access import Caller
from services.kernel.db import Database
from services.kernel.pagination import Paging, cut, decode


@dataclass(frozen=True)
class ReadJobs:
    """One by id, or page by page, newest first."""

    database: Database

    async def one(self, caller: Caller, job_id: UUID) -> JobRecord:
        """Raises JobNotFound, for another person's job too."""
        async with self.database.tenant(caller.user_id) as tenant:
            job = await repository.find_job(tenant, job_id)
        if job is None:
            raise JobNotFound
        return job

    async def page(self, caller: Caller, paging: Paging) -> tuple[list[JobRecord], str | None]:
        """The jobs of a page, and the cursor of the next."""
        before_at, before_id = decode(paging.cursor, datetime.fromisoformat, UUID)
        async with self.database.tenant(caller.user_id) as tenant:
            rows = await repository.list_jobs(tenant, before_at, before_id, paging.limit + 1)
        kept, cursor = cut(rows, paging.limit, "created_at", "id")
        return [JobRecord.of(row) for row in kept], cursor
