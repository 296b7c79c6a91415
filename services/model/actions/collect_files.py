"""Bring a checkpoint's files together in a folder of their own, checked and described.

Everything here may be cut off and begun again: whole files are kept, half ones are gone on with.
Nothing is loaded and no program of the source is kept.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from services.contracts.checkpoints import (
    LORA_FILE,
    SINGLE_FILE,
    SINGLE_FILE_LIKE,
    CheckpointManifest,
    Layout,
    digest_of,
)
from services.kernel.db import Row
from services.model.actions.copy_shape import CopyShape
from services.model.actions.receive_upload import UPLOAD_FILE
from services.model.faults import InstallFault
from services.model.ports.downloads import Downloads, Wanted
from services.model.ports.hub import Hub, HubFile, Repository
from services.model.progress import Progress
from services.model.shelf.files import digest_file, refuse_without_room, sizes_of
from services.model.shelf.place import Place
from services.model.sources import HubSource
from services.model.weights.configuration import check_index, read_configurations
from services.model.weights.header import read_header
from services.model.weights.recognition import Recognised, recognise_file, recognise_folder
from services.model.weights.selection import is_text, select_file, select_pipeline

Pin = Callable[[str], Awaitable[None]]
INDEX = "model_index.json"


@dataclass(frozen=True)
class Collected:
    """A finished folder and what it is; `folder` None: it lies on the shelf already.

    `licence` is what the source tells, or empty.
    """

    manifest: CheckpointManifest
    folder: Path | None
    licence: str = ""


@dataclass(frozen=True)
class CollectFiles:
    """`largest_bytes` bounds a checkpoint as a whole."""

    hub: Hub
    downloads: Downloads
    copy_shape: CopyShape
    largest_bytes: int

    async def run(self, row: Row, place: Place, progress: Progress, pin: Pin) -> Collected:
        """`pin` keeps the source's state for later attempts. Raises InstallFault."""
        folder = place.work(row["id"]) / "files"
        folder.mkdir(parents=True, exist_ok=True)
        source = HubSource.parse(row["address"])
        if source is None:
            return await self._one_file(row, place, progress, folder)
        repository = await self.hub.describe(source.name, row["revision"] or source.revision)
        await pin(repository.commit)
        mark = f"{source.name}@{repository.commit}#{source.file}#{row['shape_of']}"
        known = place.manifest()
        if known and known.fingerprint == mark and sizes_of(place.shelved) == known.size_bytes:
            return Collected(known, None, repository.licence)
        manifest = await self._repository(row, repository, source, folder, progress)
        return _finished(manifest.model_copy(update={"fingerprint": mark}), folder, repository)

    async def _repository(
        self, row: Row, repository: Repository, source: HubSource, folder: Path, progress: Progress
    ) -> CheckpointManifest:
        if source.file or not any(file.path == INDEX for file in repository.files):
            file = select_file(repository.files, source.file)
            file = HubFile(file.path, file.size_bytes, row["expected_sha256"] or file.sha256)
            digests = await self._fetch(repository, {SINGLE_FILE: file}, folder, progress)
            return await self._describe_file(row, folder, digests, progress)
        taken = select_pipeline(repository.files)
        digests = await self._fetch(repository, taken, folder, progress)
        return await self._describe_folder(row, folder, digests, progress)

    async def _fetch(
        self,
        repository: Repository,
        taken: Mapping[str, HubFile],
        folder: Path,
        progress: Progress,
    ) -> dict[str, str]:
        total = sum(file.size_bytes for file in taken.values())
        self._begin(folder, total, progress)
        digests = {}
        for path, file in taken.items():
            address = self.hub.address(repository, file)
            wanted = Wanted(
                address, folder / path, self.largest_bytes, file.size_bytes, file.sha256
            )
            digests[path] = await self.downloads.fetch(wanted, progress.add)
        return digests

    async def _one_file(
        self, row: Row, place: Place, progress: Progress, folder: Path
    ) -> Collected:
        """By address or uploaded. Only this installation's own result counts as done before."""
        known = place.manifest()
        if known and known.fingerprint == str(row["id"]):
            return Collected(known, None)
        if row["kind"] == "upload":
            digests = await _take_upload(row, place, folder, progress)
        else:
            self._begin(folder, None, progress)
            wanted = Wanted(
                row["address"],
                folder / SINGLE_FILE,
                self.largest_bytes,
                sha256=row["expected_sha256"],
            )
            digests = {SINGLE_FILE: await self.downloads.fetch(wanted, progress.add)}
        manifest = await self._describe_file(row, folder, digests, progress)
        return _finished(manifest.model_copy(update={"fingerprint": str(row["id"])}), folder)

    def _begin(self, folder: Path, total: int | None, progress: Progress) -> None:
        if total is not None and total > self.largest_bytes:
            raise InstallFault("model.file_too_large", "The checkpoint is larger than allowed.")
        progress.stage, progress.total_bytes, progress.done_bytes = "download", total, 0
        refuse_without_room(folder, total or 0)

    async def _describe_folder(
        self, row: Row, folder: Path, digests: dict[str, str], progress: Progress
    ) -> CheckpointManifest:
        progress.stage = "check"
        configurations = await asyncio.to_thread(read_configurations, folder)
        check_index(configurations, folder, whole=True)
        for path in digests:
            if not is_text(path):
                await asyncio.to_thread(read_header, folder / path)
        return _manifest(row, recognise_folder(configurations), "diffusers", digests, folder)

    async def _describe_file(
        self, row: Row, folder: Path, digests: dict[str, str], progress: Progress
    ) -> CheckpointManifest:
        progress.stage = "check"
        found = recognise_file(await asyncio.to_thread(read_header, folder / SINGLE_FILE))
        if found.kind == "lora":
            (folder / SINGLE_FILE).rename(folder / LORA_FILE)
            return _manifest(row, found, "lora", {LORA_FILE: digests[SINGLE_FILE]}, folder)
        shape = await self.copy_shape.run(row["shape_of"], found.base, folder / SINGLE_FILE_LIKE)
        found = Recognised(found.kind, found.family, found.base, shape.edge_pixels)
        likeness = {f"{SINGLE_FILE_LIKE}/{path}": digest for path, digest in shape.digests.items()}
        return _manifest(row, found, "single_file", digests | likeness, folder)


