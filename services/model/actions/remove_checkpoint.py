"""Remove a checkpoint: at once from the offer, from the disk when its jobs have ended.

A submit that read the row before it changed still commits its job, so files stay for a grace that
no transaction outlives, and then for as long as a job is open. Each step may be repeated.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from services.kernel.access import Caller
from services.kernel.db import Database
from services.kernel.logs import logger
from services.model.actions.read_checkpoints import view
from services.model.errors import CheckpointNotFound, InstallUnderWay
from services.model.faults import Busy
from services.model.repository import checkpoints, installs
from services.model.schemas.checkpoints import Checkpoint
from services.model.shelf.place import Place


@dataclass(frozen=True)
class RemoveCheckpoint:
    """Begins a removal."""

    database: Database

    async def run(self, caller: Caller, name: str, *, force: bool) -> Checkpoint:
        """The entry, now `removing`. `force` also asks its open jobs to end.

        Raises CheckpointNotFound, InstallUnderWay.
        """
        async with self.database.system() as system:
            await checkpoints.lock_name(system, name)
            row = await checkpoints.begin_removal(system, name)
            other = None if row else await installs.find_open(system, name)
            if row and force:
                await checkpoints.cancel_open_jobs(system, name)
        if other:
            raise InstallUnderWay(other["id"])
        if row is None:
            raise CheckpointNotFound
        return view(caller, row)


@dataclass(frozen=True)
class FinishRemovals:
    """Ends the removals that nothing waits for any more. `shelf` None: the files are not ours."""

    database: Database
    shelf: Path | None
    grace_s: float

    async def run(self) -> int:
        """How many are still waiting for jobs."""
        async with self.database.system() as system:
            names = await checkpoints.list_removals(system, self.grace_s)
        return sum([not await self._finish(name) for name in names])

    async def _finish(self, name: str) -> bool:
        async with self.database.system() as system:
            if await checkpoints.count_open_jobs(system, name):
                return False
        try:
            await self._delete(name)
        except Busy:
            return False
        async with self.database.system() as system:
            await checkpoints.end_removal(system, name)
        logger(__name__).info("checkpoint_removed", checkpoint=name)
        return True

    async def _delete(self, name: str) -> None:
        if self.shelf is not None:
            place = Place(self.shelf, name)
            with place.alone():
                await asyncio.to_thread(place.remove)
