"""The master's password of a global database, which Secrets Manager can't manage (correction D10).

Terraform gives it one that nobody knows. Nobody can ask which it has, so what it was given is
noted by version, here; a lost note only gives it again.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.bootstrap.aws.planned import read_json
from pingvas_cli.bootstrap.aws.terraform_init import is_initialised
from pingvas_cli.errors import Message, PingvasError, msg
from pingvas_cli.private_files import write_private
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present, StepFailed, Waiting

PASSWORD_BYTES: Final = 24
PRIMARY: Final = "prod"


class DatabaseMaster:
    """Present in one region at once; in two when the secret's password is the one last given."""

    slug = "database-master"
    title = msg("bootstrap.database_master")
    patience_s = 900.0

    def inspect(self, ctx: AwsContext) -> Inspection:
        if ctx.master_secret is None:
            return Present()
        primary = _primary(ctx)
        return Present() if primary and _is_given(ctx, primary) else Absent()

    def preview(self, ctx: AwsContext) -> tuple[Message, ...]:
        return (msg("bootstrap.preview_database_master"),)

    def apply(self, ctx: AwsContext) -> Applied:
        name, primary = str(ctx.master_secret), _primary(ctx)
        if not primary:
            raise StepFailed("bootstrap.no_primary", where=self.slug)
        if ctx.secrets.current(name) is None:
            told = {"username": primary["master_username"], "password": _new()}
            ctx.secrets.put(name, json.dumps(told))
        if not _is_settled(ctx, primary):
            waited = msg("bootstrap.waiting_for_database", cluster=primary["cluster_identifier"])
            return Waiting(waited, 5.0)
        if not _is_noted(ctx, primary):
            _give(ctx, primary)
            return Waiting(msg("bootstrap.database_master"), 5.0)
        return Done({"cluster": str(primary["cluster_identifier"])})


def _primary(ctx: AwsContext) -> Mapping[str, Any]:
    """What Terraform tells of the global database's first cluster; empty before there is one."""
    if not is_initialised(ctx):
        return {}
    found: Mapping[str, Any] = ctx.root.outputs().get("databases", {}).get(PRIMARY, {})
    return found


def _give(ctx: AwsContext, primary: Mapping[str, Any]) -> None:
    cluster = str(primary["cluster_identifier"])
    ctx.database_clusters.set_master_password(cluster, _password(ctx))
    write_private(ctx.layout.database_master, json.dumps({cluster: _mark(ctx)}))


def _is_given(ctx: AwsContext, primary: Mapping[str, Any]) -> bool:
    return _is_noted(ctx, primary) and _is_settled(ctx, primary)


def _is_noted(ctx: AwsContext, primary: Mapping[str, Any]) -> bool:
    noted = read_json(ctx.layout.database_master).get(str(primary["cluster_identifier"]))
    return noted is not None and noted == _mark(ctx)


def _is_settled(ctx: AwsContext, primary: Mapping[str, Any]) -> bool:
    cluster = str(primary["cluster_identifier"])
    found = ctx.database_clusters.cluster(cluster)
    if found is None:
        raise StepFailed("bootstrap.no_primary", where=cluster)
    return found.settled


def _mark(ctx: AwsContext) -> str:
    """Which version of the secret, without telling it."""
    found = ctx.secrets.current(str(ctx.master_secret))
    return sha256((found.id if found else "").encode()).hexdigest() if found else ""


def _password(ctx: AwsContext) -> str:
    name = str(ctx.master_secret)
    found = ctx.secrets.current(name)
    try:
        return str(json.loads(found.value)["password"]) if found else ""
    except (ValueError, KeyError, TypeError) as error:
        raise PingvasError("bootstrap.secret_garbled", where=name, secret=name) from error


def _new() -> str:
    """48 hexadecimal digits, which RDS takes as they are."""
    return secrets.token_hex(PASSWORD_BYTES)
