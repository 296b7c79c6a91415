"""The source tree as the rules see it: every module with its path, text and syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("pingvas_cli", "services", "worker")


@dataclass(frozen=True)
class Module:
    """One Python file of the product; `path` is relative to the project."""

    path: Path

    @cached_property
    def text(self) -> str:
        return (ROOT / self.path).read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the three packages."""
    found = (path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py")))
    return tuple(Module(path.relative_to(ROOT)) for path in found)
