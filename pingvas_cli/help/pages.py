"""Every help page in every language, by the name of its file."""

from __future__ import annotations

from collections.abc import Iterator

import typer

from pingvas_cli.app import build
from pingvas_cli.commandline import Command, Group
from pingvas_cli.messages import LANGUAGES


def written_pages() -> dict[str, str]:
    """`{"en/pingvas.release.build.txt": text}` for all commands."""
    return {
        f"{language}/{'.'.join(['pingvas', *command.path])}.txt": f"{page}\n"
        for language in LANGUAGES
        for command, page in _pages(build(language))
    }


def _pages(command: Command | Group) -> Iterator[tuple[Command | Group, str]]:
    context = typer.Context(command)
    yield command, command.get_help(context)
    if isinstance(command, Group):
        for name in command.contents:
            below = command.get_command(context, name)
            if below is not None:
                yield from _pages(below)
