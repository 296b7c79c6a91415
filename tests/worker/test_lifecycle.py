"""The whole worker in this process, on a real Valkey and a real S3."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from mypy_boto3_s3 import S3Client
from PIL import Image as Images

from services.contracts.jobs import GenerationJob, JobKind, JobResult, Outcome, lane_of
from services.dispatch.connection import connect
from services.dispatch.progress import START, NewsStream
from services.dispatch.queue import Queue, key_prefix
from services.dispatch.results import ResultStream
from tests.servers.valkey import Valkey
from tests.services.dispatch.keys import key, spoil
from tests.worker.jobs import make_job
from tests.worker.pipelines.listening import Overheard
from worker.checkpoints.resident import Residents
from worker.checkpoints.shelf import Shelf, Shelved
from worker.interruption import Interruption
from worker.main import compose
from worker.pipelines.device import choose_device, limit_threads
from worker.pipelines.loading import loader, prepare_libraries
from worker.pipelines.pipeline import Pipeline
from worker.settings import WorkerSettings

LONG_STEPS = 900


class Running:
    """A worker's life beside the test, and what it hands in."""

    def __init__(self, settings: WorkerSettings, queue: Queue, results: ResultStream) -> None:
        self.queue = queue
        self.interruption = Interruption(settings.drain_grace_s)
        self._results = results
        self._steps: list[int] = []
        self.calls: list[int] = []
        load = loader(choose_device("cpu", "auto", None), None)
        device = choose_device("cpu", "auto", None)
        residents = Residents(
            lambda shelved: Overheard(load(shelved), self._steps, self.calls),
            device.weights_budget_bytes,
        )
        self.lifecycle = compose(
            settings, queue, self.interruption, Shelf(settings.checkpoints_dir), residents, "cpu"
        )
        self.metrics = self.lifecycle.metrics

    async def submit(self, job: GenerationJob) -> None:
        assert await self.queue.enqueue(job, str(job.user_id))

    async def result(self) -> JobResult:
        """The next result; the word that a job began is passed over."""
        while True:
            for delivery in await self._results.read(count=1):
                event = delivery.event()
                if isinstance(event, JobResult):
                    return event

    async def is_working(self) -> None:
        """Return when a job has begun to render."""
        await _until(self._has_loaded)

    def outcomes(self) -> dict[str, float]:
        """Attempts by how they ended."""
        samples = next(iter(self.metrics.jobs.collect())).samples
        return {s.labels["outcome"]: s.value for s in samples if s.name.endswith("_total")}

    def steps_seen(self) -> int:
        """Steps of the present job that were done, by whichever worker."""
        return self._steps[-1] if self._steps else 0

    async def _has_loaded(self) -> bool:
        samples = next(iter(self.metrics.stage_seconds.collect())).samples
        return any(sample.labels["stage"] == "load" for sample in samples)


@pytest.fixture
async def running(
    settings: WorkerSettings, queue: Queue, results: ResultStream
) -> AsyncIterator[Running]:
    limit_threads(1)
    running = Running(settings, queue, results)
    life = asyncio.create_task(running.lifecycle.run())
    yield running
    running.interruption.drain()
    assert await life


async def test_a_job_becomes_pictures_and_a_result(
    running: Running, s3: S3Client, bucket: str
) -> None:
    job = make_job(count=2)
    await running.submit(job)
    result = await running.result()
    assert (result.job_id, result.outcome, result.attempt) == (job.id, Outcome.SUCCEEDED, 1)
    assert (result.worker, len(result.images)) == ("tester", 2)
    assert result.gpu_seconds > 0
    assert result.started_at < result.finished_at
    for image in result.images:
        assert s3.head_object(Bucket=bucket, Key=image.object_key)["ContentLength"] > 0
    await _until(lambda: _has(running, "succeeded"))


async def test_its_owner_may_see_it_coming(running: Running, redis_server: Valkey) -> None:
    job = make_job(steps=LONG_STEPS)
    await running.submit(job)
    redis = connect(redis_server.url)
    stream = NewsStream(redis, key_prefix("dev"))

    async def promised() -> bool:
        return any(entry.promises_preview for entry in await stream.read(START, timeout_s=0.01))

    await _until(promised)
    preview = (await stream.previews([str(job.id)]))[str(job.id)]
    await redis.aclose()
    picture = Images.open(io.BytesIO(base64.b64decode(preview.partition(",")[2])))
    assert (picture.format, picture.size) == ("WEBP", (128, 128))


async def test_it_registers_and_leaves(running: Running, queue: Queue) -> None:
    await _until(lambda: _is_registered(queue))
    (profile,) = await queue.workers()
    assert (profile.name, profile.device) == ("tester", "cpu")
    assert profile.checkpoints.keys() == {"tiny"}
    assert set(profile.abilities) == set(JobKind)
    assert profile.served() == {lane_of("tiny", kind) for kind in JobKind}
    running.interruption.drain()
    await _until(lambda: _is_gone(queue))


