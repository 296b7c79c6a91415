"""Files and functions stay small: a file has a budget and a wall, a function a wall."""

from __future__ import annotations

from statistics import mean

import pytest

from tests.architecture.tree import Module, modules

BUDGET_LINES = 250
WALL_LINES = 400
FUNCTION_WALL_LINES = 45
FUNCTION_MEAN_LINES = 10


@pytest.mark.parametrize("module", modules(), ids=lambda module: str(module.path))
def test_no_file_breaks_the_wall(module: Module) -> None:
    assert module.lines <= WALL_LINES


def test_few_files_are_over_the_budget() -> None:
    over = [str(module.path) for module in modules() if module.lines > BUDGET_LINES]
    assert len(over) <= len(modules()) // 50, over


def test_functions_are_short() -> None:
    lengths = {
        f"{module.path}:{function.lineno} {function.name}": _length(function)
        for module in modules()
        for function in module.functions()
    }
    long = {where: lines for where, lines in lengths.items() if lines > FUNCTION_WALL_LINES}
    assert not long
    assert mean(lengths.values()) <= FUNCTION_MEAN_LINES


def _length(function: object) -> int:
    first, last = getattr(function, "lineno", 0), getattr(function, "end_lineno", 0)
    return int(last) - int(first) + 1
