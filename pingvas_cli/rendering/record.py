"""What was rendered into a folder: `.pingvas-rendered.json`, a sha256 for each path.

It tells our files from a person's. While a run writes, it also names what that run may have
written, so that a run that was killed is picked up by the next one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from pingvas_cli.errors import Refused, UsageError
from pingvas_cli.rendering.seeds import is_seed
from pingvas_cli.rendering.tree import Tree, as_json

RECORD: Final = ".pingvas-rendered.json"
Digests = Mapping[str, str]


@dataclass(frozen=True)
class Record:
    """`files`: what stands there since a run ended. `pending`: what a run that did not may have
    put there. `seeds`: files that were begun there, whatever became of them."""

    files: Digests = field(default_factory=dict)
    pending: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seeds: tuple[str, ...] = ()

    @classmethod
    def of(cls, tree: Tree) -> Record:
        """The record of a whole tree; of seeds no more than that they were begun."""
        files = {path: one for path, one in tree.items() if not is_seed(path)}
        seeds = tuple(sorted(tree.keys() - files.keys()))
        return cls({path: digest(content) for path, content in files.items()}, seeds=seeds)

    @property
    def paths(self) -> frozenset[str]:
        """Every path that we may have written."""
        return frozenset(self.files) | frozenset(self.pending)

    def wrote(self, path: str, content: bytes) -> bool:
        """Whether `content` at `path` is ours."""
        found = digest(content)
        return self.files.get(path) == found or found in self.pending.get(path, ())

    def before(self, tree: Tree, paths: Iterable[str]) -> Record:
        """This record, and that `paths` may hold what `tree` has for them."""
        pending = dict(self.pending)
        for path in paths:
            known = pending.get(path, ())
            pending[path] = tuple(dict.fromkeys((*known, digest(tree[path]))))
        return Record(self.files, pending, self.seeds)

    def content(self) -> bytes:
        """The file itself."""
        document: dict[str, object] = {"files": dict(self.files)}
        if self.seeds:
            document["seeds"] = list(self.seeds)
        if self.pending:
            document["pending"] = {path: list(one) for path, one in self.pending.items()}
        return as_json(document)


def digest(content: bytes) -> str:
    """The sha256 of a file's content."""
    return sha256(content).hexdigest()


def read_record(folder: Path) -> Record:
    """The record of `folder`, empty when nothing was rendered into it.

    Raises `rendering.record_damaged` when it is there and can't be understood, and
    `rendering.not_a_folder` when `folder` is a file.
    """
    place = folder / RECORD
    try:
        return _parsed(json.loads(place.read_bytes()))
    except FileNotFoundError:
        return Record()
    except NotADirectoryError as error:
        raise UsageError("rendering.not_a_folder", where=str(folder)) from error
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise Refused("rendering.record_damaged", where=str(place)) from error


def _parsed(document: Mapping[str, Any]) -> Record:
    files = {path: str(one) for path, one in document["files"].items()}
    pending = {path: _texts(one) for path, one in document.get("pending", {}).items()}
    seeds = _texts(document.get("seeds", []))
    for path in (*files, *pending, *seeds):
        if path.startswith("/") or ".." in path.split("/"):
            raise ValueError(path)
    return Record(files, pending, seeds)


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(value)
    return tuple(map(str, value))
