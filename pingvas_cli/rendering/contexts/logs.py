"""Which pods' logs go to which log group (inventory 59, correction D11).

Groups, with their retention, are module observability's; Fluent Bit makes streams only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pingvas_cli.rendering.contexts.addons import NAMESPACES
from pingvas_cli.rendering.contexts.place import Place, Site

FILES: Final = "/var/log/containers"
COLLECTOR: Final = f"{FILES}/*_monitoring_fluent-bit-*.log"
"""Its own log: reading it would make more of it."""


@dataclass(frozen=True)
class LogGroup:
    """The files that a log group is filled from, as patterns. `tag` begins the streams' names."""

    name: str
    tag: str
    files: tuple[str, ...]
    others: str


@dataclass(frozen=True)
class Logs:
    """What Fluent Bit is told. `prefix` is what its role may write below in the bucket."""

    version: str
    region: str
    bucket: str
    groups: tuple[LogGroup, ...]
    prefix: str = "fluent-bit/"


def logs(site: Site, environments: tuple[Place, ...]) -> Logs:
    """A group for services and one for workers of each environment, one for all add-ons."""
    addons = (*(one.name for one in NAMESPACES), "kube-system")
    return Logs(
        version=site.whole.addons.fluent_bit,
        region=site.region,
        bucket=site.bucket("logs-shared"),
        groups=(
            *(group for place in environments for group in _environment(place)),
            LogGroup(
                name=f"/{site.platform}/platform",
                tag="platform",
                files=tuple(f"{FILES}/*_{name}_*.log" for name in addons),
                others=COLLECTOR,
            ),
        ),
    )


def _environment(place: Place) -> tuple[LogGroup, LogGroup]:
    every = f"{FILES}/*_{place.namespace}_*.log"
    workers = f"{FILES}/*_{place.namespace}_worker-*.log"
    group, tag = f"/{place.platform}/{place.name}", place.name
    return (
        LogGroup(f"{group}/services", f"{tag}.services", (every,), workers),
        LogGroup(f"{group}/worker", f"{tag}.worker", (workers,), COLLECTOR),
    )
