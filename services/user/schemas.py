"""What the user service takes and gives over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from services.kernel.access import Role

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"


def _encodable(secret: SecretStr) -> SecretStr:
    """JSON may hold half of a surrogate pair, which is no text and cannot be hashed."""
    try:
        secret.get_secret_value().encode()
    except UnicodeEncodeError:
        raise ValueError("not text that can be encoded as UTF-8") from None
    return secret


Secret = Annotated[SecretStr, AfterValidator(_encodable)]

# The mail that is sent to an address proves it; the shape here only keeps nonsense out.
EmailAddress = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=3,
        max_length=254,
        pattern=r"^[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]+$",
    ),
    AfterValidator(str.lower),
]


class SignUp(BaseModel):
    """A new account."""

    model_config = ConfigDict(extra="forbid")

    email: EmailAddress
    password: Annotated[Secret, Field(min_length=10, max_length=256)]
    display_name: Annotated[str, Field(max_length=100, pattern=PRINTABLE)] = ""


class SignIn(BaseModel):
    """An address and its password."""

    model_config = ConfigDict(extra="forbid")

    email: EmailAddress
    password: Annotated[Secret, Field(min_length=1, max_length=256)]


class RefreshToken(BaseModel):
    """The refresh token of a session."""

    model_config = ConfigDict(extra="forbid")

    refresh_token: Annotated[Secret, Field(min_length=1, max_length=200)]


class Profile(BaseModel):
    """An account as its owner sees it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    display_name: str
    role: Role
    tier: str
    email_verified_at: datetime | None
    created_at: datetime


class SignedInPerson(BaseModel):
    """A session: who, the token for requests, and the token that renews it once."""

    model_config = ConfigDict(from_attributes=True)

    user: Profile
    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"] = Field(default="Bearer")
    expires_in: Annotated[int, Field(description="Lifetime of the access token in seconds.")]


class KeySet(BaseModel):
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[dict[str, str]]
