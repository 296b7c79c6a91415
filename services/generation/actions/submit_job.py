"""Take a job: its row and the hold on its price in one transaction, then the queue.

The queue may be away: the row is the promise, and the sweep puts it in later. When workers are
registered and none of them serves the checkpoint, the job is refused; when no worker is registered
at all (none has started yet, or all are being replaced) it is taken and waits.
"""

import secrets
from dataclasses import dataclass
from uuid import uuid4

from services.dispatch.claims import Admission
from services.dispatch.errors import QueueUnavailable
from services.dispatch.queue import Queue
from services.generation import repository
from services.generation.access import may_use
from services.generation.errors import (
    CheckpointUnknown,
    InsufficientCredits,
    NoWorkerForCheckpoint,
    QueueFull,
    TierTooLow,
    TooManyOpenJobs,
)
from services.generation.pricing import credits_for
from services.generation.records import JobRecord
from services.generation.repository import NewJob
from services.generation.schemas.generations import LARGEST_SEED, GenerationRequest
from services.generation.settings import GenerationSettings
from services.kernel.access import Caller
from services.kernel.db import Database, DatabaseRefused, TenantConnection
from services.kernel.idempotency import require_same
from services.kernel.logs import logger

NO_CREDITS = "PV001"


@dataclass(frozen=True)
class SubmitJob:
    """The same key with the same request gives the first answer again and charges nothing."""

    database: Database
    queue: Queue
    settings: GenerationSettings

    async def run(self, caller: Caller, request: GenerationRequest, key: str) -> JobRecord:
        """The job as stored. Raises the problems of `errors.py`."""
        admission = await self._ask_queue(request.checkpoint)
        async with self.database.tenant(caller.user_id) as tenant:
            earlier = await repository.find_job_by_key(tenant, key)
            if earlier is None:
                await self._admit(tenant, caller, request, admission)
                job = await repository.add_job(tenant, self._new_job(caller, request, key))
                if job is not None:
                    await self._hold(tenant, job)
            else:
                job = None
        if job is not None:
            await self._offer(job, caller.tier)
            return job
        return await self._replay(caller, request, key)

    async def _ask_queue(self, checkpoint: str) -> Admission | None:
        try:
            return await self.queue.admission(checkpoint)
        except QueueUnavailable:
            return None

    async def _admit(
        self,
        tenant: TenantConnection,
        caller: Caller,
        request: GenerationRequest,
        admission: Admission | None,
    ) -> None:
        checkpoint = await repository.find_checkpoint(tenant, request.checkpoint)
        if checkpoint is None or not checkpoint["enabled"]:
            raise CheckpointUnknown(request.checkpoint)
        if not may_use(caller.tier, checkpoint["minimum_tier"]):
            raise TierTooLow(request.checkpoint, checkpoint["minimum_tier"])
        if admission is None:
            return
        if admission.waiting >= self.settings.waiting_jobs_at_most:
            raise QueueFull(self.settings.retry_after_s)
        if admission.workers and not admission.can_serve:
            raise NoWorkerForCheckpoint(request.checkpoint)

    def _new_job(self, caller: Caller, request: GenerationRequest, key: str) -> NewJob:
        parameters = request.model_dump(exclude={"checkpoint"})
        parameters["seed_drawn"] = request.seed is None
        if request.seed is None:
            parameters["seed"] = secrets.randbelow(LARGEST_SEED + 1)
        cost = credits_for(
            width=request.width,
            height=request.height,
            steps=request.steps,
            count=request.count,
            credits_per_megapixel_step=self.settings.credits_per_megapixel_step,
        )
        return NewJob(uuid4(), caller.user_id, request.checkpoint, parameters, cost, key)

    async def _hold(self, tenant: TenantConnection, job: JobRecord) -> None:
        try:
            await repository.hold_credits(tenant, job)
        except DatabaseRefused as refused:
            if refused.sqlstate == NO_CREDITS:
                raise InsufficientCredits(job.cost_credits) from refused
            raise
        # The hold locked the balance, so of two requests of one person the second counts the first.
        if await repository.count_open_jobs(tenant) > self.settings.open_jobs_per_user:
            raise TooManyOpenJobs(self.settings.open_jobs_per_user, self.settings.retry_after_s)

    async def _offer(self, job: JobRecord, tier: str) -> None:
        try:
            await self.queue.enqueue(
                job.message(), str(job.user_id), self.settings.weight_of(tier), job.priority
            )
        except QueueUnavailable:
            logger(__name__).warning("queue_away_at_submit", job_id=str(job.id))

    async def _replay(self, caller: Caller, request: GenerationRequest, key: str) -> JobRecord:
        async with self.database.tenant(caller.user_id) as tenant:
            job = await repository.find_job_by_key(tenant, key)
        if job is None:
            raise LookupError("the job of a used idempotency key has gone")
        require_same(job.requested().model_dump(), request.model_dump())
        return job
