"""The `gitops` section: which branch becomes which environment, and who has to agree."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from pingvas_cli.config.section import Problem, Section, part, problem

Branch = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9/_.-]*$")]


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


class GitopsSection(Section):
    """GitHub Actions builds, Argo CD deploys (inventory 24, 46-50)."""

    repository: str = Field(
        "https://github.com/Pinksea-AI/InvokeAI",
        pattern=r"^https://github\.com/[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$",
        description="Repository of code and manifests, on GitHub; its deliveries may push images "
        "to this account (inventory 50).",
    )
    overlays_path: str = Field(
        "k8s/overlays",
        pattern=r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$",
        description="Folder of `<environment>/<service>` (inventory 50, correction G2).",
    )
    promotion: Literal["pull_request", "kargo"] = Field(
        "pull_request", description="How a release reaches prod (correction G1)."
    )
    dev: DevDelivery = part(DevDelivery, "Delivery to dev (inventory 48).")
    prod: ProdDelivery = part(ProdDelivery, "Delivery to prod (inventory 49).")

    def problems(self) -> Iterator[Problem]:
        """One branch for both environments would deploy prod at once."""
        if self.dev.branch == self.prod.branch:
            yield problem(
                "prod.branch", "config.environments_share", key="branch", value=self.prod.branch
            ).or_at("dev.branch")
