"""The service behind a real server, and clients that watch it."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import uvicorn
from fastapi import FastAPI

from services.generation.progress.desk import Desk
from services.generation.settings import GenerationSettings
from services.kernel.access import Caller, TokenVerifier
from services.kernel.app.serving import Sockets
from services.kernel.db import Database
from services.kernel.sql import Query
from tests.servers.people import AUDIENCE, ISSUER
from tests.services.callers import PRESS

SOON_S = 10.0
BODY = {"checkpoint": "tiny", "prompt": "a lighthouse", "width": 64, "height": 64, "steps": 2}
LIFE = ("queued", "started", "progress", "succeeded", "failed", "cancelled")
ADD_JOB = Query(
    "add_job",
    "insert into generation_jobs (id, user_id, checkpoint, parameters, cost_credits, queued_at)"
    " values (%(id)s, %(user_id)s, 'tiny', '{}', 1, now() + interval '1 day')",
)
SET_STATUS = Query(
    "set_status",
    "update generation_jobs set status = %(status)s, attempt = %(attempt)s,"
    " started_at = case when %(status)s = 'running' then now() else started_at end,"
    " finished_at = case when %(status)s in ('queued', 'running') then null else now() end"
    " where id = %(id)s",
)


@dataclass(frozen=True)
class Event:
    """One event as a client got it."""

    id: str
    name: str
    data: dict[str, Any]


@dataclass
class Stream:
    """An open stream of events."""

    response: httpx.Response
    lines: AsyncIterator[str]
    comments: int = 0
    last_id: str = ""
    retry_ms: list[int] = field(default_factory=list)

    async def next(self, patience_s: float = SOON_S) -> Event:
        """The next event, or a failure when none comes. Raises StopAsyncIteration at the end."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(patience_s):
            while (line := await anext(self.lines)) or "event" not in fields:
                self._read(line, fields)
        self.last_id = fields.get("id", self.last_id)
        return Event(fields.get("id", ""), fields["event"], json.loads(fields["data"]))

    async def until(self, name: str) -> list[Event]:
        """All events up to the first of that name."""
        events = [await self.next()]
        while events[-1].name != name:
            events.append(await self.next())
        return events

    async def rest(self) -> list[Event]:
        """All events until the server ends the stream."""
        events = []
        while True:
            try:
                events.append(await self.next())
            except StopAsyncIteration:
                return events

    def _read(self, line: str, fields: dict[str, str]) -> None:
        name, _, value = line.partition(": ")
        if line.startswith(":"):
            self.comments += 1
        elif name == "retry":
            self.retry_ms.append(int(value))
        elif line:
            fields[name] = value


@dataclass(frozen=True)
class Service:
    """The service as clients reach it."""

    app: FastAPI
    server: uvicorn.Server
    port: int

    @property
    def desk(self) -> Desk:
        desk: Desk = self.app.state.progress
        return desk

    @asynccontextmanager
    async def client(
        self, caller: Caller | None, token: str = ""
    ) -> AsyncIterator[httpx.AsyncClient]:
        """A client that is signed in."""
        token = token or (PRESS.token(caller.user_id) if caller else "")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"http://127.0.0.1:{self.port}"
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as client:
            yield client

    @asynccontextmanager
    async def watch(
        self, caller: Caller, path: str = "/v1/events", last: str = "", token: str = ""
    ) -> AsyncIterator[Stream]:
        """A stream of events of a person."""
        headers = {"Last-Event-ID": last} if last else {}
        async with (
            self.client(caller, token) as client,
            client.stream("GET", path, headers=headers) as response,
        ):
            assert response.status_code == 200, await response.aread()
            yield Stream(response, response.aiter_lines())

    async def until_nobody_watches(self) -> None:
        """Disconnects are heard a moment later."""
        await until(lambda: self.desk.hub.streams == 0)


@asynccontextmanager
async def serving(settings: GenerationSettings) -> AsyncIterator[Service]:
    """The whole service on a free port, in this process."""
    from services.generation.main import create_app

    app = create_app(settings)
    app.state.verifier = TokenVerifier(PRESS.key, issuer=ISSUER, audience=AUDIENCE)
    listener = socket.create_server(("127.0.0.1", 0), backlog=1_000)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, 16_384)
    config = uvicorn.Config(app, log_config=None, ws=Sockets, timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve([listener]))
    await until(lambda: server.started)
    try:
        yield Service(app, server, listener.getsockname()[1])
    finally:
        server.should_exit = True
        await running


async def until(true: Callable[[], bool]) -> None:
    """Look again and again."""
    async with asyncio.timeout(SOON_S):
        while True:
            if true():
                return
            await asyncio.sleep(0.002)


async def add_job(database: Database, caller: Caller) -> UUID:
    """A queued row that no queue knows; it is of tomorrow, so that no sweep looks after it."""
    job_id = uuid4()
    async with database.tenant(caller.user_id) as tenant:
        await tenant.execute(ADD_JOB, id=job_id, user_id=caller.user_id)
    return job_id


async def set_status(database: Database, job_id: UUID, status: str, attempt: int = 1) -> None:
    """Change the record behind everybody's back."""
    async with database.system() as system:
        await system.execute(SET_STATUS, id=job_id, status=status, attempt=attempt)


async def submitted(client: httpx.AsyncClient) -> str:
    """The id of a new job."""
    key = {"Idempotency-Key": str(uuid4())}
    answer = await client.post("/v1/generations", json=BODY, headers=key)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])
