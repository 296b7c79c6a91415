"""The zone of the domain, and that the world finds it: certificates wait for nothing less.

Terraform would make the zone and then wait for a delegation that nobody can enter yet, since the
zone's name servers are not told before the end. So it is made here, and Terraform adopts it.
"""

from __future__ import annotations

from dataclasses import replace

from pingvas_cli.bootstrap.aws import adopted
from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.errors import Message, PingvasError, StillWaiting, msg
from pingvas_cli.ports.hosted_zones import HostedZone
from pingvas_cli.steps.step import Absent, Applied, Done, Drifted, Inspection, Present, StepFailed


class HostedZoneStep:
    """Present when all name servers of the zone, and no others, answer for its name."""

    slug = "hosted-zone"
    title = msg("bootstrap.hosted_zone")
    patience_s = 60.0

    def inspect(self, ctx: AwsContext) -> Inspection:
        zone = _zone(ctx)
        if zone is None or not _is_told(ctx, zone):
            return Absent()
        found = _elsewhere(ctx, zone)
        if found is None:
            return Present()
        return Drifted(msg("bootstrap.zone_elsewhere", name=zone.name, found=_listed(found)))

    def preview(self, ctx: AwsContext) -> tuple[Message, ...]:
        return (msg("bootstrap.preview_hosted_zone", domain=_domain(ctx)),)

    def apply(self, ctx: AwsContext) -> Applied:
        zone = _zone(ctx) or _made(ctx)
        if not _is_told(ctx, zone):
            adopted.write(ctx, replace(adopted.read(ctx), hosted_zone_id=_own_id(ctx, zone)))
        found = _elsewhere(ctx, zone)
        if found is not None:
            servers = ", ".join(zone.name_servers)
            name, where = zone.name, zone.zone_id
            raise StillWaiting(
                "bootstrap.delegation",
                where=where,
                name=name,
                found=_listed(found),
                servers=servers,
            )
        return Done({"zone": zone.zone_id})


def own_zone(ctx: AwsContext) -> HostedZone | None:
    """The zone that a bootstrap of this platform made, by its tag."""
    zones = ctx.hosted_zones.named(_domain(ctx))
    return next((each for each in zones if each.platform == ctx.name), None)


def _zone(ctx: AwsContext) -> HostedZone | None:
    named = ctx.configuration.edge.hosted_zone_id
    return own_zone(ctx) if named is None else ctx.hosted_zones.by_id(named)


def _made(ctx: AwsContext) -> HostedZone:
    named = ctx.configuration.edge.hosted_zone_id
    if named is not None:
        raise StepFailed("doctor.hosted_zone_absent", where="edge.hosted_zone_id", zone=named)
    return ctx.hosted_zones.make(_domain(ctx), ctx.name)


def _own_id(ctx: AwsContext, zone: HostedZone) -> str | None:
    """What Terraform is to adopt: no zone that the configuration names."""
    return None if ctx.configuration.edge.hosted_zone_id else zone.zone_id


def _is_told(ctx: AwsContext, zone: HostedZone) -> bool:
    return adopted.read(ctx).hosted_zone_id == _own_id(ctx, zone)


def _elsewhere(ctx: AwsContext, zone: HostedZone) -> tuple[str, ...] | None:
    """Who answers instead, () for nobody; None when it is well, or this machine has no DNS."""
    try:
        found = ctx.name_servers.of(zone.name)
    except PingvasError:
        return None
    return None if zone.is_served_by(found) else found


def _domain(ctx: AwsContext) -> str:
    return str(ctx.configuration.platform.domain)


def _listed(servers: tuple[str, ...]) -> str:
    return ", ".join(servers) or "-"
