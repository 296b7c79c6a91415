"""Albums: named sets of pictures; a picture lies in one at most."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.gallery.schemas.texts import Name


class NewAlbum(BaseModel):
    """An album to make; two may have the same name."""

    model_config = ConfigDict(extra="forbid")

    name: Name


class AlbumChange(BaseModel):
    """What to change; what is left out stays. `cover_image_id` null: the newest image again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1})

    name: Name = ""
    cover_image_id: Annotated[UUID | None, Field(description="One of the album's images.")] = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("say what to change")
        return self


class Album(BaseModel):
    """A named set of pictures."""

    id: UUID
    name: str
    image_count: Annotated[int, Field(ge=0)]
    cover_image_id: Annotated[UUID | None, Field(description="The chosen one, else the newest.")]
    cover_url: Annotated[str | None, Field(description="Opens the cover, small where it can.")]
    created_at: datetime


class ImagesToMove(BaseModel):
    """Images to put into an album: all of them, or none when one is not there."""

    model_config = ConfigDict(extra="forbid")

    image_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]
