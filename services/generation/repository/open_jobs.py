"""Jobs that are not over, of all people: for the relay, the sweep and the reckoning of queues."""

from collections.abc import Sequence
from uuid import UUID

from services.generation.records import JobRecord
from services.generation.repository.statements import SQL
from services.kernel.db import Database, Row, SystemConnection

Tiered = tuple[JobRecord, str]


async def relay_alone(system: SystemConnection) -> None:
    """Wait until no other replica relays, and keep them waiting until this transaction is over.

    A statement of its own: the next one sees what the others have done.
    """
    await system.fetch_one(SQL.relay_alone)


async def lock_unrelayed(system: SystemConnection, grace_s: float, limit: int) -> list[Tiered]:
    """Waiting jobs older than `grace_s` that the queue is not known to have, oldest first, with
    their owners' tiers; those that somebody holds, such as a cancellation, are passed over.
    """
    rows = await system.fetch_all(SQL.lock_unrelayed, grace_s=grace_s, limit=limit)
    return _tiered(rows)


async def lock_open(system: SystemConnection, job_ids: Sequence[UUID]) -> list[Tiered]:
    """Those that are open, wanted and held by nobody, in the order of their arrival."""
    return _tiered(await system.fetch_all(SQL.lock_open, job_ids=list(job_ids)))


async def find_tiered(database: Database, job_ids: Sequence[UUID]) -> list[Tiered]:
    """These jobs, open or over, with their owners' tiers, as an operator sees them."""
    return _tiered(await database.system_once(SQL.find_tiered, job_ids=list(job_ids)))


async def mark_relayed(system: SystemConnection, job_ids: Sequence[UUID]) -> None:
    """The queue has them."""
    await system.execute(SQL.mark_relayed, job_ids=list(job_ids))


async def mark_put_back(system: SystemConnection, job_ids: Sequence[UUID]) -> None:
    """The queue has them again: none of them runs."""
    await system.execute(SQL.mark_put_back, job_ids=list(job_ids))


async def list_open(
    system: SystemConnection, grace_s: float, after: Row | None, limit: int
) -> list[Row]:
    """`id`, `queued_at` of open jobs older than `grace_s`, oldest first."""
    return await system.fetch_all(
        SQL.list_open,
        grace_s=grace_s,
        after_at=after["queued_at"] if after else None,
        after_id=after["id"] if after else None,
        limit=limit,
    )


async def list_to_stop(system: SystemConnection, limit: int) -> list[UUID]:
    """Open jobs whose owner asked to stop them, oldest first."""
    return [row["id"] for row in await system.fetch_all(SQL.list_to_stop, limit=limit)]


async def sum_open_work(database: Database) -> list[Row]:
    """By person and lane: `user_id`, `tier`, `checkpoint`, `kind`, jobs and megapixel-steps."""
    return await database.system_once(SQL.sum_open_work)


def _tiered(rows: Sequence[Row]) -> list[Tiered]:
    return [(JobRecord.of(row), row["tier"]) for row in rows]
