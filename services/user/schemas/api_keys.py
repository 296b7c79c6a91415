"""API keys: programs call with them in a person's name."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.user.schemas.values import PRINTABLE, Body, Shown


class NewApiKey(Body):
    """A key to be made."""

    name: Annotated[
        str,
        Field(
            min_length=1, max_length=100, pattern=PRINTABLE, description="What it is for.",
            examples=["nightly batch"],
        ),
    ]  # fmt: skip


class ApiKey(Shown):
    """A key without its secret."""

    id: UUID
    name: str
    prefix: Annotated[str, Field(description="How the key begins.", examples=["pv_dev_ab12cd34"])]
    last_used_at: Annotated[datetime | None, Field(description="To the minute; None: never used.")]
    created_at: datetime


class CreatedApiKey(ApiKey):
    """A key with its secret."""

    key: Annotated[
        str,
        Field(description="For `Authorization: Bearer` or `X-API-Key`; shown only this once."),
    ]


class ApiKeys(Shown):
    """All that work, newest first; at most twenty."""

    items: list[ApiKey]
