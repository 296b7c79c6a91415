"""Paths at the edge: what the firewall closes must not be what a service serves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.edge_routes import ROUTES
from pingvas_cli.validation.fault import Fault, Subject, fault

SHARED: Final[Mapping[str, Callable[[Configuration], object]]] = {
    "edge": lambda one: one.edge,
    "services": lambda one: one.services.ports(),
    "cdn.enabled": lambda one: one.cdn.enabled,
    "secrets": lambda one: one.secrets,
}


def no_served_path_is_closed(subject: Subject) -> Iterator[Fault]:
    """A closed path that covers one of the services' (inventory 53)."""
    served = [prefix for route in ROUTES for prefix in route.prefixes]
    for index, closed in enumerate(subject.configuration.edge.firewall.admin_paths):
        for prefix in served:
            if _covers(closed, prefix):
                key = f"edge.firewall.admin_paths.{index}"
                yield fault(key, "validation.path_closed", closed=closed, prefix=prefix)


def overlays_change_what_is_apart(subject: Subject) -> Iterator[Fault]:
    """What Terraform makes once for both environments can't have the terms of one of them."""
    for name in ENVIRONMENTS:
        own, whole = subject.platform.named(name), subject.configuration
        for key, value in SHARED.items():
            if value(own) != value(whole):
                params = {"section": key, "environment": name}
                yield fault(key, "validation.overlay_shared", **params)


def _covers(closed: str, prefix: str) -> bool:
    stem = closed.rstrip("*").rstrip("/")
    return prefix == stem or prefix.startswith(f"{stem}/")
