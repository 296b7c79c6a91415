"""Reads what workers told and records it; an event is settled only when the record has it.

A batch is recorded as a whole: first all that began, then all that ended. When that fails, its
events are recorded one by one, so that one of them does not hold up the others. What was left is
recorded apart from what is new, so that it does so but once.
"""

import time
from collections.abc import Sequence

from services.contracts.jobs import JobResult, JobStarted
from services.dispatch.errors import QueueUnavailable
from services.dispatch.results import Delivery, ResultStream
from services.generation.actions.record_progress import RecordProgress
from services.kernel.db import DatabaseUnavailable
from services.kernel.logs import logger

TAKE_OVER_EVERY_S = 15.0
TAKE_OVER_IDLE_S = 30.0
SHORT_WAIT_S = 0.5
Batch = tuple[tuple[str, str], ...]


class ResultsConsumer:
    """One consumer of the group. After a restart or a failure it first reads again what it left."""

    def __init__(self, stream: ResultStream, record: RecordProgress) -> None:
        self._stream = stream
        self._record = record
        self._left_something = True
        self._took_over_at = time.monotonic()
        self._told: set[Batch] = set()

    async def turn(self) -> float:
        """Record one batch; waits for news by itself, so it needs no rest."""
        left, self._left_something = self._left_something, True
        old = await self._old() if left else []
        new = await self._stream.read(timeout_s=SHORT_WAIT_S) if old else await self._stream.read()
        recorded = [*await self._recorded(old), *await self._recorded(new)]
        await self._stream.settle(recorded)
        is_all = len(recorded) == len(old + new)
        if is_all:
            self._told.clear()
        self._left_something = not is_all or self._is_time_to_take_over()
        return 0.0

    async def _old(self) -> list[Delivery]:
        if self._is_time_to_take_over():
            self._took_over_at = time.monotonic()
            await self._stream.take_over(TAKE_OVER_IDLE_S)
        return await self._stream.read_again()

    def _is_time_to_take_over(self) -> bool:
        return time.monotonic() - self._took_over_at > TAKE_OVER_EVERY_S

    async def _recorded(self, batch: Sequence[Delivery]) -> list[Delivery]:
        """Those of a batch that the record has now."""
        if await self._was_recorded(batch):
            return list(batch)
        return [item for item in batch if await self._was_recorded([item])]

    def _tell(self, batch: Sequence[Delivery]) -> None:
        """Once for the same events, however often they fail; again after a restart."""
        events = tuple((item.entry_id, item.job_id) for item in batch)
        if events not in self._told:
            job_ids = [job_id for _, job_id in events]
            logger(__name__).exception("events_not_recorded", job_ids=job_ids)
        self._told.add(events)

    async def _was_recorded(self, batch: Sequence[Delivery]) -> bool:
        try:
            await self._write(batch)
        except (QueueUnavailable, DatabaseUnavailable):
            raise
        except Exception:  # noqa: BLE001 - one event must not hold up the others
            self._tell(batch)
            return False
        return True

    async def _write(self, batch: Sequence[Delivery]) -> None:
        began: list[JobStarted] = []
        ended: list[JobResult] = []
        for delivery in batch:
            try:
                event = delivery.event()
            except ValueError:
                await self._pass_over(delivery)
            else:
                ended.append(event) if isinstance(event, JobResult) else began.append(event)
        if began:
            await self._record.started(*began)
        if ended:
            await self._record.finished(*ended)

    async def _pass_over(self, delivery: Delivery) -> None:
        logger(__name__).error("event_unreadable", job_id=delivery.job_id, kind=delivery.kind)
        job_id = delivery.job_uuid
        if delivery.kind == "result" and job_id is not None:
            await self._record.give_up(job_id, "result_unreadable")
