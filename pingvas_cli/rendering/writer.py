"""Brings a folder to a rendered tree: each file whole or not at all, and no file of anyone else.

All of it is refused when one file is not ours or was changed by hand since. A run that is killed
leaves whole files; the next run ends as if there had been one. Files are not forced to the disk:
what a power failure takes, the same command writes again. It must not be run twice at once.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from pingvas_cli.errors import Finding, Refused
from pingvas_cli.rendering.comparison import (
    Change,
    Comparison,
    NotAFileError,
    compare,
    content_of,
)
from pingvas_cli.rendering.record import RECORD, Record, digest, read_record
from pingvas_cli.rendering.tree import Tree

STAGING: Final = ".pingvas-rendering"


def write(tree: Tree, folder: Path) -> Comparison:
    """Make `folder` hold `tree`, and say what that changed.

    Raises `rendering.refused` before anything is written when a file in the way is not ours.
    """
    comparison = compare(tree, folder)
    _refuse_strangers(comparison)
    final = Record.of(tree)
    interrupted = (folder / STAGING).exists()
    if comparison.changes or comparison.record != final or interrupted:
        folder.mkdir(parents=True, exist_ok=True)
        _Writing(folder).run(comparison, final)
    return comparison


def stands(record: Record, folder: Path) -> bool:
    """Whether `folder` is as a run leaves it that ends with `record`: nothing to do or to report.

    Every file is read; of seeds it is enough that they are there.
    """
    if (folder / STAGING).exists() or read_record(folder) != record:
        return False
    if not all((folder / seed).exists() for seed in record.seeds):
        return False
    try:
        found = ((one, content_of(f"{folder}/{path}")) for path, one in record.files.items())
        return all(content is not None and digest(content) == one for one, content in found)
    except NotAFileError:
        return False


class _Writing:
    """One run: files are made in a folder beside the tree and then moved to their places."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._staging = folder / STAGING
        self._made: set[Path] = set()

    def run(self, comparison: Comparison, final: Record) -> None:
        shutil.rmtree(self._staging, ignore_errors=True)
        self._staging.mkdir()
        try:
            self._announce(comparison)
            for change in comparison.changes:
                self._apply(change)
            self._put(RECORD, final.content())
        finally:
            shutil.rmtree(self._staging, ignore_errors=True)

    def _announce(self, comparison: Comparison) -> None:
        paths = [change.path for change in comparison.changes if change.kind != "delete"]
        if paths:
            self._put(RECORD, comparison.record.before(comparison.tree, paths).content())

    def _apply(self, change: Change) -> None:
        if change.kind == "delete":
            self._remove(self._folder / change.path)
        else:
            self._put(change.path, change.after)

    def _put(self, path: str, content: bytes) -> None:
        place, fresh = self._folder / path, self._staging / "file"
        fresh.write_bytes(content)
        if place.parent not in self._made:
            place.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(place.parent)
        fresh.replace(place)

    def _remove(self, place: Path) -> None:
        place.unlink()
        for above in place.relative_to(self._folder).parents:
            here = self._folder / above
            if here == self._folder or any(here.iterdir()):
                return
            here.rmdir()


def _refuse_strangers(comparison: Comparison) -> None:
    if comparison.strange:
        raise Refused(
            "rendering.refused",
            findings=[_stranger(change, comparison.record) for change in comparison.strange],
            count=len(comparison.strange),
        )


def _stranger(change: Change, record: Record) -> Finding:
    known = change.path in record.paths
    return Finding(change.path, "rendering.file_changed" if known else "rendering.file_foreign")
