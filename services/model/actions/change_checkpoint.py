"""Change what an operator decides: offer, tier, licence, prefetch."""

from dataclasses import dataclass

from services.kernel.access import Caller
from services.kernel.db import Database
from services.model.actions.read_checkpoints import view
from services.model.errors import CheckpointNotFound
from services.model.repository import checkpoints
from services.model.schemas.checkpoints import Change, Checkpoint


@dataclass(frozen=True)
class ChangeCheckpoint:
    """Jobs that were taken before keep going."""

    database: Database

    async def run(self, caller: Caller, name: str, change: Change) -> Checkpoint:
        """The entry afterwards. Raises CheckpointNotFound, for one that is going too."""
        async with self.database.system() as system:
            row = await checkpoints.change_checkpoint(system, name, change)
        if row is None:
            raise CheckpointNotFound
        return view(caller, row)
