"""Each environment's first administrator; later ones are made by it."""

from __future__ import annotations

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.program_settings import module, service_settings
from pingvas_cli.bootstrap.local.secret_values import ENVIRONMENTS
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.one_off import OneOff
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present


class Administrators:
    """Runs the user service's own program, as the release has it."""

    slug = "administrators"
    title = msg("local.administrators")
    patience_s = 60.0

    def inspect(self, ctx: LocalContext) -> Inspection:
        if ctx.saved_secrets is None:
            return Absent()
        urls = [_system_url(ctx, name) for name in ENVIRONMENTS if ctx.releases.deployed(name)]
        email = ctx.administrator()
        there = len(urls) == len(ENVIRONMENTS) and all(
            ctx.database.has_administrator(url, email) for url in urls
        )
        return Present() if there else Absent()

    def preview(self, ctx: LocalContext) -> tuple[Message, ...]:
        return (msg("local.preview_administrator", email=ctx.administrator()),)

    def apply(self, ctx: LocalContext) -> Applied:
        for environment in ENVIRONMENTS:
            ctx.one_offs.run(_creation(ctx, environment))
        return Done({"email": ctx.administrator()})


def _creation(ctx: LocalContext, environment: EnvironmentName) -> OneOff:
    variables = {
        **service_settings(ctx, environment, "user"),
        "PINGVAS_ADMIN_PASSWORD": ctx.secrets.of(environment).administrator,
    }
    command = module(ctx, "services.user.administrator", ctx.administrator())
    log = ctx.layout.log(f"{environment}-administrator")
    return OneOff(command, ctx.layout.root, variables, log)


def _system_url(ctx: LocalContext, environment: EnvironmentName) -> str:
    return service_settings(ctx, environment, "user")["PINGVAS_SYSTEM_DATABASE_URL"]
