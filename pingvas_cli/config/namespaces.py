"""The `namespaces` section: how much of the cluster each environment may take."""

from pydantic import Field

from pingvas_cli.config.section import Section, part
from pingvas_cli.config.values import EnvironmentName


class Quota(Section):
    """The ResourceQuota and the LimitRange of one namespace."""

    cpu_cores: int = Field(20, ge=1, le=2000, description="Sum of CPU requests (inventory 22).")
    memory_gib: int = Field(
        50, ge=1, le=8000, description="Sum of memory requests in GiB (inventory 22)."
    )
    gpus: int = Field(
        3, ge=0, le=300, description="`requests.nvidia.com/gpu` (inventory 22, correction P11)."
    )
    pods: int = Field(60, ge=10, le=2000, description="Most pods (correction P7).")
    default_cpu_millicores: int = Field(
        100, ge=10, le=4000, description="CPU request of a container without one (correction P11)."
    )
    default_memory_mib: int = Field(
        128, ge=16, le=16_384, description="Memory of a container without one (correction P11)."
    )


class NamespacesSection(Section):
    """Quotas of the two environments (inventory 22, 23, 26)."""

    dev: Quota = part(Quota, "Namespace of dev (inventory 22).")
    prod: Quota = part(
        Quota,
        "Namespace of prod (inventory 23).",
        cpu_cores=50,
        memory_gib=200,
        gpus=15,
        pods=150,
    )

    def named(self, name: EnvironmentName) -> Quota:
        """The quota of the environment called `name`."""
        return self.dev if name == "dev" else self.prod
