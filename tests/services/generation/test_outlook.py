"""The ETA of a submit: of a fresh forecast with all that was taken since, or none."""

import asyncio

import httpx
import pytest

from services.contracts.workers import WorkerProfile
from services.dispatch.queue import Queue
from services.generation.eta import Forecast, Wish
from services.generation.facts import remembered
from services.generation.facts.outlook import Outlook, Reading
from services.generation.schemas.generations import Eta
from services.kernel.app.turns import taking_turns
from services.kernel.db import Database
from tests.services.callers import a_person
from tests.services.generation.watching import until
from tests.services.generation.work import Submitting, a_request, success, take

LONG_S = 60.0


def wish(user: str = "me") -> Wish:
    return Wish(user=user, weight=1.0, lane="tiny", units=10, running_at_most=8)


class Facts:
    """The port: an empty queue with one worker; `gate` holds an answer back."""

    def __init__(self) -> None:
        self.loads = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def load(self, reading: Reading) -> Forecast:
        self.loads += 1
        reading()
        found = Forecast([], [frozenset({"tiny"})], {"tiny": [2.0, 2.0]})
        await self.gate.wait()
        return found


@pytest.fixture
def facts() -> Facts:
    return Facts()


def latest(eta: Eta | None) -> float:
    assert eta is not None
    return eta.starts_in.latest_s


async def test_each_job_waits_for_those_that_were_taken_before(facts: Facts) -> None:
    outlook = Outlook(facts.load, LONG_S)
    assert outlook.take(wish()) is None, "nothing was asked for yet"
    await outlook.get()
    assert [latest(outlook.take(wish())) for _ in range(4)] == [0, 20, 40, 60]
    assert latest(outlook.take(wish("other"))) == 20, "a fair share of the four goes first"
    assert facts.loads == 1


async def test_jobs_that_are_taken_while_a_forecast_is_asked_for_count(facts: Facts) -> None:
    outlook = Outlook(facts.load, LONG_S)
    facts.gate.clear()
    asking = asyncio.create_task(outlook.get())
    await until(lambda: facts.loads == 1)
    assert outlook.take(wish()) is None
    facts.gate.set()
    await asking
    assert latest(outlook.take(wish())) == 20


async def test_an_old_forecast_is_not_told(facts: Facts) -> None:
    outlook = Outlook(facts.load, 0.01)
    await outlook.get()
    await asyncio.sleep(0.025)
    assert outlook.take(wish()) is None


async def test_a_submit_wakes_the_turn_which_keeps_the_forecast_fresh(facts: Facts) -> None:
    outlook = Outlook(facts.load, 0.05)
    async with taking_turns({"forecast": outlook.turn}):
        await asyncio.sleep(0.02)
        assert facts.loads == 0, "nobody asks"
        outlook.take(wish())
        await until(lambda: outlook.take(wish()) is not None)
        await until(lambda: facts.loads >= 3)


async def test_the_turn_rests_when_nobody_submits(
    facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "KEPT_S", 0.0)
    outlook = Outlook(facts.load, 0.001)
    async with taking_turns({"forecast": outlook.turn}):
        await asyncio.sleep(0)
        outlook.take(wish())
        await until(lambda: facts.loads == 1)
        await asyncio.sleep(0.05)
    assert facts.loads == 1


async def test_over_http_a_row_of_jobs_is_told_longer_and_longer_waits(
    client: httpx.AsyncClient, database: Database, queue: Queue, submit: Submitting
) -> None:
    await queue.register(WorkerProfile(name="w1", device="cpu", checkpoints={"tiny": "0" * 64}))
    await submit.run(await a_person(database, 9), a_request(), "measured")
    claim = await take(queue)
    await queue.finish(claim, success(claim, gpu_seconds=5.0))

    async def send(name: str) -> httpx.Response:
        body = {"checkpoint": "tiny", "prompt": "x", "width": 64, "height": 64, "steps": 2}
        answer = await client.post(
            "/v1/generations", json=body, headers={"Idempotency-Key": f"{name:-<8}"}
        )
        assert answer.status_code == 202, answer.text
        return answer

    await client.post("/v1/quotes", json={"checkpoint": "tiny", "prompt": "x"})
    told = [(await send(f"job{number}")).json() for number in range(4)]
    starts = [job["eta"]["starts_in"]["latest_s"] for job in told]
    assert starts == sorted(set(starts)), "each later than the one before"
    asked = (await client.get(f"/v1/generations/{told[-1]['id']}")).json()["eta"]
    assert asked["starts_in"]["latest_s"] == pytest.approx(starts[-1], abs=0.2)
