"""Paths as people write them: `~` and `~name` are homes, and nothing is no path."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pingvas_cli.errors import UsageError


def expanded(text: str, where: str) -> Path:
    """The path that `text` means; raises `cli.bad_path`, `where` naming the option or variable."""
    try:
        if text:
            return Path(text).expanduser()
    except RuntimeError:  # `~name` where there is no such user, or `~` without a home
        pass
    raise UsageError("cli.bad_path", where=where, value=text)


def state_home(environ: Mapping[str, str]) -> Path:
    """Where programs of this user keep what outlives them; raises `cli.bad_path`."""
    base = environ.get("XDG_STATE_HOME") or "~/.local/state"
    return expanded(base, "XDG_STATE_HOME")
