"""The life of a worker: claim, load, run, store, acknowledge, until it is asked to leave.

Killed at any point it leaves nothing to clean: the lease expires, another worker repeats the job,
and its pictures have the same keys. Order matters: stored first, acknowledged after.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import ExitStack

import structlog
from PIL.Image import Image

from services.contracts.jobs import GenerationJob, JobResult, StoredImage
from services.dispatch.claims import Claim
from worker.attempt import Attempt
from worker.checkpoints.resident import Residents
from worker.checkpoints.shelf import Shelf, Shelved
from worker.errors import JobFailure, Reason, Stopped
from worker.inbox import Inbox
from worker.interruption import Interruption, StopSign
from worker.metrics import Metrics
from worker.outbox import Outbox
from worker.pipelines.pipeline import Pipeline
from worker.presence import Presence
from worker.steps import Steps
from worker.threads import Lane

log = structlog.get_logger()


class Lifecycle:
    """`run` is the whole story; each stage is one method."""

    def __init__(
        self,
        *,
        inbox: Inbox,
        outbox: Outbox,
        shelf: Shelf,
        residents: Residents,
        presence: Presence,
        interruption: Interruption,
        metrics: Metrics,
    ) -> None:
        self._inbox = inbox
        self._outbox = outbox
        self._shelf = shelf
        self._residents = residents
        self.presence = presence
        self._interruption = interruption
        self.metrics = metrics
        self._render_lane = Lane("render", interruption)
        self._store_lane = Lane("store", interruption)
        self._is_broken = False

    @property
    def left_work_behind(self) -> bool:
        """A thread still works on something that nobody waits for: end the process at once."""
        return self._render_lane.is_abandoned or self._store_lane.is_abandoned

    async def run(self) -> bool:
        """Serve until the drain; False when the device broke and the process must be replaced."""
        presence = asyncio.create_task(self.presence.keep())
        while not self._interruption.is_draining:
            offered = self._shelf.checkpoints()
            claim = await self._inbox.next(offered, self._residents.among(offered))
            if claim:
                await self._serve(claim)
        await presence
        return not self._is_broken

    async def prepare(self, import_libraries: Callable[[], None], warm_checkpoint: str) -> None:
        """Before the first job asks for it: slow imports, and a checkpoint if one is named."""
        try:
            await self._render_lane.run(import_libraries)
            if warm_checkpoint:
                await self._warm(warm_checkpoint)
        except JobFailure as failure:
            log.warning("warm_checkpoint_failed", checkpoint=warm_checkpoint, code=failure.code)
        except Stopped:
            return

    async def _warm(self, name: str) -> None:
        shelved = self._shelf.find(name)
        if shelved is None:
            log.warning("warm_checkpoint_missing", checkpoint=name)
            return
        with ExitStack() as stack:
            await self._load(shelved, stack)

    async def _serve(self, claim: Claim) -> None:
        sign = StopSign()
        attempt = Attempt(claim)
        log.info("attempt_began", job_id=str(claim.job.id), attempt=claim.attempt)
        with self._interruption.reaches(sign):
            async with self._inbox.holding(claim, sign) as steps:
                try:
                    result = await self._work(attempt, sign, steps)
                except Stopped as stopped:
                    await self._stop(attempt, stopped.reason)
                else:
                    await self._acknowledge(attempt, result)

    async def _work(self, attempt: Attempt, sign: StopSign, steps: Steps) -> JobResult:
        job = attempt.claim.job
        try:
            with ExitStack() as stack:
                pipeline = await self._load(self._find(job), stack, attempt)
                pictures = await self._run(pipeline, attempt, sign, steps)
            images = await self._store(job, pictures, sign)
        except JobFailure as failure:
            await self._recover_from(failure)
            return attempt.failed(failure)
        return attempt.succeeded(images)

    async def _load(
        self, shelved: Shelved, stack: ExitStack, attempt: Attempt | None = None
    ) -> Pipeline:
        with self.metrics.stage("load") as watch:
            opened = self._residents.open(shelved)
            pipeline = await self._render_lane.run(stack.enter_context, opened)
        if attempt:
            attempt.load_seconds = watch.seconds
        self.metrics.resident_bytes.set(self._residents.held_bytes)
        return pipeline

    async def _run(
        self, pipeline: Pipeline, attempt: Attempt, sign: StopSign, steps: Steps
    ) -> Sequence[Image]:
        def on_step(done: int, total: int) -> None:
            sign.check()
            steps.note(done, total)

        try:
            with self.metrics.stage("run") as watch:
                return await self._render_lane.run(pipeline.render, attempt.claim.job, on_step)
        finally:
            attempt.gpu_seconds = watch.seconds
            self.metrics.gpu_busy_seconds.inc(watch.seconds)

    async def _store(
        self, job: GenerationJob, pictures: Sequence[Image], sign: StopSign
    ) -> tuple[StoredImage, ...]:
        with self.metrics.stage("store"):
            return await self._store_lane.run(self._outbox.store, job, pictures, sign)

    async def _acknowledge(self, attempt: Attempt, result: JobResult) -> None:
        with self.metrics.stage("acknowledge"):
            taken = await self._inbox.hand_in(attempt.claim, result)
        self._note(attempt, result.outcome.value if taken else "dropped", result)

    async def _stop(self, attempt: Attempt, reason: Reason) -> None:
        """A lost lease needs no word: the job is somebody else's."""
        if reason is Reason.CANCELLED:
            await self._inbox.hand_in(attempt.claim, attempt.cancelled())
        elif reason is Reason.DRAINING:
            await self._inbox.hand_back(attempt.claim, attempt.gpu_seconds)
        self._note(attempt, reason.value)

    async def _recover_from(self, failure: JobFailure) -> None:
        if failure.code == "out_of_memory":
            await self._render_lane.run(self._residents.evict_idle)
        if failure.fatal:
            self._is_broken = True
            self._interruption.drain()

    def _find(self, job: GenerationJob) -> Shelved:
        shelved = self._shelf.find(job.checkpoint)
        if shelved is None:
            detail = f"the checkpoint {job.checkpoint!r} is no longer installed here"
            raise JobFailure("checkpoint_missing", detail, retryable=True)
        return shelved

    def _note(self, attempt: Attempt, outcome: str, result: JobResult | None = None) -> None:
        self.metrics.jobs.labels(outcome).inc()
        log.info(
            "attempt_ended",
            job_id=str(attempt.claim.job.id),
            attempt=attempt.claim.attempt,
            outcome=outcome,
            code=result and result.error_code,
            detail=result and result.error_detail,
            load_seconds=round(attempt.load_seconds, 4),
            gpu_seconds=round(attempt.gpu_seconds, 4),
        )
