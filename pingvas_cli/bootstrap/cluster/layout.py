"""Where a run against a cluster keeps what it needs to go on: nothing that the cluster knows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.steps.run_folder import RunFolder


@dataclass(frozen=True)
class ClusterLayout(RunFolder):
    """The state folder of one platform in a cluster, owned by one user, mode 0700."""

    @property
    def tree(self) -> Path:
        """What is rendered; facts and releases in it are seeds, and kept."""
        return self.root / "tree"

    @property
    def manifests(self) -> Path:
        return self.tree / "k8s"

    @property
    def known(self) -> Path:
        """Which cluster earlier runs worked on."""
        return self.root / "cluster.json"

    def facts(self, environment: EnvironmentName) -> Path:
        return self.manifests / "facts" / environment / "facts.yaml"

    def release(self, environment: EnvironmentName, program: str) -> Path:
        return self.manifests / "releases" / environment / program / "kustomization.yaml"

    def smoke_test(self, environment: EnvironmentName) -> Path:
        """What the environment's last smoke test found."""
        return self.root / "smoke_tests" / f"{environment}.json"
