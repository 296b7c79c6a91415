"""Whatever happens in whatever order: every job ends once, and the books of the queue agree."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examined
from hypothesis import strategies as st

from services.contracts.jobs import JobKind, JobResult
from services.dispatch.claims import Cancelled, Claim, Entry
from services.dispatch.connection import connect
from services.dispatch.queue import Queue
from services.dispatch.results import ResultStream
from tests.services.dispatch.jobs import a_job, a_result
from tests.services.dispatch.keys import key
from tests.services.dispatch.valkey_nodes import Node

LANES = ("a", "b", "b:inpaint")
TENANTS = {"t0": (1.0, 0), "t1": (3.0, 0), "t2": (0.5, 2), "t3": (1.0, 1)}
KEPT = (
    *("bell:", "speed:", "cancelled:", "jobs", "tries", "dead", "finished"),
    *("sequence", "depth", "vclock", "paces", "turns"),
)
SECONDS = (0.02, 1.0, 7.0, 40.0)

examples = examined(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
what = st.sampled_from(["put", "put", "take", "take", "many", "done", "again", "failed"])
less = st.sampled_from(["release", "put off", "lose", "cancel", "reclaim", "extend"])
moves = st.lists(
    st.tuples(st.one_of(what, less), st.integers(0, 50), st.sampled_from(SECONDS)),
    min_size=10,
    max_size=60,
)


@dataclass
class World:
    """The queue, and what a careful bystander wrote down."""

    redis: Any  # redis-py types answers for clients that decode and for those that do not in one
    queue: Queue
    held: list[Claim] = field(default_factory=list)
    put: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)

    async def move(self, name: str, number: int, seconds: float) -> None:
        if name == "put":
            await self._put(number)
        elif name in ("take", "many"):
            await self._take(number, 5 if name == "many" else 1)
        elif name == "reclaim":
            await self.queue.reclaim()
        elif self.held:
            await self._with(name, self.held[number % len(self.held)], seconds)
        await self.check()

    async def _put(self, number: int) -> None:
        tenant, (weight, limit) = list(TENANTS.items())[number % 4]
        checkpoint, kind = ("a", "b", "b")[number % 3], JobKind.TEXT_TO_IMAGE
        kind = JobKind.INPAINT if number % 3 == 2 else kind
        job = a_job(checkpoint=checkpoint, kind=kind, prompt=tenant)
        await self.queue.enqueue_many([Entry(job, tenant, weight, number % 2, limit)])
        self.put.add(str(job.id))

    async def _take(self, number: int, at_most: int) -> None:
        warm = [LANES[number % 3]] if number % 2 else []
        self.held += await self.queue.claim_many("w1", at_most, 60, 0, checkpoints=LANES, warm=warm)

    async def _with(self, name: str, claim: Claim, seconds: float) -> None:
        if name == "extend":
            assert await self.queue.extend(claim)
            return
        if name == "cancel":
            assert await self.queue.cancel(claim.job.id) is Cancelled.FLAGGED
            self.cancelled.add(str(claim.job.id))
            return
        self.held.remove(claim)
        await self._end(name, claim, seconds)

    async def _end(self, name: str, claim: Claim, seconds: float) -> None:
        if name == "lose":
            await self.redis.zadd(key("leases"), {str(claim.job.id): 1})
            await self.queue.reclaim()
            assert not await self.queue.extend(claim)
        elif name == "release":
            assert await self.queue.release(claim, gpu_seconds=seconds)
        elif name == "put off":
            assert await self.queue.release(claim, 0.001, gpu_seconds=seconds)
        else:
            outcome = "succeeded" if name == "done" else "failed"
            result = a_result(
                claim, outcome=outcome, retryable=name == "again", gpu_seconds=seconds
            )
            assert await self.queue.finish(claim, result)
            assert await self.queue.finish(claim, result) or name == "again"

    async def check(self) -> None:
        """Depth, lanes, parked and running tenants, and what is charged, from the jobs alone."""
        lists = await self.redis.keys(key("waiting", "*"))
        places = {
            tuple(str(name).removeprefix(key("waiting", "")).rsplit(":", 1)) for name in lists
        }
        waiting = {job_id for name in lists for job_id in await self.redis.zrange(name, 0, -1)}
        assert await self.queue.depth() == len(waiting)
        assert waiting <= set(await self.redis.hkeys(key("jobs")))
        offered = {
            (lane, tenant)
            for lane in LANES
            for tenant in await self.redis.zrange(key("lane", lane), 0, -1)
        }
        parked = {
            (lane, tenant)
            for tenant in await self.redis.hkeys(key("parked"))
            for lane in await self.redis.smembers(key("parked", tenant))
        }
        assert offered | parked == places
        assert not offered & parked
        for lane in LANES:
            ages = await self.redis.zrange(key("ages", lane), 0, -1)
            assert {(lane, tenant) for tenant in ages} == {o for o in offered if o[0] == lane}
        await self._check_leases()

    async def _check_leases(self) -> None:
        """A lease is its token, its charge, its tenant and more."""
        held = await self.redis.hgetall(key("held"))
        assert set(held) == {str(claim.job.id) for claim in self.held}
        assert set(held) == set(await self.redis.zrange(key("leases"), 0, -1))
        charges: defaultdict[str, float] = defaultdict(float)
        running: Counter[str] = Counter()
        for line in held.values():
            _, charge, tenant, *_ = line.split("\t")
            charges[tenant] += float(charge)
            running[tenant] += 1
        kept = await self.redis.hgetall(key("running"))
        books = {name: text.split(" ") for name, text in kept.items()}
        assert {name: int(count) for name, (count, _) in books.items()} == running
        charged = {name: float(charge) for name, (_, charge) in books.items()}
        assert charged == pytest.approx(charges)
        for tenant, (_, limit) in TENANTS.items():
            assert running[tenant] <= (limit or running[tenant])

    async def end(self) -> None:
        """Work until nothing is left."""
        while self.held or await self.redis.exists(key("delayed")) or await self.queue.depth():
            await self.move("take", 0, 1.0)
            await self.move("done", 0, 1.0)


def on_an_empty_queue(node: Node, story: Callable[[World], Awaitable[None]]) -> None:
    async def tell() -> None:
        redis = connect(node.url)
        await redis.flushall()
        await story(World(redis, Queue(redis, "test", backoff_s=0.001)))
        await redis.aclose()

    asyncio.run(tell())


@examples
@given(moves=moves)
def test_every_job_ends_once_and_nothing_is_left(
    node: Node, moves: list[tuple[str, int, float]]
) -> None:
    async def story(world: World) -> None:
        for move in moves:
            await world.move(*move)
        await world.end()
        told = [delivery.event() for delivery in await results(world)]
        ended = [str(event.job_id) for event in told if isinstance(event, JobResult)]
        assert len(ended) == len(set(ended))
        assert world.put - world.cancelled <= set(ended) <= world.put
        await world.queue.reclaim()
        left = {str(name).removeprefix(key("")) for name in await world.redis.keys(key("*"))}
        assert {name for name in left if not name.startswith(KEPT)} == set()
        dead = set(await world.redis.zrange(key("dead"), 0, -1))
        assert set(await world.redis.hkeys(key("jobs"))) == dead
        assert set(await world.redis.hkeys(key("tries"))) == dead

    async def results(world: World) -> list[Any]:
        return await ResultStream(world.redis, "test", "c").read(
            10_000, 0.01
        ) or await ResultStream(world.redis, "test", "c").read(10_000, 0.01)

    on_an_empty_queue(node, story)


steps = st.lists(
    st.tuples(st.integers(0, 8), st.sampled_from(SECONDS), st.booleans()), min_size=5, max_size=60
)


@examples
@given(steps=steps, weights=st.lists(st.sampled_from([0.5, 1.0, 4.0]), min_size=2, max_size=4))
def test_accounts_are_exact_and_shares_are_never_far_apart(
    node: Node, steps: list[tuple[int, float, bool]], weights: list[float]
) -> None:
    """While all wait, a tenant's virtual time is its measured GPU-seconds by weight, and nobody is
    further behind than what one round of jobs can bring.
    """

    async def story(world: World) -> None:
        tenants = {f"t{number}": weight for number, weight in enumerate(weights)}
        for _ in range(70):
            entries = [Entry(a_job(prompt=name), name, tenants[name]) for name in tenants]
            await world.queue.enqueue_many(entries)
        had: defaultdict[str, float] = defaultdict(float)
        held: list[Claim] = []
        for which, seconds, is_given_back in steps:
            claim = await world.queue.claim("w1", 60, 0, checkpoints=["tiny"])
            assert claim is not None
            held.append(claim)
            if len(held) > which:
                ended = held.pop(0)
                had[ended.job.prompt] += seconds / tenants[ended.job.prompt]
                if is_given_back:
                    await world.queue.release(ended, gpu_seconds=seconds)
                else:
                    await world.queue.finish(ended, a_result(ended, gpu_seconds=seconds))
        for claim in held:
            had[claim.job.prompt] += 1.0 / tenants[claim.job.prompt]
            await world.queue.finish(claim, a_result(claim, gpu_seconds=1.0))
        lane = await world.redis.zrange(key("lane", "tiny"), 0, -1, withscores=True)
        scores = dict(lane)
        assert scores == pytest.approx({name: had[name] for name in tenants}, abs=1e-6)
        furthest = max(scores.values()) - min(scores.values())
        assert furthest <= 10 * max(SECONDS) / min(weights)

    on_an_empty_queue(node, story)
