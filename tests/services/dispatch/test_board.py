"""What the queue shows to those who bring jobs."""

import asyncio

import pytest
from redis.asyncio import Redis

from services.contracts.workers import WorkerProfile
from services.dispatch.board import Board, Situation
from services.dispatch.queue import Queue
from tests.services.dispatch.jobs import a_job, a_result


@pytest.fixture
def board(redis: Redis) -> Board:
    return Board(redis, "test")


def a_worker(name: str, *checkpoints: str, lanes: tuple[str, ...] = ()) -> WorkerProfile:
    served = dict.fromkeys(checkpoints, "0" * 64)
    return WorkerProfile(name=name, device="cpu", checkpoints=served, lanes=lanes)


async def test_depth_and_the_lanes_of_living_workers(queue: Queue, board: Board) -> None:
    assert await board.situation() == Situation(waiting=0, workers=[])
    await queue.enqueue(a_job(), "t1")
    await queue.register(a_worker("w1", "tiny"), 30)
    await queue.register(a_worker("w2", "tiny", lanes=("tiny", "tiny:inpaint")), 30)
    await queue.register(a_worker("w3", "tiny"), 0.01)
    await asyncio.sleep(0.02)
    situation = await board.situation()
    assert situation.waiting == 1
    lanes = ("tiny", "tiny:inpaint", "other")
    assert [situation.serving(lane) for lane in lanes] == [2, 1, 0]


async def test_speeds_are_those_of_the_latest_successes(queue: Queue, board: Board) -> None:
    for number in range(70):
        await queue.enqueue(a_job(), "t1")
        claim = await queue.claim("w1", timeout_s=0, checkpoints=["tiny"])
        assert claim is not None
        outcome = "failed" if number == 69 else "succeeded"
        seconds = claim.job.work_units * number
        await queue.finish(claim, a_result(claim, outcome=outcome, gpu_seconds=seconds))
    speeds = await board.speeds(["tiny", "other"])
    assert set(speeds) == {"tiny"}
    assert sorted(speeds["tiny"]) == pytest.approx(list(range(5, 69)))
    assert await board.speeds([]) == {}
