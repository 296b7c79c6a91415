"""Jobs for a benchmark."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from services.contracts.jobs import GenerationJob
from services.contracts.object_keys import image_prefix

# One person, so that the queue keeps the order in which the jobs came.
PERSON = UUID(int=1)


def job_for(checkpoint: str, *, edge: int, steps: int, seed: int = 0) -> GenerationJob:
    """One picture; `edge` in pixels."""
    job_id = uuid4()
    return GenerationJob(
        id=job_id,
        user_id=PERSON,
        checkpoint=checkpoint,
        prompt="a lighthouse in the morning",
        width=edge,
        height=edge,
        steps=steps,
        guidance_scale=7.5,
        seed=seed,
        submitted_at=datetime.now(UTC),
        object_prefix=image_prefix(PERSON, job_id),
    )
