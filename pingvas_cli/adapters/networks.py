"""VPCs through EC2."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from pingvas_cli.adapters.aws_session import AwsSession, speaking
from pingvas_cli.ports.networks import Network


@dataclass(frozen=True)
class AwsNetworks:
    """VPCs of the session's region."""

    session: AwsSession

    def networks(self) -> tuple[Network, ...]:
        with speaking("ec2 DescribeVpcs"):
            pages = self.session.client("ec2").get_paginator("describe_vpcs").paginate()
            return tuple(_network(each) for page in pages for each in page["Vpcs"])


def _network(told: Mapping[str, Any]) -> Network:
    tags = {each["Key"]: each["Value"] for each in told.get("Tags", ())}
    ranges = (
        each["CidrBlock"]
        for each in told["CidrBlockAssociationSet"]
        if each["CidrBlockState"]["State"] in ("associating", "associated")
    )
    return Network(
        network_id=told["VpcId"],
        cidrs=tuple(map(IPv4Network, ranges)),
        name=tags.get("Name", ""),
        platform=tags.get("pingvas:platform"),
    )
