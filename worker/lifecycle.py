"""The life of a worker: claim, load, run, store, acknowledge, until it is asked to leave.

The device waits for nobody's network: while a job is made the next one is claimed and its weights
are read, and while pictures are stored others are made. Killed at any point it leaves nothing to
clean: the lease expires, another worker repeats the job, and its pictures have the same keys. Order
matters: stored first, acknowledged after.
"""

import asyncio
import traceback
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import structlog

from services.contracts.jobs import GenerationJob, JobResult, StoredImage
from services.dispatch.claims import Claim
from worker.attempt import Attempt
from worker.batch import Batch, Serving, charge
from worker.checkpoints.resident import Residents
from worker.checkpoints.shelf import Shelf, Shelved
from worker.errors import JobFailure, Reason, Stopped
from worker.handovers import Handovers
from worker.inbox import Inbox
from worker.interruption import Interruption, StopSign
from worker.listener import JobListener
from worker.metrics import Metrics
from worker.orders import Orders
from worker.outbox import Outbox, Parcel
from worker.pipelines.pipeline import Ending, Order, Part, Pipeline, render_each
from worker.pod import Marker, NoPod
from worker.presence import Presence, lanes_of
from worker.previews import Pace
from worker.safety import NoChecker, SafetyChecker
from worker.steps import Steps
from worker.threads import Lane

# One that is stored, one that is made, one whose weights are read.
BATCHES_AT_ONCE = 3

log = structlog.get_logger()


