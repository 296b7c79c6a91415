"""Roles and schemas in the database, made with the passwords of the environments' Secrets.

Only where the configuration names an administrator's file; else somebody else has made them.
"""

from __future__ import annotations

from pathlib import Path

from pingvas_cli.bootstrap.cluster.context import ClusterContext
from pingvas_cli.bootstrap.cluster.secret_values import secret_value
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import Message, UsageError, msg
from pingvas_cli.ports.database import Tenancy
from pingvas_cli.ports.database_server import Account
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present


class Tenancies:
    """Makes what is missing, and gives roles the passwords that their Secrets hold."""

    slug = "tenancies"
    title = msg("cluster.tenancies")
    patience_s = 60.0

    def inspect(self, ctx: ClusterContext) -> Inspection:
        ready = all(_is_ready(ctx, each) for each in ENVIRONMENTS)
        return Present() if ready else Absent()

    def preview(self, ctx: ClusterContext) -> tuple[Message, ...]:
        return (msg("cluster.preview_tenancies"),)

    def apply(self, ctx: ClusterContext) -> Applied:
        for environment in ENVIRONMENTS:
            url = _administrator(ctx, environment)
            if url and not _is_ready(ctx, environment):
                found = tenancy(ctx, environment)
                ctx.database.prepare(url, ctx.configuration.database.database_name, (found,))
        return Done()


def tenancy(ctx: ClusterContext, environment: EnvironmentName) -> Tenancy:
    """An environment's schema and roles, with the passwords that the cluster has."""
    schema = ctx.configuration.environments.named(environment).schema_name
    return Tenancy(
        schema, *(_account(ctx, environment, each) for each in ("owner", "app", "system"))
    )


def _account(ctx: ClusterContext, environment: EnvironmentName, role: str) -> Account:
    value = secret_value(ctx, environment, f"database-{role}")
    return Account(value.get("username", ""), value.get("password", ""))


def _is_ready(ctx: ClusterContext, environment: EnvironmentName) -> bool:
    url = _administrator(ctx, environment)
    if url is None:
        return True
    found = tenancy(ctx, environment)
    if not all(each.name and each.password for each in found.accounts):
        return False
    return ctx.database.prepared(url, ctx.configuration.database.database_name, (found,))


def _administrator(ctx: ClusterContext, environment: EnvironmentName) -> str | None:
    """The address in the file; UsageError when it can't be read, or holds none that is plain."""
    file = ctx.configuration.endpoints.named(environment).database_administrator_file
    if file is None:
        return None
    url = _text(file).strip()
    if not url.startswith(("postgresql://", "postgres://")) or "?" in url or "@" not in url:
        raise UsageError("cluster.no_administrator", where=str(file), detail="")
    return url


def _text(file: Path) -> str:
    try:
        return file.expanduser().read_text(encoding="utf-8")
    except (OSError, RuntimeError, UnicodeDecodeError) as error:
        raise UsageError("cluster.no_administrator", where=str(file), detail=str(error)) from error
