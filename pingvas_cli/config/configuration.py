"""The whole of `pingvas.yaml`: one field per section. Read this first to see what there is."""

from typing import Final

from pydantic import ConfigDict

from pingvas_cli.config.addons import AddonsSection
from pingvas_cli.config.backup import BackupSection
from pingvas_cli.config.cache import CacheSection
from pingvas_cli.config.cdn import CdnSection
from pingvas_cli.config.cluster import ClusterSection
from pingvas_cli.config.cost import CostSection
from pingvas_cli.config.database import DatabaseSection
from pingvas_cli.config.edge import EdgeSection
from pingvas_cli.config.endpoints import EndpointsSection
from pingvas_cli.config.environments import EnvironmentsSection
from pingvas_cli.config.file_store import FileStoreSection
from pingvas_cli.config.general_nodes import GeneralNodesSection
from pingvas_cli.config.gitops import GitopsSection
from pingvas_cli.config.gpu_nodes import GpuNodesSection
from pingvas_cli.config.local import LocalSection
from pingvas_cli.config.monitoring import MonitoringSection
from pingvas_cli.config.namespaces import NamespacesSection
from pingvas_cli.config.network import NetworkSection
from pingvas_cli.config.object_store import ObjectStoreSection
from pingvas_cli.config.platform import PlatformSection
from pingvas_cli.config.pooler import PoolerSection
from pingvas_cli.config.recovery import RecoverySection
from pingvas_cli.config.registry import RegistrySection
from pingvas_cli.config.secrets import SecretsSection
from pingvas_cli.config.section import Section, part
from pingvas_cli.config.services import ServicesSection
from pingvas_cli.config.tiers import TiersSection
from pingvas_cli.config.worker import WorkerSection

# Sections that dev and prod may hold apart; the others describe what both stand on.
PER_ENVIRONMENT: Final = frozenset(
    {"cdn", "edge", "pooler", "secrets", "services", "tiers", "worker"}
)


class Configuration(Section):
    """The description of a platform, as written in `pingvas.yaml`."""

    model_config = ConfigDict(title="pingvas.yaml")

    platform: PlatformSection = part(PlatformSection, "Name, owner and place.")
    environments: EnvironmentsSection = part(EnvironmentsSection, "How dev and prod differ.")
    local: LocalSection = part(LocalSection, "The platform on this machine.")
    network: NetworkSection = part(NetworkSection, "VPC, subnets, ways out.")
    cluster: ClusterSection = part(ClusterSection, "EKS and the nodes of the platform itself.")
    gpu_nodes: GpuNodesSection = part(GpuNodesSection, "GPU nodes, from zero.")
    general_nodes: GeneralNodesSection = part(GeneralNodesSection, "Nodes of the services.")
    namespaces: NamespacesSection = part(NamespacesSection, "Quotas of dev and prod.")
    services: ServicesSection = part(ServicesSection, "The five services.")
    worker: WorkerSection = part(WorkerSection, "GPU workers.")
    tiers: TiersSection = part(TiersSection, "What each plan may ask for.")
    database: DatabaseSection = part(DatabaseSection, "Aurora PostgreSQL.")
    pooler: PoolerSection = part(PoolerSection, "PgBouncer.")
    cache: CacheSection = part(CacheSection, "Valkey, for the queue.")
    object_store: ObjectStoreSection = part(ObjectStoreSection, "The four buckets.")
    file_store: FileStoreSection = part(FileStoreSection, "EFS, for checkpoints.")
    endpoints: EndpointsSection = part(EndpointsSection, "Data outside a cluster of one's own.")
    edge: EdgeSection = part(EdgeSection, "Load balancer and firewall.")
    cdn: CdnSection = part(CdnSection, "CloudFront.")
    secrets: SecretsSection = part(SecretsSection, "Names of secrets.")
    registry: RegistrySection = part(RegistrySection, "Container images.")
    gitops: GitopsSection = part(GitopsSection, "Branches and approvals.")
    monitoring: MonitoringSection = part(MonitoringSection, "Metrics, logs, alerts.")
    backup: BackupSection = part(BackupSection, "Backups and restores on trial.")
    recovery: RecoverySection = part(RecoverySection, "Recovery objectives.")
    cost: CostSection = part(CostSection, "Budget and assumed usage.")
    addons: AddonsSection = part(AddonsSection, "Pinned versions.")

    def local_ports(self) -> dict[str, int]:
        """Every port of the local target by name, the services' as this configuration has them."""
        return self.local.ports(self.services.ports())


def section_kind(name: str) -> type[Section]:
    """The class of the section called `name`; raises KeyError when there is none."""
    kind = Configuration.model_fields[name].annotation
    if not isinstance(kind, type) or not issubclass(kind, Section):
        raise KeyError(name)
    return kind


SECTIONS: Final = tuple(Configuration.model_fields)
