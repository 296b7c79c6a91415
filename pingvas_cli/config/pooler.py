"""The `pooler` section: PgBouncer between the services and the database."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from pingvas_cli.config.section import Problem, Section, problem
from pingvas_cli.config.values import Port, Version


class PoolerSection(Section):
    """PgBouncer in transaction mode, one pool per role (inventory 33, correction N9)."""

    version: Version = Field(
        "1.25.2", description="In quotes; older ones leak parameters (correction N9)."
    )
    mode: Literal["transaction"] = Field("transaction", description="Pool mode (inventory 33).")
    port: Port = Field(6432, description="Port inside the cluster.")
    replicas: int = Field(2, ge=1, le=10, description="Pods per environment.")
    pool_size: int = Field(
        20, ge=1, le=500, description="Server connections per role and pod (correction N9)."
    )
    reserve_pool_size: int = Field(5, ge=0, le=100, description="Further ones under load.")
    max_client_connections: int = Field(
        1000, ge=10, le=20_000, description="Client connections per pod."
    )
    server_tls: Literal["verify-full"] = Field(
        "verify-full", description="TLS towards the database, verified (correction N7)."
    )
    client_tls: Literal["require"] = Field(
        "require",
        description="TLS towards the services, by a certificate of each pod's own (correction N7).",
    )
    cpu_millicores: int = Field(100, ge=10, le=4000, description="CPU request of a pod.")
    memory_mib: int = Field(64, ge=32, le=4096, description="Memory of a pod in MiB.")

    def problems(self) -> Iterator[Problem]:
        """More server connections than clients may ask for."""
        if self.pool_size > self.max_client_connections:
            yield problem(
                "pool_size",
                "config.min_above_max",
                low=self.pool_size,
                high=self.max_client_connections,
            )
