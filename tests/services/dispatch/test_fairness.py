"""The tenant that has had least by weight is next; inside a tenant, priority, then arrival."""

from collections import Counter

from services.contracts.jobs import GenerationJob
from services.dispatch.queue import Queue
from tests.services.dispatch.jobs import a_job, a_result
from tests.services.dispatch.keys import key


async def serve(queue: Queue, count: int, *checkpoints: str) -> list[GenerationJob]:
    served = []
    for _ in range(count):
        claim = await queue.claim("w1", timeout_s=0, checkpoints=checkpoints or ["tiny"])
        assert claim is not None
        await queue.finish(claim, a_result(claim, gpu_seconds=claim.job.work_units * 20))
        served.append(claim.job)
    return served


async def fill(queue: Queue, tenant: str, count: int, weight: float = 1.0, steps: int = 4) -> None:
    for _ in range(count):
        await queue.enqueue(a_job(prompt=tenant, steps=steps), tenant, weight)


async def shares(queue: Queue, count: int) -> Counter[str]:
    return Counter(job.prompt for job in await serve(queue, count))


async def test_a_flood_does_not_hold_up_a_newcomer(queue: Queue) -> None:
    await fill(queue, "flood", 50)
    await serve(queue, 20)
    await fill(queue, "newcomer", 2)
    assert (await shares(queue, 4))["newcomer"] == 2


async def test_tenants_alternate(queue: Queue) -> None:
    await fill(queue, "a", 20)
    await fill(queue, "b", 20)
    assert await shares(queue, 20) == {"a": 10, "b": 10}


async def test_weights_decide_the_share(queue: Queue) -> None:
    await fill(queue, "heavy", 40, weight=3.0)
    await fill(queue, "light", 40, weight=1.0)
    assert await shares(queue, 40) == {"heavy": 30, "light": 10}


async def test_a_job_counts_by_its_size(queue: Queue) -> None:
    await fill(queue, "large", 40, steps=12)
    await fill(queue, "small", 40, steps=4)
    assert await shares(queue, 40) == {"large": 10, "small": 30}


async def test_idleness_earns_no_credit(queue: Queue) -> None:
    await fill(queue, "busy", 40)
    await fill(queue, "sleeper", 1)
    await serve(queue, 21)
    await fill(queue, "sleeper", 20)
    counts = await shares(queue, 20)
    assert abs(counts["busy"] - counts["sleeper"]) <= 1


async def test_leaving_does_not_wash_off_what_was_had(queue: Queue) -> None:
    await fill(queue, "large", 1, steps=40)
    await fill(queue, "small", 20, steps=4)
    await serve(queue, 2)
    await fill(queue, "large", 1, steps=40)
    assert (await shares(queue, 9)) == {"small": 9}, "large was served ten times as much at once"


async def test_a_tenant_has_one_share_over_all_checkpoints(queue: Queue) -> None:
    for index in range(24):
        await queue.enqueue(a_job(prompt="wide", checkpoint=f"c{index % 4}"), "wide")
        await queue.enqueue(a_job(prompt="narrow", checkpoint="c0"), "narrow")
    served = Counter(job.prompt for job in await serve(queue, 24, "c0", "c1", "c2", "c3"))
    assert abs(served["wide"] - served["narrow"]) <= 1


async def test_priority_then_arrival_inside_a_tenant(queue: Queue) -> None:
    for prompt, priority in (("first", 0), ("second", 0), ("urgent", 5), ("third", 0)):
        await queue.enqueue(a_job(prompt=prompt), "t1", 1.0, priority)
    assert [job.prompt for job in await serve(queue, 4)] == ["urgent", "first", "second", "third"]


async def test_a_reclaimed_job_keeps_its_place(queue: Queue) -> None:
    await queue.enqueue(a_job(prompt="first"), "t1")
    await queue.enqueue(a_job(prompt="second"), "t1")
    claim = await queue.claim("w1", timeout_s=0, checkpoints=["tiny"])
    assert claim is not None
    await queue.release(claim)
    assert [job.prompt for job in await serve(queue, 2)] == ["first", "second"]


async def test_nothing_grows_with_tenants_that_left(queue: Queue) -> None:
    for index in range(100):
        await fill(queue, f"t{index}", 1)
    await serve(queue, 100)
    await fill(queue, "last", 3)
    await serve(queue, 3)
    await queue.reclaim()
    keys = await queue._redis.zcard(key("vtimes"))
    assert keys <= 2
