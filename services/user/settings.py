"""What the user service reads from its environment, beyond what all services read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from services.kernel.settings import EnvironmentSettings, ServiceSettings
from services.user.provider_terms import ProviderTerms

MAIL_ADDRESS = re.compile(r"file:///[^?#]+|smtps?://(?:[^\s/?#@]+@)?[^\s/?#@:]+(?::\d{1,5})?/?")
PROVIDER_NAME = r"^[a-z][a-z0-9_]{0,39}$"


def _mail_address(address: SecretStr) -> SecretStr:
    if address.get_secret_value() and not MAIL_ADDRESS.fullmatch(address.get_secret_value()):
        raise ValueError("not an address like smtp://user:password@host:587 or file:///folder")
    return address


MailUrl = Annotated[SecretStr, AfterValidator(_mail_address)]


class KeySettings(EnvironmentSettings):
    """The signing keys and how long what they sign is good."""

    signing_key_file: Path
    access_token_seconds: int = Field(default=900, ge=60, le=3_600)


class UserSettings(KeySettings, ServiceSettings):
    """Keys, lifetimes, mail and the providers that people may sign in with."""

    port: int = Field(default=8001, ge=1, le=65_535)
    jwks_url: str = ""  # it publishes the keys, and holds them itself
    refresh_token_seconds: int = Field(default=30 * 24 * 3_600, ge=3_600)
    require_verified_email: bool = True
    mail_url: MailUrl = SecretStr("")
    mail_from: str = Field(default="pingvas@localhost", pattern=r"^[^\s@<>,;:]+@[^\s@<>,;:]+$")
    public_url: str = ""
    identity_providers: Mapping[Annotated[str, Field(pattern=PROVIDER_NAME)], ProviderTerms] = (
        Field(default_factory=dict)
    )
    purge_after_days: int = Field(default=30, ge=0, le=3_650)

    @property
    def links_to(self) -> str:
        """Where people reach the platform, without a slash at its end."""
        return (self.public_url or self.token_issuer).rstrip("/")
