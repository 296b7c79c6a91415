"""Long lists in parts: answers keep their order, and a failure is the end of it."""

import asyncio
from collections.abc import Sequence

import pytest

from services.dispatch.claims import Entry
from services.dispatch.parts import AT_ONCE, UNDER_WAY, in_parts
from services.dispatch.queue import Queue
from tests.services.dispatch.jobs import a_job, a_result


@pytest.mark.parametrize("count", [0, 1, AT_ONCE, AT_ONCE + 1, 5 * AT_ONCE + 7])
async def test_each_has_its_answer(count: int) -> None:
    under_way = most = 0

    async def send(part: Sequence[int]) -> Sequence[int]:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.001 * (part[0] % 3))
        under_way -= 1
        return [number * 2 for number in part]

    assert await in_parts(range(count), send) == [number * 2 for number in range(count)]
    assert most <= UNDER_WAY


async def test_what_one_part_raises_ends_it_all() -> None:
    sent: list[int] = []

    async def send(part: Sequence[int]) -> Sequence[int]:
        sent.append(part[0])
        await asyncio.sleep(0)
        if part[0]:
            raise OSError("away")
        return part

    with pytest.raises(OSError, match="away"):
        await in_parts(range(9 * AT_ONCE), send)
    await asyncio.sleep(0.01)
    assert len(sent) <= UNDER_WAY + 1


async def test_more_than_one_part_comes_in_by_order_and_ends(queue: Queue) -> None:
    jobs = [a_job(seed=number) for number in range(2 * AT_ONCE + 1)]
    entries = [Entry(job, "t1") for job in jobs]
    assert await queue.enqueue_many(entries) == len(jobs)
    assert await queue.enqueue_many(entries) == 0
    claims = []
    while taken := await queue.claim_many("w1", 200, timeout_s=0, checkpoints=["tiny"]):
        claims += taken
    assert [claim.job.seed for claim in claims] == [job.seed for job in jobs]
    assert all(await queue.finish_many([(claim, a_result(claim)) for claim in claims]))
