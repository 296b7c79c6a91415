"""Links that open a picture or an album to everybody."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from services.contracts.whole_numbers import WHOLE

ONE_YEAR_S = 31_536_000
Shared = Literal["image", "album"]


class NewShare(BaseModel):
    """A link to make."""

    model_config = ConfigDict(extra="forbid")

    of: Annotated[Shared, Field(description="What the link opens.")]
    id: Annotated[UUID, Field(description="Which of your images or albums.")]
    expires_in_s: Annotated[
        int | None,
        Field(ge=60, le=ONE_YEAR_S, description="Seconds until the link ends; null: never."),
        WHOLE,
    ] = None
    show_prompts: Annotated[StrictBool, Field(description="Whether the words are public too.")] = (
        False
    )


class Share(BaseModel):
    """A link, as its owner sees it."""

    token: Annotated[str, Field(description="Whoever has it may look.")]
    url: Annotated[str, Field(description="The link.")]
    of: Shared
    id: UUID
    show_prompts: bool
    views: Annotated[int, Field(ge=0, description="About so many; counted with a delay.")]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class SharedImage(BaseModel):
    """A picture that everybody may see."""

    width: int
    height: int
    content_type: str
    created_at: datetime
    prompt: Annotated[str | None, Field(description="Null when the owner keeps it.")]
    url: str
    url_expires_at: datetime
    thumbnail_url: str | None


class SharedPage(BaseModel):
    """What is behind a link. Of an album, images that may not be public are left out."""

    of: Shared
    title: Annotated[str | None, Field(description="The album's name.")]
    expires_at: datetime | None
    items: list[SharedImage]
    next_cursor: Annotated[str | None, Field(description="Null on the last page.")]
