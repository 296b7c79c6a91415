"""A rendered tree against a folder: what to make, replace and delete. Reads, never writes."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pingvas_cli.errors import DriftFound, Finding
from pingvas_cli.rendering.record import Record, read_record
from pingvas_cli.rendering.seeds import is_seed
from pingvas_cli.rendering.tree import Tree

Kind = Literal["create", "update", "delete"]


class NotAFileError(Exception):
    """Something else stands where a file should be."""


@dataclass(frozen=True)
class Change:
    """One file that differs; `ours` is False for a file that we did not write as it stands."""

    path: str
    kind: Kind
    before: bytes
    after: bytes
    ours: bool = True

    def lines(self) -> Iterator[str]:
        """The difference as unified lines, each with its end."""
        import difflib

        old, new = _lines(self.before), _lines(self.after)
        names = (f"a/{self.path}", f"b/{self.path}")
        if self.kind == "create":
            names = ("/dev/null", names[1])
        if self.kind == "delete":
            names = (names[0], "/dev/null")
        return difflib.unified_diff(old, new, *names)


@dataclass(frozen=True)
class Comparison:
    """All differences, sorted by path, and how many files there are in the tree."""

    tree: Tree
    record: Record
    changes: tuple[Change, ...]

    @property
    def strange(self) -> tuple[Change, ...]:
        """Changes of files that are not ours, or were changed since we wrote them."""
        return tuple(change for change in self.changes if not change.ours)

    def refuse_drift(self, folder: Path) -> None:
        """Raise `rendering.drift`, with a finding for each file, unless there is no difference."""
        if self.changes:
            findings = tuple(_drifted(change) for change in self.changes)
            count = len(self.changes)
            raise DriftFound("rendering.drift", where=str(folder), findings=findings, count=count)


def compare(tree: Tree, folder: Path) -> Comparison:
    """What separates `folder` from `tree`; other files in it are nobody's business."""
    record = read_record(folder)
    paths = sorted(record.paths | tree.keys())
    found = (_change(path, tree.get(path), folder, record) for path in paths)
    return Comparison(tree, record, tuple(change for change in found if change))


def _change(path: str, wanted: bytes | None, folder: Path, record: Record) -> Change | None:
    if is_seed(path) and (wanted is None or (folder / path).exists()):
        return None
    try:
        there = content_of(f"{folder}/{path}")
    except NotAFileError:
        return Change(path, "update", b"", wanted or b"", ours=False)
    if there == wanted:
        return None
    if there is None:
        return Change(path, "create", b"", wanted or b"")
    ours = record.wrote(path, there)
    if wanted is None:
        return Change(path, "delete", there, b"", ours)
    return Change(path, "update", there, wanted, ours)


def content_of(place: str) -> bytes | None:
    """What the file at `place` holds; None without one, NotAFileError for a link or a folder."""
    try:
        with open(place, "rb", opener=_follow_no_link) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise NotAFileError(place)
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EISDIR):
            raise NotAFileError(place) from error
        raise


def _follow_no_link(place: str, flags: int) -> int:
    return os.open(place, flags | os.O_NOFOLLOW | os.O_NONBLOCK)  # a pipe would wait for a writer


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").splitlines(keepends=True)


def _drifted(change: Change) -> Finding:
    return Finding(change.path, DRIFTS[change.kind])


DRIFTS = {
    "create": "rendering.file_missing",
    "update": "rendering.file_differs",
    "delete": "rendering.file_left_over",
}
