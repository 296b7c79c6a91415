"""The whole service over HTTP, with its tasks, while its servers come and go."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from redis.asyncio import Redis

from services.dispatch.errors import QueueUnavailable
from services.dispatch.queue import Queue
from services.generation.main import create_app
from services.generation.settings import GenerationSettings
from services.kernel.access import Caller
from services.kernel.db import Database
from tests.servers.postgres import Postgres
from tests.servers.valkey import Valkey
from tests.services.callers import a_person, balance_of, client_of, served
from tests.services.generation.work import success, take

BODY = {"checkpoint": "tiny", "prompt": "a lighthouse", "width": 64, "height": 64, "steps": 2}


async def post(client: httpx.AsyncClient, key: str = "k", **changes: Any) -> httpx.Response:
    return await client.post(
        "/v1/generations", json={**BODY, **changes}, headers={"Idempotency-Key": key}
    )


async def until(client: httpx.AsyncClient, job_id: str, status: str) -> dict[str, Any]:
    async with asyncio.timeout(20):
        while True:
            answer = await client.get(f"/v1/generations/{job_id}")
            if answer.status_code == 200 and answer.json()["status"] == status:
                return dict(answer.json())
            await asyncio.sleep(0.02)


async def work(queue: Queue, count: int = 1) -> None:
    """A patient worker."""
    done = 0
    while done < count:
        try:
            claim = await queue.claim("w1", timeout_s=0.2, checkpoints=["tiny"])
            if claim and await queue.finish(claim, success(claim)):
                done += 1
        except QueueUnavailable:
            await asyncio.sleep(0.02)


async def test_from_order_to_success(client: httpx.AsyncClient, queue: Queue) -> None:
    ordered = await post(client)
    assert ordered.status_code == 202
    assert ordered.json()["status"] == "queued"
    assert ordered.json()["cost_credits"] == 1
    await work(queue)
    done = await until(client, ordered.json()["id"], "succeeded")
    assert done["seed"] == ordered.json()["seed"]
    assert (await post(client)).json()["id"] == done["id"]


async def test_another_persons_job_does_not_exist(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    await post(client, "earlier")
    job_id = (await post(client)).json()["id"]
    async with client_of(app, await a_person(database, 10)) as stranger:
        for answer in (
            await stranger.get(f"/v1/generations/{job_id}"),
            await stranger.post(f"/v1/generations/{job_id}/cancel"),
            await stranger.get(f"/v1/generations/{uuid4()}"),
        ):
            assert answer.status_code == 404
            assert answer.json()["code"] == "generation.job_not_found"
        assert (await stranger.get("/v1/generations")).json()["items"] == []
        cursor = (await client.get("/v1/generations?limit=1")).json()["next_cursor"]
        page = await stranger.get("/v1/generations", params={"cursor": cursor})
        assert page.json()["items"] == []
        own = await post(stranger)
        assert own.json()["id"] != job_id, "the same Idempotency-Key of another person"
    assert (await client.get(f"/v1/generations/{job_id}")).json()["status"] == "queued"


async def test_nobody_is_refused(app: FastAPI) -> None:
    async with client_of(app, None) as nobody:
        assert (await post(nobody)).status_code == 401


async def test_pages_are_whole_and_newest_first(client: httpx.AsyncClient) -> None:
    ids = [(await post(client, f"k{index}")).json()["id"] for index in range(5)]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        params = {"limit": "2", **({"cursor": cursor} if cursor else {})}
        page = (await client.get("/v1/generations", params=params)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == ids[::-1]


@pytest.mark.parametrize(
    "change",
    [
        {"width": 60},
        {"width": 65},
        {"height": 4104},
        {"steps": 0},
        {"steps": 101},
        {"count": 17},
        {"guidance_scale": -1},
        {"guidance_scale": "NaN"},
        {"seed": 2**32},
        {"prompt": ""},
        {"prompt": "a\0b"},
        {"prompt": "x" * 2_001},
        {"checkpoint": "../tiny"},
        {"scheduler": "none such"},
        {"user_id": "0"},
    ],
    ids=str,
)
async def test_what_can_not_be_drawn_is_refused(
    client: httpx.AsyncClient, change: dict[str, Any]
) -> None:
    answer = await post(client, **change)
    assert answer.status_code == 422
    assert answer.json()["code"] == "request.invalid"


async def test_a_scheduler_goes_by_its_name_to_the_worker(
    client: httpx.AsyncClient, queue: Queue
) -> None:
    ordered = await post(client, scheduler="dpmpp_2m_karras")
    assert (ordered.status_code, ordered.json()["scheduler"]) == (202, "dpmpp_2m_karras")
    assert (await take(queue)).job.scheduler == "dpmpp_2m_karras"
    assert (await post(client, scheduler="dpmpp_2m_karras")).json()["id"] == ordered.json()["id"]


async def test_too_many_open_jobs(client: httpx.AsyncClient) -> None:
    answers = [await post(client, f"k{index}") for index in range(6)]
    assert [answer.status_code for answer in answers] == [202] * 5 + [429]
    assert answers[-1].headers["retry-after"] == "5"


async def test_cancel(client: httpx.AsyncClient, database: Database, person: Caller) -> None:
    job_id = (await post(client)).json()["id"]
    answer = await client.post(f"/v1/generations/{job_id}/cancel")
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert await balance_of(database, person) == 20


async def test_a_lost_worker_is_replaced_by_itself(client: httpx.AsyncClient, queue: Queue) -> None:
    job_id = (await post(client)).json()["id"]
    assert await queue.claim("lost", 0.1, timeout_s=1, checkpoints=["tiny"])
    await until(client, job_id, "running")
    await work(queue)
    assert (await until(client, job_id, "succeeded"))["attempt"] == 2


async def test_redis_dies_and_forgets_everything(
    client: httpx.AsyncClient, queue: Queue, valkey: Valkey, database: Database, person: Caller
) -> None:
    before = [(await post(client, f"k{index}")).json()["id"] for index in range(2)]
    claim = await take(queue)
    await until(client, str(claim.job.id), "running")
    valkey.kill()
    try:
        during = await post(client, "during")
        assert during.status_code == 202
    finally:
        valkey.start()
    await work(queue, 3)
    for job_id in (*before, during.json()["id"]):
        await until(client, job_id, "succeeded")
    assert await balance_of(database, person) == 17


async def test_postgres_dies_while_a_result_arrives(
    client: httpx.AsyncClient, queue: Queue, postgres: Postgres, database: Database, person: Caller
) -> None:
    job_id = (await post(client)).json()["id"]
    claim = await take(queue)
    await until(client, job_id, "running")
    postgres.kill()
    try:
        await queue.finish(claim, success(claim))
        refused = await post(client, "during")
        assert refused.status_code == 503
        assert refused.headers["retry-after"]
    finally:
        postgres.start()
    await until(client, job_id, "succeeded")
    assert await balance_of(database, person) == 19


async def test_it_starts_without_redis_and_stops_cleanly(
    settings: GenerationSettings, redis: Redis, valkey: Valkey, database: Database, queue: Queue
) -> None:
    person = await a_person(database, 5)
    valkey.kill()
    try:
        async with served(create_app(settings)) as app, client_of(app, person) as client:
            job_id = (await post(client)).json()["id"]
            valkey.start()
            await work(queue)
            await until(client, job_id, "succeeded")
    finally:
        if valkey.process is None:
            valkey.start()
    leftovers = {task.get_name() for task in asyncio.all_tasks()} & {"results", "reclaim", "sweep"}
    assert not leftovers


async def test_two_replicas_share_the_work(
    settings: GenerationSettings,
    client: httpx.AsyncClient,
    queue: Queue,
    database: Database,
    person: Caller,
) -> None:
    async with served(create_app(settings.model_copy(update={"port": 8103}))):
        ids = [(await post(client, f"k{index}")).json()["id"] for index in range(5)]
        await work(queue, 5)
        for job_id in ids:
            await until(client, job_id, "succeeded")
    assert await balance_of(database, person) == 15
