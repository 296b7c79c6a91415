"""Order an installation. The work itself is done in the background, by any replica."""

from collections.abc import Callable
from dataclasses import dataclass

from services.kernel.access import Caller
from services.kernel.db import Database, Row
from services.model.errors import (
    CheckpointBeingRemoved,
    InstallUnderWay,
    ShelfMissing,
    SourceRefused,
)
from services.model.faults import InstallFault
from services.model.repository import checkpoints, installs
from services.model.schemas.installs import Install, InstallRequest, UploadRequest
from services.model.sources import kind_of, label_of


@dataclass(frozen=True)
class RequestInstall:
    """`check_address` raises InstallFault for addresses that nobody may be sent to.

    `ring` wakes this process's installer; others look by themselves.
    """

    database: Database
    check_address: Callable[[str], object]
    ring: Callable[[], None]
    has_shelf: bool

    async def run(self, caller: Caller, wanted: InstallRequest) -> Install:
        """The installation. Raises what `errors` names: ShelfMissing, SourceRefused and others."""
        if not self.has_shelf:
            raise ShelfMissing
        kind = kind_of(wanted.source)
        if kind == "url":
            self._check(wanted.source)
        async with self.database.system() as system:
            await checkpoints.lock_name(system, wanted.name)
            row = await installs.add(system, _values(caller, wanted, kind))
            other = None if row else await installs.find_open(system, wanted.name)
        self.ring()
        return Install.model_validate(_only(row, other))

    def _check(self, address: str) -> None:
        try:
            self.check_address(address)
        except InstallFault as refused:
            raise SourceRefused(refused.detail) from refused


def _only(row: Row | None, other: Row | None) -> Row:
    if other is not None:
        raise InstallUnderWay(other["id"])
    if row is None:
        raise CheckpointBeingRemoved
    return row


def _values(caller: Caller, wanted: InstallRequest, kind: str) -> dict[str, object]:
    return {
        "name": wanted.name,
        "kind": kind,
        "source": label_of(wanted.source),
        "address": "" if kind == "upload" else wanted.source,
        "expected_sha256": wanted.sha256,
        "shape_of": wanted.shape_of or "",
        "licence": wanted.licence,
        "minimum_tier": wanted.minimum_tier,
        "enabled": wanted.enabled,
        "state": "waiting" if kind == "upload" else "queued",
        "total_bytes": wanted.size_bytes if isinstance(wanted, UploadRequest) else None,
        "requested_by": caller.user_id,
    }
