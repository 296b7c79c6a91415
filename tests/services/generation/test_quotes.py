"""A quote goes the way of a submit, holds nothing, and tells every reason at once."""

from decimal import Decimal

import httpx
import pytest

from services.contracts.workers import WorkerProfile
from services.dispatch.queue import Queue
from services.generation.actions.quote_job import QuoteJob
from services.kernel.access import Caller
from services.kernel.db import Database
from tests.services.callers import a_person, balance_of
from tests.services.generation.work import Submitting, a_request, success, take


@pytest.fixture
def quote(submit: Submitting) -> QuoteJob:
    return QuoteJob(submit.action)


async def test_a_quote_is_what_a_submit_will_hold(
    database: Database, submit: Submitting, quote: QuoteJob, person: Caller
) -> None:
    wanted = a_request(width=1024, height=1024, steps=30, count=2)
    told = await quote.run(person, wanted)
    assert (told.cost_credits, told.balance_credits, told.balance_after_credits) == (3, 20, 17)
    assert (told.admitted, told.reasons, told.eta) == (True, [], None)
    made = told.made_up
    assert made.megapixels == Decimal(1)
    assert (made.steps, made.count) == (30, 2)
    assert made.exact_credits == made.megapixels * 30 * 2 * made.credits_per_megapixel_step
    assert await balance_of(database, person) == 20
    assert (await submit.run(person, wanted, "k")).cost_credits == told.cost_credits


async def test_all_reasons_are_told_at_once(
    database: Database, queue: Queue, submit: Submitting, quote: QuoteJob
) -> None:
    person = await a_person(database, 5)
    for index in range(5):
        await submit.run(person, a_request(), f"k{index}")
    await queue.register(WorkerProfile(name="w1", device="cpu", checkpoints={"other": "0" * 64}))
    wanted = a_request(
        checkpoint="noble", scheduler="flow_euler", width=2048, count=9, loras=[{"name": "none"}]
    )
    told = await quote.run(person, wanted)
    assert [reason.code for reason in told.reasons] == [
        "generation.tier_too_low",
        "generation.scheduler_unsupported",
        "generation.lora_unknown",
        "generation.over_tier_limit",
        "generation.over_tier_limit",
        "generation.no_worker_for_checkpoint",
        "generation.insufficient_credits",
        "generation.too_many_waiting_jobs",
    ]
    assert not told.admitted
    assert told.balance_after_credits < 0


async def test_what_was_measured_makes_an_eta(
    queue: Queue, submit: Submitting, quote: QuoteJob, person: Caller
) -> None:
    worker = WorkerProfile(name="w1", device="cpu", checkpoints={"tiny": "0" * 64})
    await queue.register(worker)
    await submit.run(person, a_request(), "k1")
    assert (await quote.run(person, a_request())).eta is None, "nothing was measured yet"
    claim = await take(queue)
    await queue.finish(claim, success(claim, gpu_seconds=claim.job.work_units * 3))
    eta = (await quote.run(person, a_request())).eta
    assert eta is not None
    assert (eta.workers, eta.finished_jobs) == (1, 1)
    assert eta.seconds_per_megapixel_step == pytest.approx(3.0, abs=1e-3)


async def test_over_http(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/quotes", json={"checkpoint": "tiny", "prompt": "x"})
    assert answer.status_code == 200
    assert answer.json()["admitted"]
    assert (await client.get("/v1/generations")).json()["items"] == []
