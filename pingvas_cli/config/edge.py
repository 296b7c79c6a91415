"""The `edge` section: the load balancer, its TLS and the firewall in front of it."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from pingvas_cli.config.section import Problem, Section, part, problem

ManagedRules = Literal[
    "common", "known_bad_inputs", "sql_injection", "ip_reputation", "anonymous_ip", "bot_control"
]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
UrlPath = Annotated[str, Field(pattern=r"^/[A-Za-z0-9/_.*-]*$")]

Resolver = Annotated[str, Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,3}){3}(:[0-9]{1,5})?$")]


class Firewall(Section):
    """The WAF (inventory 51-53, correction N10)."""

    enforce: bool = Field(
        False,
        description="Off: rule groups and limits count only, to learn what they would block. "
        "Countries, user agents, admin paths and addresses outside dev's networks are always "
        "turned away (correction N10).",
    )
    managed_rules: tuple[ManagedRules, ...] = Field(
        ("common", "known_bad_inputs", "sql_injection", "ip_reputation"),
        description="Rule groups of AWS; `sql_injection` is its own group (inventory 52, "
        "correction N10).",
    )
    rate_limit: int = Field(
        2000, ge=10, le=2_000_000, description="Requests per window and address (inventory 52)."
    )
    rate_window_seconds: Literal[60, 120, 300, 600] = Field(
        300, description="That window (inventory 52)."
    )
    blocked_countries: tuple[Country, ...] = Field(
        (), description="Country codes that are turned away (inventory 53)."
    )
    blocked_user_agents: tuple[str, ...] = Field(
        (), description="Parts of user agents that are turned away (inventory 53)."
    )
    admin_paths: tuple[UrlPath, ...] = Field(
        ("/admin",), description="Paths that are closed from outside (inventory 53)."
    )
    upload_paths: tuple[UrlPath, ...] = Field(
        ("/v1/uploads", "/v1/installs"),
        description="Paths with bodies above the firewall's 8 KB; the size rule only counts there "
        "(correction N10).",
    )

    def problems(self) -> Iterator[Problem]:
        """The same rule group twice."""
        if len(set(self.managed_rules)) < len(self.managed_rules):
            yield problem("managed_rules", "config.listed_twice")


class EdgeSection(Section):
    """One load balancer with a host per environment (inventory 4, 11, 45)."""

    tls_policy: Literal[
        "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
    ] = Field(
        "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
        description="TLS 1.3 alone; the other also speaks 1.2 (inventory 51, correction N7).",
    )
    redirect_http: bool = Field(True, description="Port 80 leads to 443 (inventory 11).")
    idle_timeout_seconds: int = Field(
        60, ge=1, le=4000, description="Longest silence of a connection."
    )
    max_upload_mb: int = Field(20, ge=1, le=1024, description="Largest request body in MB.")
    health_check_path: UrlPath = Field(
        "/readyz", description="Asked on each service (inventory 45)."
    )
    health_check_seconds: int = Field(
        15, ge=5, le=300, description="Time between two checks (inventory 45)."
    )
    drain_seconds: int = Field(
        30, ge=0, le=3600, description="Time that a leaving pod keeps its connections."
    )
    deletion_protection: bool = Field(True, description="Refuse to delete the load balancer.")
    hosted_zone_id: str | None = Field(
        None,
        pattern=r"^Z[A-Z0-9]+$",
        description="The Route 53 zone of `platform.domain`. Unset: one is made (inventory 45).",
    )
    dns_resolvers: tuple[Resolver, ...] = Field(
        (),
        description="Resolvers (`1.1.1.1` or `10.0.0.2:5353`) that are asked who answers for the "
        "domain, where this machine's own tell an inner view. Unset: this machine's.",
    )
    firewall: Firewall = part(Firewall, "The WAF (inventory 51-53).")
