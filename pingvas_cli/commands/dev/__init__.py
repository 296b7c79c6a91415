"""`pingvas dev`: what a developer of the platform does to it by hand."""

from __future__ import annotations

from typing import Annotated

import typer

from pingvas_cli import completers
from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import UsageError, msg
from pingvas_cli.session import Session

Environment = Annotated[
    EnvironmentName,
    typer.Option(
        "--env",
        metavar="ENVIRONMENT",
        autocompletion=completers.environments,
        help="cli.dev_environment",
    ),
]


def platform(session: Session) -> LocalContext:
    """The platform that the command works on; a usage error where there is none."""
    if not session.local.layout.secrets.exists():
        raise UsageError("local.not_bootstrapped", where=str(session.local.layout.root))
    return session.local.context


def spare_prod(session: Session, environment: EnvironmentName) -> None:
    """Ask before something is changed in prod; nobody to ask is a no."""
    if environment == "prod":
        session.confirmation.yes(msg("local.ask_to_change_prod"))
