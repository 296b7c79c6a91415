"""Where a run on AWS keeps what it needs to go on: nothing that the account itself knows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pingvas_cli.steps.run_folder import RunFolder


class Purpose(StrEnum):
    """What a plan is for."""

    BOOTSTRAP = "bootstrap"
    DESTROY = "destroy"


@dataclass(frozen=True)
class AwsLayout(RunFolder):
    """The state folder of one platform on AWS, owned by one user, mode 0700."""

    @property
    def tree(self) -> Path:
        """What is rendered; Terraform runs there."""
        return self.root / "tree"

    @property
    def terraform_root(self) -> Path:
        return self.tree / "terraform" / "platform"

    @property
    def terraform_data(self) -> Path:
        return self.root / "terraform"

    @property
    def initialised(self) -> Path:
        """Says for which files Terraform was initialised."""
        return self.terraform_data / "pingvas-initialised"

    @property
    def image_url_keys(self) -> Path:
        """Public keys, as Terraform reads them beside its other values."""
        return self.terraform_root / "image_url_keys.auto.tfvars.json"

    @property
    def adopted(self) -> Path:
        """What stands already, as Terraform reads it beside its other values."""
        return self.terraform_root / "adopted.auto.tfvars.json"

    @property
    def keys(self) -> Path:
        """Private keys until the secret that keeps them is made."""
        return self.root / "keys"

    @property
    def cache_users(self) -> Path:
        """Which version of its password each user of a cache was given."""
        return self.root / "cache-users.json"

    @property
    def database_master(self) -> Path:
        """Which version of its password the master of a global database was given."""
        return self.root / "database-master.json"

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    @property
    def rooms(self) -> tuple[Path, ...]:
        return (self.runs,)

    def saved_plan(self, purpose: Purpose) -> Path:
        return self.runs / f"{purpose}.tfplan"

    def planned(self, purpose: Purpose) -> Path:
        return self.runs / f"{purpose}.json"

    def attempt(self, purpose: Purpose) -> Path:
        return self.runs / f"{purpose}-attempt.json"

    def approval(self, purpose: Purpose) -> Path:
        return self.runs / f"{purpose}-approval.json"

    def plan_run(self, purpose: Purpose) -> Path:
        return self.runs / f"{purpose}-plan.ndjson"

    def apply_run(self, purpose: Purpose, digest: str, made_at: str) -> Path:
        """The run that applies the plan of this digest, made then."""
        stamp = "".join(each for each in made_at if each.isdigit())
        return self.runs / f"{purpose}-apply-{digest[:12]}-{stamp}.ndjson"
