"""Where a checkpoint comes from: the tiny recipe, a folder, a single file; the hub is in `hub`."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from worker.checkpoints import digest, weights
from worker.checkpoints.announce import Progress
from worker.errors import InstallFailure

# Changes with every change of `tiny.build_tiny`, so that what was made before is made anew.
TINY_RECIPE = "tiny-1"
NOISE_NOTE = "Random weights: its pictures are noise. Install a real checkpoint for real pictures."


class Source(Protocol):
    """`label` is what people see; `note` goes into the manifest."""

    @property
    def label(self) -> str: ...

    @property
    def note(self) -> str: ...

    def fingerprint(self) -> str:
        """Changes when the source does; learned before any work is done."""

    def fetch(self, folder: Path) -> None:
        """Put the checkpoint into this empty folder, in diffusers' layout."""


@dataclass(frozen=True)
class Tiny:
    """Random weights, made here."""

    label: str = "tiny"
    note: str = NOISE_NOTE

    def fingerprint(self) -> str:
        return TINY_RECIPE

    def fetch(self, folder: Path) -> None:
        from worker.checkpoints.tiny import build_tiny

        build_tiny(folder)


@dataclass(frozen=True)
class Folder:
    """A folder in diffusers' layout; links in it are followed."""

    path: Path
    note: str = ""

    @property
    def label(self) -> str:
        return str(self.path)

    def fingerprint(self) -> str:
        sizes = self._sizes()
        progress = Progress("compare", sum(sizes.values()))
        files = [f"{name}\0{digest.digest_file(self.path / name, progress.add)}" for name in sizes]
        progress.finish()
        return digest.digest_text("\n".join(files))

    def fetch(self, folder: Path) -> None:
        weights.refuse_pickled_parts(digest.weigh_files(self.path))
        sizes = self._sizes()
        progress = Progress("copy", sum(sizes.values()))
        for name, size_bytes in sizes.items():
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(self.path / name, folder / name)
            progress.add(size_bytes)
        progress.finish()

    def _sizes(self) -> dict[str, int]:
        sizes = digest.weigh_files(self.path)
        return {name: sizes[name] for name in weights.select_files(sizes)}


@dataclass(frozen=True)
class SingleFile:
    """One .safetensors file with all in it. `like`: a folder or hub id with its configuration."""

    path: Path
    like: str | None = None
    note: str = ""

    @property
    def label(self) -> str:
        return str(self.path)

    def fingerprint(self) -> str:
        weights.refuse_other_than_safetensors(self.path)
        progress = Progress("compare", self.path.stat().st_size)
        checksum = digest.digest_file(self.path, progress.add)
        progress.finish()
        return checksum

    def fetch(self, folder: Path) -> None:
        from worker.checkpoints.conversion import convert_single_file

        progress = Progress("convert", self.path.stat().st_size)
        convert_single_file(self.path, self.like, folder)
        progress.finish()


def choose_source(text: str, like: str | None = None) -> Source:
    """What the word SOURCE of the command line means."""
    if text == "tiny":
        return Tiny()
    path = Path(text).expanduser()
    if path.is_dir():
        return Folder(path.resolve())
    if path.is_file():
        return SingleFile(path.resolve(), like)
    from worker.checkpoints.hub import HubRepository

    repository = HubRepository.parse(text)
    if repository:
        return repository
    raise InstallFailure(
        "checkpoint_source_unknown",
        f"{text!r} is no folder, no file and no name of a hub repository",
        "Give a folder, a .safetensors file, OWNER/NAME of a hub repository, or `tiny`.",
    )
