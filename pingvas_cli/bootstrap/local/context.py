"""What every local step is given: the configuration, the layout, the secrets and the ports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pingvas_cli.bootstrap.local.layout import Layout
from pingvas_cli.bootstrap.local.secret_values import Secrets, load
from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.cache import Cache
from pingvas_cli.ports.database import Database
from pingvas_cli.ports.database_server import DatabaseServer
from pingvas_cli.ports.host import Binaries, Host
from pingvas_cli.ports.object_store import ObjectStore
from pingvas_cli.ports.one_off import OneOffs
from pingvas_cli.ports.platform_api import PlatformApi
from pingvas_cli.ports.releases import Release, Releases
from pingvas_cli.ports.supervisor import Supervisor
from pingvas_cli.steps.journal import Journal

EXAMPLE_DOMAIN: Final = "pingvas.example.com"


@dataclass(frozen=True)
class LocalContext:
    """The local target's world; `python` is the interpreter that runs releases."""

    configuration: Configuration
    layout: Layout
    python: str
    host: Host
    supervisor: Supervisor
    database_server: DatabaseServer
    database: Database
    cache: Cache
    object_store: ObjectStore
    one_offs: OneOffs
    api: PlatformApi
    releases: Releases
    new_signing_key: Callable[[], str]

    @cached_property
    def ports(self) -> Mapping[str, int]:
        """Every port by name, as `LocalSection.ports` names them."""
        return self.configuration.local_ports()

    @property
    def journal(self) -> Journal:
        """What was done here before: only a warning sign, never the truth."""
        return Journal(self.layout.journal)

    @cached_property
    def binaries(self) -> Binaries:
        return self.host.binaries()

    @property
    def saved_secrets(self) -> Secrets | None:
        return load(self.layout.secrets)

    @property
    def secrets(self) -> Secrets:
        """The secrets; a step that needs them comes after the one that makes them."""
        found = self.saved_secrets
        if found is None:
            raise PingvasError("local.secrets_missing", where=str(self.layout.secrets))
        return found

    def release(self, environment: EnvironmentName) -> Release:
        """What the environment runs; a step that needs it comes after the deployment."""
        found = self.releases.deployed(environment)
        if found is None:
            raise PingvasError("local.nothing_deployed", where=environment)
        return found

    def edge_url(self, environment: EnvironmentName) -> str:
        """The address of an environment, without a trailing slash."""
        scheme = "https" if self.configuration.local.edge_tls else "http"
        host = "localhost" if self.configuration.local.edge_tls else "127.0.0.1"
        return f"{scheme}://{host}:{self.ports[f'edge_{environment}']}"

    def administrator(self) -> str:
        """The administrator's e-mail address, the same in both environments."""
        return f"admin@{self.domain}"

    @property
    def domain(self) -> str:
        """The platform's domain; a reserved one when the configuration has none."""
        return self.configuration.platform.domain or EXAMPLE_DOMAIN
