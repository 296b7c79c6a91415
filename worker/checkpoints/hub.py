"""A repository on the Hugging Face hub: only its safetensors and configuration are downloaded."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from worker.checkpoints import digest, weights
from worker.checkpoints.announce import EVERY_S, Progress
from worker.errors import InstallFailure

_NAME = re.compile(r"(?P<name>[\w.-]+/[\w.-]+)(@(?P<revision>[\w./-]+))?")


@dataclass
class HubRepository:
    """`OWNER/NAME` or `OWNER/NAME@REVISION`. `download` is kept when a run is killed."""

    name: str
    revision: str | None = None
    note: str = ""
    download: Path | None = None
    _commit: str = field(default="", repr=False)
    _sizes: dict[str, int] = field(default_factory=dict, repr=False)

    @classmethod
    def parse(cls, text: str) -> "HubRepository | None":
        """None when the text is no repository's name."""
        match = _NAME.fullmatch(text)
        return cls(match["name"], match["revision"]) if match else None

    @property
    def label(self) -> str:
        return self.name if self.revision is None else f"{self.name}@{self.revision}"

    def fingerprint(self) -> str:
        """The commit that the revision means now."""
        if not self._commit:
            self._ask()
        return self._commit

    def fetch(self, folder: Path) -> None:
        """Download, going on where a killed run stopped; then move into the folder."""
        commit = self.fingerprint()
        weights.refuse_pickled_parts(self._sizes)
        wanted = weights.select_files(self._sizes)
        place = self.download or folder
        progress = Progress("download", sum(self._sizes[name] for name in wanted))
        with _translated(self.label), _watched(place, progress):
            self._download(commit, wanted, place)
        progress.finish()
        _move(wanted, place, folder)

    def _ask(self) -> None:
        from huggingface_hub import HfApi

        with _translated(self.label):
            told = HfApi().model_info(self.name, revision=self.revision, files_metadata=True)
        self._commit = told.sha or ""
        self._sizes = {file.rfilename: file.size or 0 for file in told.siblings or []}

    def _download(self, commit: str, wanted: list[str], place: Path) -> None:
        from huggingface_hub import snapshot_download

        snapshot_download(
            self.name, revision=commit, local_dir=place, allow_patterns=wanted, max_workers=4
        )


def _move(names: list[str], place: Path, folder: Path) -> None:
    for name in names if place != folder else []:
        (folder / name).parent.mkdir(exist_ok=True)
        (place / name).rename(folder / name)


@contextmanager
def _watched(place: Path, progress: Progress) -> Iterator[None]:
    """Tell how many bytes lie in the folder while the block runs."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(EVERY_S):
            progress.reach(_lying_bytes(place))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _lying_bytes(place: Path) -> int:
    try:
        return sum(digest.weigh_files(place).values())
    except FileNotFoundError:  # a part was renamed while we looked
        return 0


@contextmanager
def _translated(label: str) -> Iterator[None]:
    from huggingface_hub import errors as hub

    try:
        yield
    except hub.GatedRepoError as error:
        raise _gated(label) from error
    except (hub.RepositoryNotFoundError, hub.RevisionNotFoundError) as error:
        raise _missing(label) from error
    except Exception as error:
        # The network's own exceptions depend on the hub library's release; a disk's has a number.
        if isinstance(error, OSError) and error.errno and not _is_about_network(error):
            raise
        raise _unreachable(label, error) from error


def _is_about_network(error: OSError) -> bool:
    return isinstance(error, ConnectionError | TimeoutError)


def _gated(label: str) -> InstallFailure:
    return InstallFailure(
        "checkpoint_gated",
        f"the hub gives {label} only to those who accepted its licence",
        "Accept it on the repository's page and set HF_TOKEN to a token of your account.",
    )


def _missing(label: str) -> InstallFailure:
    return InstallFailure(
        "checkpoint_source_missing",
        f"the hub has no repository or revision {label}",
        "Check the spelling; a private repository needs HF_TOKEN.",
    )


def _unreachable(label: str, error: Any) -> InstallFailure:  # noqa: ANN401 - any vendor's exception
    return InstallFailure(
        "checkpoint_hub_unreachable",
        f"{label} could not be downloaded ({type(error).__name__})",
        "Check the network, or install from a folder or a .safetensors file; a rerun goes on.",
    )
