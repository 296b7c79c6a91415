"""One database; for each environment a schema and three roles that can't see the other's.

`owner` migrates, `app` serves tenants under row-level security, `system` runs what belongs to no
tenant. None owns what it serves, none bypasses the policies (correction N9).
"""

from __future__ import annotations

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.database import superuser_url
from pingvas_cli.bootstrap.local.secret_values import ENVIRONMENTS
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.database import Tenancy
from pingvas_cli.ports.database_server import Account
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present


class Tenancies:
    """Makes the database, roles and schemas."""

    slug = "tenancies"
    title = msg("local.tenancies")
    patience_s = 30.0

    def inspect(self, ctx: LocalContext) -> Inspection:
        if ctx.saved_secrets is None:
            return Absent()
        name = database_name(ctx)
        ready = ctx.database.prepared(superuser_url(ctx), name, _tenancies(ctx))
        return Present() if ready else Absent()

    def preview(self, ctx: LocalContext) -> tuple[Message, ...]:
        schemas = ", ".join(schema_name(ctx, environment) for environment in ENVIRONMENTS)
        return (msg("local.preview_schemas", schemas=schemas),)

    def apply(self, ctx: LocalContext) -> Applied:
        ctx.database.prepare(superuser_url(ctx), database_name(ctx), _tenancies(ctx))
        return Done()


def tenancy(ctx: LocalContext, environment: EnvironmentName) -> Tenancy:
    """An environment's schema and accounts."""
    secrets = ctx.secrets.of(environment)
    prefix = f"{database_name(ctx)}_{environment}"
    return Tenancy(
        schema_name(ctx, environment),
        owner=Account(f"{prefix}_owner", secrets.database_owner),
        app=Account(f"{prefix}_app", secrets.database_app),
        system=Account(f"{prefix}_system", secrets.database_system),
    )


def database_name(ctx: LocalContext) -> str:
    return ctx.configuration.database.database_name


def schema_name(ctx: LocalContext, environment: EnvironmentName) -> str:
    return ctx.configuration.environments.named(environment).schema_name


def _tenancies(ctx: LocalContext) -> tuple[Tenancy, ...]:
    return tuple(tenancy(ctx, environment) for environment in ENVIRONMENTS)
