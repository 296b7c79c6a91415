"""`pingvas token`: an access token of the administrator, for trying the API by hand."""

from __future__ import annotations

from typing import Annotated

import typer

from pingvas_cli import completers
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import UsageError
from pingvas_cli.session import Session


def token(
    ctx: typer.Context,
    environment: Annotated[
        EnvironmentName,
        typer.Argument(
            metavar="ENVIRONMENT",
            autocompletion=completers.environments,
            help="cli.token_environment",
        ),
    ] = "dev",
) -> None:
    """Sign in as the administrator and print the token."""
    session = Session.of(ctx)
    context = session.local.context
    if not session.local.layout.secrets.exists():
        raise UsageError("local.not_bootstrapped", where=str(session.local.layout.root))
    password = context.secrets.of(environment).administrator
    signed_in = context.api.sign_in(
        context.edge_url(environment), context.administrator(), password
    )
    session.console.data(signed_in.access_token)
