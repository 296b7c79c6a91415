"""A hub: repositories of files under a name, each state of them under a commit."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class HubFile:
    """`path` is as the hub tells it and not to be trusted; `sha256` only where the hub knows it."""

    path: str
    size_bytes: int
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository at one commit. `licence` is empty when the hub names none."""

    name: str
    commit: str
    files: tuple[HubFile, ...]
    licence: str = ""


class Hub(Protocol):
    """Says what there is; the bytes come by `Downloads`."""

    async def describe(self, name: str, revision: str) -> Repository:
        """The files at a revision. Raises InstallFault, PassingFault when it cannot answer now."""

    def address(self, repository: Repository, file: HubFile) -> str:
        """Where a file's bytes are."""
