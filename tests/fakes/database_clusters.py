"""Clusters that are there, with the passwords that their masters were given."""

from __future__ import annotations

from dataclasses import dataclass, field

from pingvas_cli.ports.database_clusters import DatabaseCluster


@dataclass
class FakeDatabaseClusters:
    """Cluster id => the master's passwords, oldest first; `looks` until a change settles."""

    passwords: dict[str, list[str]] = field(default_factory=dict)
    looks: int = 0

    def cluster(self, cluster_id: str) -> DatabaseCluster | None:
        if cluster_id not in self.passwords:
            return None
        self.looks -= 1
        return DatabaseCluster(cluster_id, settled=self.looks < 0)

    def set_master_password(self, cluster_id: str, password: str) -> None:
        self.passwords[cluster_id].append(password)
        self.looks = 2
