"""What a worker would do, without pictures; and requests to give it something to do."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

from redis.asyncio import Redis

from services.contracts.jobs import JobResult, Outcome, StoredImage
from services.contracts.object_keys import image_key
from services.dispatch.board import Board
from services.dispatch.claims import Claim
from services.dispatch.queue import Queue
from services.generation.actions.appraise_job import AppraiseJob
from services.generation.actions.submit_job import SubmitJob
from services.generation.background.outbox import Outbox
from services.generation.facts.catalogue import Catalogue
from services.generation.facts.outlook import Outlook
from services.generation.facts.queue_facts import QueueFacts
from services.generation.facts.remembered import Remembered
from services.generation.records import REQUESTS, JobRecord
from services.generation.schemas.generations import Generation
from services.generation.schemas.requests import GenerationRequest
from services.generation.settings import GenerationSettings
from services.kernel.access import Caller
from services.kernel.db import Database
from services.kernel.sql import Query

FIND_JOB = Query("find", "select * from generation_jobs where id = %(id)s")
COUNT_IMAGES = Query("images", "select count(*) as n from images where job_id = %(id)s")


@dataclass(frozen=True)
class Submitting:
    """A submit, and the queue entry that follows it."""

    action: SubmitJob

    @classmethod
    def on(cls, database: Database, redis: Redis, settings: GenerationSettings) -> Self:
        """As the service puts it together, without a memory of the queue."""
        facts = QueueFacts(database, Board(redis, settings.environment), settings.tiers)
        situation = Remembered(facts.situation, 0, share=math.inf)
        outlook = Outlook(facts.forecast, 0, share=math.inf)
        appraise = AppraiseJob(database, Catalogue(database), situation, settings)
        outbox = Outbox(database, Queue(redis, settings.environment), settings)
        return cls(SubmitJob(appraise, outbox, outlook))

    async def run(self, caller: Caller, request: GenerationRequest, key: str) -> Generation:
        """Both in turn."""
        job = await self.action.run(caller, request, key)
        if self.action.outbox.has_some:
            await self.action.outbox.turn()
        return job


def a_request(**changes: Any) -> GenerationRequest:
    """One small picture: costs one credit."""
    values: dict[str, Any] = {
        "checkpoint": "tiny",
        "prompt": "a lighthouse",
        "width": 64,
        "height": 64,
        "steps": 2,
    }
    return REQUESTS.validate_python({**values, **changes})


async def take(queue: Queue, lease_s: float = 30.0) -> Claim:
    """The next job."""
    claim = await queue.claim("w1", lease_s, timeout_s=1, checkpoints=["tiny"])
    assert claim is not None
    return claim


def pictures(user_id: UUID, job_id: UUID, count: int = 1) -> tuple[StoredImage, ...]:
    """As if they were stored."""
    return tuple(
        StoredImage(
            position=position,
            object_key=image_key(user_id, job_id, position),
            width=64,
            height=64,
            size_bytes=1_000,
            sha256="a" * 64,
        )
        for position in range(count)
    )


def success(claim: Claim, **changes: Any) -> JobResult:
    """A result with as many pictures as were asked for."""
    job = claim.job
    return ending(claim, images=pictures(job.user_id, job.id, job.count), **changes)


def failure(claim: Claim, **changes: Any) -> JobResult:
    """A failure for good."""
    return ending(claim, **{"outcome": Outcome.FAILED, "error_code": "worker.failed", **changes})


def ending(claim: Claim, **changes: Any) -> JobResult:
    """A result in general."""
    now = datetime.now(UTC)
    values: dict[str, Any] = {
        "job_id": claim.job.id,
        "attempt": claim.attempt,
        "worker": claim.worker,
        "outcome": Outcome.SUCCEEDED,
        "gpu_seconds": 0.25,
        "started_at": now,
        "finished_at": now,
    }
    return JobResult(**{**values, **changes})


async def job_of(database: Database, job_id: UUID) -> JobRecord:
    """The row as it is."""
    async with database.system() as system:
        row = await system.fetch_one(FIND_JOB, id=job_id)
    assert row is not None
    return JobRecord.of(row)


async def images_of(database: Database, job_id: UUID) -> int:
    """How many rows a job has in images."""
    async with database.system() as system:
        row = await system.fetch_one(COUNT_IMAGES, id=job_id)
    assert row is not None
    return int(row["n"])


async def status_of(database: Database, job_id: UUID) -> str:
    """The row's status."""
    return (await job_of(database, job_id)).status


def is_of(claim: Claim, caller: Caller) -> bool:
    """Is the claimed job this person's?"""
    return claim.job.user_id == caller.user_id
