"""Paths at the edge: what the firewall closes must not be what a service serves."""

from __future__ import annotations

from collections.abc import Iterator

from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.edge_routes import ROUTES
from pingvas_cli.validation.fault import Fault, Subject, fault


def no_served_path_is_closed(subject: Subject) -> Iterator[Fault]:
    """A closed path that covers one of the services' (inventory 53)."""
    served = [prefix for route in ROUTES for prefix in route.prefixes]
    for index, closed in enumerate(subject.configuration.edge.firewall.admin_paths):
        for prefix in served:
            if _covers(closed, prefix):
                key = f"edge.firewall.admin_paths.{index}"
                yield fault(key, "validation.path_closed", closed=closed, prefix=prefix)


def overlays_change_what_is_apart(subject: Subject) -> Iterator[Fault]:
    """On AWS both environments share one load balancer, so neither can have its own terms."""
    for name in ENVIRONMENTS:
        own, whole = subject.platform.named(name), subject.configuration
        if own.edge != whole.edge:
            yield fault("edge", "validation.overlay_shared", section="edge", environment=name)
        if own.services.ports() != whole.services.ports():
            yield fault(
                "services", "validation.overlay_shared", section="services", environment=name
            )


def _covers(closed: str, prefix: str) -> bool:
    stem = closed.rstrip("*").rstrip("/")
    return prefix == stem or prefix.startswith(f"{stem}/")
