"""The values that bodies and parameters are made of, with their limits."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from services.user.email_address import LONGEST, PATTERN

PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]*$"
MAILED = r"^[A-Za-z0-9_-]{1,100}$"


class Body(BaseModel):
    """What a caller sends."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Shown(BaseModel):
    """What a caller gets."""

    model_config = ConfigDict(from_attributes=True)


def _encodable(secret: SecretStr) -> SecretStr:
    """JSON may hold half of a surrogate pair, which is no text and cannot be hashed."""
    try:
        secret.get_secret_value().encode()
    except UnicodeEncodeError:
        raise ValueError("not text that can be encoded as UTF-8") from None
    return secret


Secret = Annotated[SecretStr, AfterValidator(_encodable)]

EmailAddress = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=LONGEST, pattern=PATTERN),
    AfterValidator(str.lower),
    Field(description="ASCII, stored in lower case.", examples=["ada@example.com"]),
]
NewPassword = Annotated[
    Secret, Field(min_length=10, max_length=256, description="10 to 256 characters of any kind.")
]
Password = Annotated[Secret, Field(min_length=1, max_length=256)]
MailedToken = Annotated[
    str, Field(pattern=MAILED, description="As the mail brings it; works once.")
]
DisplayName = Annotated[
    str, Field(max_length=100, pattern=PRINTABLE, description="How to be called; may be empty.")
]
TierName = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$", examples=["pro"])]
