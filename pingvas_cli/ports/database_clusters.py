"""Aurora's clusters, for the one setting that Terraform must not know: the master's password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class DatabaseCluster:
    """A cluster; `settled` while no change of it is under way."""

    id: str
    settled: bool


class DatabaseClusters(Protocol):
    """Clusters of RDS. A failure of AWS is `aws.*`."""

    def cluster(self, cluster_id: str) -> DatabaseCluster | None:
        """The cluster, or None when there is none."""

    def set_master_password(self, cluster_id: str, password: str) -> None:
        """Give the master user this password; settles a moment later."""
