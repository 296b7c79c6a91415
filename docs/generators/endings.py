"""How the program ends with an error code, read from the source that raises it.

A code is raised by one of the error classes, whose exit code is known, or it is one of the
findings that the configuration and the preflight report together. What a check only warns of, or
does not know, ends nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pingvas_cli
from pingvas_cli import errors

SOURCE: Final = Path(pingvas_cli.__file__).parent
CLASSES: Final = {
    "PingvasError": errors.PingvasError,
    "UsageError": errors.UsageError,
    "Refused": errors.Refused,
    "StillWaiting": errors.StillWaiting,
    "DriftFound": errors.DriftFound,
    "StepFailed": errors.PingvasError,
    "PreflightFailed": errors.PingvasError,
    "KubernetesError": errors.PingvasError,
}
# The functions whose code only tells.
TELLING: Final = frozenset({"warning", "unknown"})
# The rooms or files that report findings, and the error that lists them.
FINDINGS: Final = {
    "config/": ("config.invalid", errors.Exit.USAGE),
    "bootstrap/": ("local.preflight_fails", errors.Exit.FAILED),
    "bootstrap/cluster/": ("cluster.not_prepared", errors.Exit.FAILED),
    "adapters/aws_session.py": ("doctor.fails", errors.Exit.FAILED),
    "commands/": ("queue.not_retried", errors.Exit.REFUSED),
    "doctor/": ("doctor.fails", errors.Exit.FAILED),
    "rendering/contexts/": ("rendering.incomplete", errors.Exit.USAGE),
    "rendering/comparison.py": ("rendering.drift", errors.Exit.DRIFT),
    "rendering/writer.py": ("rendering.refused", errors.Exit.REFUSED),
    "validation/": ("validation.fails", errors.Exit.USAGE),
}


@dataclass(frozen=True)
class Ending:
    """The exit code, and the error that lists this one when it is a finding."""

    exit_code: int
    listed_under: str | None = None


def endings(codes: Collection[str]) -> dict[str, Ending]:
    """The ending of each code that the source raises or reports; raising outranks reporting."""
    reported: dict[str, Ending] = {}
    raised: dict[str, Ending] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if "messages" not in path.parts:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            reported.update(_reported(tree, path.relative_to(SOURCE).as_posix(), codes))
            reported.update(_told(tree, codes))
            raised.update(_raised(tree, codes))
    return reported | raised


def _raised(tree: ast.Module, codes: Collection[str]) -> Iterator[tuple[str, Ending]]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for code, kind in _raises(function, codes):
                yield code, Ending(int(kind.exit_code))


def _raises(
    function: ast.AST, codes: Collection[str]
) -> Iterator[tuple[str, type[errors.PingvasError]]]:
    """Codes named in a call of an error class, or beside one that takes a variable."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    raising = [call for call in calls if _name(call) in CLASSES and call.args]
    for call in raising:
        first = call.args[0]
        named = _constants(first if isinstance(first, ast.Constant) else function)
        yield from ((code, CLASSES[_name(call)]) for code in named if code in codes)


def _reported(tree: ast.Module, path: str, codes: Collection[str]) -> Iterator[tuple[str, Ending]]:
    for place, (under, exit_code) in FINDINGS.items():
        if path.startswith(place):
            for code in _constants(tree):
                if code in codes:
                    yield code, Ending(int(exit_code), under)


def _told(tree: ast.Module, codes: Collection[str]) -> Iterator[tuple[str, Ending]]:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if _name(call) in TELLING:
            yield from (
                (code, Ending(int(errors.Exit.DONE))) for code in _constants(call) if code in codes
            )


def _constants(node: ast.AST) -> list[str]:
    return [
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]


def _name(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))
