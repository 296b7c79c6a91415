"""The stream on which workers' news waits for the generation service.

A consumer group reads it; an event stays until it is settled, so a service that dies in between
loses nothing, and one that is away for long finds all of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from redis.asyncio import Redis

from services.contracts.jobs import JobResult, JobStarted
from services.dispatch.connection import LONGEST_BLOCK_S
from services.dispatch.errors import QueueBroken
from services.dispatch.queue import key_prefix
from services.dispatch.scripts import Scripts, answer

GROUP = "generation"
Entry = tuple[str, dict[str, str]]
_EVENTS: dict[str, type[JobStarted] | type[JobResult]] = {
    "started": JobStarted,
    "result": JobResult,
}


@dataclass(frozen=True)
class Delivery:
    """One event as it was read: `kind` is started or result; `body` is its JSON; as many as
    `together` came in one entry of the stream.
    """

    entry_id: str
    kind: str
    job_id: str
    body: str
    together: int = 1

    @property
    def job_uuid(self) -> UUID | None:
        """Scripts write it beside the body, so it can be read when the body can't."""
        try:
            return UUID(self.job_id)
        except ValueError:
            return None

    def event(self) -> JobStarted | JobResult:
        """Raises ValueError when the body is not what `kind` promises."""
        shape = _EVENTS.get(self.kind)
        if shape is None:
            raise ValueError(f"unknown event {self.kind}")
        return shape.model_validate_json(self.body)


class ResultStream:
    """One consumer of the group; every replica has its own name."""

    def __init__(self, redis: Redis, name: str, consumer: str) -> None:
        self._redis = redis
        self._prefix = key_prefix(name)
        self._stream = f"{self._prefix}:results"
        self._consumer = consumer
        self._scripts = Scripts(redis, self._prefix)

    async def read(self, count: int = 64, timeout_s: float = LONGEST_BLOCK_S) -> list[Delivery]:
        """New events, waiting up to `timeout_s` for the first. Makes the group if there is none."""
        block_ms = max(1, int(min(timeout_s, LONGEST_BLOCK_S) * 1000))
        return await self._read(">", count, block_ms)

    async def read_again(self, count: int = 64) -> list[Delivery]:
        """What this consumer read and did not settle, before a restart or when it failed."""
        return await self._read("0", count, None)

    async def take_over(self, idle_s: float = 60.0, count: int = 64) -> list[Delivery]:
        """Events that some consumer read and did not settle for `idle_s`: it is gone."""
        try:
            reply = await answer(
                self._redis.xautoclaim(
                    self._stream, GROUP, self._consumer, int(idle_s * 1000), "0-0", count=count
                )
            )
        except QueueBroken as error:
            await self._make_group_if_missing(error)
            return []
        return [delivery for entry in reply[1] for delivery in _deliveries(entry)]

    async def settle(self, deliveries: Sequence[Delivery]) -> None:
        """The record holds these now: drop them. What came with them goes on in a new entry."""
        parts = [
            part
            for item in deliveries
            for part in (item.entry_id, item.kind, item.job_id, item.together)
        ]
        if parts:
            await self._scripts.run("settle", GROUP, *parts)

    async def _read(self, after: str, count: int, block_ms: int | None) -> list[Delivery]:
        try:
            reply = await answer(
                self._redis.xreadgroup(
                    GROUP, self._consumer, {self._stream: after}, count=count, block=block_ms
                )
            )
        except QueueBroken as error:
            await self._make_group_if_missing(error)
            return []
        return [
            delivery
            for _, entries in _streams(reply)
            for entry in entries
            for delivery in _deliveries(entry)
        ]

    async def _make_group_if_missing(self, error: QueueBroken) -> None:
        if "NOGROUP" not in str(error):
            raise error
        try:
            await answer(self._redis.xgroup_create(self._stream, GROUP, id="0", mkstream=True))
        except QueueBroken as race:
            if "BUSYGROUP" not in str(race):
                raise


def _streams(reply: object) -> list[tuple[str, list[Entry]]]:
    return list(cast("Iterable[tuple[str, list[Entry]]]", reply or ()))


def _deliveries(entry: Entry) -> list[Delivery]:
    """See `publish` in `lua/prelude.lua`; JSON has no line breaks of its own. What is not written
    like that stays one delivery, which nobody can read.
    """
    entry_id, fields = entry
    ids, lines = fields["job_id"].split(" "), fields["body"].split("\n")
    if len(ids) != len(lines):
        ids, lines = [fields["job_id"]], [fields["body"]]
    return [
        Delivery(entry_id, fields["kind"], job_id, line, together=len(ids))
        for job_id, line in zip(ids, lines, strict=True)
    ]
