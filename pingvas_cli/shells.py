"""The shells that can complete our commands: their scripts and where they look for them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from importlib.resources import files
from pathlib import Path

from pingvas_cli.errors import UsageError


class Shell(StrEnum):
    """A shell with a completion script."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def script(shell: Shell) -> str:
    """The completion script of a shell."""
    return (files("pingvas_cli") / "completions" / f"pingvas.{shell}").read_text(encoding="utf-8")


def current_shell(environ: Mapping[str, str] = os.environ) -> Shell:
    """The person's own shell, from $SHELL."""
    name = Path(environ.get("SHELL", "")).name
    if name not in list(Shell):
        raise UsageError("cli.unknown_shell", where="$SHELL", shell=name or "?")
    return Shell(name)


def script_path(shell: Shell, environ: Mapping[str, str] = os.environ) -> Path:
    """Where a shell loads completions of one user from."""
    home = Path.home()
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local/share")
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    return {
        Shell.BASH: data / "bash-completion/completions/pingvas",
        Shell.ZSH: data / "zsh/site-functions/_pingvas",
        Shell.FISH: config / "fish/completions/pingvas.fish",
    }[shell]


def install_script(shell: Shell) -> Path:
    """Write the script to its place, and say where that is."""
    path = script_path(shell)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script(shell), encoding="utf-8")
    return path
