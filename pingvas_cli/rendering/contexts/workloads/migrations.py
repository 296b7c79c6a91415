"""The Job that brings an environment's tables up to date before its services follow."""

from __future__ import annotations

from dataclasses import dataclass

from pingvas_cli.rendering.contexts.place import Site
from pingvas_cli.rendering.contexts.workloads.addresses import direct_database
from pingvas_cli.rendering.contexts.workloads.variables import (
    TEMPORARY,
    Variable,
    Volume,
    authorities,
    login,
)


@dataclass(frozen=True)
class Migrations:
    """It runs as the owner of the tables, at the database itself: dbmate locks a session."""

    variables: tuple[Variable, ...]
    volumes: tuple[Volume, ...] = (TEMPORARY, authorities("migrations"))
    longest_s: int = 900


def migrations(site: Site) -> Migrations:
    """The Job of both environments."""
    owner = login("DATABASE_OWNER", "database-owner")
    address = direct_database(site.whole, "PINGVAS_OWNER_DATABASE_URL", "owner")
    return Migrations((*owner, *address))
