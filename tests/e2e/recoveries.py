"""What the kills taught: a table at the end of the run, and JSON for whoever wants to keep it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class Recovery:
    """One part that was killed.

    Seconds since the kill until the part answered again, and until the last job succeeded;
    `most_attempts` is how often the job that was hit worst was handed out.
    """

    part: str
    environment: str
    recovered_by: str
    healthy_s: float
    jobs_done_s: float
    jobs: int
    most_attempts: int


Recoveries = list[Recovery]


def table(recoveries: Sequence[Recovery]) -> list[str]:
    """Aligned lines, a heading first."""
    names = [each.name for each in fields(Recovery)]
    rows = [names, *([str(value) for value in asdict(each).values()] for each in recoveries)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(names))]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def write(recoveries: Sequence[Recovery], path: Path) -> None:
    """Keep them as a JSON array."""
    path.write_text(json.dumps([asdict(each) for each in recoveries], indent=1) + "\n")
