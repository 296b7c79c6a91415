"""The options every command takes, before or after its name, each also as a variable."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from pingvas_cli.session import Session
from pingvas_cli.ui.modes import ColorMode, OutputFormat, ProgressMode


class Language(StrEnum):
    """The languages that have catalogues."""

    EN = "en"
    KO = "ko"


def _take(ctx: typer.Context, param: typer.CallbackParam, value: Any) -> Any:
    """Hand a given value to the session; a variable counts once, at the outermost command."""
    source = ctx.get_parameter_source(param.name)
    origin = source.name if source is not None else ""
    given = origin == "COMMANDLINE" or (origin == "ENVIRONMENT" and ctx.parent is None)
    if given and not ctx.resilient_parsing:
        Session.of(ctx).choose(**{param.name: value})
    return value


def _shared(*names: str, variable: str, metavar: str | None = None) -> Any:
    key = "cli.global_" + names[-1].removeprefix("--").replace("-", "_")
    return typer.Option(
        *names, envvar=variable, metavar=metavar, callback=_take, help=key, show_default=False
    )


def global_options(
    output: Annotated[
        OutputFormat | None, _shared("-o", "--output", variable="PINGVAS_OUTPUT")
    ] = None,
    progress: Annotated[
        ProgressMode | None, _shared("--progress", variable="PINGVAS_PROGRESS")
    ] = None,
    color: Annotated[ColorMode | None, _shared("--color", variable="PINGVAS_COLOR")] = None,
    yes: Annotated[bool | None, _shared("-y", "--yes", variable="PINGVAS_YES")] = None,
    lang: Annotated[Language | None, _shared("--lang", variable="PINGVAS_LANG")] = None,
    debug: Annotated[bool | None, _shared("--debug", variable="PINGVAS_DEBUG")] = None,
    config: Annotated[
        Path | None, _shared("--config", variable="PINGVAS_CONFIG", metavar="PATH")
    ] = None,
    state_dir: Annotated[
        Path | None, _shared("--state-dir", variable="PINGVAS_STATE_DIR", metavar="PATH")
    ] = None,
) -> None:
    """The signature that Typer reads; the values go to the session as they are read."""
