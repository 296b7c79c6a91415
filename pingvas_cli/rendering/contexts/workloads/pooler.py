"""PgBouncer between the services and the database (inventory 33, corrections N7, N9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pingvas_cli.rendering.contexts.place import Site
from pingvas_cli.rendering.contexts.workloads.variables import (
    TEMPORARY,
    UNKNOWN,
    Variable,
    Volume,
    authorities,
    login,
    value,
)

IMAGE: Final = "ghcr.io/cloudnative-pg/pgbouncer"
PREPARED: Final = Volume("prepared", "memory", "/run/pooler", size="1Mi", read_only=False)
CONFIGURATION: Final = Volume(
    "configuration",
    "configmap",
    "/etc/pgbouncer",
    of="pooler-configuration",
    items=(("pgbouncer.ini", "pgbouncer.ini"),),
)


@dataclass(frozen=True)
class Pooler:
    """What its Deployment says in both environments: who prepares, and what it mounts."""

    image: str
    port: int
    database_name: str
    database_port: int
    prepared: str = PREPARED.path
    configured: str = CONFIGURATION.path

    @property
    def preparation(self) -> tuple[Variable, ...]:
        """What the container that goes before reads: who may sign in."""
        return (
            *login("DATABASE_APP", "database-app"),
            *login("DATABASE_SYSTEM", "database-system"),
            value("DATABASE_HOST", UNKNOWN),
            value("DATABASE_PORT", self.database_port),
            value("DATABASE_NAME", self.database_name),
        )

    @property
    def preparation_volumes(self) -> tuple[Volume, ...]:
        return (TEMPORARY, PREPARED)

    @property
    def volumes(self) -> tuple[Volume, ...]:
        """What the pooler mounts; it changes nothing of what was prepared."""
        prepared = Volume("prepared", "memory", PREPARED.path, size=PREPARED.size)
        return (CONFIGURATION, authorities("pooler"), prepared)

    @property
    def all_volumes(self) -> tuple[Volume, ...]:
        """Of both containers."""
        return (*self.volumes, TEMPORARY)


def pooler(site: Site) -> Pooler:
    """The pooler of both environments."""
    section = site.whole.pooler
    return Pooler(
        image=f"{IMAGE}:{section.version}",
        port=section.port,
        database_name=site.whole.database.database_name,
        database_port=site.whole.database.port,
    )
