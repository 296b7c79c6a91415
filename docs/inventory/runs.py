"""Runs of `terraform test` and what their labels cite: `inventory_13_n3_n4_only_...`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

MODULES: Final = Path(__file__).parents[2] / "templates" / "terraform" / "modules"
RUN: Final = re.compile(r'^run "(\w+)"', re.MULTILINE)
CITED: Final = re.compile(r"(?:(?:inventory_)?(?:[pndgm]?\d+|to)_)+")


def runs() -> tuple[str, ...]:
    """Every run as `module/label`."""
    files = sorted(MODULES.glob("*/tests/*.tftest.hcl"))
    return tuple(
        f"{file.parts[-3]}/{label}" for file in files for label in RUN.findall(file.read_text())
    )


def cited(run: str) -> tuple[str, ...]:
    """Keys that the beginning of a label names: `p2_p8_queue` gives P2 and P8."""
    beginning = CITED.match(run.partition("/")[2])
    words = beginning[0].replace("inventory_", "").split("_")[:-1] if beginning else []
    return tuple(_keys(words))


def _keys(words: list[str]) -> Iterator[str]:
    for place, word in enumerate(words):
        if word != "to":
            yield word.upper()
        elif 0 < place < len(words) - 1:
            yield from map(str, range(int(words[place - 1]) + 1, int(words[place + 1])))
