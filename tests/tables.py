"""What runs teach, as aligned lines for the end of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def table(rows: Sequence[DataclassInstance]) -> list[str]:
    """Rows of one dataclass, at least one; a heading of its fields first."""
    names = [each.name for each in fields(rows[0])]
    cells = [names, *([str(value) for value in asdict(each).values()] for each in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(names))]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]
