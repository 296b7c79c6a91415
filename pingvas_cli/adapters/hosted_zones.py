"""Route 53's public zones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from pingvas_cli.adapters.aws_session import AwsClient, AwsSession, speaking
from pingvas_cli.ports.hosted_zones import HostedZone

PREFIX: Final = "/hostedzone/"


@dataclass(frozen=True)
class AwsHostedZones:
    """Zones of the session's account; Route 53 has no regions."""

    session: AwsSession

    def named(self, domain: str) -> tuple[HostedZone, ...]:
        with speaking("route53 ListHostedZonesByName"):
            client = self.session.client("route53")
            # Sorted by name from this one on, so further pages hold other names.
            told = client.list_hosted_zones_by_name(DNSName=domain)["HostedZones"]
            ids = [each["Id"] for each in told if _is(each, domain)]
            return tuple(_zone(client, each) for each in ids)

    def by_id(self, zone_id: str) -> HostedZone | None:
        with speaking(f"route53 GetHostedZone {zone_id}"):
            client = self.session.client("route53")
            try:
                return _zone(client, zone_id)
            except client.exceptions.NoSuchHostedZone:
                return None

    def make(self, domain: str, platform: str) -> HostedZone:
        """The comment marks it from its first moment, the tag from its second."""
        with speaking(f"route53 CreateHostedZone {domain}"):
            client, comment = self.session.client("route53"), f"{platform}: hosts of the platform"
            told = client.list_hosted_zones_by_name(DNSName=domain)["HostedZones"]
            ours = [each for each in told if _is(each, domain) and _comment(each) == comment]
            zone_id = str(ours[0]["Id"] if ours else _created(client, domain, comment))
            client.change_tags_for_resource(
                ResourceType="hostedzone",
                ResourceId=zone_id.removeprefix(PREFIX),
                AddTags=[
                    {"Key": "pingvas:platform", "Value": platform},
                    {"Key": "pingvas:managed", "Value": "terraform"},
                ],
            )
            return _zone(client, zone_id)

    def remove(self, zone_id: str) -> None:
        with speaking(f"route53 DeleteHostedZone {zone_id}"):
            self.session.client("route53").delete_hosted_zone(Id=zone_id)


def _created(client: AwsClient, domain: str, comment: str) -> str:
    told = client.create_hosted_zone(
        Name=domain, CallerReference=str(uuid4()), HostedZoneConfig={"Comment": comment}
    )
    return str(told["HostedZone"]["Id"])


def _comment(told: Mapping[str, Any]) -> str:
    return str(told.get("Config", {}).get("Comment", ""))


def _is(told: Mapping[str, Any], domain: str) -> bool:
    private = told.get("Config", {}).get("PrivateZone", False)
    return _plain(told["Name"]) == domain and not private


def _zone(client: AwsClient, zone_id: str) -> HostedZone:
    told = client.get_hosted_zone(Id=zone_id)
    short = zone_id.removeprefix(PREFIX)
    servers = told.get("DelegationSet", {}).get("NameServers", ())
    return HostedZone(
        zone_id=short,
        name=_plain(told["HostedZone"]["Name"]),
        name_servers=tuple(sorted(map(_plain, servers))),
        platform=dict(_tags(client, short)).get("pingvas:platform"),
    )


def _tags(client: AwsClient, zone_id: str) -> Iterator[tuple[str, str]]:
    told = client.list_tags_for_resource(ResourceType="hostedzone", ResourceId=zone_id)
    for each in told["ResourceTagSet"].get("Tags", ()):
        yield each["Key"], each["Value"]


def _plain(name: str) -> str:
    return name.rstrip(".").lower()
