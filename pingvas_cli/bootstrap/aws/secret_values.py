"""Values of secrets that the platform makes for itself; those of others are left to people.

A secret that has a value keeps it, whoever gave it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from typing import Final

from pingvas_cli.bootstrap.aws import image_url_keys
from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import Message, msg
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present

PASSWORD_BYTES: Final = 24
DATABASE: Final = "database-"
CACHE: Final = "redis-"
SIGNING_KEY: Final = "signing-key"

Secret = tuple[EnvironmentName, str]


class SecretValues:
    """Fills what is empty and ours to fill."""

    slug = "secret-values"
    title = msg("bootstrap.secret_values")
    patience_s = 120.0

    def inspect(self, ctx: AwsContext) -> Inspection:
        waits = any(_waits(ctx, each) for each in ENVIRONMENTS)
        return Absent() if waits or any(_empty(ctx)) else Present()

    def preview(self, ctx: AwsContext) -> tuple[Message, ...]:
        return (msg("bootstrap.preview_secret_values", count=len(list(_empty(ctx)))),)

    def apply(self, ctx: AwsContext) -> Applied:
        filled = [ctx.secret_name(*each) for each in _empty(ctx) if _fill(ctx, *each)]
        for environment in ENVIRONMENTS:
            image_url_keys.waiting_key(ctx, environment).unlink(missing_ok=True)
        return Done({"filled": ", ".join(filled)})


def left_to_people(ctx: AwsContext) -> tuple[str, ...]:
    """Full names of the secrets without a value that only a person can give."""
    of_platform = (f"{ctx.name}/shared/{each}" for each in ctx.configuration.secrets.shared)
    of_environments = (
        ctx.secret_name(environment, secret)
        for environment in ENVIRONMENTS
        for secret in ctx.platform.named(environment).secrets.per_environment
        if not _is_ours(ctx, environment, secret)
    )
    names = (*of_environments, *of_platform)
    return tuple(name for name in names if ctx.secrets.current(name) is None)


def _empty(ctx: AwsContext) -> Iterator[Secret]:
    for environment in ENVIRONMENTS:
        for secret in ctx.platform.named(environment).secrets.per_environment:
            name = ctx.secret_name(environment, secret)
            if _is_ours(ctx, environment, secret) and ctx.secrets.current(name) is None:
                yield environment, secret


def _is_ours(ctx: AwsContext, environment: EnvironmentName, secret: str) -> bool:
    if secret == image_url_keys.SECRET:
        return environment in image_url_keys.signing(ctx)
    return secret == SIGNING_KEY or secret.startswith((DATABASE, CACHE))


def _waits(ctx: AwsContext, environment: EnvironmentName) -> bool:
    return image_url_keys.waiting_key(ctx, environment).exists()


def _fill(ctx: AwsContext, environment: EnvironmentName, secret: str) -> bool:
    value = _value(ctx, environment, secret)
    if value is not None:
        ctx.secrets.put(ctx.secret_name(environment, secret), value)
    return value is not None


def _value(ctx: AwsContext, environment: EnvironmentName, secret: str) -> str | None:
    if secret == image_url_keys.SECRET:
        return image_url_keys.secret_value(ctx, environment, ctx.root.outputs())
    if secret == SIGNING_KEY:
        return json.dumps({"private_key": ctx.keys.new_signing_key()})
    return json.dumps({"username": _user(ctx, environment, secret), "password": _password()})


def _user(ctx: AwsContext, environment: EnvironmentName, secret: str) -> str:
    """`database-app` of dev is the role `pingvas_dev_app`; `redis-worker` the user `worker`."""
    if secret.startswith(CACHE):
        return secret.removeprefix(CACHE)
    role = secret.removeprefix(DATABASE)
    return f"{ctx.configuration.database.database_name}_{environment}_{role}"


def _password() -> str:
    """48 hexadecimal digits, so that it needs no quoting anywhere."""
    return secrets.token_hex(PASSWORD_BYTES)
