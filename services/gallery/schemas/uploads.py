"""Pictures that people bring, to begin from or to paint in."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.gallery.ports.pictures import LARGEST_SIDE_PIXELS, SMALLEST_SIDE_PIXELS, Purpose

Side = Annotated[
    int,
    Field(ge=SMALLEST_SIDE_PIXELS, le=LARGEST_SIDE_PIXELS, description="Pixels."),
]


class Upload(BaseModel):
    """A picture as it was stored: a PNG of its pixels, upright, without any metadata."""

    id: Annotated[UUID, Field(description="Name it in a generation.")]
    purpose: Purpose
    content_type: str
    width: Side
    height: Side
    size_bytes: Annotated[int, Field(ge=0, description="As stored, not as sent.")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="Of the stored bytes.")]
    created_at: datetime
    expires_at: Annotated[datetime, Field(description="It may be used until then.")]
    url: str
    url_expires_at: datetime
