"""Show a person's own jobs."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.contracts.jobs import lane_of
from services.generation.errors import JobNotFound
from services.generation.eta import Wish
from services.generation.facts.outlook import Outlook
from services.generation.records import JobRecord
from services.generation.repository import jobs
from services.generation.repository.jobs import Wanted
from services.generation.schemas.generations import Eta, Generation, Status
from services.generation.settings import GenerationSettings
from services.kernel.access import Caller
from services.kernel.db import Database, Row
from services.kernel.pagination import Paging, cut, decode


@dataclass(frozen=True)
class ReadJobs:
    """One by id, or page by page, newest first."""

    database: Database
    outlook: Outlook
    settings: GenerationSettings

    async def one(self, caller: Caller, job_id: UUID) -> Generation:
        """With an ETA while it waits. Raises JobNotFound, for another person's job too."""
        row = await jobs.find_job(self.database, caller.user_id, job_id)
        if row is None:
            raise JobNotFound
        job = JobRecord.of(row)
        return job.view(await self._eta(caller, row) if job.status is Status.QUEUED else None)

    async def page(
        self, caller: Caller, wanted: Wanted, paging: Paging
    ) -> tuple[list[Generation], str | None]:
        """The jobs of a page, and the cursor of the next."""
        before = decode(paging.cursor, datetime.fromisoformat, UUID)
        rows = await jobs.list_jobs(self.database, caller.user_id, wanted, before, paging.limit + 1)
        kept, cursor = cut(rows, paging.limit, "created_at", "id")
        return [JobRecord.of(row).view() for row in kept], cursor

    async def _eta(self, caller: Caller, row: Row) -> Eta | None:
        terms = self.settings.terms_of(caller.tier)
        forecast = await self.outlook.get()
        return forecast.eta(
            Wish(
                user=str(caller.user_id),
                weight=terms.weight,
                lane=lane_of(row["checkpoint"], row["kind"]),
                units=row["work_units"] or 1.0,
                running_at_most=terms.running_jobs,
                units_ahead=row["units_ahead"],
            )
        )
