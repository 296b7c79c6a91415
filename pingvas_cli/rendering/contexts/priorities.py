"""The cluster's PriorityClasses: prod's pods before dev's (inventory 26)."""

from __future__ import annotations

from dataclasses import dataclass

from pingvas_cli.rendering.contexts.place import Place, Site


@dataclass(frozen=True)
class PriorityClass:
    """One environment's."""

    name: str
    value: int
    environment: str


@dataclass(frozen=True)
class Priorities:
    """Both."""

    managed_by: str
    classes: tuple[PriorityClass, ...]


def priorities(site: Site, environments: tuple[Place, ...]) -> Priorities:
    """One class for each environment."""
    return Priorities(
        site.managed_by,
        tuple(
            PriorityClass(
                place.priority_class, site.whole.environments.named(place.name).priority, place.name
            )
            for place in environments
        ),
    )
