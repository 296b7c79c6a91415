"""Give a single file the configuration that it lacks: from the shelf, or from a hub repository.

A worker needs it to read the file without asking anybody; weights are never copied here.
"""

import asyncio
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.contracts.checkpoints import SINGLE_FILE_LIKE, Base
from services.model.faults import InstallFault
from services.model.ports.downloads import Downloads, Wanted
from services.model.ports.hub import Hub
from services.model.shelf.files import digest_file, names_of
from services.model.shelf.place import Place
from services.model.sources import HubSource
from services.model.weights.configuration import check_index, read_configurations
from services.model.weights.recognition import recognise_folder
from services.model.weights.selection import LARGEST_TEXT_BYTES, is_text, select_configuration

# Where the configuration of a base is published.
USUAL: Mapping[Base, str] = {
    "sd15": "hub:stable-diffusion-v1-5/stable-diffusion-v1-5",
    "sd2": "hub:stabilityai/stable-diffusion-2-1",
    "sdxl": "hub:stabilityai/stable-diffusion-xl-base-1.0",
}


@dataclass(frozen=True)
class Shape:
    """What lies there now: sha256 by path, and the native edge that it tells."""

    digests: Mapping[str, str]
    edge_pixels: int


@dataclass(frozen=True)
class CopyShape:
    """`shelf`: where installed checkpoints lie."""

    hub: Hub
    downloads: Downloads
    shelf: Path

    async def run(self, shape_of: str, base: Base, into: Path) -> Shape:
        """Raises InstallFault when it is missing or of another base."""
        wish = shape_of or USUAL.get(base, "")
        source = HubSource.parse(wish)
        if source is not None:
            await self._from_hub(source, into)
        else:
            await asyncio.to_thread(self._from_shelf, wish, into)
        configurations = await asyncio.to_thread(read_configurations, into)
        check_index(configurations, into, whole=False)
        found = recognise_folder(configurations)
        if found.base != base:
            raise InstallFault(
                "model.shape_mismatch", f"The file is {base}, its configuration {found.base}."
            )
        digests = {path: digest_file(into / path) for path in names_of(into)}
        return Shape(digests, found.edge_pixels)

    async def _from_hub(self, source: HubSource, into: Path) -> None:
        repository = await self.hub.describe(source.name, source.revision)
        for path, file in select_configuration(repository.files).items():
            address = self.hub.address(repository, file)
            wanted = Wanted(address, into / path, LARGEST_TEXT_BYTES, file.size_bytes, file.sha256)
            await self.downloads.fetch(wanted, _nobody_counts)

    def _from_shelf(self, name: str, into: Path) -> None:
        if not name or Place(self.shelf, name).manifest() is None:
            raise InstallFault(
                "model.shape_missing",
                "A single file needs a configuration: name a checkpoint of its base with shape_of.",
            )
        folder = self.shelf / name
        if (folder / SINGLE_FILE_LIKE).is_dir():
            folder = folder / SINGLE_FILE_LIKE
        for path in names_of(folder):
            if is_text(path):
                (into / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(folder / path, into / path)


def _nobody_counts(count: int) -> None:
    """Configuration is not worth a progress bar."""
