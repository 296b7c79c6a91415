"""What every service reads from its environment, under the prefix PINGVAS_.

A service subclasses this in its own `settings.py`. Values are frozen and secrets are masked;
nothing here reads a file or opens a connection.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from ipaddress import ip_network
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

PREFIX = "PINGVAS_"
HOST = r"(?:\[[0-9a-fA-F:]+\]|[^\s/?#@:,\[\]]+)(?::\d{1,5})?"
HOSTS = rf"(?:[^\s/?#]*@)?(?:{HOST}(?:,{HOST})*)?(?:[/?#]\S*)?"


def _address_of(*schemes: str) -> Callable[[SecretStr], SecretStr]:
    """A check for addresses with passwords: drivers quote those that they cannot read in logs."""
    shape = re.compile(rf"(?:{'|'.join(map(re.escape, schemes))})://{HOSTS}")

    def check(address: SecretStr) -> SecretStr:
        if not shape.fullmatch(address.get_secret_value()):
            raise ValueError(f"not an address like {schemes[0]}://user:password@host:port/name")
        return address

    return check


def _network(text: str) -> str:
    ip_network(text)
    return text


Network = Annotated[str, AfterValidator(_network)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_address_of("postgresql", "postgres"))]
Origin = Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?$")]
RedisUrl = Annotated[SecretStr, AfterValidator(_address_of("redis", "rediss", "redis+sentinel"))]


class EnvironmentSettings(BaseSettings):
    """Settings of any program of ours: read from PINGVAS_ variables, frozen, secrets masked."""

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
        except SettingsError as unreadable:  # only lists and tables are read as JSON
            named = re.search(r'"(\w+)"', str(unreadable))
            faults = [f"{PREFIX}{named[1].upper() if named else ''}: not JSON"]
        sys.stderr.write("\n".join(faults) + "\n")
        raise SystemExit(2)


class ServiceSettings(EnvironmentSettings):
    """The variables that all five services share; `port` is given by each service."""

    environment: Literal["dev", "prod"]
    release: str = "unreleased"
    host: str = "127.0.0.1"
    port: int = Field(ge=1, le=65_535)

    database_url: DatabaseUrl
    system_database_url: DatabaseUrl
    database_connections: int = Field(default=4, ge=1, le=100)
    system_database_connections: int = Field(default=3, ge=1, le=100)

    jwks_url: str = Field(min_length=1)
    token_issuer: str = Field(min_length=1)
    max_body_bytes: int = Field(default=1_048_576, ge=1_024)
    cors_origins: list[Origin] = []
    trusted_proxies: list[Network] = ["127.0.0.1"]
    drain_delay_s: float = Field(default=0.5, ge=0, le=60)

    @property
    def token_audience(self) -> str:
        """Whom this environment's access tokens are for; dev's are refused in prod."""
        return f"pingvas-{self.environment}"
