"""The job a worker gets, the result it hands back, and the word that it began.

All are frozen, ignore fields of newer releases, and travel as JSON.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

_MESSAGE = ConfigDict(frozen=True, extra="ignore")

PIXELS_PER_MEGAPIXEL = 1_048_576


class Outcome(StrEnum):
    """How an attempt ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"


class GenerationJob(BaseModel):
    """One request for `count` pictures; `seed` is drawn at submit, so a repeat gives the same ones.

    `attempt` counts deliveries: 0 when submitted, 1 in the hands of the first worker.
    `object_prefix` ends with a slash; pictures are stored below it, see `object_keys`.
    """

    model_config = _MESSAGE

    id: UUID
    user_id: UUID
    kind: str = "text_to_image"
    checkpoint: str
    prompt: str
    negative_prompt: str = ""
    width: int = Field(ge=8)
    height: int = Field(ge=8)
    steps: int = Field(ge=1)
    guidance_scale: float = Field(ge=0)
    seed: int = Field(ge=0)
    count: int = Field(default=1, ge=1)
    scheduler: str | None = None
    attempt: int = Field(default=0, ge=0)
    submitted_at: datetime
    object_prefix: str

    @property
    def work_units(self) -> float:
        """Expected effort in megapixel-steps: what fairness counts before anything is measured."""
        return self.width * self.height / PIXELS_PER_MEGAPIXEL * self.steps * self.count


class StoredImage(BaseModel):
    """A picture already in object storage; `position` counts from 0 within its job."""

    model_config = _MESSAGE

    position: int = Field(ge=0)
    object_key: str
    width: int
    height: int
    size_bytes: int
    sha256: str
    content_type: str = "image/png"


class JobStarted(BaseModel):
    """A worker took the job."""

    model_config = _MESSAGE

    job_id: UUID
    attempt: int
    worker: str
    started_at: datetime


class JobResult(BaseModel):
    """How an attempt ended. `retryable` matters only for a failure: another try may succeed."""

    model_config = _MESSAGE

    job_id: UUID
    attempt: int
    worker: str
    outcome: Outcome
    images: tuple[StoredImage, ...] = ()
    error_code: str | None = None
    error_detail: str | None = None
    retryable: bool = False
    gpu_seconds: float = Field(default=0.0, ge=0)
    load_seconds: float = Field(default=0.0, ge=0)
    started_at: datetime
    finished_at: datetime
