"""Both environments' catalogues of checkpoints, kept through their own API."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.secret_values import ENVIRONMENTS


def register_everywhere(ctx: LocalContext, manifest: Mapping[str, object]) -> None:
    """Put a checkpoint into the catalogue of every environment, as its administrator."""
    for environment in ENVIRONMENTS:
        base, password = ctx.edge_url(environment), ctx.secrets.of(environment).administrator
        admin = ctx.api.sign_in(base, ctx.administrator(), password)
        ctx.api.register(base, admin, public(manifest))


def public(manifest: Mapping[str, object]) -> Mapping[str, object]:
    """The manifest as customers may read it: a path of this machine becomes its last part."""
    source = str(manifest["source"])
    return {**manifest, "source": Path(source).name if Path(source).is_absolute() else source}