class Lifecycle:
    """`run` is the whole story; each stage is one method."""

    def __init__(
        self,
        *,
        inbox: Inbox,
        orders: Orders,
        outbox: Outbox,
        handovers: Handovers,
        shelf: Shelf,
        residents: Residents,
        presence: Presence,
        interruption: Interruption,
        metrics: Metrics,
        claim_ahead: float = 1.0,
        safety: SafetyChecker | None = None,
        marker: Marker | None = None,
        preview_every_s: float = 0.0,
    ) -> None:
        self._inbox = inbox
        self._orders = orders
        self._outbox = outbox
        self._handovers = handovers
        self._shelf = shelf
        self._residents = residents
        self.presence = presence
        self._interruption = interruption
        self.metrics = metrics
        self._claim_ahead = claim_ahead
        self._preview_every_s = preview_every_s
        self._safety = safety or NoChecker()
        self.marker = marker or Marker(NoPod())
        self._device = asyncio.Lock()
        self._render_lane = Lane("render", interruption)
        self._load_lane = Lane("load", interruption)
        self._fetch_lane = Lane("fetch", interruption)
        self._store_lane = Lane("store", interruption)
        self._is_broken = False

    @property
    def left_work_behind(self) -> bool:
        """A thread still works on something that nobody waits for: end the process at once."""
        lanes = (self._render_lane, self._load_lane, self._fetch_lane, self._store_lane)
        return any(lane.is_abandoned for lane in lanes)

    async def run(self) -> bool:
        """Serve until the drain; False when the device broke and the process must be replaced."""
        presence = asyncio.create_task(self.presence.keep())
        served: deque[asyncio.Task[None]] = deque()
        async with asyncio.TaskGroup() as tasks:
            while not self._interruption.is_draining:
                claims = await self._next()
                self.metrics.clock.settle()
                if claims:
                    batch = Batch(claims, self._claim_ahead)
                    served.append(tasks.create_task(self._serve(batch)))
                    self.marker.begin()
                    served[-1].add_done_callback(lambda _task: self.marker.end())
                    await batch.may_be_followed()
                if len(served) >= BATCHES_AT_ONCE:
                    await served.popleft()
        await presence
        self.metrics.clock.settle()
        self._note_interruption()
        return not self._is_broken

    async def _next(self) -> list[Claim]:
        shelved = self._shelf.checkpoints()
        return await self._inbox.next(lanes_of(shelved), lanes_of(self._residents.among(shelved)))

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

    async def _serve(self, batch: Batch) -> None:
        """Each job has its own lease, progress and end; one load and one call are for all."""
        with ExitStack() as reached:
            for serving in batch.servings:
                reached.enter_context(self._interruption.reaches(serving.sign))
            async with asyncio.TaskGroup() as tasks:
                for serving in batch.servings:
                    tasks.create_task(self._attend(serving))
                tasks.create_task(self._make(batch))

    async def _attend(self, serving: Serving) -> None:
        attempt = serving.attempt
        self.metrics.waited(attempt)
        log.info("attempt_began", job_id=str(attempt.claim.job.id), attempt=attempt.claim.attempt)
        async with self._inbox.holding(attempt.claim, serving.sign) as steps:
            try:
                result = await self._work(serving, steps)
            except Stopped as stopped:
                await self._stop(attempt, stopped)
            else:
                await self._acknowledge(attempt, result)

    async def _work(self, serving: Serving, steps: Steps) -> JobResult:
        attempt = serving.attempt
        job = attempt.claim.job
        parcel = self._outbox.parcel(job)
        try:
            pace = Pace(self._preview_every_s)
            listener = JobListener(serving.sign, steps, parcel, serving.ahead, self._safety, pace)
            order = await self._gather(job, serving.sign)
            attempt.rendered = await serving.take_part(order, listener)
            self.metrics.rendered(attempt.rendered)
            serving.ahead.over()
            images = await self._store(parcel, serving.sign)
        except JobFailure as failure:
            await self._recover_from(failure)
            return attempt.failed(failure)
        except Stopped:
            raise
        except Exception as fault:  # noqa: BLE001 - it must not end the jobs that are held beside it
            return attempt.failed(_unforeseen(fault, job))
        finally:
            serving.leave()
        return attempt.succeeded(images)

    async def _gather(self, job: GenerationJob, sign: StopSign) -> Order:
        """What the job needs is fetched while its checkpoint is loaded."""
        sign.check()  # a claim may come out of the queue after the drain began
        return await self._fetch_lane.run(self._orders.gather, job, sign)

    async def _make(self, batch: Batch) -> None:
        """Tell each job of the batch how it ended, when the weights are needed no more."""
        try:
            for serving, ending in await self._draw(batch):
                serving.tell(ending.outcome)
        except Exception as error:  # noqa: BLE001 - it is raised where each job is attended
            batch.tell_all(error)

    async def _draw(self, batch: Batch) -> list[tuple[Serving, Ending]]:
        if not batch.wanted():
            return []
        shelved = self._find(batch.job)
        with ExitStack() as opened:
            pipeline = await self._load_ahead(shelved, opened, batch)
            parts = await batch.parts()
            async with self._device:
                wanted = batch.wanted()
                parts = [(serving, part) for serving, part in parts if serving in wanted]
                if not parts:
                    return []
                pipeline = pipeline or await self._load(shelved, opened, batch)
                return await self._run(pipeline, parts)

    async def _load_ahead(
        self, shelved: Shelved, stack: ExitStack, batch: Batch
    ) -> Pipeline | None:
        """None when it has no room beside the one that is in use."""
        if self._device.locked() and not self._residents.has_room_beside(shelved):
            return None
        return await self._load(shelved, stack, batch)

    async def _load(
        self, shelved: Shelved, stack: ExitStack, batch: Batch | None = None
    ) -> Pipeline:
        with self.metrics.stage("load") as watch, self.metrics.clock.loading():
            opened = self._residents.open(shelved)
            pipeline = await self._load_lane.run(stack.enter_context, opened)
        if batch:
            batch.note_load(watch.seconds)
        self.metrics.resident_bytes.set(self._residents.held_bytes)
        return pipeline

    async def _run(
        self, pipeline: Pipeline, parts: list[tuple[Serving, Part]]
    ) -> list[tuple[Serving, Ending]]:
        servings, endings = [serving for serving, _ in parts], list[Ending]()
        orders = [part for _, part in parts]
        try:
            with self.metrics.stage("run") as watch, self.metrics.clock.busy():
                endings = await self._render_lane.run(render_each, pipeline, orders)
        finally:
            charge(servings, watch.seconds, endings)
            self.metrics.gpu_busy_seconds.inc(watch.seconds)
        return list(zip(servings, endings, strict=True))

    async def _store(self, parcel: Parcel, sign: StopSign) -> tuple[StoredImage, ...]:
        with self.metrics.stage("store"):
            return await self._store_lane.run(parcel.send, sign)

    async def _acknowledge(self, attempt: Attempt, result: JobResult) -> None:
        with self.metrics.stage("acknowledge"):
            taken = await self._inbox.hand_in(attempt.claim, result)
        self._note(attempt, result.outcome.value if taken else "dropped", result)
        if taken and not result.retryable:
            await self._forget(attempt.claim.job)

    async def _stop(self, attempt: Attempt, stopped: Stopped) -> None:
        """A lost lease needs no word: the job is somebody else's."""
        reason = stopped.reason
        if reason is Reason.CANCELLED:
            await self._inbox.hand_in(attempt.claim, attempt.cancelled())
            await self._forget(attempt.claim.job)
        elif reason is Reason.DRAINING:
            if stopped.handover:
                await self._leave(attempt.claim.job, stopped.handover)
            await self._inbox.hand_back(attempt.claim, attempt.gpu_seconds)
        self._note(attempt, reason.value)

    async def _leave(self, job: GenerationJob, handover: bytes) -> None:
        try:
            left = await self._store_lane.run(self._handovers.leave, job, handover)
            log.info("handed_over", job_id=str(job.id), bytes=len(handover), left=left)
        except Stopped:
            log.warning("not_handed_over", job_id=str(job.id), code="no_time")

    async def _forget(self, job: GenerationJob) -> None:
        try:
            await self._store_lane.run(self._handovers.forget, job)
        except Stopped:
            return

    async def _recover_from(self, failure: JobFailure) -> None:
        if failure.code == "out_of_memory":
            await self._load_lane.run(self._residents.evict_idle)
        if failure.fatal:
            self._is_broken = True
            self._interruption.drain("device")

    def _find(self, job: GenerationJob) -> Shelved:
        shelved = self._shelf.find(job.checkpoint)
        if shelved is None:
            detail = f"the checkpoint {job.checkpoint!r} is no longer installed here"
            raise JobFailure("checkpoint_missing", detail, retryable=True)
        return shelved

    def _note_interruption(self) -> None:
        self.metrics.interruptions.labels(self._interruption.cause).inc()

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
            fallbacks=attempt.rendered.fallbacks,
            resumed_steps=attempt.rendered.resumed_steps,
        )


def _unforeseen(fault: Exception, job: GenerationJob) -> JobFailure:
    """Its words may quote the prompt, so only its kind and its place are told."""
    at = traceback.extract_tb(fault.__traceback__)[-1]
    place = f"{Path(at.filename).name}:{at.lineno}"
    log.error("worker_fault", job_id=str(job.id), error=type(fault).__name__, place=place)
    return JobFailure("worker_fault", type(fault).__name__, retryable=True)
