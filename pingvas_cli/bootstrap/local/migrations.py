"""Migrations: each environment's own release brings its own schema up to date."""

from __future__ import annotations

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.program_settings import (
    module,
    owner_database_url,
    program_environment,
)
from pingvas_cli.bootstrap.local.secret_values import ENVIRONMENTS
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.one_off import OneOff
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present


class Migrations:
    """Compares what the schema has with what the release ships."""

    slug = "migrations"
    title = msg("local.migrations")
    patience_s = 120.0

    def inspect(self, ctx: LocalContext) -> Inspection:
        if ctx.saved_secrets is None:
            return Absent()
        current = all(_up_to_date(ctx, environment) for environment in ENVIRONMENTS)
        return Present() if current else Absent()

    def preview(self, ctx: LocalContext) -> tuple[Message, ...]:
        return (msg("local.preview_migrations"),)

    def apply(self, ctx: LocalContext) -> Applied:
        for environment in ENVIRONMENTS:
            if not _up_to_date(ctx, environment):
                ctx.one_offs.run(_migration(ctx, environment))
        return Done()


def _migration(ctx: LocalContext, environment: EnvironmentName) -> OneOff:
    variables = program_environment(ctx, environment)
    variables["PINGVAS_OWNER_DATABASE_URL"] = owner_database_url(ctx, environment)
    command = module(ctx, "services.migrations", "up")
    log = ctx.layout.log(f"{environment}-migrations")
    return OneOff(command, ctx.layout.root, variables, log)


def _up_to_date(ctx: LocalContext, environment: EnvironmentName) -> bool:
    release = ctx.releases.deployed(environment)
    if release is None:
        return False
    folder = release.folder / "services" / "migrations" / "versions"
    shipped = {path.name.partition("_")[0] for path in folder.glob("*.sql")}
    return shipped <= ctx.database.migrations(owner_database_url(ctx, environment))
