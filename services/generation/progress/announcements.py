"""A row of generation_jobs as news: what its present state means to those who watch."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from services.contracts.events import (
    CancelledNews,
    FailedNews,
    ImageReference,
    JobNews,
    QueuedNews,
    StartedNews,
    SucceededNews,
)
from services.contracts.jobs import JobStarted
from services.generation.records import JobRecord
from services.generation.schemas.generations import Status
from services.kernel.db import Row

UNKNOWN = "unknown"
Told = tuple[UUID, JobNews]


def began(running: Sequence[JobRecord], told: Sequence[JobStarted]) -> Iterator[Told]:
    """Workers have them."""
    workers = {event.job_id: event.worker for event in told}
    for job in running:
        yield job.user_id, of_row({**vars(job), "worker": workers.get(job.id)})


def ended(jobs: Sequence[JobRecord], images: Sequence[Row] = ()) -> Iterator[Told]:
    """They are over; `images` are new rows with `id`, `job_id` and `position`."""
    of_job: dict[UUID, list[ImageReference]] = {}
    for row in sorted(images, key=lambda row: int(row["position"])):
        of_job.setdefault(row["job_id"], []).append(ImageReference.model_validate(row))
    for job in jobs:
        yield job.user_id, of_row({**vars(job), "images": of_job.get(job.id, ())})


def of_row(row: Mapping[str, Any]) -> JobNews:
    """The stage that a row is in. `images` matter when it has succeeded, `worker` when it runs."""
    job_id, attempt = row["id"], row["attempt"]
    status = Status(row["status"])
    if status is Status.QUEUED:
        return QueuedNews(job_id=job_id, attempt=attempt, at=row["queued_at"])
    if status is Status.RUNNING:
        at = row["started_at"] or row["queued_at"]
        return StartedNews(job_id=job_id, attempt=attempt, at=at, worker=row.get("worker"))
    at = row["finished_at"] or row["queued_at"]
    if status is Status.SUCCEEDED:
        return SucceededNews(job_id=job_id, attempt=attempt, at=at, images=tuple(row["images"]))
    if status is Status.FAILED:
        code = row["error_code"] or UNKNOWN
        return FailedNews(job_id=job_id, attempt=attempt, at=at, code=code)
    return CancelledNews(job_id=job_id, attempt=attempt, at=at)
