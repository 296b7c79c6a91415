"""The `cluster` section: the EKS control plane and the nodes that carry the platform itself."""

import re
from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from pingvas_cli.config.section import Problem, Section, part, problem
from pingvas_cli.config.values import Cidrs, InstanceType, LogRetentionDays

RoleArn = Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+$")]
ARM: Final = r"(a1|[a-z]+[0-9]+g[a-z]*)\."
SMALL: Final = (".nano", ".micro", ".small", ".medium")
ControlPlaneLog = Literal["api", "audit", "authenticator", "controllerManager", "scheduler"]


class SystemNodes(Section):
    """A managed, on-demand node group for Argo CD, Karpenter, Prometheus and CoreDNS."""

    instance_types: Annotated[tuple[InstanceType, ...], Field(min_length=1)] = Field(
        ("m7g.large",),
        description="Of one architecture; t3.medium holds 17 pods, too few (inventory 17, "
        "correction P6).",
    )
    architecture: Literal["arm64", "amd64"] = Field(
        "arm64", description="Processor of these types (inventory 2, correction P6)."
    )
    capacity_type: Literal["on-demand"] = Field(
        "on-demand",
        description="Never spot: losing both nodes would take Karpenter along (correction P8).",
    )
    minimum: int = Field(
        2, ge=2, le=10, description="Fewest nodes, over two zones (correction P8)."
    )
    desired: int = Field(2, ge=2, le=10, description="Nodes at start (inventory 17).")
    maximum: int = Field(3, ge=2, le=10, description="Most nodes (correction P6).")
    disk_gb: int = Field(50, ge=20, le=1000, description="Root volume in GB, gp3, encrypted.")

    def problems(self) -> Iterator[Problem]:
        """A count outside its bounds; types that are too small or of another processor."""
        for index, kind in enumerate(self.instance_types):
            key = f"instance_types.{index}"
            if kind.endswith(SMALL):
                yield problem(key, "config.node_too_small", type=kind)
            if bool(re.match(ARM, kind)) != (self.architecture == "arm64"):
                params = {"type": kind, "architecture": self.architecture}
                yield problem(key, "config.other_architecture", **params).or_at("architecture")
        if not self.minimum <= self.desired <= self.maximum:
            yield problem(
                "desired",
                "config.desired_outside",
                desired=self.desired,
                low=self.minimum,
                high=self.maximum,
            ).or_at("minimum", "maximum")


class ClusterSection(Section):
    """One EKS cluster for both environments (inventory 2, 16)."""

    kubernetes_version: Literal["1.35", "1.36"] = Field(
        "1.35",
        description="In quotes. A version in standard support; 1.28 has left support "
        "(inventory 16, correction P1).",
    )
    support_type: Literal["STANDARD"] = Field(
        "STANDARD", description="Never pay for extended support (correction P1)."
    )
    api_allowed_cidrs: Cidrs = Field(
        (),
        description="Networks that may reach the Kubernetes API. Empty: from inside the VPC only "
        "(correction P13).",
    )
    administrator_role_arns: tuple[RoleArn, ...] = Field(
        (), description="IAM roles that get an administrator access entry (correction N13)."
    )
    control_plane_logs: tuple[ControlPlaneLog, ...] = Field(
        ("api", "audit", "authenticator"), description="Control plane logs (correction D11)."
    )
    log_retention_days: LogRetentionDays = Field(
        30, description="Days those logs are kept (correction D11)."
    )
    prefix_delegation: bool = Field(
        True, description="Give nodes /28 prefixes: 110 pods each (correction P6, N6)."
    )
    deletion_protection: bool = Field(True, description="Refuse to delete the cluster.")
    system_nodes: SystemNodes = part(SystemNodes, "Nodes of the platform itself (inventory 17).")

    def problems(self) -> Iterator[Problem]:
        """A Kubernetes API that is open to the world."""
        for index, cidr in enumerate(self.api_allowed_cidrs):
            if cidr.prefixlen == 0:
                yield problem(f"api_allowed_cidrs.{index}", "config.open_to_world", cidr=str(cidr))
