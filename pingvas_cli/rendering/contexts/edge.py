"""The values of the ways in: load balancer, firewall, services behind it, and CloudFront."""

from __future__ import annotations

from typing import Final

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.edge_routes import ROUTES
from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.rendering.contexts.plucked import Values, plucked

PUBLISHER: Final = "prod"
"""Checkpoints are shared; dev must not replace what prod serves (correction N3)."""


def edge(configuration: Configuration) -> Values:
    """The load balancer."""
    return plucked(
        configuration.edge,
        *("hosted_zone_id", "tls_policy", "redirect_http", "idle_timeout_seconds"),
        *("health_check_path", "health_check_seconds", "drain_seconds", "deletion_protection"),
    )


def firewall(configuration: Configuration) -> Values:
    """The WAF."""
    return plucked(
        configuration.edge.firewall,
        *("enforce", "managed_rules", "rate_limit", "rate_window_seconds"),
        *("blocked_countries", "blocked_user_agents", "admin_paths", "upload_paths"),
    )


def services(configuration: Configuration) -> Values:
    """Port and path prefixes of each service, as the edge on this machine has them."""
    return {
        name: {"port": port, "path_prefixes": list(_prefixes(name))}
        for name, port in configuration.services.ports().items()
    }


def cdn(platform: Platform) -> Values:
    """One distribution per environment."""
    keys = ("minimum_tls", "price_class", "web_acl")
    return {name: plucked(own.cdn, *keys) for name, own in platform.environments()}


def environments(configuration: Configuration) -> Values:
    """Where each environment is reached, hosts as labels under the domain, and from where."""
    keys = ("namespace", "api_host", "images_host", "allowed_cidrs")
    named = configuration.environments.named
    return {
        name: {**plucked(named(name), *keys), "publishes_checkpoints": name == PUBLISHER}
        for name in ENVIRONMENTS
    }


def _prefixes(service: str) -> tuple[str, ...]:
    return tuple(prefix for one in ROUTES if one.service == service for prefix in one.prefixes)
