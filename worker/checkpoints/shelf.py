"""The folder of installed checkpoints. What is installed later is seen without a restart."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.contracts.checkpoints import MANIFEST_FILE, CheckpointManifest, Kind, read_manifest


@dataclass(frozen=True)
class Shelved:
    """An installed checkpoint and where it lies."""

    manifest: CheckpointManifest
    folder: Path


class Shelf:
    """Reads only manifests that changed. Names with a leading dot are unfinished work."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[Path, tuple[int, Shelved]] = {}

    def checkpoints(self) -> dict[str, Shelved]:
        """What can be served now, by name. An absent folder is an empty shelf."""
        return self._of_kind("checkpoint")

    def loras(self) -> dict[str, Shelved]:
        """What can be added to a checkpoint of the same base, by name."""
        return self._of_kind("lora")

    def all(self) -> list[Shelved]:
        """Whatever lies there, of any kind; of one name perhaps several."""
        self._known = {folder: entry for folder in self._folders() if (entry := self._look(folder))}
        return [shelved for _, shelved in self._known.values()]

    def find(self, name: str) -> Shelved | None:
        """One checkpoint, or None."""
        return self.checkpoints().get(name)

    def refresh(self) -> None:
        """A folder is looked at each time."""

    @contextmanager
    def hold(self, shelved: Shelved) -> Iterator[Shelved]:
        """Its files may be read while the block runs."""
        yield shelved

    def _of_kind(self, kind: Kind) -> dict[str, Shelved]:
        found = [shelved for shelved in self.all() if shelved.manifest.kind == kind]
        return {shelved.manifest.name: shelved for shelved in found}

    def _folders(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return sorted(path for path in self._folder.iterdir() if not path.name.startswith("."))

    def _look(self, folder: Path) -> tuple[int, Shelved] | None:
        try:
            changed_ns = (folder / MANIFEST_FILE).stat().st_mtime_ns
        except OSError:
            return None
        known = self._known.get(folder)
        if known and known[0] == changed_ns:
            return known
        manifest = read_manifest(folder)
        return (changed_ns, Shelved(manifest, folder)) if manifest else None
