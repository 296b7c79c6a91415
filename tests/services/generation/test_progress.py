"""Watching jobs over server-sent events, on the real service behind a real server."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.contracts.events import (
    CancelledNews,
    FailedNews,
    JobNews,
    ProgressNews,
    StartedNews,
    SucceededNews,
)
from services.dispatch.connection import connect
from services.dispatch.queue import Queue, key_prefix
from services.generation.progress import tail
from services.generation.progress.news import ID_PATTERN
from services.generation.settings import GenerationSettings
from services.kernel.access import Caller
from services.kernel.db import Database
from tests.servers.people import TokenPress
from tests.servers.valkey import Valkey
from tests.services.callers import PRESS, a_person
from tests.services.generation.watching import Service, add_job, serving, set_status, submitted
from tests.services.generation.work import success, take

NOW = datetime.now(UTC)
NEWS = f"{key_prefix('dev')}:news"


def started(job_id: UUID, attempt: int = 1) -> JobNews:
    return StartedNews(job_id=job_id, at=NOW, attempt=attempt, worker="w1")


def step(job_id: UUID, done: int, attempt: int = 1) -> JobNews:
    return ProgressNews(job_id=job_id, at=NOW, attempt=attempt, step=done, steps=9)


def succeeded(job_id: UUID) -> JobNews:
    return SucceededNews(job_id=job_id, at=NOW, attempt=1)


def names(events: list[Any]) -> list[str]:
    return [event.name for event in events]


async def test_a_job_is_told_from_submit_to_its_pictures(
    service: Service, queue: Queue, person: Caller
) -> None:
    async with service.watch(person) as stream, service.client(person) as client:
        assert names(await stream.until("ready")) == ["ready"]
        job_id = await submitted(client)
        told = await stream.until("queued")
        claim = await take(queue)
        told += await stream.until("started")
        await queue.report(claim, ProgressNews(**step(claim.job.id, 1).model_dump()))
        told += await stream.until("progress")
        await queue.finish(claim, success(claim))
        told += await stream.until("succeeded")
    assert names(told) == ["queued", "started", "progress", "succeeded"]
    assert {event.data["job_id"] for event in told} == {job_id}
    assert told[1].data["worker"] == "w1"
    assert [image["position"] for image in told[3].data["images"]] == [0]
    assert len({event.id for event in told}) == len(told)


async def test_a_cancelled_job_ends_the_stream_of_that_job(
    service: Service, person: Caller
) -> None:
    async with service.client(person) as client:
        job_id = await submitted(client)
        path = f"/v1/generations/{job_id}/events"
        async with service.watch(person, path) as stream:
            assert names(await stream.until("ready")) == ["queued", "ready"]
            answer = await client.post(f"/v1/generations/{job_id}/cancel")
            assert answer.status_code == 200
            *_, cancelled, closing = await stream.rest()
    assert cancelled.name == "cancelled"
    assert (closing.name, closing.data) == ("closing", {"reason": "finished"})
    async with service.client(person) as client:
        again = await client.get(path, headers={"Last-Event-ID": cancelled.id})
    assert again.status_code == 204, "so that a browser does not come back"
    await service.until_nobody_watches()


async def test_what_a_stream_says_of_itself(service: Service, person: Caller) -> None:
    async with service.watch(person) as stream:
        await stream.until("ready")
        headers = stream.response.headers
    assert headers["content-type"] == "text/event-stream; charset=utf-8"
    assert (headers["cache-control"], headers["x-accel-buffering"]) == ("no-store", "no")
    assert stream.retry_ms == [2_000]


async def test_the_present_state_comes_first_and_nothing_old_after_it(
    service: Service, database: Database, queue: Queue, person: Caller
) -> None:
    job_id = await add_job(database, person)
    await set_status(database, job_id, "running", attempt=2)
    async with service.watch(person) as stream:
        state, ready = await stream.until("ready")
        assert (state.name, state.data["attempt"]) == ("started", 2)
        assert ready.data == {"open_jobs": 1, "complete": True}
        await queue.announce(
            (person.user_id, started(job_id)),
            (person.user_id, step(job_id, 1)),
            (person.user_id, started(job_id, 2)),
            (person.user_id, step(job_id, 3, 2)),
            (person.user_id, step(job_id, 4, 3)),
            (person.user_id, succeeded(job_id)),
            (person.user_id, succeeded(job_id)),
            (person.user_id, step(job_id, 5, 2)),
            (person.user_id, CancelledNews(job_id=uuid4(), at=NOW)),
        )
        told = await stream.until("cancelled")
    assert names(told) == ["progress", "succeeded", "cancelled"]
    assert told[0].data["step"] == 3


async def test_who_comes_later_is_told_the_latest_step(
    service: Service, database: Database, queue: Queue, person: Caller
) -> None:
    job_id = await add_job(database, person)
    await set_status(database, job_id, "running")
    async with service.watch(person) as first:
        await first.until("ready")
        await queue.announce((person.user_id, step(job_id, 1)), (person.user_id, step(job_id, 2)))
        await first.until("progress")
        await first.until("progress")
        async with service.watch(person) as second:
            state, latest, _ = await second.until("ready")
    assert (state.name, latest.name, latest.data["step"]) == ("started", "progress", 2)


async def test_a_resume_goes_on_after_the_last_id(
    service: Service, database: Database, queue: Queue, person: Caller
) -> None:
    old, new = await add_job(database, person), await add_job(database, person)
    async with service.watch(person) as stream:
        await stream.until("ready")
        await queue.announce((person.user_id, started(old)))
        await stream.until("started")
    await set_status(database, old, "succeeded")
    await queue.announce((person.user_id, succeeded(old)), (person.user_id, started(new)))
    async with service.watch(person, last=stream.last_id) as resumed:
        missed = await resumed.until("ready")
    assert names(missed) == ["succeeded", "started", "ready"]
    assert [event.data["job_id"] for event in missed[:2]] == [str(old), str(new)]
    async with service.watch(person, f"/v1/events?last_event_id={resumed.last_id}") as resumed:
        assert names(await resumed.until("ready")) == ["ready"], "nothing happened since"


async def test_a_resume_after_the_loss_of_redis_still_tells_the_end(
    settings: GenerationSettings, database: Database, queue: Queue, person: Caller
) -> None:
    job_id = await add_job(database, person)
    quiet = settings.model_copy(update={"sweep_every_s": 60.0, "relay_every_s": 60.0})
    async with serving(quiet) as before, before.watch(person) as stream:
        await stream.until("ready")
        await queue.announce((person.user_id, started(job_id)))
        await stream.until("started")
    await queue._redis.flushall()
    await set_status(database, job_id, "failed")
    async with serving(quiet) as after, after.watch(person, last=stream.last_id) as resumed:
        failed, ready = await resumed.until("ready")
    assert (failed.name, failed.data["job_id"]) == ("failed", str(job_id))
    assert ready.data == {"open_jobs": 0, "complete": True}


async def test_an_id_of_long_ago_says_that_it_does_not_reach_back(
    service: Service, person: Caller
) -> None:
    async with service.watch(person, last="1000-0") as stream:
        (ready,) = await stream.until("ready")
    assert ready.data["complete"] is False


async def test_what_nobody_told_is_found_in_the_record(
    service: Service, database: Database, person: Caller
) -> None:
    job_id = await add_job(database, person)
    async with service.watch(person) as stream:
        await stream.until("ready")
        await set_status(database, job_id, "succeeded")
        (job,) = service.desk.hub.open_jobs()
        for state in await service.desk.record.by_id([job]):
            service.desk.hub.learn(state.user_id, [state])
        (told,) = await stream.until("succeeded")
        assert told.data["job_id"] == str(job_id)
        assert list(service.desk.hub.open_jobs()) == []


async def test_nobody_sees_another_persons_jobs(
    service: Service, database: Database, queue: Queue, person: Caller
) -> None:
    stranger = await a_person(database)
    job_id = await add_job(database, person)
    async with service.client(stranger) as client:
        answer = await client.get(f"/v1/generations/{job_id}/events")
        assert (answer.status_code, answer.json()["code"]) == (404, "generation.job_not_found")
    async with service.watch(stranger) as stream:
        assert names(await stream.until("ready")) == ["ready"]
        await queue.announce(
            (person.user_id, started(job_id)),
            (stranger.user_id, FailedNews(job_id=uuid4(), at=NOW, code="mine")),
        )
        (told,) = await stream.until("failed")
        assert told.data["code"] == "mine"
    await service.until_nobody_watches()


async def test_refusals_come_before_the_first_byte(service: Service, person: Caller) -> None:
    async with service.client(None) as nobody:
        assert (await nobody.get("/v1/events")).status_code == 401
    async with service.client(person) as client:
        missing = await client.get(f"/v1/generations/{uuid4()}/events")
        assert missing.headers["content-type"] == "application/problem+json"
        assert missing.json()["request_id"] == missing.headers["x-request-id"]
        wrong = await client.get("/v1/events", headers={"Last-Event-ID": "1-x"})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "request.invalid")
        async with service.watch(person), service.watch(person), service.watch(person):
            refused = await client.get("/v1/events")
    assert (refused.status_code, refused.json()["limit"]) == (429, 3)
    assert refused.headers["retry-after"] == "5"


@pytest.mark.parametrize("timeout_s", ["0", "0.05"])
async def test_a_stream_may_be_asked_to_end_by_itself(
    service: Service, database: Database, person: Caller, timeout_s: str
) -> None:
    await add_job(database, person)
    async with service.watch(person, f"/v1/events?timeout_s={timeout_s}") as stream:
        told = await stream.rest()
    assert names(told) == ["queued", "ready", "closing"]
    assert told[2].data == {"reason": "timeout"}
    assert not told[2].id, "a resume begins at the last news"


async def test_a_stream_ends_with_its_token(service: Service, person: Caller) -> None:
    token = TokenPress(PRESS.key, lifetime_seconds=3).token(person.user_id)
    async with service.watch(person, token=token) as stream:
        told = await stream.rest()
    assert names(told) == ["ready", "closing"]
    assert told[1].data == {"reason": "token_expired"}


async def test_a_drain_ends_all_streams_and_says_when_to_come_back(
    service: Service, person: Caller
) -> None:
    async with service.watch(person) as stream, service.watch(person) as other:
        await stream.until("ready")
        await other.until("ready")
        service.app.state.draining.set()
        for each in (stream, other):
            (closing,) = await each.rest()
            assert closing.data == {"reason": "draining"}
            assert 2_000 <= each.retry_ms[-1] < 7_000
    async with service.client(person) as client:
        refused = await client.get("/v1/events")
    assert (refused.status_code, refused.json()["code"]) == (503, "generation.streams_full")
    await service.until_nobody_watches()


async def test_signs_of_life_come_between_events(
    service: Service, queue: Queue, person: Caller
) -> None:
    async with service.watch(person) as stream:
        await stream.until("ready")
        for turn in range(15):
            service.desk.hub.beat(turn)
        await queue.announce((person.user_id, FailedNews(job_id=uuid4(), at=NOW, code="x")))
        await stream.until("failed")
    assert stream.comments == 1


async def test_who_hangs_up_leaves_nothing_behind(
    service: Service, database: Database, person: Caller
) -> None:
    await add_job(database, person)
    for _ in range(5):
        async with service.watch(person) as stream:
            await stream.until("ready")
    await service.until_nobody_watches()
    assert service.desk.hub._rooms == {}
    assert list(service.desk.hub.open_jobs()) == []


async def test_the_document_tells_of_streams(service: Service) -> None:
    async with service.client(None) as client:
        document = (await client.get("/openapi.json")).json()
        metrics = (await client.get("/metrics")).text
    for path in ("/v1/events", "/v1/generations/{job_id}/events"):
        answers = document["paths"][path]["get"]["responses"]
        schema = answers["200"]["content"]["text/event-stream"]["schema"]
        assert schema["$ref"].endswith("/StreamEvent")
        assert {"204", "401", "422", "429", "503"} <= set(answers)
    asked = {
        each["name"]: each["schema"]
        for each in document["paths"]["/v1/events"]["get"]["parameters"]
    }
    assert asked["timeout_s"]["maximum"] == 300
    assert asked["Last-Event-ID"]["pattern"] == asked["last_event_id"]["pattern"] == ID_PATTERN
    event = document["components"]["schemas"]["StreamEvent"]
    assert event["required"] == ["event", "data"]
    assert len(event["properties"]["data"]["contentSchema"]["anyOf"]) == 8
    assert event["properties"]["id"]["pattern"] == ID_PATTERN
    assert "pingvas_event_streams 0.0" in metrics


async def test_news_goes_on_after_redis_was_lost(
    settings: GenerationSettings,
    database: Database,
    person: Caller,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tail, "LOOK_EVERY_S", 0.2)
    server = Valkey(tmp_path)
    server.start()
    job_id = await add_job(database, person)
    changes = {"redis_url": type(settings.redis_url)(server.url), "sweep_every_s": 60.0}
    changed = settings.model_copy(update=changes)
    async with serving(changed) as service, service.watch(person) as stream:
        await stream.until("ready")
        server.kill()
        await set_status(database, job_id, "failed")
        (failed,) = await stream.until("failed")
        assert failed.data["job_id"] == str(job_id), "the record told it"
        server.start()
        redis = connect(server.url)
        await Queue(redis, "dev").announce((person.user_id, started(uuid4())))
        await redis.aclose()
        await stream.until("started")
    server.kill()


async def test_a_replica_that_starts_without_redis_tells_the_record(
    settings: GenerationSettings, database: Database, person: Caller
) -> None:
    await add_job(database, person)
    nowhere = type(settings.redis_url)("redis://127.0.0.1:1")
    changed = settings.model_copy(update={"redis_url": nowhere})
    async with serving(changed) as service, service.watch(person) as stream:
        assert names(await stream.until("ready")) == ["queued", "ready"]
