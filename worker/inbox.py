"""The worker's side of the queue: claim a job, hold it while it is worked on, hand it in or back.

Redis may be away at any time. Whatever is asked then is asked again until it answers or the lease
must be over; a job whose lease was lost belongs to somebody else.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager, suppress

import structlog
from pydantic import ValidationError

from services.contracts.events import ProgressNews
from services.contracts.jobs import JobResult
from services.dispatch.claims import Claim
from services.dispatch.ending import end
from services.dispatch.errors import DispatchError, QueueBroken
from services.dispatch.queue import Queue
from worker.attempt import now
from worker.errors import Reason
from worker.interruption import Interruption, StopSign
from worker.previews import data_url
from worker.settings import WorkerSettings
from worker.steps import Steps

# Short, so that a drain and a new checkpoint are seen soon; a job rings a bell and waits for none.
CLAIM_WAIT_S = 2.0
PAUSE_S = 0.5
REFUSED_PAUSE_S = 5.0
# People watch; more than four words a second would be work for nothing.
REPORT_EVERY_S = 0.25

log = structlog.get_logger()


class Inbox:
    """Claims jobs under one worker's name: one, or several that are made together."""

    def __init__(self, queue: Queue, settings: WorkerSettings, interruption: Interruption) -> None:
        self._queue = queue
        self._settings = settings
        self._interruption = interruption
        self._is_away = False

    async def next(self, lanes: Collection[str], warm: Collection[str] = ()) -> list[Claim]:
        """The next job of these lanes with its kin, or none after a while; `warm` are loaded."""
        name, at_most = self._settings.worker_name, self._settings.batch_at_most
        try:
            claims = await self._queue.claim_many(
                name, at_most, self._settings.lease_s, CLAIM_WAIT_S, checkpoints=lanes, warm=warm
            )
        except DispatchError as error:
            await self._wait_for_redis(error)
            return []
        except ValidationError:
            # Its lease expires; after some attempts it is a dead letter that an operator can read.
            log.error("job_unreadable")  # noqa: TRY400 - the exception quotes the job's prompt
            return []
        self._note_that_redis_is_back()
        return claims

    @asynccontextmanager
    async def holding(self, claim: Claim, sign: StopSign) -> AsyncIterator[Steps]:
        """Extend the lease while the block runs; show the sign when it is lost or cancelled.

        Steps that the block notes are told to the job's owner, as far as Redis takes them.
        """
        steps = Steps()
        watches = (
            asyncio.create_task(self._report(claim, steps)),
            asyncio.create_task(self._extend_lease(claim, sign)),
            asyncio.create_task(self._watch_cancellation(claim, sign)),
        )
        try:
            yield steps
        finally:
            await end(watches)

    async def hand_in(self, claim: Claim, result: JobResult) -> bool:
        """Finish the job; False when it was lost. Asks for as long as the lease may last."""
        return await self._insist(claim, lambda: self._queue.finish(claim, result))

    async def hand_back(self, claim: Claim, gpu_seconds: float = 0.0) -> bool:
        """Give the job to another worker, unharmed, and say what it took so far; False when it was
        lost.
        """
        return await self._insist(
            claim, lambda: self._queue.release(claim, gpu_seconds=gpu_seconds)
        )

    async def _extend_lease(self, claim: Claim, sign: StopSign) -> None:
        while True:
            await asyncio.sleep(self._settings.heartbeat_s)
            with suppress(DispatchError):
                if not await self._queue.extend(claim):
                    sign.show(Reason.LEASE_LOST)
                    return

    async def _watch_cancellation(self, claim: Claim, sign: StopSign) -> None:
        while True:
            with suppress(DispatchError):
                if await self._queue.is_cancelled(claim.job.id):
                    sign.show(Reason.CANCELLED)
                    return
            await asyncio.sleep(self._settings.cancellation_check_s)

    async def _report(self, claim: Claim, steps: Steps) -> None:
        while True:
            done, total = await steps.next()
            look = steps.take_look()
            preview = await asyncio.to_thread(data_url, look) if look else None
            with suppress(DispatchError):
                if not await self._queue.report(claim, _progress(claim, done, total, preview)):
                    return
            await asyncio.sleep(REPORT_EVERY_S)

    async def _insist(self, claim: Claim, ask: Callable[[], Awaitable[bool]]) -> bool:
        """A drain does not wait that long: the lease heals what it leaves."""
        deadline = time.monotonic() + claim.lease_s
        while True:
            try:
                return await ask()
            except DispatchError as error:
                is_over = time.monotonic() > deadline or self._interruption.is_draining
                if is_over or isinstance(error, QueueBroken):
                    log.warning("word_not_taken", job_id=str(claim.job.id), error=str(error))
                    return False
                await asyncio.sleep(PAUSE_S)

    async def _wait_for_redis(self, error: DispatchError) -> None:
        if not self._is_away:
            log.warning("queue_away", error=type(error).__name__)
        self._is_away = True
        refused = isinstance(error, QueueBroken)
        await self._interruption.sleep(REFUSED_PAUSE_S if refused else PAUSE_S)

    def _note_that_redis_is_back(self) -> None:
        if self._is_away:
            log.info("queue_back")
        self._is_away = False


def _progress(claim: Claim, done: int, total: int, preview: str | None) -> ProgressNews:
    return ProgressNews(
        job_id=claim.job.id,
        at=now(),
        attempt=claim.attempt,
        step=done,
        steps=total,
        preview=preview,
    )
