"""A stated engine: loads and pictures take the time that they are said to take, and no more.

One device: it makes one picture at a time, and reads weights beside it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image as Images
from PIL.Image import Image

from services.contracts.checkpoints import CheckpointManifest
from services.contracts.jobs import GenerationJob
from worker.checkpoints.shelf import Shelved
from worker.pipelines.pipeline import Listener, Order, Rendered

STEPS = 20
SIZE_BYTES = 1_000


@dataclass(frozen=True)
class Stated:
    """Seconds of a picture and of a load."""

    picture_s: float
    load_s: float
    made: Image = field(default_factory=lambda: Images.new("RGB", (8, 8)))

    def load(self, shelved: Shelved) -> _Loaded:
        time.sleep(self.load_s)
        return _Loaded(self)

    def fifo_seconds(self, jobs: Sequence[GenerationJob], memory: int) -> float:
        """A worker that takes jobs as they come: load if it must, then make; `memory` fit in."""
        began, resident = time.perf_counter(), list[str]()
        for job in jobs:
            if job.checkpoint in resident:
                resident.remove(job.checkpoint)
            else:
                time.sleep(self.load_s)
            resident = [*resident, job.checkpoint][-memory:]
            self.make()
        return time.perf_counter() - began

    def make(self, listener: Listener | None = None) -> None:
        began = time.perf_counter()
        for step in range(1, STEPS + 1):
            time.sleep(max(0.0, began + self.picture_s * step / STEPS - time.perf_counter()))
            if listener:
                listener.on_step(step, STEPS)


@dataclass
class _Loaded:
    stated: Stated
    size_bytes: int = SIZE_BYTES

    def render(self, order: Order, listener: Listener) -> Rendered:
        self.stated.make(listener)
        listener.on_picture(0, self.stated.made)
        return Rendered()

    def close(self) -> None:
        return


def shelve(folder: Path, names: Sequence[str]) -> None:
    """Checkpoints without weights, all of one size."""
    for name in names:
        (folder / name).mkdir(parents=True)
        CheckpointManifest(
            name=name,
            family="sd",
            sha256=name,
            size_bytes=SIZE_BYTES,
            abilities=(),
            width=8,
            height=8,
            source="benchmark",
        ).write(folder / name)


def trace(names: Sequence[str], shares: Sequence[int], count: int) -> list[str]:
    """Checkpoints as people ask for them: independent draws, the same in each run."""
    return random.Random(7).choices(names, shares, k=count)  # noqa: S311 - a trace, no secret
