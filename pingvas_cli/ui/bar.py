"""The live bar of a download in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from pingvas_cli.ui.console import Console
from pingvas_cli.ui.live import METER_CELLS, terminal


@contextmanager
def download_bar(console: Console) -> Iterator[Callable[[str, int, int], None]]:
    """A bar with amount, speed and the time left; one bar per stage."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(METER_CELLS, complete_style="green", finished_style="green"),
        DownloadColumn(binary_units=True),
        TransferSpeedColumn(),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=terminal(console)) as bars:
        tasks: dict[str, TaskID] = {}

        def advance(stage: str, done_bytes: int, total_bytes: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage)
            bars.update(tasks[stage], completed=done_bytes, total=total_bytes or None)

        yield advance
