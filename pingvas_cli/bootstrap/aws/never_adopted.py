"""After a removal: what a bootstrap made or brought back, and that never came into the state."""

from __future__ import annotations

from pingvas_cli.bootstrap.aws import adopted
from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.bootstrap.aws.hosted_zone import own_zone
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.hosted_zones import HostedZone
from pingvas_cli.ports.secret_store import StoredSecret
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present


class NeverAdopted:
    """Present when Terraform took all of it along."""

    slug = "never-adopted"
    title = msg("bootstrap.never_adopted")
    patience_s = 120.0

    def inspect(self, ctx: AwsContext) -> Inspection:
        return Absent() if left_behind(ctx) else Present()

    def preview(self, ctx: AwsContext) -> tuple[Message, ...]:
        return (msg("bootstrap.preview_never_adopted", named=", ".join(left_behind(ctx)) or "-"),)

    def apply(self, ctx: AwsContext) -> Applied:
        left = left_behind(ctx)
        for secret in _secrets(ctx):
            ctx.secrets.remove(secret.name, ctx.configuration.secrets.recovery_days)
        zone = _zone(ctx)
        if zone is not None:
            ctx.hosted_zones.remove(zone.zone_id)
        return Done({"removed": ", ".join(left)})


def left_behind(ctx: AwsContext) -> tuple[str, ...]:
    """Names of what is left."""
    zone = _zone(ctx)
    zones = () if zone is None else (f"{zone.name} ({zone.zone_id})",)
    return (*(each.name for each in _secrets(ctx)), *zones)


def _zone(ctx: AwsContext) -> HostedZone | None:
    return None if ctx.configuration.edge.hosted_zone_id else own_zone(ctx)


def _secrets(ctx: AwsContext) -> tuple[StoredSecret, ...]:
    told = set(adopted.read(ctx).secret_arns.values())
    stored = ctx.secrets.stored(f"{ctx.name}/") if told else ()
    return tuple(each for each in stored if each.arn in told and not each.deleted)
