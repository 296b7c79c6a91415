"""Archives of one's pictures."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class ExportStatus(StrEnum):
    """From order to archive."""

    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


class NewExport(BaseModel):
    """An archive to make: of one album, or of everything."""

    model_config = ConfigDict(extra="forbid")

    album_id: Annotated[UUID | None, Field(description="Null: all your images.")] = None


class Export(BaseModel):
    """A zip with every image and `manifest.json`, which tells how each was made."""

    id: UUID
    status: ExportStatus
    album_id: UUID | None
    image_count: Annotated[int, Field(ge=0, description="Images in it so far.")]
    size_bytes: Annotated[int | None, Field(ge=0, description="Of the archive, when ready.")]
    error_code: Annotated[str | None, Field(description="Why it failed.")]
    created_at: datetime
    finished_at: datetime | None
    expires_at: Annotated[datetime | None, Field(description="It is deleted then.")]
    url: Annotated[str | None, Field(description="Opens the archive, when ready.")]
    url_expires_at: datetime | None
