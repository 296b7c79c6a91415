"""`pingvas release`: build and list what environments run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from pingvas_cli import completers
from pingvas_cli.errors import msg
from pingvas_cli.ports.releases import Release
from pingvas_cli.session import Session
from pingvas_cli.ui.console import Tone
from pingvas_cli.ui.output import Column, Record

COLUMNS: Final = (
    Column("id", msg("release.column_id")),
    Column("built_at", msg("release.column_built_at")),
    Column("size_bytes", msg("release.column_size"), right=True),
    Column("runs_in", msg("release.column_runs_in"), tones={}),
)
DETAILS: Final = (
    *COLUMNS,
    Column("sha256", msg("release.column_sha256")),
    Column("source", msg("release.column_source")),
    Column("folder", msg("release.column_folder")),
)


def build(
    ctx: typer.Context,
    *,
    source: Annotated[
        Path | None, typer.Option(metavar="DIR", help="cli.release_build_source")
    ] = None,
) -> None:
    """Build the release of a source tree; the same tree gives the same release."""
    session = Session.of(ctx)
    with session.local.locked("release build"):
        release = session.local.releases.build(source)
    session.note(msg("release.built", release=release.id), Tone.GOOD)
    session.show_one(_record(session, release), DETAILS)


def list_(ctx: typer.Context) -> None:
    """List releases, newest first."""
    session = Session.of(ctx)
    found = session.local.releases.all()
    if not found:
        session.note(msg("release.none"))
    session.show([_record(session, each) for each in found], COLUMNS)


def show(
    ctx: typer.Context,
    release: Annotated[
        str,
        typer.Argument(
            metavar="RELEASE", autocompletion=completers.releases, help="cli.release_show_release"
        ),
    ],
) -> None:
    """Show one release by its id or the beginning of it."""
    session = Session.of(ctx)
    session.show_one(_record(session, session.local.releases.get(release)), DETAILS)


def _record(session: Session, release: Release) -> Record:
    deployed = {name: session.local.releases.deployed(name) for name in ("dev", "prod")}
    return {
        "id": release.id,
        "version": release.version,
        "built_at": release.built_at,
        "size_bytes": release.size_bytes,
        "runs_in": [name for name, each in deployed.items() if each and each.id == release.id],
        "sha256": release.sha256,
        "source": release.source,
        "folder": str(release.folder),
    }
