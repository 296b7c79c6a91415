"""Jobs as the generation service submits and ends them, in its own statements."""

from __future__ import annotations

from uuid import UUID, uuid4

from services.kernel.db import Database, DatabaseRefused
from services.kernel.sql import Query

SUBMIT = Query(
    "submit",
    """with job as (
        insert into generation_jobs (id, user_id, checkpoint, parameters, cost_credits)
        values (%(id)s, %(user_id)s, 'tiny', '{}', %(cost)s) returning id, user_id, cost_credits
    )
    select hold_credits(user_id, id, cost_credits) as balance from job""",
)
LOCK = Query("lock", "select status from generation_jobs where id = %(id)s for update")
END = Query("end", "update generation_jobs set status = %(status)s where id = %(id)s")
CAPTURE = Query("capture", "select capture_credits(%(user_id)s, %(id)s) as settled")
RELEASE = Query("release", "select release_credits(%(user_id)s, %(id)s) as settled")


async def submit(database: Database, user_id: UUID, cost: int) -> UUID | None:
    """The job, or None when there are too few credits."""
    job_id = uuid4()
    try:
        async with database.tenant(user_id) as tenant:
            await tenant.fetch_one(SUBMIT, id=job_id, user_id=user_id, cost=cost)
    except DatabaseRefused as refused:
        if refused.sqlstate != "PV001":
            raise
        return None
    return job_id


async def end(database: Database, user_id: UUID, job_id: UUID, status: str) -> bool:
    """End an open job; false when it is over."""
    async with database.system() as system:
        row = await system.fetch_only(LOCK, id=job_id)
        if row["status"] not in ("queued", "running"):
            return False
        await system.execute(END, id=job_id, status=status)
        settle = CAPTURE if status == "succeeded" else RELEASE
        settled = await system.fetch_only(settle, user_id=user_id, id=job_id)
        assert settled["settled"] is True
        return True


async def settle_again(database: Database, user_id: UUID, job_id: UUID, *, capture: bool) -> bool:
    """What a late or doubled call answers."""
    async with database.system() as system:
        row = await system.fetch_only(CAPTURE if capture else RELEASE, user_id=user_id, id=job_id)
        return bool(row["settled"])
