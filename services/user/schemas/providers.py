"""Sign-in by way of providers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.user.schemas.values import Body, MailedToken, Shown


class Providers(Shown):
    """The providers of this platform, by the names that addresses use."""

    items: Annotated[list[str], Field(examples=[["github", "google"]])]


class SignInCode(Body):
    """The code behind the `#` of the page that the browser came back to."""

    code: MailedToken


class Identity(Shown):
    """An account at a provider that one signs in with."""

    id: UUID
    provider: str
    email: Annotated[str, Field(description="The address there, when it was linked.")]
    last_used_at: datetime
    created_at: datetime


class Identities(Shown):
    """All of them, oldest first."""

    items: list[Identity]
