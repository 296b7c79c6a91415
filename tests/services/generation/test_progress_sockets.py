"""The same events on WebSockets, and what slow clients meet on a real connection."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from services.contracts.events import CancelledNews, ProgressNews, StartedNews
from services.dispatch.queue import Queue
from services.generation.progress.lines import CLOSE_CODES
from services.generation.progress.watcher import Reason
from services.kernel.access import Caller
from services.kernel.db import Database
from tests.servers.people import TokenPress
from tests.services.callers import PRESS, a_person
from tests.services.generation.watching import Service, add_job, set_status, until

NOW = datetime.now(UTC)


@pytest.fixture
async def person(database: Database) -> Caller:
    return await a_person(database)


@asynccontextmanager
async def listening(
    service: Service, token: str, path: str = "/v1/events/ws", *, browser: bool = False
) -> AsyncIterator[ClientConnection]:
    """A WebSocket, signed in by a header or as a browser does."""
    url = f"ws://127.0.0.1:{service.port}{path}"
    words = [Subprotocol("pingvas.bearer"), Subprotocol(token)] if browser else None
    headers = {} if browser else {"Authorization": f"Bearer {token}"}
    async with connect(
        url, subprotocols=words, additional_headers=headers, proxy=None
    ) as connection:
        yield connection


async def heard(connection: ClientConnection, last: str) -> list[dict[str, Any]]:
    """All messages up to the first of that name."""
    messages: list[dict[str, Any]] = []
    async with asyncio.timeout(10):
        while not messages or messages[-1]["event"] != last:
            messages.append(json.loads(await connection.recv()))
    return messages


@pytest.mark.parametrize("browser", [True, False])
async def test_events_come_as_messages_and_resume(
    service: Service, database: Database, queue: Queue, person: Caller, browser: bool
) -> None:
    job_id, token = await add_job(database, person), PRESS.token(person.user_id)
    async with listening(service, token, browser=browser) as connection:
        assert connection.subprotocol == ("pingvas.bearer" if browser else None)
        queued, ready = await heard(connection, "ready")
        assert (queued["event"], queued["data"]["job_id"]) == ("queued", str(job_id))
        await connection.send("what a client says is not heeded")
        await (await connection.ping())
    news = StartedNews(job_id=job_id, at=NOW, attempt=1, worker="w1")
    await queue.announce((person.user_id, news))
    again = f"/v1/events/ws?last_event_id={ready['id']}"
    async with listening(service, token, again, browser=browser) as connection:
        started = (await heard(connection, "started"))[-1]
    assert started["data"]["worker"] == "w1"
    assert started["id"] > ready["id"]
    await service.until_nobody_watches()


async def test_the_socket_of_one_job_closes_after_its_end(
    service: Service, database: Database, queue: Queue, person: Caller
) -> None:
    job_id = await add_job(database, person)
    path = f"/v1/generations/{job_id}/events/ws"
    async with listening(service, PRESS.token(person.user_id), path) as connection:
        await heard(connection, "ready")
        await queue.announce((person.user_id, CancelledNews(job_id=job_id, at=NOW)))
        told = await heard(connection, "closing")
        assert [message["event"] for message in told] == ["cancelled", "closing"]
        assert told[1] == {"id": None, "event": "closing", "data": {"reason": "finished"}}
        with pytest.raises(ConnectionClosed):
            await connection.recv()
        assert connection.close_code == 1000
    await service.until_nobody_watches()


async def test_close_codes_tell_why(service: Service, person: Caller) -> None:
    short = TokenPress(PRESS.key, lifetime_seconds=3).token(person.user_id)
    async with listening(service, short) as expiring:
        await heard(expiring, "closing")
        await expiring.wait_closed()
        assert expiring.close_code == CLOSE_CODES[Reason.TOKEN_EXPIRED] == 4401
    async with listening(service, PRESS.token(person.user_id)) as drained:
        await heard(drained, "ready")
        service.app.state.draining.set()
        await heard(drained, "closing")
        await drained.wait_closed()
        assert drained.close_code == CLOSE_CODES[Reason.DRAINING] == 1012


@pytest.mark.parametrize("browser", [True, False])
async def test_a_socket_is_not_opened_to_just_anybody(
    service: Service, database: Database, person: Caller, browser: bool
) -> None:
    stranger = PRESS.token((await a_person(database)).user_id)
    job_id = await add_job(database, person)
    foreign = TokenPress().token(person.user_id)
    path = f"/v1/generations/{job_id}/events/ws"
    for token, asked, status in ((foreign, path, 401), ("x", path, 401), (stranger, path, 404)):
        with pytest.raises(InvalidStatus) as refused:
            async with listening(service, token, asked, browser=browser):
                pass
        assert refused.value.response.status_code == status
    with pytest.raises(InvalidStatus) as nobody:
        async with connect(f"ws://127.0.0.1:{service.port}/v1/events/ws", proxy=None):
            pass
    assert nobody.value.response.status_code == 401
    await service.until_nobody_watches()


async def refusal(service: Service, token: str, path: str) -> tuple[int, str, str]:
    """The status, media type and code that a handshake was refused with."""
    with pytest.raises(InvalidStatus) as refused:
        async with listening(service, token, path):
            pass
    answer = refused.value.response
    told = json.loads(answer.body or b"")
    assert told["status"] == answer.status_code
    assert answer.headers["X-Request-ID"] == told["request_id"]
    return answer.status_code, answer.headers["Content-Type"], told["code"]


async def test_refusals_are_problems_and_no_faults_of_ours(
    service: Service, person: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    every, one = "/v1/events/ws", f"/v1/generations/{uuid4()}/events/ws"
    token, problem = PRESS.token(person.user_id), "application/problem+json"
    expected = {
        ("x", every): (401, problem, "access.token_refused"),
        (token, one): (404, problem, "generation.job_not_found"),
        (token, "/v1/events/ws?last_event_id=x"): (422, problem, "request.invalid"),
    }
    for (said, path), answer in expected.items():
        assert await refusal(service, said, path) == answer
    async with AsyncExitStack() as opened:
        for _ in range(3):
            await heard(await opened.enter_async_context(listening(service, token)), "ready")
        assert await refusal(service, token, every) == (429, problem, "generation.too_many_streams")
    await service.until_nobody_watches()
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_client_that_stops_reading_gets_the_latest_step_when_it_goes_on(
    service: Service, database: Database, queue: Queue, person: Caller
) -> None:
    job_id = await add_job(database, person)
    await set_status(database, job_id, "running")
    async with service.watch(person) as fast:
        await fast.until("ready")
        slow = open_without_reading(service.port, PRESS.token(person.user_id))
        await until(lambda: service.desk.hub.streams == 2)
        total = await publish_until_somebody_is_slow(service, queue, person, job_id)
        while (await fast.next()).data.get("step") != total:
            pass
        await queue.announce((person.user_id, CancelledNews(job_id=job_id, at=NOW, attempt=1)))
        await fast.until("cancelled")
        got = await asyncio.to_thread(read_to_the_end, slow)
    steps = [int(part.split(b",")[0]) for part in got.split(b'"step":')[1:]]
    assert steps == sorted(steps)
    assert len(steps) < total, "what lay between was dropped"
    assert steps[-1] == total, "and the latest was not"


def open_without_reading(port: int, token: str) -> socket.socket:
    """A stream of events with small buffers."""
    opened = socket.socket()
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    opened.settimeout(10)
    opened.connect(("127.0.0.1", port))
    request = f"GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
    opened.sendall(request.encode())
    return opened


def read_to_the_end(slow: socket.socket) -> bytes:
    """All of it, until its job is over."""
    got = b""
    with slow:
        while b"event: cancelled" not in got:
            got += slow.recv(65_536)
    return got


async def publish_until_somebody_is_slow(
    service: Service, queue: Queue, person: Caller, job_id: UUID
) -> int:
    """How many steps that took, and some more."""
    watchers = service.desk.hub._rooms[str(person.user_id)].watchers
    done, more = 0, 3
    while more:
        steps = [
            ProgressNews(job_id=job_id, at=NOW, attempt=1, step=done + number, steps=10**9)
            for number in range(1, 201)
        ]
        await queue.announce(*((person.user_id, step) for step in steps))
        done += len(steps)
        await until_heard(service, job_id, done)
        more -= any(watcher.is_slow for watcher in watchers)
    return done


async def until_heard(service: Service, job_id: UUID, done: int) -> None:
    """The hub has had that step."""

    def is_heard() -> bool:
        step = service.desk.hub.ledger.step_of(str(job_id))
        return step is not None and json.loads(step.body)["step"] == done

    await until(is_heard)
