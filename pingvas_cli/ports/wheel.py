"""A release's artefact: a wheel built from a source tree, unpacked into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class Wheels(Protocol):
    """Builds and unpacks wheels."""

    def source_tree(self) -> Path | None:
        """The project folder this program runs from, or None when it is installed without one."""

    def build(self, source: Path, into: Path) -> Path:
        """Build the wheel of `source` reproducibly into the folder `into`; its path."""

    def unpack(self, wheel: Path, into: Path) -> None:
        """Unpack and compile `wheel` so that `into` appears whole or not at all."""
