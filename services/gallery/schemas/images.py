"""Pictures as their owner sees them, and what may be changed of them."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, model_validator

from services.gallery.ports.safety import Safety
from services.gallery.schemas.texts import TAGS_AT_MOST, Tag, distinct

Tags = Annotated[list[Tag], Field(max_length=TAGS_AT_MOST), AfterValidator(distinct)]


class Image(BaseModel):
    """A picture; `url` opens it until `url_expires_at`, for anyone who has it."""

    id: UUID
    job_id: Annotated[UUID, Field(description="The generation that made it.")]
    position: Annotated[int, Field(ge=0, description="Within its job, from 0.")]
    width: Annotated[int, Field(ge=1, description="Pixels.")]
    height: Annotated[int, Field(ge=1, description="Pixels.")]
    size_bytes: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="Of the stored bytes.")]
    content_type: str
    prompt: str
    negative_prompt: Annotated[str | None, Field(description="Null: its job has been emptied.")]
    seed: Annotated[
        int | None, Field(description="The seed that draws this very picture: the job's, moved on.")
    ]
    steps: int | None
    guidance_scale: float | None
    scheduler: Annotated[str | None, Field(description="Null: the checkpoint's own.")]
    checkpoint: str
    kind: Annotated[str, Field(description="How it was made, such as text_to_image.")]
    favourite: bool
    tags: Annotated[list[str], Field(description="In alphabetical order.")]
    safety: Annotated[Safety, Field(description="What was found out about the picture.")]
    album_id: UUID | None
    created_at: datetime
    deleted_at: Annotated[datetime | None, Field(description="When it was removed, if it was.")]
    url: Annotated[str, Field(description="Opens the picture; stays the same for a while.")]
    url_expires_at: datetime
    thumbnail_url: Annotated[
        str | None, Field(description="Opens a small WebP; null until there is one.")
    ]


class ImageChange(BaseModel):
    """What to change; what is left out stays. `album_id` null takes it out of its album."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1})

    album_id: UUID | None = None
    favourite: StrictBool = False
    tags: Annotated[Tags, Field(description="All tags, in place of those it has.")] = []

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("say what to change")
        return self

    def params(self) -> dict[str, Any]:
        """As the statement names them; None leaves a value as it is."""
        said = self.model_dump(exclude_unset=True)
        return {
            "is_filed": "album_id" in said,
            "album_id": said.get("album_id"),
            "favourite": said.get("favourite"),
            "tags": said.get("tags"),
        }


class Verdict(BaseModel):
    """What was found out about an image."""

    model_config = ConfigDict(extra="forbid")

    safety: Annotated[Safety, Field(description="Only `safe` ones are public for certain.")]


class TagsToAdd(BaseModel):
    """Tags for an image, beside those it has."""

    model_config = ConfigDict(extra="forbid")

    tags: Annotated[Tags, Field(min_length=1)]


class TagCount(BaseModel):
    """A tag, and how many images have it."""

    name: str
    image_count: Annotated[int, Field(ge=1)]
