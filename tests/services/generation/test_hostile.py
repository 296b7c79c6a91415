"""What nobody should send, and what nobody sends once: bodies, keys, floods at one moment."""

import asyncio
import json
from collections import Counter
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.dispatch.queue import Queue
from services.generation.errors import TooManyWaitingJobs
from services.generation.repository.submits import find_purse
from services.kernel.access import Caller
from services.kernel.db import Database
from tests.services.callers import a_person, balance_of, client_of
from tests.services.generation.work import Submitting, a_request, take

BODY = {"checkpoint": "tiny", "prompt": "a lighthouse", "width": 64, "height": 64, "steps": 2}


def body(**changes: Any) -> bytes:
    return json.dumps({**BODY, **changes}).encode()


@pytest.mark.parametrize(
    "content",
    [
        body(guidance_scale=float("nan")),
        body(guidance_scale=float("inf")),
        body(prompt="a\ud800b"),
        body(prompt="a\0b"),
        body(negative_prompt="\0"),
        body(seed=-1),
        body(seed=2**64),
        body(width=10**400),
        body(steps="30; drop table users"),
        body(kind="none such"),
        body(kind=None),
        body(kind=["upscale"]),
        body(kind="inpaint"),
        body(source={"image_id": "00000000-0000-0000-0000-000000000000"}),
        body(user_id="00000000-0000-0000-0000-000000000000", cost_credits=0),
        body(source_key="images/another"),
        body(kind="image_to_image", source={"object_key": "images/another"}),
        body(kind="image_to_image", source={"url": "http://169.254.169.254/"}),
        body(kind="upscale", source="images/another", factor=3),
        body(loras=[{"name": "../x"}]),
        body(loras=[{"name": "style", "weight": 1e9}]),
        body(loras=[{"name": f"l{n}"} for n in range(6)]),
        b"[]",
        b"null",
        b"{",
        b'{"checkpoint": ' + b"[" * 50_000,
        b"\xff\xfe",
        b"",
    ],
    ids=lambda content: content[-60:].decode("latin-1"),
)
@pytest.mark.parametrize("address", ["/v1/generations", "/v1/quotes"])
async def test_what_has_not_the_shape_is_refused(
    client: httpx.AsyncClient, address: str, content: bytes
) -> None:
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    answer = await client.post(address, content=content, headers=headers)
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("key", ["", " ", "a b", "\x7f", "k" * 201, "schlüssel"])
async def test_a_key_is_plain_text(client: httpx.AsyncClient, key: str) -> None:
    headers = {b"Idempotency-Key": key.encode()}
    answer = await client.post("/v1/generations", json=BODY, headers=headers)
    assert answer.status_code in (400, 422)


async def test_a_hundred_at_once_with_one_key_make_one_job(
    app: FastAPI, database: Database, queue: Queue
) -> None:
    person = await a_person(database, 20, tier="studio")
    headers = {"Idempotency-Key": "k"}
    async with client_of(app, person) as client:
        asking = (client.post("/v1/generations", json=BODY, headers=headers) for _ in range(100))
        answers = await asyncio.gather(*asking)
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await balance_of(database, person) == 19
    assert str((await take(queue)).job.id) == answers[0].json()["id"]
    assert await queue.depth() == 0


async def test_the_depth_is_never_passed(database: Database, submit: Submitting) -> None:
    person = await a_person(database, 100)
    answers = await asyncio.gather(
        *(submit.action.run(person, a_request(), f"k{index}") for index in range(40)),
        return_exceptions=True,
    )
    kinds = Counter(type(answer).__name__ for answer in answers)
    assert kinds == {"Generation": 5, "TooManyWaitingJobs": 35}
    refused = [answer for answer in answers if isinstance(answer, TooManyWaitingJobs)]
    assert {each.extra["retry_after_s"] for each in refused} == {5}
    assert (await find_purse(database, person.user_id)).waiting_jobs == 5
    assert await balance_of(database, person) == 95


async def test_a_key_of_one_kind_is_not_one_of_another(
    client: httpx.AsyncClient, app: FastAPI, person: Caller
) -> None:
    headers = {"Idempotency-Key": "k"}
    first = await client.post("/v1/generations", json=BODY, headers=headers)
    assert first.status_code == 202
    for changes in ({"seed": 1}, {"loras": [{"name": "style"}]}, {"width": 72}):
        other = await client.post("/v1/generations", json={**BODY, **changes}, headers=headers)
        assert other.status_code == 409
        assert other.json()["code"] == "idempotency.key_reused"
    over = await client.post("/v1/generations", json={**BODY, "count": 16}, headers=headers)
    assert over.json()["code"] == "idempotency.key_reused", "the key was used, whatever is wrong"
    same = {**BODY, "kind": "text_to_image", "count": 1, "loras": []}
    again = await client.post("/v1/generations", json=same, headers=headers)
    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])


@pytest.mark.parametrize("since", ["0.5", "0", "now", "2026-11-23", "2026-11-23T08:00", "' or 1"])
async def test_a_time_is_written_out(client: httpx.AsyncClient, since: str) -> None:
    answer = await client.get("/v1/generations", params={"since": since})
    assert answer.status_code == 422


async def test_jobs_are_found_by_state_kind_and_time(client: httpx.AsyncClient) -> None:
    for index in range(2):
        headers = {"Idempotency-Key": f"k{index}"}
        first = await client.post("/v1/generations", json=BODY, headers=headers)
    await client.post(f"/v1/generations/{first.json()['id']}/cancel")

    async def found(**wanted: str) -> int:
        return len((await client.get("/v1/generations", params=wanted)).json()["items"])

    assert await found() == 2
    assert (await found(status="queued"), await found(status="cancelled")) == (1, 1)
    assert (await found(kind="text_to_image"), await found(kind="inpaint")) == (2, 0)
    assert await found(since=first.json()["queued_at"]) == 1
    assert await found(since="2020-01-01T00:00:00Z", status="queued") == 1
    assert await found(since="9999-12-31T23:59:59-23:59") == 0
