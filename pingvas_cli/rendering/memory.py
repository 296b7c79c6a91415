"""What earlier renderings gave, so that an unchanged tree is known without rendering it again.

Rendering is a function: equal inputs give equal files. A memory is a file in this user's cache
folder with the digest of everything that decided a tree, and the sha256 of each of its files. It
answers for these very inputs or not at all, and says nothing about the folder that is rendered
into: that is read whole each time.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

from pingvas_cli.config.sources import Sources
from pingvas_cli.rendering.record import Record
from pingvas_cli.rendering.tree import Tree

PREFIX: Final = "PINGVAS_"
PROGRAM: Final = (Path(__file__).parents[1], Path(__file__).parents[2] / "templates")
COMPILED: Final = "__pycache__"
SETTLED_NS: Final = 1_000_000_000  # no two changes so far apart share a time stamp
Stamp = tuple[str, int, int]  # path, bytes, time of change in ns: what can't be set back


@dataclass(frozen=True)
class Inputs:
    """What decides a tree: the program, its libraries, the configuration's files and variables.

    Configurations count by content. The program counts by the sizes and times of change of its
    files, as it does for the interpreter's own cache; libraries by the folders they lie in, which
    every installation changes.
    """

    sources: Sources
    environ: Mapping[str, str]
    program: Sequence[Path] = PROGRAM
    libraries: Sequence[str] = field(default_factory=lambda: sys.path[1:])
    settled_ns: int = SETTLED_NS

    def stamps(self) -> tuple[Stamp, ...]:
        """Of program and libraries; none when something changed just now or can't be seen.

        What changes later has another time for good, so a run looks once.
        """
        settled = time.time_ns() - self.settled_ns
        try:
            found = tuple(self._stamps())
        except OSError:
            return ()
        return found if all(changed < settled for _, _, changed in found) else ()

    def digest(self, stamps: Sequence[Stamp]) -> str | None:
        """Equal for equal inputs; None when the configuration can't be read."""
        try:
            contents = list(self._contents())
        except OSError:
            return None
        decisive = [sys.version, stamps, contents, self._variables()]
        return sha256(json.dumps(decisive).encode()).hexdigest()

    def _stamps(self) -> Iterator[Stamp]:
        for folder in self.program:
            yield from _stamps(str(folder))
        for library in self.libraries:
            with suppress(FileNotFoundError):  # such as an archive that nobody made
                yield _stamp(library, os.stat(library))  # noqa: PTH116 - names that are no paths

    def _contents(self) -> Iterator[tuple[str, str]]:
        base = self.sources.base
        whole = [] if base is None else [("", base)]
        for name, path in (*whole, *self.sources.overlays()):
            yield name, sha256(path.read_bytes()).hexdigest()

    def _variables(self) -> list[tuple[str, str]]:
        return sorted(one for one in self.environ.items() if one[0].startswith(PREFIX))


class Memory:
    """The latest tree of a configuration, in a folder; None remembers nothing."""

    def __init__(self, inputs: Inputs, folder: Path | None) -> None:
        self._inputs, self._folder = inputs, folder
        self._stamps = inputs.stamps() if folder else ()
        self._digest = inputs.digest(self._stamps) if self._stamps else None

    def recall(self) -> Record | None:
        """The record of the tree that these inputs made before."""
        try:
            known = json.loads(self._place.read_bytes())
            same = self._digest is not None and known["inputs"] == self._digest
            seeds = tuple(known["seeds"])
            return Record(dict(known["files"]), seeds=seeds) if same else None
        except (OSError, ValueError, TypeError, KeyError):  # none, or a damaged one
            return None

    def keep(self, tree: Tree) -> None:
        """Remember what these inputs made, unless they changed while it was made."""
        if self._digest is None or self._digest != self._inputs.digest(self._stamps):
            return
        record = Record.of(tree)
        known = {"inputs": self._digest, "files": record.files, "seeds": record.seeds}
        fresh = self._place.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            fresh.write_text(json.dumps(known))
            fresh.replace(self._place)

    @property
    def _place(self) -> Path:
        named = str(self._inputs.sources.path.absolute())
        return (self._folder or Path()) / f"{sha256(os.fsencode(named)).hexdigest()}.json"


def _stamps(folder: str) -> Iterator[Stamp]:
    for entry in sorted(os.scandir(folder), key=lambda one: one.name):
        if entry.is_dir():
            if entry.name != COMPILED:
                yield from _stamps(entry.path)
        else:
            yield _stamp(entry.path, entry.stat())


def _stamp(path: str, found: os.stat_result) -> Stamp:
    return path, found.st_size, found.st_ctime_ns
