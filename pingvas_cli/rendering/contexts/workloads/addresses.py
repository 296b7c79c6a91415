"""Addresses with logins in them, for the variables that programs read (correction N7, N9)."""

from __future__ import annotations

from typing import Final

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.rendering.contexts.workloads.variables import (
    UNKNOWN,
    VERIFIED,
    Variable,
    login,
    value,
)

SENTINEL_PORT: Final = 26_379


def pooled_database(configuration: Configuration) -> tuple[Variable, ...]:
    """Both roles of a service through the pooler, over TLS."""
    where = f"pooler:{configuration.pooler.port}/{configuration.database.database_name}"
    return tuple(
        each
        for variable, role in (
            ("PINGVAS_DATABASE_URL", "app"),
            ("PINGVAS_SYSTEM_DATABASE_URL", "system"),
        )
        for each in (
            *login(_prefix(role), f"database-{role}"),
            value(variable, f"{_login('postgresql', _prefix(role))}@{where}?sslmode=require"),
        )
    )


def direct_database(configuration: Configuration, variable: str, role: str) -> tuple[Variable, ...]:
    """A role at the database itself, its certificate verified; its login must come before."""
    where = f"$(DATABASE_HOST):$(DATABASE_PORT)/{configuration.database.database_name}"
    return (
        value("DATABASE_HOST", UNKNOWN),
        value("DATABASE_PORT", configuration.database.port),
        value(variable, f"{_login('postgresql', _prefix(role))}@{where}?{VERIFIED}"),
    )


def queue(configuration: Configuration, program: str) -> tuple[Variable, ...]:
    """The queue as a user of its own (correction N8): a primary's endpoint, or our Sentinels."""
    own = login("REDIS", f"redis-{program}")
    if configuration.cache.mode == "sentinel":
        nodes = cache_hosts(configuration.cache.prod.nodes)
        hosts = ",".join(f"{host}:{SENTINEL_PORT}" for host in nodes)
        address = f"{_login('redis+sentinel', 'REDIS')}@{hosts}/pingvas"
        return (*own, value("PINGVAS_REDIS_URL", address))
    address = f"{_login('rediss', 'REDIS')}@$(CACHE_HOST):$(CACHE_PORT)/0"
    host = (value("CACHE_HOST", UNKNOWN), value("CACHE_PORT", configuration.cache.port))
    return (*own, *host, value("PINGVAS_REDIS_URL", address))


def cache_hosts(nodes: int) -> tuple[str, ...]:
    """Our own nodes by their names in the namespace; where there are fewer, the first ones."""
    return tuple(f"cache-{number}.cache" for number in range(nodes))


def _prefix(role: str) -> str:
    return f"DATABASE_{role.upper()}"


def _login(scheme: str, prefix: str) -> str:
    return f"{scheme}://$({prefix}_USERNAME):$({prefix}_PASSWORD)"
