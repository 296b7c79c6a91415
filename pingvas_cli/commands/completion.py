"""`pingvas completion`: the Tab key."""

from __future__ import annotations

from typing import Annotated

import typer

from pingvas_cli.errors import msg
from pingvas_cli.session import Session
from pingvas_cli.shells import Shell, current_shell, install_script, script

ShellArgument = Annotated[
    Shell | None, typer.Argument(metavar="SHELL", help="cli.completion_shell")
]


def show(ctx: typer.Context, shell: ShellArgument = None) -> None:
    """Print the script."""
    Session.of(ctx).console.data(script(shell or current_shell()))


def install(ctx: typer.Context, shell: ShellArgument = None) -> None:
    """Write the script to where the shell looks for it."""
    session = Session.of(ctx)
    chosen = shell or current_shell()
    path = install_script(chosen)
    session.note(msg("cli.completion_installed", path=path))
    if chosen is Shell.ZSH:
        session.note(msg("cli.completion_zsh_hint", folder=path.parent))
