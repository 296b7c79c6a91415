"""What callers send and get."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.contracts.tiers import Tier

Word = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")]
Line = Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x1f]*$")]
LARGEST_SIZE_BYTES = 2**50


class Manifest(BaseModel):
    """What an installation wrote down, see `checkpoint.json`; other fields of it are passed over.

    `licence`, `minimum_tier` and `enabled` keep their values when they are left out.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str | None = None
    family: Word
    source: Line
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    size_bytes: Annotated[int, Field(ge=0, le=LARGEST_SIZE_BYTES)]
    abilities: Annotated[list[Word], Field(max_length=50)] = []
    width: Annotated[int, Field(ge=8, le=16_384, description="Pixels it was made for.")]
    height: Annotated[int, Field(ge=8, le=16_384, description="Pixels it was made for.")]
    licence: Line | None = None
    minimum_tier: Tier | None = None
    enabled: bool | None = None


class Checkpoint(BaseModel):
    """A set of weights on offer."""

    id: UUID
    name: str
    family: str
    source: str
    sha256: str
    size_bytes: int
    abilities: list[str]
    width: int
    height: int
    licence: str
    minimum_tier: str
    enabled: bool
    created_at: datetime
    updated_at: datetime
