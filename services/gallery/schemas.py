"""What callers send and get."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Image(BaseModel):
    """A picture; `url` opens it until `url_expires_at`, for anyone who has it."""

    id: UUID
    job_id: UUID
    position: Annotated[int, Field(description="Within its job, from 0.")]
    width: int
    height: int
    size_bytes: int
    sha256: str
    content_type: str
    prompt: str
    album_id: UUID | None
    created_at: datetime
    url: str
    url_expires_at: datetime


class ImageChange(BaseModel):
    """Put a picture into an album, or take it out with null."""

    model_config = ConfigDict(extra="forbid")

    album_id: UUID | None


class NewAlbum(BaseModel):
    """An album to make; two may have the same name."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]


class Album(BaseModel):
    """A named set of pictures."""

    id: UUID
    name: str
    created_at: datetime
