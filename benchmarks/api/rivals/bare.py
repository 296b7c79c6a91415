"""FastAPI, psycopg and redis-py by hand: one statement in one transaction, then XADD."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated
from uuid import uuid4

from fastapi import FastAPI, Header, HTTPException
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool
from redis.asyncio import Redis

from benchmarks.api.rivals.door import (
    CONNECTIONS,
    DATABASE_URL,
    REDIS_URL,
    STREAM,
    WAITING_JOBS,
    Entry,
    SignedIn,
    Taken,
    Wanted,
    settle_memory,
)

NAME_PERSON = "select set_config('pingvas.user_id', %s, true)"
TAKE = """
    with job as (
        insert into generation_jobs (
            id, user_id, kind, checkpoint, parameters, cost_credits, idempotency_key
        )
        select %(id)s, %(user_id)s, 'text_to_image', name, %(parameters)s, %(cost)s, %(key)s
        from checkpoints where name = %(checkpoint)s and enabled
        returning id, user_id, cost_credits, queued_at
    )
    select queued_at, hold_credits(user_id, id, cost_credits),
        (select count(*) from generation_jobs where user_id = %(user_id)s and status = 'queued')
    from job
"""

Pool = AsyncConnectionPool[AsyncConnection[TupleRow]]


@asynccontextmanager
async def life(app: FastAPI) -> AsyncIterator[None]:
    """Open what the handler needs."""
    pool: Pool = AsyncConnectionPool(
        DATABASE_URL, min_size=CONNECTIONS, max_size=CONNECTIONS, open=False
    )
    async with pool, Redis.from_url(REDIS_URL) as redis:
        app.state.pool, app.state.redis = pool, redis
        settle_memory()
        yield


app = FastAPI(lifespan=life)


@app.post("/v1/generations", status_code=202)
async def submit(
    wanted: Wanted, caller: SignedIn, idempotency_key: Annotated[str, Header()]
) -> Taken:
    """Take a job."""
    pool: Pool = app.state.pool
    values = {
        "id": uuid4(),
        "user_id": caller.id,
        "checkpoint": wanted.checkpoint,
        "parameters": Jsonb(wanted.model_dump(exclude={"checkpoint"})),
        "cost": wanted.cost_credits,
        "key": idempotency_key,
    }
    async with pool.connection() as connection, connection.pipeline():
        await connection.execute(NAME_PERSON, [str(caller.id)])
        cursor = await connection.execute(TAKE, values)
        row = await cursor.fetchone()
        if row is None:
            raise HTTPException(422)
        if row[2] > WAITING_JOBS:
            raise HTTPException(429)
    redis: Redis = app.state.redis
    body = wanted.model_dump_json()
    entry: Entry = {
        "id": str(values["id"]),
        "tenant": str(caller.id),
        "body": body,
    }
    await redis.xadd(STREAM, entry)
    return Taken(
        id=values["id"],
        checkpoint=wanted.checkpoint,
        cost_credits=wanted.cost_credits,
        queued_at=row[0],
    )
