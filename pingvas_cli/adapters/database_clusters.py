"""Aurora's clusters through boto3. A password is an argument, and stands in no error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pingvas_cli.adapters.aws_session import AwsSession, speaking
from pingvas_cli.ports.database_clusters import DatabaseCluster

SETTLED: Final = "available"


@dataclass(frozen=True)
class AuroraClusters:
    """The clusters of one account and region."""

    session: AwsSession

    def cluster(self, cluster_id: str) -> DatabaseCluster | None:
        with speaking(f"rds DescribeDBClusters {cluster_id}"):
            rds = self.session.client("rds")
            try:
                (found,) = rds.describe_db_clusters(DBClusterIdentifier=cluster_id)["DBClusters"]
            except rds.exceptions.DBClusterNotFoundFault:
                return None
            return DatabaseCluster(cluster_id, settled=found["Status"] == SETTLED)

    def set_master_password(self, cluster_id: str, password: str) -> None:
        with speaking(f"rds ModifyDBCluster {cluster_id}"):
            self.session.client("rds").modify_db_cluster(
                DBClusterIdentifier=cluster_id, MasterUserPassword=password, ApplyImmediately=True
            )
