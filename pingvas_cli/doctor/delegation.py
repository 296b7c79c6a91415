"""Does the world find the domain's zone? Certificates wait for it, and so would a bootstrap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pingvas_cli.doctor.check import Check
from pingvas_cli.doctor.fixes import Suggestion
from pingvas_cli.doctor.verdict import Verdict, failed, of_finding, ok, warning
from pingvas_cli.doctor.world import World
from pingvas_cli.ports.hosted_zones import HostedZone
from pingvas_cli.rendering.contexts.needed import absent
from pingvas_cli.validation.fault import Subject

DOMAIN_KEY: Final = "platform.domain"
ZONE_KEY: Final = "edge.hosted_zone_id"


@dataclass(frozen=True)
class Facts:
    """The zones that may be meant, and who answers for the name of the first in the public DNS."""

    zones: tuple[HostedZone, ...]
    delegated: tuple[str, ...]


def read(world: World, subject: Subject) -> Facts | None:
    """The zone that is named, or those of the domain's name; then the DNS. None: no domain."""
    config = subject.configuration
    domain, zone_id = config.platform.domain, config.edge.hosted_zone_id
    if domain is None:
        return None
    if zone_id is None:
        zones = world.hosted_zones.named(domain)
    else:
        one = world.hosted_zones.by_id(zone_id)
        zones = (one,) if one else ()
    return Facts(zones, world.name_servers.of(zones[0].name if zones else domain))


def judge(subject: Subject, facts: Facts | None) -> Iterator[Verdict]:
    """A named zone must be there and be the domain's; one that Terraform makes is told of."""
    config = subject.configuration
    domain, zone_id = config.platform.domain, config.edge.hosted_zone_id
    if facts is None or domain is None:
        yield of_finding(absent(DOMAIN_KEY))
    elif zone_id is not None:
        yield _named(domain, zone_id, facts)
    else:
        yield from _own(domain, config.platform.name, facts)


def _own(domain: str, platform: str, facts: Facts) -> Iterator[Verdict]:
    """The zone that Terraform made; others of its name would be passed over."""
    for zone in facts.zones:
        if zone.platform == platform:
            yield _delegated(zone, facts.delegated)
        else:
            fix = Suggestion(ZONE_KEY, zone.zone_id) if len(facts.zones) == 1 else None
            params = {"domain": domain, "zone": zone.zone_id}
            yield warning(ZONE_KEY, "doctor.zone_exists", **params).mended_by(fix)
    if facts.zones:
        return
    if facts.delegated:
        found = ", ".join(facts.delegated)
        yield warning(DOMAIN_KEY, "doctor.delegation_moves", domain=domain, found=found)
    else:
        yield warning(DOMAIN_KEY, "doctor.delegation_later", domain=domain)


def _named(domain: str, zone_id: str, facts: Facts) -> Verdict:
    if not facts.zones:
        return failed(ZONE_KEY, "doctor.hosted_zone_absent", zone=zone_id)
    zone = facts.zones[0]
    if domain != zone.name and not domain.endswith(f".{zone.name}"):
        params = {"zone": zone_id, "name": zone.name, "domain": domain}
        return failed(ZONE_KEY, "doctor.hosted_zone_of_other", **params)
    return _delegated(zone, facts.delegated)


def _delegated(zone: HostedZone, delegated: tuple[str, ...]) -> Verdict:
    """Who answers in the public DNS are the zone's own servers."""
    servers = ", ".join(zone.name_servers)
    if not delegated:
        return failed(DOMAIN_KEY, "doctor.undelegated", name=zone.name, servers=servers)
    if not zone.is_served_by(delegated):
        params = {"name": zone.name, "servers": servers, "found": ", ".join(delegated)}
        return failed(DOMAIN_KEY, "doctor.delegated_elsewhere", **params)
    return ok(DOMAIN_KEY, "doctor.delegated", name=zone.name, count=len(delegated))


DELEGATION: Final = Check("delegation", ("P13",), read, judge, of_account=True)
