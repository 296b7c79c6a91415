"""The job a worker gets, the result it hands back, and the word that it began.

All are frozen, ignore fields of newer releases, and travel as JSON.
"""

import math
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


class JobKind(StrEnum):
    """What is made of what. A worker is given only the kinds it says it can do."""

    TEXT_TO_IMAGE = "text_to_image"
    IMAGE_TO_IMAGE = "image_to_image"
    INPAINT = "inpaint"
    UPSCALE = "upscale"


class LoraUse(BaseModel):
    """A LoRA of the catalogue and how strongly it is applied."""

    model_config = _MESSAGE

    name: str
    weight: float = 1.0


def lane_of(checkpoint: str, kind: str) -> str:
    """Where jobs of a kind wait. A checkpoint's own name is the lane of text to image, as it was
    for workers that know nothing else; a checkpoint's name has no colon.
    """
    return checkpoint if kind == JobKind.TEXT_TO_IMAGE else f"{checkpoint}:{kind}"


def steps_done(steps: int, strength: float | None) -> int:
    """How many of the steps are really computed: a weaker change begins later. At least one."""
    return steps if strength is None else max(1, math.ceil(steps * strength))


def work_units(*, width: int, height: int, steps: int, count: int, strength: float | None) -> float:
    """Expected effort in megapixel-steps; sizes in pixels of the pictures that are made."""
    megapixels = width * height / PIXELS_PER_MEGAPIXEL
    return megapixels * steps_done(steps, strength) * count


class GenerationJob(BaseModel):
    """One request for `count` pictures; `seed` is drawn at submit, so a repeat gives the same ones.

    `attempt` counts deliveries: 0 when submitted, 1 in the hands of the first worker.
    `object_prefix` ends with a slash; pictures are stored below it, see `object_keys`.
    `source_key` and `mask_key` are objects of the images bucket, which belong to the same person;
    a mask is white where the picture is drawn anew. `strength` is 0 to 1: how far from the source.
    `factor` tells an upscale how many times as wide and high; `width` and `height` are its result.
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
    loras: tuple[LoraUse, ...] = ()
    source_key: str | None = None
    mask_key: str | None = None
    strength: float | None = Field(default=None, ge=0, le=1)
    factor: int | None = Field(default=None, ge=1)
    attempt: int = Field(default=0, ge=0)
    submitted_at: datetime
    object_prefix: str

    @property
    def lane(self) -> str:
        """Where it waits; a worker claims from the lanes it can serve."""
        return lane_of(self.checkpoint, self.kind)

    @property
    def work_units(self) -> float:
        """Expected effort in megapixel-steps: what fairness counts before anything is measured."""
        return work_units(
            width=self.width,
            height=self.height,
            steps=self.steps,
            count=self.count,
            strength=self.strength,
        )


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
    """How an attempt ended. `retryable` matters only for a failure: another try may succeed.

    `fallbacks` name what made the job fit into the device's memory; `resumed_steps` were done by an
    earlier attempt and not repeated.
    """

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
    fallbacks: tuple[str, ...] = ()
    resumed_steps: int = Field(default=0, ge=0)
    started_at: datetime
    finished_at: datetime
