"""Sign-up, sign-in, renewal, and what mails are answered with."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from services.user.language import Language
from services.user.schemas.people import Profile
from services.user.schemas.values import (
    Body,
    DisplayName,
    EmailAddress,
    MailedToken,
    NewPassword,
    Password,
    Secret,
    Shown,
)

MailLanguage = Annotated[
    Language | None,
    Field(description="Of the mail; left out: what Accept-Language prefers."),
]


class SignUpRequest(Body):
    """A new account."""

    email: EmailAddress
    password: NewPassword
    display_name: DisplayName = ""
    language: MailLanguage = None


class SignedUp(Shown):
    """The same for every address: a mail is on its way, and it says the rest."""

    status: Literal["verification_sent"] = "verification_sent"


class MailRequest(Body):
    """An address to send a mail to."""

    email: EmailAddress
    language: MailLanguage = None


class MailRequested(Shown):
    """The same for every address: if there is something to do for it, a mail is on its way."""

    status: Literal["accepted"] = "accepted"


class TokenAnswer(Body):
    """The token that a mail brought."""

    token: MailedToken


class NewPasswordAnswer(TokenAnswer):
    """The token that a mail brought, and the password to have from now on."""

    password: NewPassword


class SignInRequest(Body):
    """An address and its password."""

    email: EmailAddress
    password: Password


class RefreshToken(Body):
    """The refresh token of a session."""

    refresh_token: Annotated[Secret, Field(min_length=1, max_length=200)]


class SignedInPerson(Shown):
    """A session: who, the token for requests, and the token that renews it once."""

    user: Profile
    access_token: Annotated[str, Field(description="A JWT, for `Authorization: Bearer`.")]
    refresh_token: Annotated[str, Field(description="For `POST /v1/auth/refresh`; works once.")]
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a kind, no token
    expires_in: Annotated[int, Field(gt=0, description="Seconds that the access token lives.")]
