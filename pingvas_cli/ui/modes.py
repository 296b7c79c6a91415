"""The choices of how to speak that every command takes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TextIO


class OutputFormat(StrEnum):
    """The form of data on stdout."""

    TABLE = "table"
    JSON = "json"
    YAML = "yaml"
    NDJSON = "ndjson"


class ProgressMode(StrEnum):
    """How a run reports while it works, on stderr."""

    AUTO = "auto"
    TTY = "tty"
    PLAIN = "plain"
    QUIET = "quiet"


class ColorMode(StrEnum):
    """When to color."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def is_interactive(environ: Mapping[str, str], *streams: TextIO) -> bool:
    """Whether a person can answer: every stream is a terminal and no CI is running us."""
    return not in_ci(environ) and all(stream.isatty() for stream in streams)


def in_ci(environ: Mapping[str, str]) -> bool:
    """Whether the conventional `CI` variable is set to anything but a denial."""
    return environ.get("CI", "").lower() not in ("", "0", "false", "no")


def wants_color(mode: ColorMode, environ: Mapping[str, str], stream: TextIO) -> bool:
    """`--color` wins, then NO_COLOR, then FORCE_COLOR, then what the stream is."""
    if mode is not ColorMode.AUTO:
        return mode is ColorMode.ALWAYS
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environ.get("TERM") != "dumb"


def effective_progress(
    mode: ProgressMode, environ: Mapping[str, str], stream: TextIO
) -> ProgressMode:
    """What `auto` means here: the live view in a terminal, plain lines elsewhere."""
    if mode is not ProgressMode.AUTO:
        return mode
    live = is_interactive(environ, stream) and environ.get("TERM") != "dumb"
    return ProgressMode.TTY if live else ProgressMode.PLAIN
