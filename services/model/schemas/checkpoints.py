"""Checkpoints as callers send and get them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from services.contracts.checkpoints import Base, Kind
from services.contracts.tiers import Tier
from services.contracts.whole_numbers import WHOLE

Word = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")]
Line = Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x1f]*$")]
Sha256 = Annotated[
    str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 in small hexadecimal.")
]
Pixels = Annotated[int, Field(ge=8, le=16_384, description="Pixels it was made for."), WHOLE]
LARGEST_SIZE_BYTES = 2**50


class Manifest(BaseModel):
    """What an installation wrote down, see `checkpoint.json`; other fields of it are passed over.

    `licence`, `minimum_tier`, `enabled`, `kind` and `base` keep their values when left out.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: Annotated[str, Field(max_length=100)] | None = None
    family: Word
    source: Line
    sha256: Sha256
    size_bytes: Annotated[
        int, Field(ge=0, le=LARGEST_SIZE_BYTES, description="Bytes of all its files."), WHOLE
    ]
    abilities: Annotated[list[Word], Field(max_length=50)] = []
    width: Pixels
    height: Pixels
    kind: Kind | None = None
    base: Base | None = None
    licence: Line | None = None
    minimum_tier: Tier | None = None
    enabled: StrictBool | None = None


class Change(BaseModel):
    """What an operator decides about a checkpoint; what is left out stays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    licence: Line | None = None
    minimum_tier: Annotated[Tier | None, Field(description="The lowest tier that may use it.")] = (
        None
    )
    enabled: Annotated[StrictBool | None, Field(description="Whether it is on offer.")] = None
    prefetch: Annotated[
        StrictBool | None,
        Field(description="Whether workers keep its files at hand before a job asks."),
    ] = None


class Checkpoint(BaseModel):
    """A set of weights in the catalogue."""

    id: UUID
    name: Annotated[str, Field(description="What jobs ask for.")]
    kind: Annotated[Kind, Field(description="A LoRA goes with a checkpoint of the same base.")]
    base: Annotated[Base, Field(description="`tiny` is for tests: noise instead of pictures.")]
    family: Annotated[str, Field(description="The pipeline that workers use.")]
    source: Annotated[str, Field(description="Where it came from.")]
    sha256: Annotated[str, Field(description="Of the sorted lines `path NUL sha256 of the file`.")]
    size_bytes: int
    abilities: Annotated[list[str], Field(description="Kinds of jobs that it can do.")]
    width: Pixels
    height: Pixels
    licence: str
    minimum_tier: Annotated[str, Field(description="The lowest tier that may use it.")]
    enabled: bool
    state: Annotated[
        str, Field(description="`ready`, `removing` until its jobs have ended, or `removed`.")
    ]
    prefetch: Annotated[bool, Field(description="Workers keep its files at hand.")]
    usable: Annotated[bool, Field(description="Whether your tier may use it now.")]
    created_at: datetime
    updated_at: datetime
