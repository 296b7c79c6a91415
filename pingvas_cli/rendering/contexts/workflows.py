"""What GitHub Actions builds, tests and releases (inventory 46-49, corrections G2-G4, N13).

Images are built once, by a push to dev's branch. Prod gets the same digests, by a pull request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pingvas_cli.rendering.contexts.place import RELEASED, SERVICES, ZERO_DIGEST, Site

ACTIONS: Final[Mapping[str, str]] = {
    "checkout": "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2",
    "python": "actions/setup-python@a309ff8b426b58ec0e2a45f0f869d46889d02405 # v6.2.0",
    "attest": "actions/attest-build-provenance@a2bbfa25375fe432b6a289bc6b6cd05ecd0c4c32 # v4.1.0",
    "credentials": (
        "aws-actions/configure-aws-credentials@8df5847569e6427dd6c4fb1cf565c83acfa8afa7 # v6.0.0"
    ),
    "registry": "aws-actions/amazon-ecr-login@062b18b96a7aff071d4dc91bc00c4c1a7945b076 # v2.0.1",
    "buildx": "docker/setup-buildx-action@8d2750c68a42422c14e847fe6c8ac0403b4cbd6f # v3.12.0",
    "build": "docker/build-push-action@10e90e3645eae34f1e60eeb005ba3a3d33f178e8 # v6.19.2",
}
RUNNERS: Final[Mapping[str, str]] = {"amd64": "ubuntu-24.04", "arm64": "ubuntu-24.04-arm"}


@dataclass(frozen=True)
class Image:
    """One Dockerfile, for one processor, and the programs that are released with it."""

    name: str
    architecture: str
    programs: tuple[str, ...]

    @property
    def runner(self) -> str:
        """A machine of that processor: nothing is emulated."""
        return RUNNERS[self.architecture]


@dataclass(frozen=True)
class Track:
    """A branch, the GitHub environment that delivers to it, and the role of its jobs."""

    branch: str
    environment: str
    role: str


@dataclass(frozen=True)
class Workflows:
    """Everything that the three workflows say."""

    platform: str
    region: str
    registry: str
    images: tuple[Image, ...]
    dev: Track
    prod: Track
    actions: Mapping[str, str]
    programs: tuple[str, ...] = RELEASED
    unreleased: str = ZERO_DIGEST


def workflows(site: Site) -> Workflows:
    """The workflows of a platform on AWS."""
    gitops = site.whole.gitops
    return Workflows(
        platform=site.platform,
        region=site.region,
        registry=site.image("user").partition("/")[0],
        images=(
            Image("services", site.whole.general_nodes.architecture, SERVICES),
            Image("worker", "amd64", ("worker",)),
        ),
        dev=Track(gitops.dev.branch, gitops.dev.github_environment, _role(site, "dev")),
        prod=Track(gitops.prod.branch, gitops.prod.github_environment, _role(site, "prod")),
        actions=ACTIONS,
    )


def _role(site: Site, environment: str) -> str:
    """The role's ARN, as the module identity names it."""
    name = f"{site.platform}-github-{environment}-{site.region}"
    return f"arn:aws:iam::{site.whole.platform.account_id}:role/{name}"
