"""The Resource Groups Tagging API, region by region; global resources are told by us-east-1."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pingvas_cli.adapters.aws_session import AwsClient, AwsSession, speaking
from pingvas_cli.errors import PingvasError

BY_ARN: Final = frozenset({"kms", "secretsmanager"})
GLOBAL_REGION: Final = "us-east-1"


@dataclass(frozen=True)
class AwsTaggedResources:
    """All that the credentials may see in these regions."""

    sessions: tuple[AwsSession, ...]

    def arns(self, tag: str, value: str) -> tuple[str, ...]:
        found = {arn for session in self.sessions for arn in _arns(session, tag, value)}
        return tuple(sorted(found))

    def leaving(self, arns: Collection[str]) -> frozenset[str]:
        by_region = {session.region: session for session in self.sessions}
        return frozenset(arn for arn in arns if _is_leaving(by_region, arn))


def sessions(*regions: str, endpoint: str | None = None) -> tuple[AwsSession, ...]:
    """A session for each region and for that of global resources."""
    wanted = dict.fromkeys((*regions, GLOBAL_REGION))
    return tuple(AwsSession(region, endpoint) for region in wanted)


def _arns(session: AwsSession, tag: str, value: str) -> Iterator[str]:
    with speaking(f"tag GetResources {session.region}"):
        pages = session.client("resourcegroupstaggingapi").get_paginator("get_resources")
        for page in pages.paginate(TagFilters=[{"Key": tag, "Values": [value]}]):
            yield from (str(each["ResourceARN"]) for each in page["ResourceTagMappingList"])


def _is_leaving(by_region: Mapping[str, AwsSession], arn: str) -> bool:
    """What is not there at all is gone; what can't be looked at is taken to stay."""
    _, _, service, region, _, resource = arn.split(":", maxsplit=5)
    kind, *rest = re.split("[:/]", resource, maxsplit=1)
    judge = JUDGES.get((service, kind))
    if judge is None or region not in by_region:
        return False
    try:
        with speaking(f"{service} {arn}"):
            return judge(by_region[region].client(service), arn if service in BY_ARN else rest[0])
    except PingvasError as error:
        return "NotFound" in str(error.params.get("detail"))


def _key(kms: AwsClient, key_id: str) -> bool:
    return str(kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"]).startswith("Pending")


def _secret(store: AwsClient, arn: str) -> bool:
    return "DeletedDate" in store.describe_secret(SecretId=arn)


def _instance(ec2: AwsClient, instance_id: str) -> bool:
    told = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"]
    states = {each["State"]["Name"] for one in told for each in one["Instances"]}
    return states <= {"terminated"}


def _nat_gateway(ec2: AwsClient, gateway_id: str) -> bool:
    told = ec2.describe_nat_gateways(NatGatewayIds=[gateway_id])["NatGateways"]
    return {each["State"] for each in told} <= {"deleted"}


Judge = Callable[[AwsClient, str], bool]
# What AWS names by its tags for an hour, or for days, after it was deleted.
JUDGES: Final[Mapping[tuple[str, str], Judge]] = {
    ("kms", "key"): _key,
    ("secretsmanager", "secret"): _secret,
    ("ec2", "instance"): _instance,
    ("ec2", "natgateway"): _nat_gateway,
}
