"""What the kills taught: a table at the end of the run, and JSON for whoever wants to keep it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
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


def write(recoveries: Sequence[Recovery], path: Path) -> None:
    """Keep them as a JSON array."""
    path.write_text(json.dumps([asdict(each) for each in recoveries], indent=1) + "\n")
