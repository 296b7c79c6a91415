"""The `network` section: the VPC, its subnets and the ways out of it."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations
from typing import Annotated, Literal

from pydantic import Field

from pingvas_cli.config.section import Problem, Section, part, problem
from pingvas_cli.config.values import Cidr, LogRetentionDays

Subnets = Annotated[tuple[IPv4Network, ...], Field(min_length=2, max_length=6)]
ZoneId = Annotated[str, Field(pattern=r"^[a-z]{3,4}[0-9]-az[0-9]$")]
InterfaceEndpoint = Literal[
    "ecr.api", "ecr.dkr", "sts", "secretsmanager", "logs", "sqs", "ec2", "elasticfilesystem", "kms"
]
SMALLEST_PREFIX, LARGEST_PREFIX = 16, 28
KINDS = ("public_subnets", "private_subnets", "database_subnets")


def _subnets(first: int) -> tuple[IPv4Network, ...]:
    return tuple(IPv4Network((0x0A000000 + ((first + zone) << 8), 24)) for zone in range(3))


class FlowLogs(Section):
    """Records of who talked to whom (correction N6)."""

    enabled: bool = Field(True, description="Write VPC flow logs (correction N6).")
    retention_days: LogRetentionDays = Field(
        14, description="Days kept, one of CloudWatch's steps (correction D11)."
    )


class NetworkSection(Section):
    """The network of the target aws."""

    vpc_cidr: Cidr = Field(
        IPv4Network("10.0.0.0/16"), description="Addresses of the VPC (inventory 5)."
    )
    availability_zone_ids: tuple[ZoneId, ...] = Field(
        (),
        description="Zone ids, one per subnet of a kind, e.g. `use1-az1`. Empty: `doctor` picks "
        "zones that EKS and the GPUs are offered in (correction P9).",
    )
    excluded_zone_ids: tuple[ZoneId, ...] = Field(
        ("use1-az3",), description="Zones never picked: EKS rejects them (correction P9)."
    )
    public_subnets: Subnets = Field(
        _subnets(1), description="Load balancer and NAT, one per zone (inventory 6)."
    )
    private_subnets: Subnets = Field(
        _subnets(11), description="Nodes and pods, one per zone (inventory 7)."
    )
    database_subnets: Subnets = Field(
        _subnets(21),
        description="Aurora and the cache, one per zone, no way out (correction N6).",
    )
    nat_mode: Literal["single", "per_az", "regional"] = Field(
        "single",
        description="`single` is cheapest and falls with its zone; `per_az` or `regional` "
        "survive it (inventory 7, correction N5).",
    )
    interface_endpoints: tuple[InterfaceEndpoint, ...] = Field(
        (),
        description="Paid interface endpoints. The free S3 gateway endpoint is always there "
        "(correction N5).",
    )
    flow_logs: FlowLogs = part(FlowLogs, "VPC flow logs (correction N6).")

    def problems(self) -> Iterator[Problem]:
        """Subnets outside the VPC, overlapping, of a wrong size or number; refused zones."""
        yield from self._zones()
        for key, subnet in self._subnets():
            if not subnet.subnet_of(self.vpc_cidr):
                vpc = str(self.vpc_cidr)
                found = problem(key, "config.cidr_outside_vpc", cidr=str(subnet), vpc=vpc)
                yield found.or_at("vpc_cidr")
            if not SMALLEST_PREFIX <= subnet.prefixlen <= LARGEST_PREFIX:
                yield problem(key, "config.subnet_size", cidr=str(subnet))
        for (_, one), (key, other) in combinations(self._subnets(), 2):
            if one.overlaps(other):
                yield problem(key, "config.cidr_overlaps", cidr=str(other), other=str(one))

    def _subnets(self) -> Iterator[tuple[str, IPv4Network]]:
        for kind in KINDS:
            for index, subnet in enumerate(getattr(self, kind)):
                yield f"{kind}.{index}", subnet

    def _zones(self) -> Iterator[Problem]:
        zones = len(self.private_subnets)
        for kind in KINDS:
            if len(getattr(self, kind)) != zones:
                yield problem(kind, "config.subnet_count", kind=kind, zones=zones)
        named = self.availability_zone_ids
        if named and (len(named) != zones or len(set(named)) != zones):
            yield problem("availability_zone_ids", "config.zone_count", zones=zones)
        for index, zone in enumerate(named):
            if zone in self.excluded_zone_ids:
                yield problem(f"availability_zone_ids.{index}", "config.zone_excluded", zone=zone)
