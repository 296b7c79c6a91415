"""Jobs and results as tests need them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from services.contracts.jobs import GenerationJob, JobResult
from services.contracts.object_keys import image_prefix
from services.dispatch.claims import Claim


def a_job(user_id: UUID | None = None, **changes: Any) -> GenerationJob:
    """A small job of a new user."""
    job_id, user_id = uuid4(), user_id or uuid4()
    values: dict[str, Any] = {
        "id": job_id,
        "user_id": user_id,
        "checkpoint": "tiny",
        "prompt": "a lighthouse",
        "width": 64,
        "height": 64,
        "steps": 4,
        "guidance_scale": 7.0,
        "seed": 1,
        "submitted_at": datetime.now(UTC),
        "object_prefix": image_prefix(user_id, job_id),
    }
    return GenerationJob(**{**values, **changes})


def a_result(claim: Claim, **changes: Any) -> JobResult:
    """A success without pictures."""
    now = datetime.now(UTC)
    values: dict[str, Any] = {
        "job_id": claim.job.id,
        "attempt": claim.attempt,
        "worker": claim.worker,
        "outcome": "succeeded",
        "started_at": now,
        "finished_at": now,
    }
    return JobResult(**{**values, **changes})
