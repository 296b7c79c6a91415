"""The environment variables of the platform's own programs, as each release reads them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final

from pingvas_cli.bootstrap.local.cache import redis_url
from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.object_store import REGION, endpoint, images_bucket
from pingvas_cli.bootstrap.local.signing_keys import signing_keys
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
    """Everything one service reads and nothing else; its secrets are its environment's own."""
    own = [part(ctx, environment).items() for part in OWN_PARTS[service]]
    return {
        **program_environment(ctx, environment),
        **_database(ctx, environment),
        "PINGVAS_TOKEN_ISSUER": ctx.edge_url(environment),
        "PINGVAS_PORT": str(ctx.ports[f"{service}_{environment}"]),
        "PINGVAS_HOST": "127.0.0.1",
        **dict(pair for pairs in own for pair in pairs),
    }


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


def _signing_key(ctx: LocalContext, environment: EnvironmentName) -> dict[str, str]:
    return {"PINGVAS_SIGNING_KEY_FILE": str(signing_keys(ctx, environment))}


def _key_set(ctx: LocalContext, environment: EnvironmentName) -> dict[str, str]:
    return {"PINGVAS_JWKS_URL": f"{service_url(ctx, environment, 'user')}/.well-known/jwks.json"}


def _mail(ctx: LocalContext, environment: EnvironmentName) -> dict[str, str]:
    """Mails become files: nothing leaves this machine."""
    return {
        "PINGVAS_MAIL_URL": ctx.layout.mail(environment).as_uri(),
        "PINGVAS_MAIL_FROM": f"no-reply@{ctx.domain}",
    }


def _public_url(ctx: LocalContext, environment: EnvironmentName) -> dict[str, str]:
    return {"PINGVAS_PUBLIC_URL": ctx.edge_url(environment)}


def _tiers(ctx: LocalContext, _environment: EnvironmentName) -> dict[str, str]:
    tiers = ctx.configuration.tiers.model_dump(mode="json")
    return {"PINGVAS_TIERS": json.dumps(tiers, separators=(",", ":"))}


def _webhooks(ctx: LocalContext, environment: EnvironmentName) -> dict[str, str]:
    """The provider is a stand-in on this machine, whose events are signed all the same."""
    return {
        "PINGVAS_PAYMENT_PROVIDER": "local",
        "PINGVAS_WEBHOOK_SECRET": ctx.secrets.of(environment).webhook,
    }


def _listening(ctx: LocalContext, environment: EnvironmentName) -> dict[str, str]:
    """A direct connection: notifications pass through no pooler."""
    system = _database(ctx, environment)["PINGVAS_SYSTEM_DATABASE_URL"]
    return {"PINGVAS_LISTEN_DATABASE_URL": system}


def _sharing(_ctx: LocalContext, environment: EnvironmentName) -> dict[str, str]:
    """No model here judges pictures: dev lets them be shared to try it out, prod never does."""
    return {"PINGVAS_SHARE_UNCHECKED": "true" if environment == "dev" else "false"}


def _checkpoints(ctx: LocalContext, _environment: EnvironmentName) -> dict[str, str]:
    largest_bytes = ctx.configuration.local.max_checkpoint_mb * 1_000_000
    return {
        "PINGVAS_CHECKPOINTS_DIR": str(ctx.layout.checkpoints),
        "PINGVAS_CHECKPOINTS_SHARED": "true",
        "PINGVAS_LARGEST_CHECKPOINT_BYTES": str(largest_bytes),
    }


def _queue(ctx: LocalContext, environment: EnvironmentName) -> dict[str, str]:
    return {"PINGVAS_REDIS_URL": redis_url(ctx, environment)}


Part = Callable[[LocalContext, EnvironmentName], dict[str, str]]
OWN_PARTS: Final[Mapping[str, tuple[Part, ...]]] = {  # what not all of the services read
    "user": (_signing_key, _mail, _public_url),
    "payment": (_key_set, _tiers, _webhooks, _public_url),
    "generation": (_key_set, _queue, _tiers, _listening),
    "gallery": (_key_set, object_store_settings, _public_url, _tiers, _sharing),
    "model": (_key_set, _queue, _checkpoints),
}
