"""The worker as a process: started, killed at the worst moment, asked to leave."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from mypy_boto3_s3 import S3Client

from services.contracts.jobs import JobResult, Outcome
from services.dispatch.connection import connect
from services.dispatch.queue import Queue
from services.dispatch.results import ResultStream
from tests.servers.ports import free_port
from tests.servers.valkey import Valkey
from tests.worker.jobs import make_job
from tests.worker.metadata_service import metadata_service
from tests.worker.processes import worker_process
from tests.worker.shelving import shelve
from tests.worker.test_notices import REBALANCE
from worker.settings import WorkerSettings

LONG_STEPS = 500
SECONDS = 60.0


@pytest.mark.integration
async def test_killed_in_the_middle_another_worker_finishes(
    settings: WorkerSettings,
    queue: Queue,
    redis_server: Valkey,
    s3: S3Client,
    bucket: str,
    tmp_path: Path,
) -> None:
    job = make_job(steps=LONG_STEPS)
    await queue.enqueue(job, str(job.user_id))
    with worker_process(settings, tmp_path, "first") as first:
        first.wait_for("attempt_began")
        first.kill()
        await _reclaim(queue)
    with worker_process(settings, tmp_path, "second"):
        result = await _result(redis_server)
    assert (result.outcome, result.worker, result.attempt) == (Outcome.SUCCEEDED, "second", 2)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1


@pytest.mark.integration
async def test_asked_to_leave_it_hands_its_job_back_and_exits_with_0(
    settings: WorkerSettings, queue: Queue, tmp_path: Path
) -> None:
    job = make_job(steps=LONG_STEPS)
    await queue.enqueue(job, str(job.user_id))
    metrics_port = free_port()
    changed = settings.model_copy(update={"metrics_port": metrics_port})
    with worker_process(changed, tmp_path, "leaving") as worker:
        worker.wait_for("worker_ready")
        worker.wait_for("attempt_began")
        async with httpx.AsyncClient() as client:
            metrics = (await client.get(f"http://127.0.0.1:{metrics_port}/metrics")).text
        assert worker.terminate() == 0
        lines = worker.lines()
    assert "pingvas_worker_gpu_busy_seconds_total" in metrics
    claim = await queue.claim("another", timeout_s=5, checkpoints=["tiny"])
    assert claim
    assert (claim.job.id, claim.strikes) == (job.id, 0)
    assert lines[-1]["event"] == "worker_left"
    assert all(line["service"] == "worker" for line in lines)
    assert job.prompt not in str(lines)


@pytest.mark.integration
@pytest.mark.parametrize("is_busy", [False, True])
async def test_on_a_machine_that_is_to_go_it_claims_nothing_and_stays_until_it_is_dismissed(
    settings: WorkerSettings, queue: Queue, tmp_path: Path, is_busy: bool
) -> None:
    job = make_job(steps=LONG_STEPS, count=100)  # more than is made until the next look
    await queue.enqueue(job, str(job.user_id))
    with metadata_service() as service:
        changed = settings.model_copy(update={"metadata_endpoint": service.endpoint})
        if not is_busy:
            service.documents[REBALANCE] = "{}"
        with worker_process(changed, tmp_path, "resting") as worker:
            if is_busy:
                worker.wait_for("attempt_began")
                service.documents[REBALANCE] = "{}"
            assert worker.wait_for("worker_rests")["cause"] == "rebalance"
            claim = await queue.claim("another", timeout_s=5, checkpoints=["tiny"])
            assert worker.process.poll() is None
            assert worker.terminate() == 0
    assert claim
    assert (claim.job.id, claim.attempt > 1, claim.strikes) == (job.id, is_busy, 0)


@pytest.mark.integration
async def test_a_device_that_broke_is_told_by_the_status_though_a_load_is_left_behind(
    settings: WorkerSettings, queue: Queue, tmp_path: Path, shelf_folder: Path
) -> None:
    for name in ("one", "two"):
        shelve(shelf_folder / "tiny", tmp_path / "shelf" / name, name)
        job = make_job(checkpoint=name)
        await queue.enqueue(job, str(job.user_id))
    changed = settings.model_copy(
        update={"checkpoints_dir": tmp_path / "shelf", "drain_grace_s": 0.1}
    )
    with worker_process(changed, tmp_path, "broken", "tests.worker.breaking") as worker:
        assert worker.process.wait(timeout=SECONDS) == 1
        left = worker.lines()[-1]
    assert (left["event"], left["well"]) == ("worker_left", False)


def test_wrong_settings_are_named_without_their_values() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "worker"],
        check=False,
        capture_output=True,
        text=True,
        env={"PINGVAS_REDIS_URL": "redis://user:secret@127.0.0.1", "PINGVAS_DEVICE": "toaster"},
    )
    assert done.returncode == 2
    assert "PINGVAS_ENVIRONMENT" in done.stderr
    assert "PINGVAS_DEVICE" in done.stderr
    assert "secret" not in done.stderr


def test_a_crash_is_told_in_one_line_and_by_the_status(
    settings: WorkerSettings, redis_server: Valkey, tmp_path: Path
) -> None:
    changed = settings.model_copy(update={"metrics_port": redis_server.port})
    with worker_process(changed, tmp_path, "crashing") as worker:
        assert worker.process.wait(timeout=SECONDS) == 1
        crashes = [line for line in worker.lines() if line["event"] == "worker_crashed"]
    assert [line["error"] for line in crashes] == ["OSError"]


async def _reclaim(queue: Queue) -> None:
    deadline = time.monotonic() + SECONDS
    while (await queue.reclaim()).put_back == 0:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


async def _result(redis_server: Valkey) -> JobResult:
    redis = connect(redis_server.url)
    stream = ResultStream(redis, "dev", "tester")
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        for delivery in await stream.read(timeout_s=1):
            event = delivery.event()
            if isinstance(event, JobResult):
                await redis.aclose()
                return event
    raise TimeoutError
