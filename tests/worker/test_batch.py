"""Jobs that are kin are claimed and made together; each has its own lease, progress and end."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from mypy_boto3_s3 import S3Client
from PIL import Image as Images

from services.contracts.events import EventKind
from services.contracts.jobs import GenerationJob, JobResult, Outcome
from services.dispatch.claims import Claim
from services.dispatch.connection import connect
from services.dispatch.progress import START, NewsStream
from services.dispatch.queue import Queue, key_prefix
from services.dispatch.results import ResultStream
from tests.servers.valkey import Valkey
from tests.worker.jobs import make_job
from tests.worker.pipelines.listening import Listening, pictures_of
from tests.worker.pipelines.test_text_to_image import BATCH_DRIFT_LEVELS
from tests.worker.test_lifecycle import Running
from tests.worker.waiting import until
from worker.batch import Batch, charge
from worker.checkpoints.shelf import Shelved
from worker.errors import Reason, Stopped
from worker.pipelines.device import choose_device, limit_threads
from worker.pipelines.loading import loader
from worker.pipelines.pipeline import Ending, Order, Rendered
from worker.settings import WorkerSettings

STEPS = 40


class Fleet:
    """Workers that take up to three jobs at once, one worker after another."""

    def __init__(self, settings: WorkerSettings, queue: Queue, results: ResultStream) -> None:
        self.settings = settings.model_copy(update={"batch_at_most": 3, "claim_ahead": 1.0})
        self.queue, self._results = queue, results

    async def submit(self, steps: int, count: int = 3) -> list[GenerationJob]:
        """Kin of different people; the second one wants two pictures."""
        words = ("a red cat", "a blue dog", "the sea")
        jobs = [
            make_job(prompt=words[i % 3], seed=i, steps=steps, count=1 + i % 2)
            for i in range(count)
        ]
        for job in jobs:
            assert await self.queue.enqueue(job, str(job.user_id))
        return jobs

    def begin(self) -> tuple[Running, asyncio.Task[bool]]:
        worker = Running(self.settings, self.queue, self._results)
        return worker, asyncio.create_task(worker.lifecycle.run())

    async def results(self, count: int) -> tuple[Running, dict[UUID, JobResult]]:
        """Let a worker bring so many."""
        worker, life = self.begin()
        found = [await worker.result() for _ in range(count)]
        await until(lambda: sum(worker.outcomes().values()) >= count)
        worker.interruption.drain()
        assert await life
        return worker, {each.job_id: each for each in found}


@pytest.fixture
def fleet(settings: WorkerSettings, queue: Queue, results: ResultStream) -> Fleet:
    limit_threads(1)
    return Fleet(settings, queue, results)


@pytest.fixture
def compare(tiny: Shelved, s3: S3Client, bucket: str) -> Any:
    """Asserts that the stored pictures of a job are those that it gets alone, up to rounding."""
    pipeline = loader(choose_device("cpu", "auto", None), None)(tiny)

    def compare(job: GenerationJob, result: JobResult) -> None:
        alone = pictures_of(pipeline, job)
        for expected, image in zip(alone, result.images, strict=True):
            content = s3.get_object(Bucket=bucket, Key=image.object_key)["Body"].read()
            made = np.asarray(Images.open(io.BytesIO(content))).astype(int)
            assert np.abs(made - np.asarray(expected)).max() <= BATCH_DRIFT_LEVELS

    return compare


async def test_kin_are_made_in_one_call_and_each_has_its_result(
    fleet: Fleet, compare: Any, redis_server: Valkey
) -> None:
    jobs = await fleet.submit(STEPS)
    worker, results = await fleet.results(3)
    assert worker.calls == [3]
    for job in jobs:
        result = results[job.id]
        assert (result.outcome, result.attempt) == (Outcome.SUCCEEDED, 1)
        assert result.gpu_seconds > 0
        compare(job, result)
    busy = worker.metrics.registry.get_sample_value("pingvas_worker_gpu_busy_seconds_total")
    assert sum(each.gpu_seconds for each in results.values()) == pytest.approx(busy)
    redis = connect(redis_server.url)
    entries = await NewsStream(redis, key_prefix("dev")).read(START, timeout_s=0.01)
    await redis.aclose()
    told = {entry.user_id for entry in entries if entry.kind == EventKind.PROGRESS}
    assert told == {str(job.user_id) for job in jobs}


async def test_no_more_than_the_setting_are_taken_and_one_is_the_default(
    fleet: Fleet, settings: WorkerSettings
) -> None:
    assert settings.batch_at_most == 1
    await fleet.submit(2, count=4)
    worker, _ = await fleet.results(4)
    assert worker.calls == [3, 1]
    fleet.settings = settings
    await fleet.submit(2)
    worker, _ = await fleet.results(3)
    assert worker.calls == [1, 1, 1]


async def test_a_cancelled_one_is_dropped_and_the_others_go_on(
    fleet: Fleet, compare: Any, queue: Queue, s3: S3Client, bucket: str
) -> None:
    jobs = await fleet.submit(120)
    worker, life = fleet.begin()
    await until(lambda: worker.steps_seen() > 5)
    await queue.cancel(jobs[0].id)
    results = {each.job_id: each for each in [await worker.result() for _ in jobs]}
    await until(lambda: sum(worker.outcomes().values()) == 3)
    worker.interruption.drain()
    assert await life
    assert results[jobs[0].id].error_code == "cancelled"
    for job in jobs[1:]:
        assert results[job.id].outcome is Outcome.SUCCEEDED
        compare(job, results[job.id])
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 3


async def test_each_is_handed_over_and_goes_on_elsewhere(fleet: Fleet, compare: Any) -> None:
    jobs = await fleet.submit(60)
    worker, life = fleet.begin()
    await until(lambda: worker.steps_seen() > 5)
    worker.interruption.drain("spot")
    assert await life
    _, results = await fleet.results(3)
    for job in jobs:
        result = results[job.id]
        assert (result.outcome, result.attempt > 1) == (Outcome.SUCCEEDED, True)
        assert result.resumed_steps > 0
        compare(job, result)


def _batch(*counts: int) -> Batch:
    claims = [Claim(make_job(count=count), "tester", "token", 30.0, 0) for count in counts]
    return Batch(claims, 0.5)


async def test_who_leaves_is_not_waited_for() -> None:
    batch = _batch(1, 1)
    staying, leaving = batch.servings
    taking = asyncio.create_task(staying.take_part(Order(make_job()), Listening()))
    leaving.leave()
    assert [serving for serving, _ in await batch.parts()] == [staying]
    staying.tell(Rendered())
    assert await taking == Rendered()


async def test_who_is_asked_to_stop_before_the_call_is_told_so() -> None:
    batch = _batch(1, 1)
    batch.servings[0].sign.show(Reason.CANCELLED)
    assert batch.wanted() == batch.servings[1:]
    with pytest.raises(Stopped):
        await batch.servings[0].take_part(Order(make_job()), Listening())


@pytest.mark.parametrize(
    ("endings", "parts"),
    [
        ([Ending(Rendered(), 1.0), Ending(Rendered(), 1.0)], [2.0, 2.0]),
        ([Ending(Rendered(), 0.0), Ending(Rendered(), 0.5)], [0.0, 4.0]),
        ([Ending(Rendered(), 0.0), Ending(Rendered(), 0.0)], [1.0, 3.0]),
        ([], [1.0, 3.0]),
    ],
)
async def test_all_of_the_time_is_charged(endings: Sequence[Ending], parts: list[float]) -> None:
    batch = _batch(1, 3)
    charge(batch.servings, 4.0, endings)
    assert [each.attempt.gpu_seconds for each in batch.servings] == parts
