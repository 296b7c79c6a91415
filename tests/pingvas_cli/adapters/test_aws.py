"""AWS as moto plays it, and the fakes that stand for it: one contract for both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

import pytest

from pingvas_cli.adapters.account import AwsAccount
from pingvas_cli.adapters.aws_session import AwsSession
from pingvas_cli.adapters.hosted_zones import AwsHostedZones
from pingvas_cli.adapters.networks import AwsNetworks
from pingvas_cli.adapters.offers import AwsOffers
from pingvas_cli.ports.account import Account, Role
from pingvas_cli.ports.hosted_zones import HostedZone, HostedZones
from pingvas_cli.ports.networks import Network, Networks
from pingvas_cli.ports.offers import Offers
from tests.fakes.account import FakeAccount
from tests.fakes.hosted_zones import FakeHostedZones
from tests.fakes.networks import DEFAULT, FakeNetworks
from tests.fakes.offers import FakeOffers
from tests.servers.aws import ACCOUNT, moto

GPUS = ("g4dn.xlarge", "g4dn.2xlarge", "g5.xlarge")
SPOT_ROLE = Role("AWSServiceRoleForEC2Spot", "pingvas")
TAGS = [{"Key": "pingvas:platform", "Value": "pingvas"}]


@dataclass(frozen=True)
class Aws:
    """The ports that moto can play."""

    account: Account
    offers: Offers
    networks: Networks
    hosted_zones: HostedZones


@pytest.fixture(scope="module")
def session() -> Iterator[AwsSession]:
    with moto() as session:
        yield session


@pytest.fixture(scope="module", params=["moto", "fake"])
def aws(request: pytest.FixtureRequest, session: AwsSession) -> Aws:
    """An account with a VPC, and a public and a private zone of one name."""
    network, zones = seeded(session)
    if request.param == "fake":
        return Aws(
            FakeAccount(roles=(SPOT_ROLE,)),
            FakeOffers(),
            FakeNetworks((DEFAULT, network)),
            FakeHostedZones(zones),
        )
    return Aws(
        AwsAccount(session), AwsOffers(session), AwsNetworks(session), AwsHostedZones(session)
    )


@pytest.fixture(scope="module", autouse=True)
def _spot_role(session: AwsSession) -> None:
    """AWS's role for spot instances, tagged as Terraform does."""
    session.client("iam").create_role(
        RoleName=SPOT_ROLE.name,
        Path="/aws-service-role/spot.amazonaws.com/",
        AssumeRolePolicyDocument="{}",
        Tags=TAGS,
    )


def seeded(session: AwsSession) -> tuple[Network, tuple[HostedZone, ...]]:
    """What is there, as the ports should tell it; made once."""
    ec2, route53 = session.client("ec2"), session.client("route53")
    names = [each["Name"] for each in route53.list_hosted_zones()["HostedZones"]]
    if "pingvas.example.com." not in names:
        _seed(ec2, route53)
    (vpc,) = (each for each in ec2.describe_vpcs()["Vpcs"] if not each["IsDefault"])
    zones = route53.list_hosted_zones_by_name(DNSName="pingvas.example.com")["HostedZones"]
    public = next(each["Id"] for each in zones if not each["Config"]["PrivateZone"])
    servers = route53.get_hosted_zone(Id=public)["DelegationSet"]["NameServers"]
    cidrs = (IPv4Network("10.0.0.0/16"), IPv4Network("10.1.0.0/16"))
    return Network(vpc["VpcId"], cidrs, "pingvas-vpc", "pingvas"), (
        HostedZone(
            public.removeprefix("/hostedzone/"),
            "pingvas.example.com",
            tuple(sorted(each.rstrip(".") for each in servers)),
            "pingvas",
        ),
    )


def _seed(ec2: Any, route53: Any) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="10.1.0.0/16")
    gone = ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="10.2.0.0/16")
    ec2.disassociate_vpc_cidr_block(AssociationId=gone["CidrBlockAssociation"]["AssociationId"])
    ec2.create_tags(Resources=[vpc], Tags=[*TAGS, {"Key": "Name", "Value": "pingvas-vpc"}])
    for name in ("pingvas.example.com", "z.example.org"):
        made = route53.create_hosted_zone(Name=name, CallerReference=name)["HostedZone"]["Id"]
        route53.change_tags_for_resource(
            ResourceType="hostedzone", ResourceId=made.removeprefix("/hostedzone/"), AddTags=TAGS
        )
    route53.create_hosted_zone(
        Name="pingvas.example.com",
        CallerReference="private",
        VPC={"VPCRegion": "us-east-1", "VPCId": vpc},
        HostedZoneConfig={"PrivateZone": True},
    )


def test_the_caller_is_of_the_account(aws: Aws) -> None:
    caller = aws.account.caller()
    assert (caller.account_id, caller.is_root) == (ACCOUNT, False)
    assert caller.arn.startswith(f"arn:aws:sts::{ACCOUNT}:") or ":iam:" in caller.arn


def test_a_role_is_told_with_whose_it_is_or_not_at_all(aws: Aws) -> None:
    assert aws.account.role(SPOT_ROLE.name) == SPOT_ROLE
    assert aws.account.role("AWSServiceRoleForNobody") is None


def test_zones_are_told_by_id_in_order(aws: Aws) -> None:
    zones = aws.offers.zones()
    ids = [zone.zone_id for zone in zones]
    assert ids == sorted(ids)
    assert ids == [f"use1-az{number}" for number in range(1, 7)]
    assert all(zone.usable for zone in zones)


def test_zones_of_a_type_are_ids_and_of_an_unknown_type_none(aws: Aws) -> None:
    """P9: the region has GPUs, and not in az3."""
    found = aws.offers.zones_of((*GPUS, "g99.xlarge"))
    assert set(found) == {*GPUS, "g99.xlarge"}
    assert found["g99.xlarge"] == frozenset()
    known = {zone.zone_id for zone in aws.offers.zones()}
    assert all(found[name] and found[name] <= known - {"use1-az3"} for name in GPUS)


def test_vcpus_of_known_types_only(aws: Aws) -> None:
    found = aws.offers.vcpus((*GPUS, "g99.xlarge"))
    assert found == {"g4dn.xlarge": 4, "g4dn.2xlarge": 8, "g5.xlarge": 4}


def test_networks_have_all_their_ranges_and_whose_they_are(aws: Aws, session: AwsSession) -> None:
    expected, _ = seeded(session)
    networks = {each.network_id: each for each in aws.networks.networks()}
    assert len(networks) == 2
    assert networks[expected.network_id] == expected
    (other,) = (each for key, each in networks.items() if key != expected.network_id)
    assert (other.cidrs, other.name, other.platform) == (DEFAULT.cidrs, "", None)


def test_zones_of_a_name_are_public_ones_of_exactly_this_name(
    aws: Aws, session: AwsSession
) -> None:
    _, zones = seeded(session)
    assert aws.hosted_zones.named("pingvas.example.com") == zones
    assert aws.hosted_zones.named("example.com") == ()
    assert len(zones[0].name_servers) >= 1


def test_a_zone_is_found_by_its_id_or_not(aws: Aws, session: AwsSession) -> None:
    (zone,) = seeded(session)[1]
    assert aws.hosted_zones.by_id(zone.zone_id) == zone
    assert aws.hosted_zones.by_id("Z0000000000000") is None
