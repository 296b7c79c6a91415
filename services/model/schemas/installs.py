"""Installations as administrators order and see them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.contracts.checkpoints import NAME_PATTERN
from services.contracts.tiers import Tier
from services.model.schemas.checkpoints import LARGEST_SIZE_BYTES, Line, Sha256

WORD = "[A-Za-z0-9][A-Za-z0-9_.-]*"
PLACE = "[A-Za-z0-9][A-Za-z0-9_./-]*"
HUB = f"hub:{WORD}/{WORD}(@{PLACE})?"
SOURCE = rf"^({HUB}(#{PLACE}\.safetensors)?|https?://[!-~]+|upload)$"
SHAPE = rf"^({HUB}|{NAME_PATTERN[1:-1]})$"
LONGEST_HUB_SOURCE = 300
InstallState = Literal["waiting", "queued", "running", "done", "failed", "cancelled"]


class InstallRequest(BaseModel):
    """A checkpoint or LoRA to install, from one of three sources.

    - `hub:OWNER/NAME`, with `@REVISION`, and `#FILE.safetensors` for one file of it
    - `https://HOST/PATH` of a .safetensors file, on a host that this platform installs from
    - `upload`: send the bytes to `/v1/installs/{id}/content`; needs `size_bytes`
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=NAME_PATTERN, description="What jobs will ask for.")]
    source: Annotated[str, Field(pattern=SOURCE, max_length=2000, examples=["hub:owner/name@main"])]
    size_bytes: Annotated[
        int | None, Field(ge=1, le=LARGEST_SIZE_BYTES, description="Of an upload, exactly.")
    ] = None
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
    licence: Line | None = None
    minimum_tier: Tier | None = None
    enabled: Annotated[bool | None, Field(description="Whether to offer it when it is done.")] = (
        None
    )

    @model_validator(mode="after")
    def _fits_its_source(self) -> "InstallRequest":
        if (self.source == "upload") != (self.size_bytes is not None):
            raise ValueError("size_bytes goes with an upload, and with nothing else")
        if self.source.startswith("hub:") and len(self.source) > LONGEST_HUB_SOURCE:
            raise ValueError(f"a hub's source has at most {LONGEST_HUB_SOURCE} characters")
        return self


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
