"""The `environments` section: how dev and prod are told apart in one cluster and one database."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations
from typing import Annotated

from pydantic import Field

from pingvas_cli.config.section import Problem, Section, part, problem
from pingvas_cli.config.values import Cidrs, DnsLabel, EnvironmentName

SchemaName = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]{0,62}$")]
ENVIRONMENTS: tuple[EnvironmentName, ...] = ("dev", "prod")
HOSTS = ("api_host", "images_host")


class Environment(Section):
    """One environment: its namespace, schema, hosts and who may reach it."""

    namespace: DnsLabel = Field("dev", description="Kubernetes namespace (inventory 22, 23).")
    schema_name: SchemaName = Field(
        "dev_pingvas", description="PostgreSQL schema of its ten tables (inventory 30)."
    )
    priority: int = Field(
        100_000, ge=1, le=1_000_000_000, description="PriorityClass value (inventory 26)."
    )
    api_host: DnsLabel = Field(
        "api-dev", description="Host of the API, under `platform.domain` (correction N14)."
    )
    images_host: DnsLabel = Field(
        "images-dev", description="Host of the images, under `platform.domain` (correction N14)."
    )
    allowed_cidrs: Cidrs = Field(
        (),
        description="Who may reach the API on AWS. Empty: nobody until you name your networks "
        "(correction N14).",
    )


class EnvironmentsSection(Section):
    """The two environments, present on every target (inventory 2)."""

    dev: Environment = part(Environment, "Development (inventory 22).")
    prod: Environment = part(
        Environment,
        "Production (inventory 23).",
        namespace="prod",
        schema_name="prod_pingvas",
        priority=1_000_000,
        api_host="api",
        images_host="images",
        allowed_cidrs=(IPv4Network("0.0.0.0/0"),),
    )

    def named(self, name: EnvironmentName) -> Environment:
        """The environment called `name`."""
        return self.dev if name == "dev" else self.prod

    def problems(self) -> Iterator[Problem]:
        """Names that both environments use, and a dev that outranks prod."""
        for key in ("namespace", "schema_name", "api_host", "images_host"):
            value = getattr(self.dev, key)
            if value == getattr(self.prod, key):
                yield problem(
                    f"dev.{key}", "config.environments_share", key=key, value=value
                ).or_at(f"prod.{key}")
        yield from self._hosts_that_meet()
        if self.dev.priority >= self.prod.priority:
            yield problem(
                "dev.priority",
                "config.dev_outranks_prod",
                dev=self.dev.priority,
                prod=self.prod.priority,
            ).or_at("prod.priority")

    def _hosts_that_meet(self) -> Iterator[Problem]:
        """API and images under one name; the same host of both environments is told above."""
        hosts = [
            (f"{env}.{key}", getattr(self.named(env), key)) for env in ENVIRONMENTS for key in HOSTS
        ]
        for (one, host), (other, another) in combinations(hosts, 2):
            if host == another and one.partition(".")[2] != other.partition(".")[2]:
                found = problem(other, "config.host_taken_twice", one=one, other=other, host=host)
                yield found.or_at(one)
