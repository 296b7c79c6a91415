"""The error tree: every failure a person may meet, as data.

An error names its code, its place and the values of its sentence. The words themselves live in
`pingvas_cli.messages`, in each language, under the same code. This room must not print, format
or translate: the edge does that once, in `pingvas_cli.main`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum


class Exit(IntEnum):
    """Process exit codes, the same on every command."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    REFUSED = 3
    WAITING = 4
    DRIFT = 5
    INTERRUPTED = 130


@dataclass(frozen=True)
class Message:
    """A sentence by its catalogue key and values; rendered only at the edge."""

    key: str
    params: Mapping[str, object] = field(default_factory=dict)


def msg(key: str, /, **params: object) -> Message:
    """Name a sentence of the catalogue, e.g. `msg("local.waiting_for_port", port=8080)`."""
    return Message(key, params)


@dataclass(frozen=True)
class Finding:
    """One of several problems that are reported together: where it is and which sentence."""

    where: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


class PingvasError(Exception):
    """A failure with a code such as `local.port_in_use`; the catalogue has its words.

    `where` is a place a person can go to: `pingvas.yaml:12 database.min_acu`, a path, a step.
    """

    exit_code: Exit = Exit.FAILED

    def __init__(
        self, code: str, /, *, where: str = "", findings: Sequence[Finding] = (), **params: object
    ) -> None:
        super().__init__(f"{code} {dict(params)}" if params else code)
        self.code = code
        self.where = where
        self.findings = tuple(findings)
        self.params: Mapping[str, object] = params


class UsageError(PingvasError):
    """The command line or the configuration is wrong; nothing was started."""

    exit_code = Exit.USAGE


class Refused(PingvasError):
    """A gate, a lock, a budget or a missing confirmation said no."""

    exit_code = Exit.REFUSED


class StillWaiting(PingvasError):
    """The work goes on elsewhere; the same command later picks it up."""

    exit_code = Exit.WAITING


class DriftFound(PingvasError):
    """What is there differs from what was asked for."""

    exit_code = Exit.DRIFT
