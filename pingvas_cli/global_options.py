"""The options every command takes, before or after its name, each also as a variable."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from typer.models import OptionInfo

from pingvas_cli._version import VERSION
from pingvas_cli.session import Session
from pingvas_cli.ui.modes import ColorMode, OutputFormat, ProgressMode


class Language(StrEnum):
    """The languages that have catalogues."""

    EN = "en"
    KO = "ko"


def _take(ctx: typer.Context, param: typer.CallbackParam, value: object) -> object:
    """Hand a given value to the session; a variable counts once, at the outermost command."""
    source = ctx.get_parameter_source(param.name)
    origin = source.name if source is not None else ""
    given = origin == "COMMANDLINE" or (origin == "ENVIRONMENT" and ctx.parent is None)
    if given and not ctx.resilient_parsing:
        Session.of(ctx).choose(**{param.name: value})
    return value


def _shared(*names: str, metavar: str | None = None, variable: bool = True) -> OptionInfo:
    """`--state-dir` is also PINGVAS_STATE_DIR, and its words are `cli.global_state_dir`."""
    name = names[-1].removeprefix("--").replace("-", "_")
    made: OptionInfo = typer.Option(
        *names,
        envvar=f"PINGVAS_{name.upper()}" if variable else None,
        metavar=metavar,
        callback=_take,
        help=f"cli.global_{name}",
        show_default=False,
    )
    return made


def global_options(
    output: Annotated[OutputFormat | None, _shared("-o", "--output")] = None,
    progress: Annotated[ProgressMode | None, _shared("--progress")] = None,
    color: Annotated[ColorMode | None, _shared("--color")] = None,
    yes: Annotated[bool | None, _shared("-y", "--yes")] = None,
    # PINGVAS_LANG may be a locale (`ko_KR.UTF-8`) and is read before the words are built.
    lang: Annotated[Language | None, _shared("--lang", variable=False)] = None,
    debug: Annotated[bool | None, _shared("--debug")] = None,
    config: Annotated[Path | None, _shared("--config", metavar="PATH")] = None,
    state_dir: Annotated[Path | None, _shared("--state-dir", metavar="PATH")] = None,
) -> None:
    """The signature that Typer reads; the values go to the session as they are read."""


def _print_version(ctx: typer.Context, asked: bool | None) -> None:
    if asked and not ctx.resilient_parsing:
        Session.of(ctx).console.data(f"pingvas {VERSION}")
        raise typer.Exit


def version_option(
    version: Annotated[
        bool | None,
        typer.Option("--version", is_eager=True, callback=_print_version, help="cli.help_version"),
    ] = None,
) -> None:
    """The option that only the outermost command takes."""
