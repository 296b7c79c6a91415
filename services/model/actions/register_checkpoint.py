"""Put a checkpoint into the catalogue from its manifest, or bring its entry up to date."""

from dataclasses import dataclass

from services.kernel.db import Database
from services.model import repository
from services.model.errors import NameMismatch
from services.model.schemas import Checkpoint, Manifest


@dataclass(frozen=True)
class RegisterCheckpoint:
    """The same manifest again changes nothing but the time."""

    database: Database

    async def run(self, name: str, manifest: Manifest) -> Checkpoint:
        """The entry. Raises NameMismatch."""
        if manifest.name is not None and manifest.name != name:
            raise NameMismatch
        async with self.database.system() as system:
            row = await repository.save_checkpoint(system, name, manifest)
        return Checkpoint.model_validate(row)
