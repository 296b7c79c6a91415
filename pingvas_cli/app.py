"""The table of contents: every command by name, its module imported when it is called.

To add a command, write `commands/<module>.py` with a Typer-annotated function, add its line to
`COMMANDS` and its words to the catalogues under `cli.<name>` (the first line is the summary).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pingvas_cli.commandline import Builder, Group

COMMANDS: Final[Mapping[str, str | Mapping[str, str]]] = {
    "completion": {"show": "completion:show", "install": "completion:install"},
}


def build(language: str) -> Group:
    """The whole command line in one language; no command's module is imported."""
    return Builder(language).group("pingvas", (), COMMANDS)
