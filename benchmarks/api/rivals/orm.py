"""FastAPI, SQLAlchemy 2's async ORM on asyncpg, and redis-py: a session for each request."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import Depends, FastAPI, Header, HTTPException
from redis.asyncio import Redis
from sqlalchemy import FetchedValue, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

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

ENGINE = create_async_engine(
    DATABASE_URL.replace("postgresql://", "postgresql+asyncpg://"),
    pool_size=CONNECTIONS,
    max_overflow=0,
)
SESSIONS = async_sessionmaker(ENGINE, expire_on_commit=False)


class Base(DeclarativeBase):  # type: ignore[misc]  # SQLAlchemy is in the rivals' environment only
    """The declarative base."""


class Job(Base):
    """A row of generation_jobs, as far as a submit writes and reads it."""

    __tablename__ = "generation_jobs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[UUID]
    kind: Mapped[str]
    checkpoint: Mapped[str]
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    cost_credits: Mapped[int]
    idempotency_key: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=FetchedValue())
    queued_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class Checkpoint(Base):
    """A row of checkpoints, as far as a submit reads it."""

    __tablename__ = "checkpoints"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    enabled: Mapped[bool]


@asynccontextmanager
async def life(app: FastAPI) -> AsyncIterator[None]:
    """Open what the handler needs."""
    async with Redis.from_url(REDIS_URL) as redis:
        app.state.redis = redis
        settle_memory()
        yield
    await ENGINE.dispose()


app = FastAPI(lifespan=life)


async def session(caller: SignedIn) -> AsyncIterator[AsyncSession]:
    """A transaction as the caller."""
    async with SESSIONS.begin() as opened:
        await opened.execute(select(func.set_config("pingvas.user_id", str(caller.id), True)))
        yield opened


@app.post("/v1/generations", status_code=202)
async def submit(
    wanted: Wanted,
    caller: SignedIn,
    database: Annotated[AsyncSession, Depends(session, scope="function")],
    idempotency_key: Annotated[str, Header()],
) -> Taken:
    """Take a job."""
    offered = select(Checkpoint).where(Checkpoint.name == wanted.checkpoint, Checkpoint.enabled)
    if await database.scalar(offered) is None:
        raise HTTPException(422)
    job = Job(
        user_id=caller.id,
        kind="text_to_image",
        checkpoint=wanted.checkpoint,
        parameters=wanted.model_dump(exclude={"checkpoint"}),
        cost_credits=wanted.cost_credits,
        idempotency_key=idempotency_key,
    )
    database.add(job)
    await database.flush()
    await database.execute(select(func.hold_credits(caller.id, job.id, job.cost_credits)))
    mine = select(func.count()).where(Job.user_id == caller.id, Job.status == "queued")
    if await database.scalar(mine) > WAITING_JOBS:
        raise HTTPException(429)
    await database.commit()
    redis: Redis = app.state.redis
    body = wanted.model_dump_json()
    entry: Entry = {"id": str(job.id), "tenant": str(caller.id), "body": body}
    await redis.xadd(STREAM, entry)
    return Taken(
        id=job.id,
        checkpoint=job.checkpoint,
        cost_credits=job.cost_credits,
        queued_at=job.queued_at,
    )
