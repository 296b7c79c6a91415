"""The folder that runs of steps are kept in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RunFolder:
    """The state folder of one platform, owned by one user, mode 0700."""

    root: Path

    @property
    def journal(self) -> Path:
        return self.root / "journal.ndjson"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def rooms(self) -> tuple[Path, ...]:
        """Folders in it that are there before any step."""
        return ()
