"""The `secrets` section: which secrets there are and how pods get them; never their values."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from pingvas_cli.config.section import Problem, Section, problem

SecretName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,62}$")]


class SecretsSection(Section):
    """Secrets Manager is the source, External Secrets brings them in (inventory 55-57)."""

    per_environment: tuple[SecretName, ...] = Field(
        (
            "database-app",
            "database-system",
            "database-owner",
            "redis-services",
            "redis-worker",
            "redis-exporter",
            "signing-key",
            "image-url-key",
            "oauth-client",
            "mail",
            "lemon-squeezy",
        ),
        description="Secrets that each environment has of its own (inventory 57, correction N12).",
    )
    shared: tuple[SecretName, ...] = Field(
        ("pagerduty", "slack", "grafana", "argocd", "github"),
        description="Secrets of the platform itself (correction N12).",
    )
    refresh_minutes: int = Field(
        60, ge=1, le=1440, description="How soon a changed secret reaches pods (inventory 55)."
    )
    recovery_days: int = Field(
        7, ge=7, le=30, description="Days in which a deleted secret can come back."
    )
    sealed_secrets: Literal["off", "escrowed"] = Field(
        "off",
        description="`escrowed`: also run Sealed Secrets, its key kept in Secrets Manager "
        "(inventory 56, correction N12).",
    )

    def problems(self) -> Iterator[Problem]:
        """A name that is listed twice."""
        names = self.per_environment + self.shared
        if len(set(names)) < len(names):
            yield problem("shared", "config.listed_twice")
