"""A job's way through the queue: in, claimed, extended, finished, lost and found again."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from services.contracts.events import ProgressNews
from services.contracts.jobs import JobResult, JobStarted, Outcome
from services.dispatch.claims import Cancelled, Claim, Entry, Reclaimed
from services.dispatch.connection import connect
from services.dispatch.errors import QueueBroken, QueueUnavailable
from services.dispatch.operation import Operation
from services.dispatch.queue import Queue
from services.dispatch.results import ResultStream
from tests.servers.ports import free_port
from tests.services.dispatch.jobs import a_job, a_result
from tests.services.dispatch.keys import key


async def take(queue: Queue, worker: str = "w1", **options: Any) -> Claim:
    claim = await queue.claim(worker, **{"timeout_s": 0, "checkpoints": ["tiny"], **options})
    assert claim is not None
    return claim


async def nothing_to_take(queue: Queue, *checkpoints: str) -> bool:
    return await queue.claim("w1", timeout_s=0, checkpoints=checkpoints or ["tiny"]) is None


async def results_of(results: ResultStream) -> list[JobResult]:
    events = [delivery.event() for delivery in await results.read(timeout_s=0.01)]
    return [event for event in events if isinstance(event, JobResult)]


async def test_a_job_is_queued_once(queue: Queue) -> None:
    job = a_job()
    assert await queue.enqueue(job, "t1")
    assert not await queue.enqueue(job, "t1")
    assert await queue.depth() == 1
    await take(queue)
    assert not await queue.enqueue(job, "t1"), "it runs"
    assert await nothing_to_take(queue)


async def test_the_claim_carries_the_job_and_counts_the_attempt(queue: Queue) -> None:
    job = a_job(prompt="등대", scheduler="euler")
    await queue.enqueue(job, "t1")
    claim = await take(queue)
    assert claim.job == job.model_copy(update={"attempt": 1})
    assert await queue.depth() == 0


async def test_events_wait_until_they_are_settled(queue: Queue, results: ResultStream) -> None:
    job = a_job()
    await results.read(timeout_s=0.01)
    await queue.enqueue(job, "t1")
    claim = await take(queue)
    assert await queue.finish(claim, a_result(claim, gpu_seconds=1.5))
    deliveries = await results.read()
    started, result = [delivery.event() for delivery in deliveries]
    assert isinstance(started, JobStarted)
    assert started.worker == "w1"
    assert started.started_at.tzinfo is not None
    assert isinstance(result, JobResult)
    assert result.gpu_seconds == 1.5
    assert await results.read(timeout_s=0.01) == []
    assert await results.read_again() == deliveries
    await results.settle(deliveries[:1])
    assert await queue.knows([job.id]) == {job.id}, "its result still waits"
    await results.settle(deliveries[1:])
    assert await queue.knows([job.id]) == set()
    assert await results.read_again() == []


async def test_another_replica_takes_over_what_a_dead_one_read(
    queue: Queue, redis: Redis, results: ResultStream
) -> None:
    await results.read(timeout_s=0.01)
    await queue.enqueue(a_job(), "t1")
    claim = await take(queue)
    await queue.finish(claim, a_result(claim))
    read = await results.read()
    other = ResultStream(redis, "test", "other")
    assert await other.take_over(idle_s=60) == []
    assert await other.take_over(idle_s=0) == read


async def test_a_lost_lease_is_reclaimed_and_the_loser_is_refused(queue: Queue) -> None:
    await queue.enqueue(a_job(), "t1")
    slow = await take(queue, lease_s=1.0)
    assert (await queue.reclaim()).put_back == 0, "the lease still runs"
    await asyncio.sleep(1.01)
    assert (await queue.reclaim()).put_back == 1
    assert not await queue.extend(slow)
    assert not await queue.finish(slow, a_result(slow))
    assert not await queue.release(slow)
    second = await take(queue, "w2")
    assert second.attempt == 2
    assert not await queue.finish(slow, a_result(slow)), "even while the second runs"
    assert await queue.finish(second, a_result(second))


async def test_heartbeats_keep_the_lease(queue: Queue) -> None:
    await queue.enqueue(a_job(), "t1")
    claim = await take(queue, lease_s=1.0)
    for _ in range(3):
        await asyncio.sleep(0.4)
        assert await queue.extend(claim)
        assert (await queue.reclaim()).put_back == 0


async def test_finishing_twice_says_the_same(queue: Queue, results: ResultStream) -> None:
    await results.read(timeout_s=0.01)
    await queue.enqueue(a_job(), "t1")
    claim = await take(queue)
    assert await queue.finish(claim, a_result(claim))
    assert await queue.finish(claim, a_result(claim)), "the answer to the first call was lost"
    assert len(await results_of(results)) == 1


async def lose(queue: Queue, job_id: UUID, *, after_a_step: bool) -> Reclaimed:
    """A worker takes all that waits and is lost, maybe after a step of one of its jobs."""
    claims = await queue.claim_many("w1", 8, 0.02, timeout_s=0, checkpoints=["tiny"])
    for claim in claims:
        if after_a_step and claim.job.id == job_id:
            news = ProgressNews(
                job_id=job_id, at=datetime.now(UTC), attempt=claim.attempt, step=1, steps=4
            )
            assert await queue.report(claim, news)
            assert await queue.report(claim, news)
    await asyncio.sleep(0.03)
    return await queue.reclaim()


async def test_a_job_that_loses_every_worker_becomes_a_dead_letter(
    redis: Redis, queue: Queue, results: ResultStream
) -> None:
    job = a_job()
    await results.read(timeout_s=0.01)
    await queue.enqueue(job, "t1")
    for attempt in (1, 2, 3):
        lost = await lose(queue, job.id, after_a_step=True)
        assert (lost.put_back, lost.dead) == ((0, 1) if attempt == 3 else (1, 0))
    assert await nothing_to_take(queue)
    (result,) = await results_of(results)
    assert (result.outcome, result.error_code) == (Outcome.FAILED, "attempts_exhausted")
    (letter,) = await Operation(redis, "test").dead_letters()
    assert (letter.job.id, letter.job.attempt, letter.strikes) == (job.id, 3, 3)


async def test_a_lost_worker_strikes_only_what_it_had_begun(queue: Queue, redis: Redis) -> None:
    """Three workers die of one job; the other was held beside it each time."""
    poison, innocent = a_job(), a_job()
    await queue.enqueue_many([Entry(poison, "t1"), Entry(innocent, "t2")])
    assert [(await lose(queue, poison.id, after_a_step=True)).dead for _ in range(3)] == [0, 0, 1]
    claim = await take(queue)
    assert (claim.job.id, claim.attempt, claim.strikes) == (innocent.id, 4, 0)
    assert await queue.finish(claim, a_result(claim))
    assert [letter.job.id for letter in await Operation(redis, "test").dead_letters()] == [
        poison.id
    ]


async def test_a_job_that_kills_before_its_first_step_ends_too(queue: Queue, redis: Redis) -> None:
    job = a_job()
    await queue.enqueue(job, "t1")
    assert await queue.release(await take(queue)), "no loss"
    dead = [(await lose(queue, job.id, after_a_step=False)).dead for _ in range(9)]
    assert dead == [0] * 8 + [1]
    (letter,) = await Operation(redis, "test").dead_letters()
    assert (letter.job.id, letter.job.attempt, letter.strikes) == (job.id, 10, 0)


async def test_a_retryable_failure_is_tried_again_later(
    queue: Queue, results: ResultStream
) -> None:
    await results.read(timeout_s=0.01)
    await queue.enqueue(a_job(), "t1")
    claim = await take(queue)
    failure = a_result(claim, outcome="failed", error_code="out_of_memory", retryable=True)
    assert await queue.finish(claim, failure)
    assert await results_of(results) == [], "nobody is told of a failure that may pass"
    again = await queue.claim("w1", timeout_s=0, checkpoints=["tiny"])
    while again is None:
        await asyncio.sleep(0.005)
        again = await queue.claim("w1", timeout_s=0, checkpoints=["tiny"])
    assert (again.attempt, again.strikes) == (2, 1)


async def test_a_final_failure_is_told_at_once(
    redis: Redis, queue: Queue, results: ResultStream
) -> None:
    await results.read(timeout_s=0.01)
    await queue.enqueue(a_job(), "t1")
    claim = await take(queue)
    assert await queue.finish(claim, a_result(claim, outcome="failed", error_code="unsafe"))
    assert [result.error_code for result in await results_of(results)] == ["unsafe"]
    assert await Operation(redis, "test").dead_letters() == []


async def test_a_leaving_worker_hands_the_job_back_unharmed(queue: Queue) -> None:
    await queue.enqueue(a_job(), "t1")
    assert await queue.release(await take(queue))
    again = await take(queue, "w2")
    assert (again.attempt, again.strikes) == (2, 0)


async def test_cancel_while_waiting_running_and_after(queue: Queue) -> None:
    waiting, running = a_job(), a_job()
    await queue.enqueue(running, "t1")
    claim = await take(queue)
    await queue.enqueue(waiting, "t1")
    assert await queue.cancel(waiting.id) is Cancelled.REMOVED
    assert await queue.cancel(running.id) is Cancelled.FLAGGED
    assert await queue.cancel(uuid4()) is Cancelled.UNKNOWN
    assert await nothing_to_take(queue)
    assert await queue.is_cancelled(claim.job.id)
    assert not await queue.enqueue(waiting, "t1"), "a late sweep must not bring it back"
    assert await queue.finish(claim, a_result(claim, outcome="failed", retryable=True))
    await asyncio.sleep(0.02)
    assert await nothing_to_take(queue), "a cancelled job is not retried"


async def test_a_cancelled_job_of_a_lost_worker_is_dropped(queue: Queue) -> None:
    job = a_job()
    await queue.enqueue(job, "t1")
    await take(queue, lease_s=0.01)
    await queue.cancel(job.id)
    await asyncio.sleep(0.02)
    assert (await queue.reclaim()).put_back == 0
    assert await queue.knows([job.id]) == set()


async def test_a_worker_gets_only_what_it_can_serve(queue: Queue) -> None:
    await queue.enqueue(a_job(checkpoint="large"), "t1")
    assert await nothing_to_take(queue, "tiny")
    assert (await take(queue, checkpoints=["tiny", "large"])).job.checkpoint == "large"


async def test_attempts_go_on_after_redis_lost_the_job(queue: Queue) -> None:
    await queue.enqueue(a_job(attempt=4), "t1")
    assert (await take(queue)).attempt == 5


async def test_the_next_deadline_is_told(queue: Queue) -> None:
    assert (await queue.reclaim()).next_due_s is None
    await queue.enqueue(a_job(), "t1")
    await take(queue, lease_s=20)
    due_s = (await queue.reclaim()).next_due_s
    assert due_s is not None
    assert 19 < due_s <= 20


async def test_without_a_server_the_error_is_ours() -> None:
    client = connect(f"redis://127.0.0.1:{free_port()}/0")
    with pytest.raises(QueueUnavailable):
        await Queue(client, "test").depth()
    await client.aclose()


async def test_a_refused_command_is_not_taken_for_an_outage(queue: Queue, redis: Redis) -> None:
    await redis.set("{pingvas:test}:results", "not a stream")
    await queue.enqueue(a_job(), "t1")
    with pytest.raises(QueueBroken):
        await take(queue)


async def test_what_is_not_settled_brings_back_itself_alone(
    queue: Queue, redis: Redis, results: ResultStream
) -> None:
    await results.read(timeout_s=0.01)
    jobs = [a_job() for _ in range(3)]
    await queue.enqueue_many([Entry(job, "t1") for job in jobs])
    claims = await queue.claim_many("w1", 3, timeout_s=0, checkpoints=["tiny"])
    await queue.finish_many([(claim, a_result(claim)) for claim in claims])
    told = await results.read()
    assert [each.kind for each in told] == ["started"] * 3 + ["result"] * 3
    assert [each.job_uuid for each in told] == 2 * [job.id for job in jobs]
    assert [each.event().job_id for each in told] == 2 * [job.id for job in jobs]
    assert await redis.xlen("{pingvas:test}:results") == 2
    await results.settle([*told[:4], told[5]])
    assert await results.read_again() == []
    assert await queue.knows([job.id for job in jobs]) == {jobs[1].id}
    (left,) = await results.read()
    assert (left.kind, left.job_uuid, left.event()) == ("result", jobs[1].id, told[4].event())
    await results.settle(told[3:4])
    assert await results.read_again() == [left], "settled twice"
    await results.settle([left])
    assert await redis.xlen("{pingvas:test}:results") == 0
    assert await queue.knows([job.id for job in jobs]) == set()
    assert not await redis.exists(key("jobs"), key("finished"), key("held"))


async def test_an_entry_that_nobody_wrote_like_that_stays_one_event(
    queue: Queue, redis: Redis, results: ResultStream
) -> None:
    await results.read(timeout_s=0.01)
    await redis.xadd("{pingvas:test}:results", {"kind": "result", "job_id": "x", "body": "{\n}"})
    (told,) = await results.read()
    assert told.job_uuid is None
    await results.settle([told])
    assert await redis.xlen("{pingvas:test}:results") == 0


async def test_a_result_that_nobody_settles_is_forgotten_after_a_day(
    queue: Queue, redis: Redis
) -> None:
    job = a_job()
    await queue.enqueue(job, "t1")
    claim = await take(queue)
    await queue.finish(claim, a_result(claim))
    yesterday_ms = round((time.time() - 86_500) * 1000)
    await queue.reclaim()
    assert await queue.knows([job.id]) == {job.id}
    await redis.hset(key("finished"), str(job.id), f"{claim.token}\n{yesterday_ms}")
    await queue.reclaim()
    assert await queue.knows([job.id]) == set()


async def test_a_dead_letter_is_kept_for_a_week(queue: Queue, redis: Redis) -> None:
    queue = Queue(redis, "test", max_attempts=1)
    job = a_job()
    await queue.enqueue(job, "t1")
    claim = await take(queue)
    await queue.finish(claim, a_result(claim, outcome="failed", retryable=True))
    await queue.reclaim()
    assert await redis.hkeys(key("jobs")) == [str(job.id)]
    await redis.zadd(key("dead"), {str(job.id): (time.time() - 604_900) * 1000})
    await queue.reclaim()
    assert not await redis.exists(key("dead"), key("jobs"), key("tries"))


@pytest.mark.parametrize("name", ["a\tb", "a\nb", "a\x00"])
def test_a_name_that_can_not_be_printed_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="control character"):
        Entry(a_job(), name)
    with pytest.raises(ValueError, match="control character"):
        Entry(a_job(checkpoint=name), "t1")


async def test_another_layout_is_not_touched(queue: Queue, redis: Redis) -> None:
    """A release with other keys works beside this one; the record gives each what it lacks."""
    await redis.zadd("{pingvas:test}:lane:tiny", {"t1": 0})
    await redis.hset("{pingvas:test}:job:1", "state", "waiting")
    before = {name: await redis.dump(name) for name in await redis.keys("*")}
    await queue.enqueue(a_job(), "t1")
    claim = await take(queue)
    await queue.finish(claim, a_result(claim))
    await queue.reclaim()
    assert {name: await redis.dump(name) for name in before} == before


async def test_a_worker_whose_name_can_not_be_printed_gets_nothing(queue: Queue) -> None:
    await queue.enqueue(a_job(), "t1")
    with pytest.raises(ValueError, match="control character"):
        await queue.claim("w\t1", timeout_s=0, checkpoints=["tiny"])
    assert await queue.depth() == 1
