"""Installations as administrators order and see them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from services.contracts.checkpoints import NAME_PATTERN
from services.contracts.tiers import Tier
from services.contracts.whole_numbers import WHOLE
from services.model.schemas.checkpoints import LARGEST_SIZE_BYTES, Line, Sha256

WORD = "[A-Za-z0-9][A-Za-z0-9_.-]*"
PLACE = "[A-Za-z0-9][A-Za-z0-9_./-]*"
HUB = f"hub:{WORD}/{WORD}(@{PLACE})?"
SOURCE = rf"^({HUB}(#{PLACE}\.safetensors)?|https?://[!-~]+)$"
SHAPE = rf"^({HUB}|{NAME_PATTERN[1:-1]})$"
InstallState = Literal["waiting", "queued", "running", "done", "failed", "cancelled"]


class _Wish(BaseModel):
    """What both kinds of orders say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=NAME_PATTERN, description="What jobs will ask for.")]
    sha256: Annotated[
        Sha256 | None, Field(description="Of the single file; it is refused when it differs.")
    ] = None
    shape_of: Annotated[
        str | None,
        Field(
            pattern=SHAPE,
            max_length=300,
            description="Where a single file's configuration is from: an installed checkpoint, or "
            "`hub:OWNER/NAME`. Left out: the repository that is usual for its base.",
        ),
    ] = None
    licence: Annotated[Line | None, Field(description="Left out: as the hub tells it.")] = None
    minimum_tier: Annotated[Tier | None, Field(description="The lowest tier that may use it.")] = (
        None
    )
    enabled: Annotated[
        StrictBool | None, Field(description="Whether to offer it when it is done.")
    ] = None


class FetchRequest(_Wish):
    """A checkpoint or LoRA to fetch.

    - `hub:OWNER/NAME`, with `@REVISION`, and `#FILE.safetensors` for one file of it
    - `https://HOST/PATH` of a .safetensors file, on a host that this platform installs from
    """

    source: Annotated[str, Field(pattern=SOURCE, max_length=2000, examples=["hub:owner/name@main"])]


class UploadRequest(_Wish):
    """A single .safetensors file whose bytes will be sent to `/v1/installs/{id}/content`."""

    source: Literal["upload"]
    size_bytes: Annotated[int, Field(ge=1, le=LARGEST_SIZE_BYTES, description="Exactly."), WHOLE]


InstallRequest = FetchRequest | UploadRequest


class Install(BaseModel):
    """An installation and how far it is."""

    id: UUID
    name: str
    source: Annotated[str, Field(description="Without what follows a `?`, which may be secret.")]
    state: Annotated[
        InstallState, Field(description="`waiting` for an upload; the last three are ends.")
    ]
    stage: Annotated[
        str, Field(description="Within `running`: `resolve`, `download`, `check`, `publish`.")
    ]
    revision: Annotated[str, Field(description="The hub's commit, once it is known.")]
    done_bytes: Annotated[int, Field(ge=0, description="Bytes that lie here.")]
    total_bytes: Annotated[int | None, Field(ge=0, description="Null until it is known.")]
    attempts: Annotated[
        int, Field(ge=0, description="Tries since the last one that brought bytes.")
    ]
    error_code: Annotated[str | None, Field(description="Of the last failure, for programs.")]
    error_detail: Annotated[str | None, Field(description="Of the last failure, for people.")]
    cancel_requested_at: datetime | None
    finished_at: datetime | None
    created_at: datetime
    updated_at: datetime
