"""What every step on AWS is given: the configuration, the layout, Terraform and AWS's APIs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from pingvas_cli.bootstrap.aws.layout import AwsLayout, Purpose
from pingvas_cli.bootstrap.examined import Examined
from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.ports.cache_users import CacheUsers
from pingvas_cli.ports.database_clusters import DatabaseClusters
from pingvas_cli.ports.hosted_zones import HostedZones
from pingvas_cli.ports.name_servers import NameServers
from pingvas_cli.ports.secret_store import SecretStore
from pingvas_cli.ports.state_bucket import StateBucket
from pingvas_cli.ports.tagged_resources import TaggedResources
from pingvas_cli.ports.terraform_root import Plan, TerraformRoot
from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.rendering.contexts.variables import MASTER_SECRET
from pingvas_cli.rendering.renderer import Tree

# What Terraform writes beside the files it reads.
NOT_READ: Final = frozenset({".terraform.lock.hcl"})


@dataclass(frozen=True)
class Keys:
    """How keys are made; private ones are PEM text that no error and no log repeats."""

    new_image_url_key: Callable[[], str]
    public_key_of: Callable[[str], str]
    new_signing_key: Callable[[], str]


@dataclass(frozen=True)
class AwsContext:
    """The world of the target `aws`.

    `examine` looks once in a process. `begun` are the runs of Terraform that this process began,
    `plans` those it has read.
    """

    platform: Platform
    layout: AwsLayout
    render: Callable[[], Tree]
    examine: Callable[[Purpose], Examined]
    root: TerraformRoot
    state_bucket: StateBucket
    secrets: SecretStore
    cache_users: CacheUsers
    database_clusters: DatabaseClusters
    hosted_zones: HostedZones
    name_servers: NameServers
    tagged: TaggedResources
    keys: Keys
    now: Callable[[], datetime]
    begun: set[Path] = field(default_factory=set)
    plans: dict[str, Plan] = field(default_factory=dict)

    @property
    def configuration(self) -> Configuration:
        return self.platform.configuration

    @property
    def name(self) -> str:
        return self.configuration.platform.name

    @property
    def state_bucket_arn(self) -> str:
        account = self.configuration.platform.account_id
        return f"arn:aws:s3:::{self.name}-terraform-state-{account}"

    @property
    def cluster_name(self) -> str:
        """As Terraform names it."""
        return f"{self.name}-shared-eks"

    def secret_name(self, environment: EnvironmentName, secret: str) -> str:
        """`pingvas/dev/database-app`."""
        return f"{self.name}/{environment}/{secret}"

    @property
    def master_secret(self) -> str | None:
        """`pingvas/shared/database-master`, which two regions need; None in one."""
        if not self.configuration.platform.second_region.enabled:
            return None
        return f"{self.name}/shared/{MASTER_SECRET}"

    def has_secret(self, environment: EnvironmentName, secret: str) -> bool:
        """Whether the environment has a secret of this name at all."""
        return secret in self.platform.named(environment).secrets.per_environment

    def files_digest(self) -> str:
        """A sha256 of every file that Terraform reads, by path and content."""
        found = sha256()
        folder = self.layout.tree / "terraform"
        for path in sorted(each for each in folder.rglob("*") if _is_read(each)):
            content = sha256(path.read_bytes()).hexdigest()
            found.update(f"{path.relative_to(folder)} {content}\n".encode())
        return found.hexdigest()


def _is_read(path: Path) -> bool:
    return path.is_file() and path.name not in NOT_READ
