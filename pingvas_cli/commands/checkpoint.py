"""`pingvas checkpoint`: the models that workers can load."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from pingvas_cli.bootstrap.local.catalogue import register_everywhere
from pingvas_cli.bootstrap.local.checkpoint import install, installed, last_manifest
from pingvas_cli.errors import UsageError, msg
from pingvas_cli.session import Session
from pingvas_cli.ui.console import Tone
from pingvas_cli.ui.output import Column

COLUMNS: Final = tuple(
    Column(name, msg(f"local.column_{name}"))
    for name in ("name", "family", "width", "height", "size_bytes", "sha256", "source")
)


def add(
    ctx: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="REPO_OR_PATH", help="cli.checkpoint_add_source")
    ],
    *,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="cli.checkpoint_add_name")
    ] = None,
) -> None:
    """Install a checkpoint and put it into both environments' catalogues."""
    session = Session.of(ctx)
    context = session.local.context
    if not session.local.layout.secrets.exists():
        raise UsageError("local.not_bootstrapped", where=str(session.local.layout.root))
    with session.local.locked("checkpoint add"):
        lines = install(context, _located(source), name or _name_of(source), online=True)
        manifest = last_manifest(_watched(session, lines))
        register_everywhere(context, manifest)
    session.note(msg("local.checkpoint_added", name=manifest["name"]), Tone.GOOD)
    session.show_one(manifest, COLUMNS)


def list_(ctx: typer.Context) -> None:
    """List the installed checkpoints."""
    session = Session.of(ctx)
    session.show(list(installed(session.local.context)), COLUMNS)


def _watched(session: Session, lines: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    with session.download() as progress:
        for line in lines:
            if "progress" in line:
                progress(line.get("stage", ""), line["progress"], line["total"])
            yield line


def _located(source: str) -> str:
    """A path made absolute, because the installer runs in another folder; a hub id as it is."""
    path = Path(source).expanduser()
    return str(path.resolve()) if path.exists() else source


def _name_of(source: str) -> str:
    """A catalogue name from a hub id or a path: its last part, lower-case."""
    path = Path(_located(source))
    stem = path.stem if path.suffix == ".safetensors" else path.name
    return re.sub(r"[^a-z0-9._-]+", "-", stem.lower()).strip("-.")
