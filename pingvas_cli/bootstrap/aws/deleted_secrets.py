"""Secrets whose deletion is scheduled: brought back with their values, and adopted by Terraform.

Secrets Manager keeps the name of a deleted secret for `secrets.recovery_days`, in which none can
be made under it: a platform that is stood up again takes its own ones back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pingvas_cli.bootstrap.aws import adopted
from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.secret_store import StoredSecret
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present


class DeletedSecrets:
    """Told to Terraform before they are brought back, so that a kill between loses none."""

    slug = "deleted-secrets"
    title = msg("bootstrap.deleted_secrets")
    patience_s = 120.0

    def inspect(self, ctx: AwsContext) -> Inspection:
        found = _found(ctx)
        told = adopted.read(ctx).secret_arns == _wanted(ctx, found)
        return Present() if told and not any(_deleted(found)) else Absent()

    def preview(self, ctx: AwsContext) -> tuple[Message, ...]:
        return (msg("bootstrap.preview_deleted_secrets", count=len(list(_deleted(_found(ctx))))),)

    def apply(self, ctx: AwsContext) -> Applied:
        found = _found(ctx)
        adopted.write(ctx, replace(adopted.read(ctx), secret_arns=_wanted(ctx, found)))
        restored = tuple(_deleted(found))
        ctx.secrets.restore(restored)
        return Done({"restored": ", ".join(restored)})


def _found(ctx: AwsContext) -> Mapping[str, StoredSecret]:
    """Those of the configuration's secrets that there are, by path."""
    ours = set(_paths(ctx))
    prefix = f"{ctx.name}/"
    stored = {each.name.removeprefix(prefix): each for each in ctx.secrets.stored(prefix)}
    return {path: each for path, each in stored.items() if path in ours}


def _wanted(ctx: AwsContext, found: Mapping[str, StoredSecret]) -> Mapping[str, str]:
    """What is adopted: what waits for its deletion, or was brought back earlier."""
    told = adopted.read(ctx).secret_arns
    return {
        path: each.arn
        for path, each in sorted(found.items())
        if each.deleted or told.get(path) == each.arn
    }


def _deleted(found: Mapping[str, StoredSecret]) -> Iterator[str]:
    return (each.name for each in found.values() if each.deleted)


def _paths(ctx: AwsContext) -> Iterator[str]:
    for environment in ENVIRONMENTS:
        for name in ctx.platform.named(environment).secrets.per_environment:
            yield f"{environment}/{name}"
    yield from (f"shared/{name}" for name in ctx.configuration.secrets.shared)
    if ctx.master_secret is not None:
        yield ctx.master_secret.removeprefix(f"{ctx.name}/")
