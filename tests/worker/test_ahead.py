"""The next job is claimed, and its weights are read, while the present one is made."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image as Images

from services.contracts.jobs import JobResult, Outcome
from services.dispatch.queue import Queue
from services.dispatch.results import ResultStream
from tests.worker.jobs import make_job
from tests.worker.shelving import shelve
from tests.worker.waiting import PATIENCE_S, until
from worker.batch import Batch
from worker.checkpoints.resident import Residents
from worker.checkpoints.shelf import Shelf, Shelved
from worker.interruption import Interruption
from worker.main import compose
from worker.pipelines.pipeline import Listener, Order, Rendered
from worker.settings import WorkerSettings


@dataclass
class Engine:
    """Pipelines that go on when they are told to, one step at a time."""

    steps: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    loaded: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    at_once: int = 0

    def load(self, shelved: Shelved) -> Engine._Pipeline:
        self.loaded.append(shelved.manifest.name)
        return self._Pipeline(self, shelved.manifest.size_bytes)

    @dataclass
    class _Pipeline:
        engine: Engine
        size_bytes: int

        def render(self, order: Order, listener: Listener) -> Rendered:
            self.engine.at_once += 1
            assert self.engine.at_once == 1
            for step in range(order.job.steps):
                assert self.engine.steps.acquire(timeout=PATIENCE_S)
                listener.on_step(step + 1, order.job.steps)
            listener.on_picture(0, Images.new("RGB", (8, 8)))
            self.engine.made.append(order.job.checkpoint)
            self.engine.at_once -= 1
            return Rendered()

        def close(self) -> None:
            return


@pytest.mark.parametrize("has_room", [True, False])
async def test_weights_are_read_beside_the_job_if_both_fit(
    settings: WorkerSettings, queue: Queue, results: ResultStream, tmp_path: Path,
    shelf_folder: Path, has_room: bool,
) -> None:  # fmt: skip
    for name in ("one", "two"):
        shelve(shelf_folder / "tiny", tmp_path / "shelf" / name, name)
    engine, interruption = Engine(), Interruption(0)
    changed = settings.model_copy(update={"checkpoints_dir": tmp_path / "shelf"})
    residents = Residents(engine.load, 10**9 if has_room else 1)
    lifecycle = compose(
        changed, queue, interruption, Shelf(changed.checkpoints_dir), residents, "cpu"
    )
    life = asyncio.create_task(lifecycle.run())
    for name in ("one", "two"):
        job = make_job(checkpoint=name, steps=4)
        assert await queue.enqueue(job, str(job.user_id))
        await until(lambda: bool(engine.loaded))
    engine.steps.release()
    await asyncio.sleep(0.1)
    assert len(engine.loaded) == 1
    engine.steps.release(2)
    if has_room:
        await until(lambda: len(engine.loaded) == 2)
    else:
        await asyncio.sleep(0.2)
        assert len(engine.loaded) == 1
    assert engine.made == []
    engine.steps.release(5)
    found: list[JobResult] = []
    while len(found) < 2:
        events = [delivery.event() for delivery in await results.read(count=5, timeout_s=1)]
        found += [event for event in events if isinstance(event, JobResult)]
    assert {each.outcome for each in found} == {Outcome.SUCCEEDED}
    assert engine.made == ["one", "two"]
    interruption.drain()
    assert await life


async def test_a_job_claimed_while_leaving_is_given_back_before_anything_is_read(
    settings: WorkerSettings, queue: Queue
) -> None:
    engine, interruption = Engine(), Interruption(0)
    residents = Residents(engine.load, 10**9)
    shelf = Shelf(settings.checkpoints_dir)
    lifecycle = compose(settings, queue, interruption, shelf, residents, "cpu")
    job = make_job()
    assert await queue.enqueue(job, str(job.user_id))
    claim = await queue.claim("tester", 30, timeout_s=5, checkpoints=["tiny"])
    assert claim
    interruption.drain()
    await lifecycle._serve(Batch([claim], 1.0))
    assert engine.loaded == []
    again = await queue.claim("another", 30, timeout_s=5, checkpoints=["tiny"])
    assert again
    assert (again.job.id, again.strikes) == (job.id, 0)
