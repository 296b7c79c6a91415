"""What the user service reads from its environment, beyond what all services read."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from services.kernel.settings import ServiceSettings


class UserSettings(ServiceSettings):
    """The signing key's file and how long tokens live."""

    port: int = Field(default=8001, ge=1, le=65_535)
    jwks_url: str = ""  # it publishes the keys, and holds them itself
    signing_key_file: Path
    access_token_seconds: int = Field(default=900, ge=60, le=3_600)
    refresh_token_seconds: int = Field(default=30 * 24 * 3_600, ge=3_600)
