"""A job as its owner sees it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.generation.schemas.requests import Lora, OwnImage, OwnUpload


class Status(StrEnum):
    """A job's life: queued, running, then one of the three ends."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Span(BaseModel):
    """Seconds from now."""

    earliest_s: Annotated[float, Field(ge=0)]
    latest_s: Annotated[float, Field(ge=0)]


class Eta(BaseModel):
    """When a job may begin and be done, and what that is reckoned from."""

    starts_in: Span
    finishes_in: Span
    finished_jobs: Annotated[
        int, Field(description="Finished jobs of this checkpoint and kind that were measured.")
    ]
    seconds_per_megapixel_step: Annotated[float, Field(description="Their median, in GPU-seconds.")]
    workers: Annotated[int, Field(description="Workers that serve such jobs now.")]
    seconds_ahead: Annotated[
        float, Field(description="GPU-seconds of work that your fair share lets go first.")
    ]


class Generation(BaseModel):
    """A job. Its pictures are at `GET /v1/images?job_id=`."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    status: Status
    kind: str
    checkpoint: str
    prompt: str
    negative_prompt: str
    width: Annotated[int, Field(description="Pixels.")]
    height: Annotated[int, Field(description="Pixels.")]
    steps: int
    guidance_scale: float
    seed: int
    count: Annotated[int, Field(description="Pictures.")]
    scheduler: str | None
    loras: tuple[Lora, ...] = ()
    source: OwnImage | OwnUpload | None = None
    mask: OwnImage | OwnUpload | None = None
    strength: float | None = None
    factor: int | None = None
    cost_credits: Annotated[int, Field(description="Held at submit, paid when it succeeds.")]
    attempt: Annotated[int, Field(description="Deliveries to workers so far.")]
    error_code: str | None
    error_detail: str | None
    cancel_requested_at: datetime | None
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    eta: Annotated[
        Eta | None,
        Field(
            description="Null when the job is not waiting, when no job like it was measured or no "
            "worker serves it, and in lists. Also null in the answer to a repeated submit, and to "
            "one that finds no forecast of the last two seconds, as the first after a pause: "
            "`GET /v1/generations/{job_id}` waits for one."
        ),
    ] = None
