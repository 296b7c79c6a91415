"""Named SQL: a service's statements live in its `queries.sql` and nowhere else.

A block starts with `-- name: verb_phrase`; its parameters are `%(name)s`. Other lines that start
with `--` are remarks, which may also stand above a block. This room reads the file once, at the
first use, and must not build or change a statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

NAME = re.compile(r"^-- name: ([a-z][a-z0-9_]*)\s*$", re.MULTILINE)
REMARK = re.compile(r"^--.*\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Query:
    """One statement and the name it goes by in logs and errors."""

    name: str
    text: str


class Queries:
    """The statements of one package, as attributes: `SQL.find_user`."""

    def __init__(self, package: str) -> None:
        self._package = package

    @cached_property
    def _blocks(self) -> dict[str, Query]:
        source = resources.files(self._package).joinpath("queries.sql").read_text("utf-8")
        _, *parts = NAME.split(source)
        names, texts = parts[::2], parts[1::2]
        if len(set(names)) != len(names):
            raise ValueError(f"{self._package}/queries.sql names a statement twice")
        return {
            name: Query(name, REMARK.sub("", text).strip())
            for name, text in zip(names, texts, strict=True)
        }

    def __getattr__(self, name: str) -> Query:
        if name.startswith("_") or name not in self._blocks:
            raise AttributeError(f"{self._package}/queries.sql has no statement {name}")
        return self._blocks[name]

    def __iter__(self) -> Iterator[Query]:
        return iter(self._blocks.values())


def load(package: str) -> Queries:
    """The statements of `queries.sql` in a package; nothing is read before the first use."""
    return Queries(package)
