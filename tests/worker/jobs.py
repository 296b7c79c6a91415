"""Jobs for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from services.contracts.jobs import GenerationJob
from services.contracts.object_keys import image_prefix


def make_job(**changes: Any) -> GenerationJob:
    """A small job for the tiny checkpoint."""
    job_id, user_id = uuid4(), uuid4()
    values: dict[str, Any] = {
        "id": job_id,
        "user_id": user_id,
        "checkpoint": "tiny",
        "prompt": "a red cat",
        "width": 64,
        "height": 64,
        "steps": 4,
        "guidance_scale": 7.5,
        "seed": 7,
        "submitted_at": datetime.now(UTC),
        "object_prefix": image_prefix(user_id, job_id),
    }
    return GenerationJob(**(values | changes))
