"""What happens to a job, as its owner is told while it happens.

The record is PostgreSQL; these are news of it. `body_of` is what travels: it is made once, where
the event happened, and passed on unread.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class EventKind(StrEnum):
    """The stages of a job, in their order; a job ends with one of the last three."""

    QUEUED = "queued"
    STARTED = "started"
    PROGRESS = "progress"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


# Of the text of a preview: some 6 KiB of a picture.
LARGEST_PREVIEW_CHARACTERS = 8_192

FINAL_KINDS = frozenset({EventKind.SUCCEEDED, EventKind.FAILED, EventKind.CANCELLED})


class _JobNews(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    job_id: UUID
    at: Annotated[datetime, Field(description="When it happened, UTC.")]
    attempt: Annotated[int, Field(ge=0, description="Deliveries to workers so far.")] = 0


class QueuedNews(_JobNews):
    """The job waits for a worker."""

    kind: Literal[EventKind.QUEUED] = EventKind.QUEUED


class StartedNews(_JobNews):
    """A worker has it; a higher attempt means that another worker was lost with it."""

    kind: Literal[EventKind.STARTED] = EventKind.STARTED
    worker: Annotated[str | None, Field(description="Null when it is told from the record.")] = None


class ProgressNews(_JobNews):
    """Steps done over all its pictures; at most about four times a second."""

    kind: Literal[EventKind.PROGRESS] = EventKind.PROGRESS
    step: Annotated[int, Field(ge=0, description="Steps done.")]
    steps: Annotated[int, Field(ge=1, description="Steps in all.")]
    preview: Annotated[
        str | None,
        Field(
            max_length=LARGEST_PREVIEW_CHARACTERS,
            pattern=r"^data:image/(webp|jpeg|png);base64,[A-Za-z0-9+/]+=*$",
            description="A small rough picture of what is coming, as a `data:` URL; not with every "
            "step, and of a job of several pictures only of the one that is made.",
        ),
    ] = None


class ImageReference(BaseModel):
    """A picture by its id, see `GET /v1/images/{id}`; `position` counts from 0 within its job."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    position: Annotated[int, Field(ge=0)]


class SucceededNews(_JobNews):
    """Its pictures are stored and paid. The end."""

    kind: Literal[EventKind.SUCCEEDED] = EventKind.SUCCEEDED
    images: tuple[ImageReference, ...] = ()


class FailedNews(_JobNews):
    """It can't be done; its price was given back. The end."""

    kind: Literal[EventKind.FAILED] = EventKind.FAILED
    code: str


class CancelledNews(_JobNews):
    """Its owner stopped it; its price was given back. The end."""

    kind: Literal[EventKind.CANCELLED] = EventKind.CANCELLED


JobNews = QueuedNews | StartedNews | ProgressNews | SucceededNews | FailedNews | CancelledNews
