"""Passwords, access keys and signing keys: made once, never changed by a later run."""

from __future__ import annotations

from pathlib import Path

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.secret_values import ENVIRONMENTS, generate, save
from pingvas_cli.bootstrap.local.supervised import write_private
from pingvas_cli.errors import Message, PingvasError, msg
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present


class GeneratedSecrets:
    """Makes what is missing; what is there stays."""

    slug = "secrets"
    title = msg("local.secrets")
    patience_s = 10.0

    def inspect(self, ctx: LocalContext) -> Inspection:
        keys = all(path.exists() for path in _keys(ctx))
        return Present() if keys and ctx.saved_secrets else Absent()

    def preview(self, ctx: LocalContext) -> tuple[Message, ...]:
        return (msg("local.preview_secrets", file=str(ctx.layout.secrets)),)

    def apply(self, ctx: LocalContext) -> Applied:
        lost = ctx.saved_secrets is None and ctx.database_server.initialised(ctx.layout.database)
        if lost or (ctx.journal.has_done(self.slug) and ctx.saved_secrets is None):
            raise PingvasError("local.secrets_lost", where=str(ctx.layout.secrets))
        for path in _keys(ctx):
            if not path.exists():
                write_private(path, ctx.new_signing_key())
        if ctx.saved_secrets is None:
            save(ctx.layout.secrets, generate())
        return Done()


def _keys(ctx: LocalContext) -> tuple[Path, ...]:
    return tuple(ctx.layout.signing_key(environment) for environment in ENVIRONMENTS)
