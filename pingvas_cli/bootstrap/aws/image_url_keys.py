"""Key pairs that image addresses are signed with: the public half is a value of Terraform.

The private half lies in the state folder until the secret that keeps it is made, and nowhere after.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import Message, PingvasError, msg
from pingvas_cli.private_files import write_private
from pingvas_cli.rendering.renderer import as_json
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present

SECRET: Final = "image-url-key"  # noqa: S105 - the name of a secret
NAME_LENGTH: Final = 12


class ImageUrlKeys:
    """Makes what is missing; a key that is there, here or in its secret, stays."""

    slug = "image-url-keys"
    title = msg("bootstrap.image_url_keys")
    patience_s = 60.0

    def inspect(self, ctx: AwsContext) -> Inspection:
        if any(private_key(ctx, each) is None for each in signing(ctx)):
            return Absent()
        return Present() if _written(ctx) == _wanted(ctx) else Absent()

    def preview(self, ctx: AwsContext) -> tuple[Message, ...]:
        return (msg("bootstrap.preview_image_url_keys", environments=", ".join(signing(ctx))),)

    def apply(self, ctx: AwsContext) -> Applied:
        for environment in signing(ctx):
            if private_key(ctx, environment) is None:
                write_private(waiting_key(ctx, environment), ctx.keys.new_image_url_key())
        wanted = _wanted(ctx)
        if wanted is None:
            ctx.layout.image_url_keys.unlink(missing_ok=True)
        else:
            write_private(ctx.layout.image_url_keys, wanted)
        return Done()


def signing(ctx: AwsContext) -> tuple[EnvironmentName, ...]:
    """The environments whose images are reached by signed addresses of the content network."""
    if not ctx.configuration.cdn.enabled:
        return ()
    return tuple(each for each in ENVIRONMENTS if ctx.has_secret(each, SECRET))


def private_key(ctx: AwsContext, environment: EnvironmentName) -> str | None:
    """The private key in PEM: of the secret, or the one that waits for it."""
    found = ctx.secrets.current(ctx.secret_name(environment, SECRET))
    if found is not None:
        return _of_secret(found.value, ctx.secret_name(environment, SECRET))
    path = waiting_key(ctx, environment)
    return path.read_text(encoding="utf-8") if path.exists() else None


def waiting_key(ctx: AwsContext, environment: EnvironmentName) -> Path:
    """Where a private key waits for its secret."""
    return ctx.layout.keys / f"{environment}-{SECRET}.pem"


def key_name(public_key: str) -> str:
    """The name by which Terraform knows a key: a rotation adds one beside it."""
    return sha256(public_key.encode()).hexdigest()[:NAME_LENGTH]


def secret_value(
    ctx: AwsContext, environment: EnvironmentName, outputs: Mapping[str, Any]
) -> str | None:
    """The secret's document: the private key and the id that CloudFront gave its public half."""
    private = private_key(ctx, environment)
    if private is None:
        return None
    name = key_name(ctx.keys.public_key_of(private))
    ids = outputs.get("images", {}).get(environment, {}).get("public_key_ids", {})
    return json.dumps({"private_key": private, "name": name, "key_id": ids.get(name, "")})


def _wanted(ctx: AwsContext) -> str | None:
    public: dict[str, dict[str, str]] = {}
    for environment in signing(ctx):
        private = private_key(ctx, environment)
        if private is not None:
            key = ctx.keys.public_key_of(private)
            public[environment] = {key_name(key): key}
    return as_json({"image_url_keys": public}).decode() if public else None


def _written(ctx: AwsContext) -> str | None:
    path = ctx.layout.image_url_keys
    return path.read_text(encoding="utf-8") if path.exists() else None


def _of_secret(value: str, name: str) -> str:
    try:
        return str(json.loads(value)["private_key"])
    except (ValueError, KeyError, TypeError) as error:
        raise PingvasError("bootstrap.secret_garbled", where=name, secret=name) from error
