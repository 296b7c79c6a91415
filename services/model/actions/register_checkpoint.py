"""Put a checkpoint into the catalogue from its manifest, or bring its entry up to date."""

from dataclasses import dataclass

from services.kernel.access import Caller
from services.kernel.db import Database
from services.model.actions.read_checkpoints import view
from services.model.errors import CheckpointBeingRemoved, NameMismatch
from services.model.repository import checkpoints
from services.model.schemas.checkpoints import Checkpoint, Manifest


@dataclass(frozen=True)
class RegisterCheckpoint:
    """The same manifest again changes nothing but the time."""

    database: Database

    async def run(self, caller: Caller, name: str, manifest: Manifest) -> Checkpoint:
        """The entry. Raises NameMismatch, CheckpointBeingRemoved."""
        if manifest.name is not None and manifest.name != name:
            raise NameMismatch
        async with self.database.system() as system:
            row = await checkpoints.save_checkpoint(system, name, manifest)
        if row is None:
            raise CheckpointBeingRemoved
        return view(caller, row)
