"""Where somebody is signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.user.schemas.values import Shown


class Session(Shown):
    """A sign-in that can be renewed."""

    id: Annotated[UUID, Field(description="Also the claim `sid` of its access tokens.")]
    signed_in_at: datetime
    renewed_at: Annotated[datetime, Field(description="When it was last renewed.")]
    expires_at: Annotated[datetime, Field(description="Unless it is renewed before.")]
    user_agent: Annotated[str, Field(description="What the program said it is; may be empty.")]
    is_current: Annotated[bool, Field(description="Whether it is the one that asks.")] = False


class Sessions(Shown):
    """All of them, last used first; at most a hundred."""

    items: list[Session]
