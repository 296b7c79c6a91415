"""Passwords, access keys and signing keys: made once, never changed by a later run."""

from __future__ import annotations

from pathlib import Path

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.secret_values import ENVIRONMENTS, generate, save
from pingvas_cli.bootstrap.local.signing_keys import first_key, has_key
from pingvas_cli.errors import Message, PingvasError, msg
from pingvas_cli.private_files import write_private
from pingvas_cli.steps.step import Absent, Applied, Done, Inspection, Present


class GeneratedSecrets:
    """Makes what is missing; what is there stays."""

    slug = "secrets"
    title = msg("local.secrets")
    patience_s = 10.0

    def inspect(self, ctx: LocalContext) -> Inspection:
        found = ctx.saved_secrets
        complete = found is not None and found == found.completed()
        return Present() if complete and not _lacking(ctx) else Absent()

    def preview(self, ctx: LocalContext) -> tuple[Message, ...]:
        return (msg("local.preview_secrets", file=str(ctx.layout.secrets)),)

    def apply(self, ctx: LocalContext) -> Applied:
        found = ctx.saved_secrets
        if found is None and self._made_before(ctx):
            raise PingvasError("local.secrets_lost", where=str(ctx.layout.secrets))
        for path in _lacking(ctx):
            write_private(path, ctx.new_signing_key())
        wanted = (found or generate()).completed()
        if wanted != found:
            save(ctx.layout.secrets, wanted)
        return Done()

    def _made_before(self, ctx: LocalContext) -> bool:
        made = ctx.journal.has_done(self.slug)
        return made or ctx.database_server.initialised(ctx.layout.database)


def _lacking(ctx: LocalContext) -> tuple[Path, ...]:
    """Where a first signing key is to be made."""
    return tuple(first_key(ctx, each) for each in ENVIRONMENTS if not has_key(ctx, each))
