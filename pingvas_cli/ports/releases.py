"""Releases of the platform's own programs, and which one each environment runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Release:
    """An immutable release: `id` is `<version>-<first 12 of sha256>`; `sha256` is the wheel's."""

    id: str
    version: str
    sha256: str
    size_bytes: int
    built_at: str
    source: str
    folder: Path


class Releases(Protocol):
    """The releases of one platform."""

    def build(self, source: Path | None = None) -> Release:
        """Build the release of a source tree (default: the running program's own)."""

    def all(self) -> tuple[Release, ...]:
        """Every release, newest first."""

    def get(self, release_id: str) -> Release:
        """One release; UsageError (`release.unknown`) when there is none."""

    def restore(self, release_id: str) -> Release:
        """Unpack it again from its kept wheel when its folder is gone; checks the wheel's sum."""

    def deployed(self, environment: str) -> Release | None:
        """What the environment runs, or None before the first deployment."""

    def deploy(self, environment: str, release_id: str) -> None:
        """Point the environment at a release; its programs restart when steps run next."""
