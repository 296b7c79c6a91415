"""What a submit or a quote reads and writes, as the person who asks, each in one round trip."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.generation.records import JobRecord
from services.generation.repository.statements import SQL
from services.kernel.db import Database, Jsonb, Row


@dataclass(frozen=True)
class NewJob:
    """What is stored at submit. `work_units` are megapixel-steps."""

    id: UUID
    user_id: UUID
    kind: str
    checkpoint: str
    parameters: dict[str, Any]
    cost_credits: int
    work_units: float
    idempotency_key: str


@dataclass(frozen=True)
class Purse:
    """A person's balance, and how many of their jobs wait."""

    balance_credits: int
    waiting_jobs: int


@dataclass(frozen=True)
class Picture:
    """An own picture that may be drawn over; sizes in pixels."""

    object_key: str
    width: int
    height: int

    def is_as_large_as(self, other: "Picture") -> bool:
        """The same in both directions."""
        return (self.width, self.height) == (other.width, other.height)


async def take_job(
    database: Database, job: NewJob, *, waiting_at_most: int, ring: bool
) -> datetime | None:
    """When it was taken; None when the checkpoint is not on offer or the key was used before.

    Raises DatabaseRefused with PV001 (too few credits) or PV002 (too many waiting jobs).
    """
    values = {**vars(job), "parameters": Jsonb(job.parameters)}
    rows = await database.tenant_once(
        job.user_id, SQL.take_job, **values, waiting_at_most=waiting_at_most, ring=ring
    )
    taken_at: datetime | None = rows[0]["taken_at"]
    return taken_at


async def find_job_by_key(database: Database, user_id: UUID, key: str) -> JobRecord | None:
    """The job that this key made."""
    rows = await database.tenant_once(user_id, SQL.find_job_by_key, idempotency_key=key)
    return JobRecord.of(rows[0]) if rows else None


async def find_purse(database: Database, user_id: UUID) -> Purse:
    """Raises LookupError when the person has gone."""
    rows = await database.tenant_once(user_id, SQL.find_purse)
    if not rows:
        raise LookupError("a token outlived its person")
    return Purse(**rows[0])


async def find_checkpoints(
    database: Database, user_id: UUID, names: Collection[str]
) -> Sequence[Row]:
    """The catalogue's rows of these names, as `facts.catalogue.Offer` has them."""
    return await database.tenant_once(user_id, SQL.find_checkpoints, names=list(names))


async def find_image(database: Database, user_id: UUID, image_id: UUID) -> Picture | None:
    """A picture of the person's gallery."""
    rows = await database.tenant_once(user_id, SQL.find_image, image_id=image_id)
    return Picture(**rows[0]) if rows else None


async def find_upload(database: Database, user_id: UUID, upload_id: UUID) -> Picture | None:
    """A picture that the person uploaded, and that is still kept."""
    rows = await database.tenant_once(user_id, SQL.find_upload, upload_id=upload_id)
    return Picture(**rows[0]) if rows else None
