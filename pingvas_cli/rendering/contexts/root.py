"""What the templates of Terraform's roots see: names, places, and which modules there are."""

from __future__ import annotations

from dataclasses import dataclass

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.rendering.contexts.needed import owner

OLDEST_TERRAFORM = "1.11"  # the first whose S3 backend locks by a file of its own


@dataclass(frozen=True)
class Root:
    """The decisions behind `terraform/platform`.

    A switch that is off leaves its modules out of the tree; `second_region` is None then.
    """

    name: str
    region: str
    account_id: str
    second_region: str | None
    dev_cluster: bool
    cdn: bool
    file_store: bool
    terraform: str
    provider: str

    @property
    def state_bucket(self) -> str:
        """The bucket of Terraform's state; bootstrap makes it before anything else."""
        return f"{self.name}-terraform-state-{self.account_id}"

    @property
    def absent(self) -> frozenset[str]:
        """The modules that this platform has no use for."""
        switches = {"cdn": self.cdn, "file_store": self.file_store}
        return frozenset(name for name, on in switches.items() if not on)


def root_of(configuration: Configuration) -> Root:
    """The decisions; raises `rendering.incomplete` when AWS needs a value that is not written."""
    platform, second = configuration.platform, configuration.platform.second_region
    return Root(
        name=platform.name,
        region=platform.region,
        account_id=owner(configuration).account_id,
        second_region=second.region if second.enabled else None,
        dev_cluster=configuration.database.dev_cluster.enabled,
        cdn=configuration.cdn.enabled,
        file_store=configuration.file_store.enabled,
        terraform=OLDEST_TERRAFORM,
        provider=configuration.addons.terraform_aws_provider,
    )
