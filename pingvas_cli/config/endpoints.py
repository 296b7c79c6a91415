"""The `endpoints` section: what stands outside a cluster of one's own, and pods need to reach."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from pingvas_cli.config.section import Section, part
from pingvas_cli.config.values import EnvironmentName

Host = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$")]
StoreUrl = Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?$")]


class EnvironmentEndpoints(Section):
    """Where one environment finds its data; files are read on the machine that runs pingvas."""

    database_host: Host | None = Field(
        None, description="Host of PostgreSQL, as pods reach it. The target cluster needs it."
    )
    database_authorities_file: Path | None = Field(
        None,
        description="PEM file of who signs the database's certificate (correction N7). The target "
        "cluster needs it.",
    )
    database_administrator_file: Path | None = Field(
        None,
        description="File with `postgresql://user:password@host:port/postgres`, reached from this "
        "machine: bootstrap makes roles and schema there. Unset: somebody else has made them.",
    )
    cache_host: Host | None = Field(
        None, description="Host of Valkey with TLS, for `cache.mode: replication_group` only."
    )
    object_store: StoreUrl | None = Field(
        None, description="The S3 API, as pods reach it. The target cluster needs it."
    )
    object_store_public: StoreUrl | None = Field(
        None, description="The S3 API, as customers reach it. Unset: as pods do."
    )


class EndpointsSection(Section):
    """What the target `cluster` is told and the target `aws` learns from Terraform."""

    dev: EnvironmentEndpoints = part(EnvironmentEndpoints, "Endpoints of dev.")
    prod: EnvironmentEndpoints = part(EnvironmentEndpoints, "Endpoints of prod.")

    def named(self, name: EnvironmentName) -> EnvironmentEndpoints:
        """The endpoints of the environment called `name`."""
        return self.dev if name == "dev" else self.prod
