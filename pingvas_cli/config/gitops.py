"""The `gitops` section: which branch becomes which environment, and who has to agree."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from pingvas_cli.config.section import Problem, Section, part, problem

Branch = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9/_.-]*$")]

GithubId = Annotated[str | None, Field(pattern=r"^[0-9]{1,20}$")]


class DevDelivery(Section):
    """Dev follows its branch by itself (inventory 46, 48)."""

    branch: Branch = Field("develop", description="Branch that dev follows (inventory 48).")
    automatic: bool = Field(
        True, description="Argo CD syncs, prunes and heals (inventory 50, correction G1)."
    )
    github_environment: str = Field("development", description="GitHub environment (inventory 48).")


class ProdDelivery(Section):
    """Prod moves only by an approved pull request to its branch (inventory 49, correction G1)."""

    branch: Branch = Field("env/prod", description="Branch that prod follows (correction G1).")
    automatic: Literal[False] = Field(
        False, description="A merge elsewhere never deploys prod (correction G1)."
    )
    github_environment: str = Field("production", description="GitHub environment (inventory 49).")
    approvals: int = Field(
        1, ge=1, le=6, description="People who have to agree (inventory 46, correction G3)."
    )


class GithubSection(Section):
    """What AWS has to know of GitHub beside the repository's name."""

    owner_id: GithubId = Field(
        None,
        description="The owner's number, in quotes, where GitHub signs with numbers beside names "
        "(correction G4).",
    )
    repository_id: GithubId = Field(
        None, description="The repository's number, in quotes; both or neither (correction G4)."
    )
    provider_arn: str | None = Field(
        None,
        pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/token\.actions\.githubusercontent\.com$",
        description="The account's identity provider of GitHub, where another project made it; an "
        "account has one (correction G4).",
    )

    def problems(self) -> Iterator[Problem]:
        """GitHub signs with both numbers or with none."""
        if (self.owner_id is None) != (self.repository_id is None):
            lacking = "owner_id" if self.owner_id is None else "repository_id"
            yield problem(lacking, "config.github_ids_apart", key=lacking).or_at(
                "owner_id", "repository_id"
            )


class GitopsSection(Section):
    """GitHub Actions builds, Argo CD deploys (inventory 24, 46-50)."""

    repository: str | None = Field(
        None,
        pattern=r"^https://github\.com/[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$",
        description="Your repository of code and manifests, on GitHub; its deliveries may push "
        "images to this account, so nobody's is trusted by default (inventory 50, correction G4). "
        "The target aws needs it.",
    )
    github: GithubSection = part(GithubSection, "How GitHub signs for its jobs (correction G4).")
    overlays_path: str = Field(
        "k8s/overlays",
        pattern=r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$",
        description="Folder of `<environment>/<service>` (inventory 50, correction G2).",
    )
    promotion: Literal["pull_request", "kargo"] = Field(
        "pull_request",
        description="How a release reaches prod; `kargo` is not supported yet (correction G1).",
    )
    dev: DevDelivery = part(DevDelivery, "Delivery to dev (inventory 48).")
    prod: ProdDelivery = part(ProdDelivery, "Delivery to prod (inventory 49).")

    def problems(self) -> Iterator[Problem]:
        """One branch for both environments would deploy prod at once; nobody renders Kargo."""
        if self.promotion != "pull_request":
            yield problem("promotion", "config.promotion_unsupported", value=self.promotion)
        if self.dev.branch == self.prod.branch:
            yield problem(
                "prod.branch", "config.environments_share", key="branch", value=self.prod.branch
            ).or_at("dev.branch")
