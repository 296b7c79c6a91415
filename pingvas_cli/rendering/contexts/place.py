"""Where an environment of the platform stands: its namespace, addresses, buckets and images.

The one place that spells the names which Terraform's modules give to things, so that manifests need
no answer of the cloud for them. What only the cloud knows comes from `k8s/facts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.rendering.contexts.platform import Platform

SERVICES: Final = ("user", "payment", "generation", "gallery", "model")
RELEASED: Final = (*SERVICES, "worker")
"""Programs with an image of their own; migrations and the pooler's preparation are in `user`'s."""
ZERO_DIGEST: Final = f"sha256:{'0' * 64}"
"""Nothing was released yet: no registry has it, so nothing starts."""


def is_on_aws(configuration: Configuration) -> bool:
    """Whether the platform stands on AWS, not in a cluster of one's own without a cloud."""
    return configuration.platform.target != "cluster"


@dataclass(frozen=True)
class Site:
    """What both environments share. `whole` is the configuration without their overlays."""

    whole: Configuration

    @property
    def on_aws(self) -> bool:
        return is_on_aws(self.whole)

    @property
    def platform(self) -> str:
        return self.whole.platform.name

    @property
    def region(self) -> str:
        return self.whole.platform.region

    @property
    def managed_by(self) -> str:
        """Who applies the manifests, for the label of that name."""
        return "argocd" if self.on_aws else "pingvas"

    @property
    def has_image_network(self) -> bool:
        """Whether pictures reach people through the content network, by addresses we sign."""
        return self.on_aws and self.whole.cdn.enabled

    @property
    def shares_files(self) -> bool:
        """Whether checkpoints lie in a file system that pods share."""
        return self.whole.file_store.enabled or not self.on_aws

    @property
    def checkpoints_bucket(self) -> str:
        return self.bucket("models-shared")

    def image(self, program: str) -> str:
        """The repository that the image of a program is pulled from."""
        account = self.whole.platform.account_id
        if not self.on_aws:
            return f"{self.platform}/{program}"
        return f"{account}.dkr.ecr.{self.region}.amazonaws.com/{self.platform}/{program}"

    def bucket(self, label: str) -> str:
        """The name of a bucket, as the module object_store gives it."""
        written = self.whole.object_store.name_suffix
        suffix = self.whole.platform.account_id if written == "account" else written
        return f"{self.platform}-{label}-{suffix}" if suffix else f"{self.platform}-{label}"


@dataclass(frozen=True)
class Place(Site):
    """One environment. `own` is the configuration under its overlay."""

    name: EnvironmentName
    own: Configuration

    @property
    def namespace(self) -> str:
        return self.whole.environments.named(self.name).namespace

    @property
    def priority_class(self) -> str:
        """The PriorityClass of the environment's pods (inventory 26)."""
        return f"{self.platform}-{self.name}"

    @property
    def api_url(self) -> str:
        """Where people reach the API; it is also who issues access tokens."""
        return self._url(self.whole.environments.named(self.name).api_host)

    @property
    def images_url(self) -> str:
        """Where people fetch pictures from the content network; empty when there is none."""
        host = self.whole.environments.named(self.name).images_host
        return self._url(host) if self.has_image_network else ""

    @property
    def images_bucket(self) -> str:
        return self.bucket(f"{self.name}-images")

    def secret_path(self, secret: str) -> str:
        """The full name of a secret in Secrets Manager."""
        return f"{self.platform}/{self.name}/{secret}"

    def has_secret(self, secret: str) -> bool:
        """Whether the environment has a secret of that name."""
        return secret in self.own.secrets.per_environment

    def _url(self, host: str) -> str:
        domain = self.whole.platform.domain
        return f"https://{host}.{domain}" if domain else f"http://{host}.localhost"


def places(platform: Platform) -> tuple[Place, ...]:
    """Both environments, dev first."""
    return tuple(Place(platform.configuration, name, own) for name, own in platform.environments())
