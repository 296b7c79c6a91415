"""Tests of what is applied to the cluster, by the item that they prove."""

from __future__ import annotations

import re
from typing import Final

from tests.manifests.inventory import INVENTORY

CITED: Final = re.compile(r"([A-Z]?)(\d+)(?:-[A-Z]?(\d+))?")


def of_manifests(key: str) -> tuple[str, ...]:
    """Test functions of the rows that name an item or a correction."""
    return tuple(test for row in INVENTORY if key in _keys(row.item) for test in row.tests)


def _keys(named: str) -> frozenset[str]:
    """`18-20, P3` names 18, 19, 20 and P3; what is in brackets is another list's."""
    found = CITED.findall(re.sub(r"\(.*?\)", "", named))
    return frozenset(
        f"{letter}{number}"
        for letter, first, last in found
        for number in range(int(first), int(last or first) + 1)
    )
