"""The `general_nodes` section: the Karpenter pool that carries the five services."""

from typing import Annotated, Literal

from pydantic import Field

from pingvas_cli.config.section import Section
from pingvas_cli.config.values import CapacityType

Family = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


class GeneralNodesSection(Section):
    """Nodes for the services; the original had none for them (correction P7)."""

    instance_families: Annotated[tuple[Family, ...], Field(min_length=1)] = Field(
        ("m7g", "c7g", "m6g", "c6g"), description="EC2 families to choose from (correction P7)."
    )
    architecture: Literal["arm64", "amd64"] = Field(
        "arm64", description="Processor of these families (inventory 2, correction P7)."
    )
    capacity_types: Annotated[tuple[CapacityType, ...], Field(min_length=1, max_length=2)] = Field(
        ("spot", "on-demand"),
        description="Spot first, on-demand when there is none (correction P7).",
    )
    cpu_limit: int = Field(32, ge=4, le=1000, description="Most vCPUs of the pool (correction P7).")
    memory_limit_gib: int = Field(
        128, ge=8, le=4000, description="Most memory in GiB (correction P7)."
    )
    consolidate_after_seconds: int = Field(
        120, ge=0, le=86_400, description="Empty or underused nodes go after this (correction P2)."
    )
    expire_after_hours: int = Field(
        720, ge=24, le=2160, description="Nodes are replaced after this (correction P2)."
    )
