"""What callers send and get."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.contracts.checkpoints import NAME_PATTERN
from services.contracts.schedulers import Scheduler

SMALLEST_SIDE_PX = 64
LARGEST_SIDE_PX = 1024
LARGEST_SEED = 2**32 - 1


class Status(StrEnum):
    """A job's life: queued, running, then one of the three ends."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("must not contain the NUL character")
    return text


Side = Annotated[
    int,
    Field(
        ge=SMALLEST_SIDE_PX, le=LARGEST_SIDE_PX, multiple_of=8, description="Pixels, in steps of 8."
    ),
]
Text = Annotated[str, Field(max_length=2_000), AfterValidator(_without_nul)]


class GenerationRequest(BaseModel):
    """What to draw. Without a seed one is drawn and told, so that a picture can be made again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    checkpoint: Annotated[str, Field(pattern=NAME_PATTERN)]
    prompt: Annotated[Text, Field(min_length=1)]
    negative_prompt: Text = ""
    width: Side = 512
    height: Side = 512
    steps: Annotated[int, Field(ge=1, le=100)] = 30
    guidance_scale: Annotated[float, Field(ge=0, le=30, allow_inf_nan=False)] = 7.0
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] | None = None
    count: Annotated[int, Field(ge=1, le=4, description="Pictures.")] = 1
    scheduler: Annotated[
        Scheduler | None, Field(description="The checkpoint's own when left out.")
    ] = None


class Generation(BaseModel):
    """A job as its owner sees it. Its pictures are at `GET /v1/images?job_id=`."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    status: Status
    kind: str
    checkpoint: str
    prompt: str
    negative_prompt: str
    width: int
    height: int
    steps: int
    guidance_scale: float
    seed: int
    count: int
    scheduler: str | None
    cost_credits: int
    attempt: Annotated[int, Field(description="Deliveries to workers so far.")]
    error_code: str | None
    error_detail: str | None
    cancel_requested_at: datetime | None
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
