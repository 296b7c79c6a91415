"""The environment variables of the platform's own programs, as each release reads them."""

from __future__ import annotations

from collections.abc import Mapping

from pingvas_cli.bootstrap.local.cache import redis_url
from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.object_store import REGION, endpoint, images_bucket
from pingvas_cli.bootstrap.local.tenancies import database_name, tenancy
from pingvas_cli.config.values import EnvironmentName


def program_environment(ctx: LocalContext, environment: EnvironmentName) -> dict[str, str]:
    """What every program of an environment's release is told; no secrets."""
    release = ctx.release(environment)
    return {
        "PYTHONPATH": str(release.folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PINGVAS_ENVIRONMENT": environment,
        "PINGVAS_RELEASE": release.id,
    }


def module(ctx: LocalContext, name: str, *arguments: str) -> tuple[str, ...]:
    """The command that runs a module of the release; `-P` keeps the folder it runs in out of it."""
    return (ctx.python, "-P", "-m", name, *arguments)


def service_settings(
    ctx: LocalContext, environment: EnvironmentName, service: str
) -> Mapping[str, str]:
    """Everything one service needs; its secrets are its environment's own."""
    common = {
        **program_environment(ctx, environment),
        **_database(ctx, environment),
        **object_store_settings(ctx, environment),
        "PINGVAS_REDIS_URL": redis_url(ctx, environment),
        "PINGVAS_TOKEN_ISSUER": ctx.edge_url(environment),
        "PINGVAS_JWKS_URL": f"{service_url(ctx, environment, 'user')}/.well-known/jwks.json",
        "PINGVAS_PORT": str(ctx.ports[f"{service}_{environment}"]),
        "PINGVAS_HOST": "127.0.0.1",
    }
    if service == "user":
        common["PINGVAS_SIGNING_KEY_FILE"] = str(ctx.layout.signing_key(environment))
    return common


def object_store_settings(ctx: LocalContext, environment: EnvironmentName) -> dict[str, str]:
    """Where images go, with the environment's own key."""
    secrets = ctx.secrets.of(environment)
    return {
        "PINGVAS_OBJECT_STORE_ENDPOINT": endpoint(ctx),
        "PINGVAS_OBJECT_STORE_REGION": REGION,
        "PINGVAS_OBJECT_STORE_ACCESS_KEY": secrets.object_store_access,
        "PINGVAS_OBJECT_STORE_SECRET_KEY": secrets.object_store_secret,
        "PINGVAS_IMAGES_BUCKET": images_bucket(ctx, environment),
    }


def service_url(ctx: LocalContext, environment: EnvironmentName, service: str) -> str:
    return f"http://127.0.0.1:{ctx.ports[f'{service}_{environment}']}"


def owner_database_url(ctx: LocalContext, environment: EnvironmentName) -> str:
    """For migrations only."""
    owner = tenancy(ctx, environment).owner
    return owner.url(ctx.ports["postgres"], database_name(ctx))


def _database(ctx: LocalContext, environment: EnvironmentName) -> dict[str, str]:
    roles, port, name = tenancy(ctx, environment), ctx.ports["postgres"], database_name(ctx)
    return {
        "PINGVAS_DATABASE_URL": roles.app.url(port, name),
        "PINGVAS_SYSTEM_DATABASE_URL": roles.system.url(port, name),
    }
