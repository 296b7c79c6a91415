"""`pingvas init`: a short, commented `pingvas.yaml` to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pingvas_cli.config.examples import FILE_NAME, write_starter
from pingvas_cli.errors import msg
from pingvas_cli.session import Session

PathArgument = Annotated[Path | None, typer.Argument(metavar="PATH", help="config.init_path")]
ForceOption = Annotated[bool, typer.Option("--force", help="config.init_force")]


def init(ctx: typer.Context, path: PathArgument = None, force: ForceOption = False) -> None:
    """Write the file and say what comes next."""
    session = Session.of(ctx)
    written = write_starter(path or Path(FILE_NAME), replace=force)
    session.note(msg("config.init_written", path=written))
    session.note(msg("config.init_next"))