async def _take_upload(row: Row, place: Place, folder: Path, progress: Progress) -> dict[str, str]:
    """The bytes are here; only their checksum is not known yet."""
    upload, file = place.work(row["id"]) / UPLOAD_FILE, folder / SINGLE_FILE
    if upload.exists():
        upload.rename(file)
    found = file if file.exists() else folder / LORA_FILE
    found.rename(file)
    progress.stage, progress.done_bytes = "check", file.stat().st_size
    digest = await asyncio.to_thread(digest_file, file)
    if row["expected_sha256"] not in (None, digest):
        raise InstallFault("model.checksum_wrong", "The file's sha256 is not the promised one.")
    return {SINGLE_FILE: digest}


def _manifest(
    row: Row, found: Recognised, layout: Layout, digests: Mapping[str, str], folder: Path
) -> CheckpointManifest:
    return CheckpointManifest(
        name=row["name"],
        family=found.family,
        kind=found.kind,
        base=found.base,
        layout=layout,
        sha256=digest_of(digests),
        size_bytes=sum((folder / path).stat().st_size for path in digests),
        abilities=found.abilities,
        width=found.edge_pixels,
        height=found.edge_pixels,
        source=row["source"],
    )


def _finished(
    manifest: CheckpointManifest, folder: Path, repository: Repository | None = None
) -> Collected:
    manifest.write(folder)
    return Collected(manifest, folder, repository.licence if repository else "")
