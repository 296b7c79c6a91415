"""What every service reads from its environment, under the prefix PINGVAS_.

A service subclasses this in its own `settings.py`. Values are frozen and secrets are masked;
nothing here reads a file or opens a connection.
"""

from __future__ import annotations

import sys
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "PINGVAS_"


class EnvironmentSettings(BaseSettings):
    """Settings of any program of ours: read from PINGVAS_ variables, frozen, never shown."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True
    )

    @classmethod
    def from_environment(cls) -> Self:
        """Read the environment, or end the process with every missing variable named at once."""
        try:
            return cls()
        except ValidationError as invalid:
            faults = [
                f"{PREFIX}{'_'.join(str(part) for part in fault['loc']).upper()}: {fault['msg']}"
                for fault in invalid.errors(include_input=False)
            ]
            sys.stderr.write("\n".join(faults) + "\n")
            raise SystemExit(2) from None


class ServiceSettings(EnvironmentSettings):
    """The variables that all five services share; `port` is given by each service."""

    environment: Literal["dev", "prod"]
    release: str = "unreleased"
    host: str = "127.0.0.1"
    port: int = Field(ge=1, le=65_535)

    database_url: SecretStr
    system_database_url: SecretStr
    database_connections: int = Field(default=5, ge=1, le=100)
    system_database_connections: int = Field(default=3, ge=1, le=100)

    redis_url: SecretStr = SecretStr("")
    object_store_endpoint: str = ""
    object_store_region: str = "us-east-1"
    object_store_access_key: SecretStr = SecretStr("")
    object_store_secret_key: SecretStr = SecretStr("")
    images_bucket: str = ""

    jwks_url: str = ""
    token_issuer: str
    max_body_bytes: int = Field(default=1_048_576, ge=1_024)

    @property
    def token_audience(self) -> str:
        """Whom this environment's access tokens are for; dev's are refused in prod."""
        return f"pingvas-{self.environment}"
