"""Let a job that was given up be drawn after all: as a new job, at its old price.

The old one is over: its price went back, and what is over in the record is never run again. So
its owner is charged anew, by the statement that takes any job, and the key of that submit is made
of the old job's id: retried twice is retried once.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid4

from services.dispatch.operation import Operation
from services.dispatch.queue import Queue
from services.generation.actions.submit_job import NO_CREDITS, TOO_MANY_WAIT
from services.generation.entries import readable
from services.generation.records import JobRecord
from services.generation.repository import open_jobs, submits
from services.generation.repository.submits import NewJob
from services.generation.schemas.generations import Status
from services.generation.settings import GenerationSettings
from services.kernel.db import Database, DatabaseRefused


class Answer(StrEnum):
    """What became of a wish to retry; all but the first two leave everything as it was."""

    RETRIED = "retried"
    RETRIED_BEFORE = "retried_before"
    NOT_DEAD = "not_dead"
    UNSETTLED = "unsettled"
    OVER = "over"
    GONE = "gone"
    NO_CREDITS = "no_credits"
    TOO_MANY_WAIT = "too_many_wait"
    NOT_OFFERED = "not_offered"


_REFUSALS = {NO_CREDITS: Answer.NO_CREDITS, TOO_MANY_WAIT: Answer.TOO_MANY_WAIT}


@dataclass(frozen=True)
class Retry:
    """`new_id` is the job that was submitted in the place of the dead one."""

    job_id: UUID
    answer: Answer
    new_id: UUID | None = None

    @property
    def is_done(self) -> bool:
        """The job waits, ran, or will."""
        return self.new_id is not None


@dataclass(frozen=True)
class RetryDeadLetter:
    """Raises QueueUnavailable and DatabaseUnavailable; may be repeated after that."""

    database: Database
    queue: Queue
    operation: Operation
    settings: GenerationSettings

    async def run(self, job_id: UUID) -> Retry:
        """One dead letter; it is dropped when its job was submitted anew."""
        if (await self.operation.entry(job_id)).get("state") != "dead":
            return Retry(job_id, Answer.NOT_DEAD)
        found = await open_jobs.find_tiered(self.database, [job_id])
        if not found:
            return Retry(job_id, Answer.GONE)
        job, tier = found[0]
        if job.status is not Status.FAILED:
            return Retry(job_id, Answer.OVER if job.is_final else Answer.UNSETTLED)
        return await self._submit(job, tier)

    async def _submit(self, job: JobRecord, tier: str) -> Retry:
        new = _again(job)
        at_most = self.settings.terms_of(tier).waiting_jobs
        try:
            taken_at = await submits.take_job(
                self.database, new, waiting_at_most=at_most, ring=False
            )
        except DatabaseRefused as refused:
            if refused.sqlstate not in _REFUSALS:
                raise
            return Retry(job.id, _REFUSALS[refused.sqlstate])
        earlier = await submits.find_job_by_key(self.database, job.user_id, new.idempotency_key)
        if earlier is None:
            return Retry(job.id, Answer.NOT_OFFERED)
        if not earlier.is_final:
            await self.queue.enqueue_many(readable([(earlier, tier)], self.settings))
        await self.operation.forget([job.id])
        return Retry(job.id, Answer.RETRIED if taken_at else Answer.RETRIED_BEFORE, earlier.id)


def _again(job: JobRecord) -> NewJob:
    return NewJob(
        id=uuid4(),
        user_id=job.user_id,
        kind=job.kind,
        checkpoint=job.checkpoint,
        parameters=job.parameters,
        cost_credits=job.cost_credits,
        work_units=job.message().work_units,
        idempotency_key=f"retry of {job.id}",
    )
