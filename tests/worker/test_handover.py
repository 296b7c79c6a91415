"""A job goes from worker to worker: over a real queue and a real S3, to the same bytes."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest
from mypy_boto3_s3 import S3Client
from PIL import Image as Images

from services.contracts.jobs import GenerationJob, Outcome
from services.contracts.object_keys import handover_key
from services.dispatch.queue import Queue
from services.dispatch.results import ResultStream
from tests.worker.jobs import make_job
from tests.worker.test_lifecycle import Running
from tests.worker.waiting import until
from worker.pipelines.device import limit_threads
from worker.settings import WorkerSettings

STEPS = 60

# diffusers' own schedulers hand torch tensors to numpy 2 in a way that numpy warns about.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


class Fleet:
    """Workers one after another on the same queue."""

    def __init__(self, settings: WorkerSettings, queue: Queue, results: ResultStream) -> None:
        self._settings, self._queue, self._results = settings, queue, results
        self.workers: list[Running] = []

    def begin(self) -> tuple[Running, asyncio.Task[bool]]:
        name = f"worker-{len(self.workers)}"
        settings = self._settings.model_copy(update={"worker_name": name})
        self.workers.append(Running(settings, self._queue, self._results))
        return self.workers[-1], asyncio.create_task(self.workers[-1].lifecycle.run())

    async def interrupt_after(self, steps: int) -> None:
        """Let a worker do at least so many steps of a job and leave."""
        worker, life = self.begin()
        await until(lambda: worker.steps_seen() >= steps)
        worker.interruption.drain("spot")
        assert await life

    async def finish(self) -> Any:
        worker, life = self.begin()
        result = await worker.result()
        await until(lambda: bool(worker.outcomes()))
        worker.interruption.drain()
        assert await life
        return result


@pytest.fixture
def fleet(settings: WorkerSettings, queue: Queue, results: ResultStream) -> Fleet:
    limit_threads(1)
    return Fleet(settings, queue, results)


def _pixels(s3: S3Client, bucket: str, result: Any) -> list[bytes]:
    found = [s3.get_object(Bucket=bucket, Key=each.object_key) for each in result.images]
    return [Images.open(io.BytesIO(each["Body"].read())).tobytes() for each in found]


def _has_handover(s3: S3Client, bucket: str, job: GenerationJob) -> bool:
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=handover_key(job.user_id, job.id))
    return listed["KeyCount"] == 1


async def _enqueue(queue: Queue, job: GenerationJob) -> None:
    assert await queue.enqueue(job, str(job.user_id))


@pytest.mark.parametrize("scheduler", ["euler_ancestral", "dpmpp_2m"])
async def test_another_worker_goes_on_from_that_step(
    fleet: Fleet, queue: Queue, s3: S3Client, bucket: str, scheduler: str
) -> None:
    whole = make_job(steps=STEPS, count=2, scheduler=scheduler)
    await _enqueue(queue, whole)
    expected = _pixels(s3, bucket, await fleet.finish())
    job = whole.model_copy(update={"id": make_job().id})
    await _enqueue(queue, job)
    await fleet.interrupt_after(STEPS // 2)
    assert _has_handover(s3, bucket, job)
    await fleet.interrupt_after(STEPS + 5)
    result = await fleet.finish()
    assert result.outcome is Outcome.SUCCEEDED
    assert result.attempt >= 3, "a leaving worker may touch the job once more and give it back"
    assert _pixels(s3, bucket, result) == expected
    assert result.resumed_steps >= STEPS + 5
    assert not _has_handover(s3, bucket, job)
    told = fleet.workers[-1].metrics.registry.get_sample_value
    assert told("pingvas_worker_resumed_steps_total") == result.resumed_steps
    told = fleet.workers[-2].metrics.registry.get_sample_value
    assert told("pingvas_worker_interruptions_total", {"cause": "spot"}) == 1


async def test_a_store_that_is_away_costs_the_steps_and_not_the_job(
    settings: WorkerSettings, queue: Queue, results: ResultStream
) -> None:
    limit_threads(1)
    away = settings.model_copy(
        update={"object_store_endpoint": "http://127.0.0.1:9", "drain_grace_s": 0.5}
    )
    job = make_job(steps=STEPS)
    await _enqueue(queue, job)
    await Fleet(away, queue, results).interrupt_after(5)
    result = await Fleet(settings, queue, results).finish()
    assert (result.outcome, result.resumed_steps) == (Outcome.SUCCEEDED, 0)


async def test_a_job_from_a_source_goes_the_whole_way(
    fleet: Fleet, queue: Queue, s3: S3Client, bucket: str
) -> None:
    content = io.BytesIO()
    Images.effect_noise((64, 64), 60).convert("RGB").save(content, format="PNG")
    s3.put_object(Bucket=bucket, Key="source", Body=content.getvalue())
    job = make_job(kind="image_to_image", source_key="source", strength=0.5, steps=STEPS, count=2)
    await _enqueue(queue, job)
    await fleet.interrupt_after(STEPS // 4)
    result = await fleet.finish()
    assert result.outcome is Outcome.SUCCEEDED
    assert len(_pixels(s3, bucket, result)) == 2
    assert result.resumed_steps >= STEPS // 4
