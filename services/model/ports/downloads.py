"""Files by address: downloaded to a path, going on where an earlier try stopped."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

OnBytes = Callable[[int], None]
"""Called with the count of bytes that now lie on the disk in addition."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to fetch. `size_bytes` None: unknown, then `largest_bytes` alone bounds it."""

    address: str
    path: Path
    largest_bytes: int
    size_bytes: int | None = None
    sha256: str | None = None


class Downloads(Protocol):
    """Fetches what strangers offer, with bounds on everything."""

    async def fetch(self, wanted: Wanted, on_bytes: OnBytes) -> str:
        """The sha256 of the file that then lies at the path, whole and checked.

        Raises InstallFault for what will stay wrong, PassingFault for what may pass.
        """
