"""An account, as its person and as administrators see and change it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool

from services.contracts.tiers import Tier
from services.kernel.access import Role
from services.user.language import Language
from services.user.schemas.values import (
    Body,
    DisplayName,
    EmailAddress,
    NewPassword,
    Password,
    Shown,
)


class Profile(Shown):
    """An account as its person sees it."""

    id: UUID
    email: str
    display_name: str
    language: Annotated[Language, Field(description="Of the mails that we send.")]
    role: Role
    tier: str
    email_verified_at: Annotated[datetime | None, Field(description="None: not proven yet.")]
    created_at: datetime


class ProfileChange(Body):
    """What a person may change without more ado; what is left out stays."""

    display_name: DisplayName | None = None
    language: Language | None = None


class PasswordChange(Body):
    """The password so far, and the next."""

    old_password: Password
    new_password: NewPassword


class EmailChange(Body):
    """The next address; a mail goes there, and the change happens when its token comes back."""

    email: EmailAddress
    password: Annotated[Password, Field(description="The current one.")]


class Deletion(Body):
    """The wish to leave."""

    password: Annotated[Password, Field(description="The current one.")]


class Deleted(Shown):
    """The account is closed."""

    purge_after: Annotated[datetime, Field(description="From then on the data is gone.")]


class AdministeredPerson(Profile):
    """An account as administrators see it."""

    disabled_at: Annotated[datetime | None, Field(description="None: not disabled.")]
    deleted_at: Annotated[datetime | None, Field(description="None: not on its way out.")]


class PersonChange(Body):
    """What an administrator may change; what is left out stays."""

    role: Role | None = None
    tier: Tier | None = None
    disabled: Annotated[
        StrictBool | None, Field(description="True ends all sessions and API keys at once.")
    ] = None
