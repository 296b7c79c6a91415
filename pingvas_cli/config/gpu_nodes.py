"""The `gpu_nodes` section: three weighted Karpenter pools under one stated fleet cap."""

import re
from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from pingvas_cli.config.section import Problem, Section, part, problem
from pingvas_cli.config.values import CapacityType, InstanceType

# Every node counts as one GPU (correction P3); no worker runs on Graviton (g5g, correction P10).
ONE_GPU: Final = r"(g(?!5g)|p)[0-9][a-z]*\.(?!12x|24x|48x)[0-9]*xlarge"
Capacity = Annotated[tuple[CapacityType, ...], Field(min_length=1, max_length=2)]


class GpuPool(Section):
    """One NodePool with one instance type of one GPU."""

    instance_type: InstanceType = Field(
        "g4dn.xlarge", description="EC2 type with one GPU (inventory 18-20)."
    )
    gpu_limit: int = Field(10, ge=0, le=100, description="Most GPUs of this pool (correction P3).")
    weight: int = Field(
        50, ge=1, le=100, description="Karpenter tries the heaviest pool first (correction P3)."
    )
    capacity_types: Capacity = Field(
        ("spot", "on-demand"),
        description="Spot first; on-demand when there is none (inventory 28, correction P4).",
    )

    def problems(self) -> Iterator[Problem]:
        """A type without a GPU, or with more than the one that is counted."""
        if not re.fullmatch(ONE_GPU, self.instance_type):
            yield problem("instance_type", "config.not_one_gpu", type=self.instance_type)


class GpuNodesSection(Section):
    """GPU nodes, from zero (inventory 18-20, 27, 28)."""

    standard: GpuPool = part(GpuPool, "T4, image generation (inventory 18).")
    high_resolution: GpuPool = part(
        GpuPool,
        "T4 with more memory (inventory 19).",
        instance_type="g4dn.2xlarge",
        gpu_limit=5,
        weight=20,
    )
    newest: GpuPool = part(
        GpuPool, "A10G (inventory 20).", instance_type="g5.xlarge", gpu_limit=5, weight=30
    )
    fleet_gpu_cap: int = Field(
        20,
        ge=0,
        le=300,
        description="Most GPUs of all pools together; the limits of the pools may not exceed it "
        "(correction P3).",
    )
    allow_oversubscription: bool = Field(
        False,
        description="Let the GPU quotas of dev and prod add up to more than the cap; prod then "
        "preempts dev (correction P3).",
    )
    consolidate_after_seconds: int = Field(
        300, ge=0, le=86_400, description="Empty nodes go after this (inventory 28, correction P2)."
    )
    expire_after_hours: int = Field(
        168, ge=24, le=2160, description="Nodes are replaced after this (inventory 28)."
    )
    termination_grace_seconds: int = Field(
        900, ge=120, le=7200, description="Longest drain of an expired node (correction P2)."
    )
    root_volume_gb: int = Field(
        100, ge=50, le=2000, description="Root volume in GB; images are large (correction P10)."
    )
    instance_store_raid: bool = Field(
        True, description="Join the NVMe disks as the checkpoint cache (correction P10, D9)."
    )
    ami_family: Literal["al2023", "bottlerocket"] = Field(
        "al2023", description="Node image; al2023 needs the NVIDIA device plugin (correction P10)."
    )
    ami_version: str | None = Field(
        None,
        pattern=r"^v?[0-9][0-9A-Za-z.-]*$",
        description="Pinned image version, such as v20261101; `latest` is refused "
        "(correction P10). Unset: nothing is pinned yet.",
    )

    create_spot_service_role: bool = Field(
        False,
        description="Make AWSServiceRoleForEC2Spot; true only in an account that has none, as "
        "`doctor` says (correction P4).",
    )

    def pools(self) -> dict[str, GpuPool]:
        """The three pools by name."""
        return {
            "standard": self.standard,
            "high_resolution": self.high_resolution,
            "newest": self.newest,
        }

    def problems(self) -> Iterator[Problem]:
        """Pools that are equal in type or weight, or together exceed the cap."""
        pools = self.pools()
        limit = sum(pool.gpu_limit for pool in pools.values())
        if limit > self.fleet_gpu_cap:
            yield problem(
                "fleet_gpu_cap", "config.pools_above_cap", limits=limit, cap=self.fleet_gpu_cap
            ).or_at(*(f"{name}.gpu_limit" for name in pools))
        for key in ("instance_type", "weight"):
            if len({getattr(pool, key) for pool in pools.values()}) < len(pools):
                places = [f"{name}.{key}" for name in pools]
                yield problem(places[0], "config.pools_share", key=key).or_at(*places[1:])