async def test_a_job_that_can_not_be_made_fails_for_good(running: Running) -> None:
    await running.submit(make_job(scheduler="none such"))
    result = await running.result()
    assert (result.outcome, result.error_code) == (Outcome.FAILED, "scheduler_unusable")
    assert not result.retryable


async def test_a_fault_that_nobody_foresaw_costs_one_attempt_and_not_the_worker(
    settings: WorkerSettings,
    queue: Queue,
    results: ResultStream,
    capsys: pytest.CaptureFixture[str],
) -> None:
    limit_threads(1)
    device, faults = choose_device("cpu", "auto", None), [OSError("no space for a secret prompt")]
    load = loader(device, None)

    def load_at_second_try(shelved: Shelved) -> Pipeline:
        if faults:
            raise faults.pop()
        return load(shelved)

    residents = Residents(load_at_second_try, device.weights_budget_bytes)
    interruption = Interruption(settings.drain_grace_s)
    shelf = Shelf(settings.checkpoints_dir)
    lifecycle = compose(settings, queue, interruption, shelf, residents, "cpu")
    life = asyncio.create_task(lifecycle.run())
    job = make_job()
    await queue.enqueue(job, str(job.user_id))
    ended: list[JobResult] = []
    while not ended:
        await queue.reclaim()
        told = [delivery.event() for delivery in await results.read(timeout_s=0.2)]
        ended += [event for event in told if isinstance(event, JobResult)]
    assert (ended[0].outcome, ended[0].attempt) == (Outcome.SUCCEEDED, 2)
    interruption.drain()
    assert await life
    logged = capsys.readouterr().out
    assert "worker_fault" in logged
    assert "secret" not in logged


async def test_a_job_that_can_not_be_read_is_passed_over(
    running: Running, redis_server: Valkey, capsys: pytest.CaptureFixture[str]
) -> None:
    job = make_job(checkpoint="none here")
    await running.submit(job)
    redis = connect(redis_server.url)
    broken = job.model_copy(update={"checkpoint": "tiny", "width": 1}).model_dump_json()
    await redis.rename(_waiting("none here", job), _waiting("tiny", job))
    await redis.rename(
        key("lane", "none here", environment="dev"), key("lane", "tiny", environment="dev")
    )
    await spoil(redis, job.id, broken, "dev")
    await redis.aclose()
    await running.submit(make_job(user_id=job.user_id))
    assert (await running.result()).outcome is Outcome.SUCCEEDED
    logged = capsys.readouterr().out
    assert "job_unreadable" in logged
    assert job.prompt not in logged


async def test_a_running_job_can_be_cancelled(
    running: Running, queue: Queue, s3: S3Client, bucket: str
) -> None:
    job = make_job(steps=LONG_STEPS)
    await running.submit(job)
    await running.is_working()
    await queue.cancel(job.id)
    result = await running.result()
    assert (result.outcome, result.error_code) == (Outcome.FAILED, "cancelled")
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


async def test_a_drain_hands_the_running_job_back(running: Running, queue: Queue) -> None:
    job = make_job(steps=LONG_STEPS)
    await running.submit(job)
    await running.is_working()
    running.interruption.drain()
    claim = await queue.claim("another", timeout_s=10, checkpoints=["tiny"])
    assert claim
    assert (claim.job.id, claim.attempt, claim.strikes) == (job.id, 2, 0)


async def test_a_lost_lease_drops_the_job(
    running: Running, queue: Queue, redis_server: Valkey, s3: S3Client, bucket: str
) -> None:
    await running.submit(make_job(steps=LONG_STEPS))
    await running.is_working()
    redis = connect(redis_server.url)
    await redis.flushdb()
    await redis.aclose()
    await _until(lambda: _has(running, "lease_lost"))
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    await running.submit(make_job())
    assert (await running.result()).outcome is Outcome.SUCCEEDED


async def test_redis_killed_while_idle_and_while_working(
    running: Running, redis_server: Valkey
) -> None:
    redis_server.kill()
    await asyncio.sleep(0.2)
    redis_server.start()
    await running.submit(make_job(steps=100))
    assert (await running.result()).outcome is Outcome.SUCCEEDED


async def test_a_named_checkpoint_is_warmed(running: Running) -> None:
    await running.lifecycle.prepare(prepare_libraries, "tiny")
    assert running.metrics.registry.get_sample_value("pingvas_worker_resident_bytes")
    await running.lifecycle.prepare(prepare_libraries, "missing")


def _waiting(lane: str, job: GenerationJob) -> str:
    return key("waiting", lane, str(job.user_id), environment="dev")


async def _until(is_so: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(3000):
        if await is_so():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


async def _is_registered(queue: Queue) -> bool:
    return bool(await queue.workers())


async def _is_gone(queue: Queue) -> bool:
    return not await queue.workers()


async def _has(running: Running, outcome: str) -> bool:
    return outcome in running.outcomes()
