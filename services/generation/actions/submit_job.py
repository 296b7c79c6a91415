"""Take a job: its row and the hold on its price in one statement, then the queue.

The row is the promise, and its own outbox: it goes to the queue a moment after the commit, and if
this process or Redis is lost in between, the relay finds it. Any refusal is first held against the
idempotency key: whoever has been answered before gets the same answer again.
"""

import math
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from services.generation.actions.appraise_job import Appraisal, AppraiseJob
from services.generation.background.outbox import Outbox
from services.generation.errors import CheckpointUnknown, InsufficientCredits, TooManyWaitingJobs
from services.generation.eta import Wish
from services.generation.facts.outlook import Outlook
from services.generation.records import JobRecord
from services.generation.repository import submits
from services.generation.repository.submits import NewJob
from services.generation.schemas.generations import Generation, Status
from services.generation.schemas.requests import GenerationRequest
from services.kernel.access import Caller
from services.kernel.db import DatabaseRefused
from services.kernel.errors import Problem
from services.kernel.idempotency import require_same

NO_CREDITS = "PV001"
TOO_MANY_WAIT = "PV002"
LONGEST_RETRY_S = 60


@dataclass(frozen=True)
class SubmitJob:
    """The same key with the same request gives the first answer again and charges nothing."""

    appraise: AppraiseJob
    outbox: Outbox
    outlook: Outlook

    async def run(self, caller: Caller, request: GenerationRequest, key: str) -> Generation:
        """The job as taken. Raises the problems of `errors.py`."""
        try:
            return await self._take(caller, request, key)
        except Problem:
            earlier = await submits.find_job_by_key(self.appraise.database, caller.user_id, key)
            if earlier is None:
                raise
        require_same(earlier.requested().model_dump(), request.model_dump())
        return earlier.view()

    async def _take(self, caller: Caller, request: GenerationRequest, key: str) -> Generation:
        appraisal = await self.appraise.run(caller, request)
        appraisal.require()
        job = _new_job(caller, appraisal, key)
        taken_at = await self._store(caller, appraisal, job)
        if taken_at is None:
            raise CheckpointUnknown(request.checkpoint)
        record = _record(job, taken_at)
        self.outbox.post(record, caller.tier)
        return record.view(self.outlook.take(wish_of(caller, appraisal)))

    async def _store(self, caller: Caller, appraisal: Appraisal, job: NewJob) -> datetime | None:
        try:
            return await submits.take_job(
                self.appraise.database,
                job,
                waiting_at_most=appraisal.terms.waiting_jobs,
                ring=self.outbox.is_stuck,
            )
        except DatabaseRefused as refused:
            if refused.sqlstate == NO_CREDITS:
                raise InsufficientCredits(job.cost_credits) from refused
            if refused.sqlstate == TOO_MANY_WAIT:
                raise await self.too_many(caller, appraisal) from refused
            raise

    async def too_many(self, caller: Caller, appraisal: Appraisal) -> TooManyWaitingJobs:
        """When to come back: when one of the waiting jobs begins, as far as that is known."""
        forecast = await self.outlook.get()
        place_s = forecast.next_place_s(wish_of(caller, appraisal))
        guess_s = self.appraise.settings.retry_after_s if place_s is None else math.ceil(place_s)
        return TooManyWaitingJobs(
            appraisal.terms.waiting_jobs, min(max(1, guess_s), LONGEST_RETRY_S)
        )


def wish_of(caller: Caller, appraisal: Appraisal) -> Wish:
    """What a forecast asks of it."""
    return Wish(
        user=str(caller.user_id),
        weight=appraisal.terms.weight,
        lane=appraisal.lane,
        units=appraisal.work_units,
        running_at_most=appraisal.terms.running_jobs,
    )


def _new_job(caller: Caller, appraisal: Appraisal, key: str) -> NewJob:
    return NewJob(
        id=uuid4(),
        user_id=caller.user_id,
        kind=appraisal.request.kind,
        checkpoint=appraisal.request.checkpoint,
        parameters=appraisal.parameters(),
        cost_credits=appraisal.price.credits,
        work_units=appraisal.work_units,
        idempotency_key=key,
    )


def _record(job: NewJob, taken_at: datetime) -> JobRecord:
    """The row as it was stored: everything else is as the table begins."""
    return JobRecord(
        id=job.id,
        user_id=job.user_id,
        status=Status.QUEUED,
        kind=job.kind,
        checkpoint=job.checkpoint,
        parameters=job.parameters,
        priority=0,
        cost_credits=job.cost_credits,
        attempt=0,
        error_code=None,
        error_detail=None,
        cancel_requested_at=None,
        queued_at=taken_at,
        started_at=None,
        finished_at=None,
    )
