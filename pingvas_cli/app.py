"""The table of contents: every command by name, its module imported when it is called.

To add a command: write `commands/<module>.py` with a Typer-annotated function whose `help=` are
catalogue keys, add its line to `COMMANDS`, its words to the catalogues under `cli.<name>` (the
first line is the summary), and run `python -m pingvas_cli.help`.
"""

from __future__ import annotations

from typing import Final

from pingvas_cli.builder import CommandBuilder
from pingvas_cli.commandline import Contents, Group

COMMANDS: Final[Contents] = {
    "bootstrap": "bootstrap:bootstrap",
    "status": "status:status",
    "logs": "logs:logs",
    "start": "lifecycle:start",
    "stop": "lifecycle:stop",
    "destroy": "lifecycle:destroy",
    "release": {"build": "release:build", "list": "release:list_", "show": "release:show"},
    "lock": {"status": "lock:status", "release": "lock:release"},
    "checkpoint": {"add": "checkpoint:add", "list": "checkpoint:list_"},
    "queue": {
        "list": "queue:list_",
        "show": "queue:show",
        "retry": "queue:retry",
        "pause": "queue:pause",
        "resume": "queue:resume",
        "drain": "queue:drain",
    },
    "config": {"show": "config:show", "explain": "config:explain", "schema": "config:schema"},
    "init": "init:init",
    "render": "render:render",
    "validate": "validate:validate",
    "doctor": "doctor:doctor",
    "token": "token:token",
    "dev": {
        "mail": "dev.mail:mail",
        "webhook": {"send": "dev.webhook:send"},
        "reconcile": "dev.reconcile:reconcile",
        "keys": {"list": "dev.keys:list_", "rotate": "dev.keys:rotate"},
    },
    "completion": {"show": "completion:show", "install": "completion:install"},
}


def build(language: str) -> Group:
    """The whole command line in one language; no command's module is imported."""
    return CommandBuilder(language).group((), COMMANDS)
