"""A program that runs once to its end: migrations, an administrator, a checkpoint install."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class OneOff:
    """What to run. Secrets go in `environment`, never in `command`."""

    command: tuple[str, ...]
    directory: Path
    environment: Mapping[str, str]
    log: Path


class OneOffs(Protocol):
    """Runs programs to their end."""

    def run(self, one_off: OneOff) -> str:
        """Its standard output; `local.one_off_fails`, with the end of its log, when it exits
        non-zero, `local.cannot_run` when it does not even start."""

    def stream(self, one_off: OneOff) -> Iterator[str]:
        """Its standard output line by line as it comes; the same failure at its end."""
