"""Looking into the queue's own keys, see `services/dispatch/lua/prelude.lua`."""

from typing import Any
from uuid import UUID

from services.dispatch.queue import queue_prefix


def key(*parts: str, environment: str = "test") -> str:
    """A key of the queue's layout."""
    return ":".join((queue_prefix(environment), *parts))


async def spoil(
    redis: Any,  # redis-py types answers for clients that decode and for those that do not in one
    job_id: UUID,
    message: str = "no job",
    environment: str = "test",
) -> None:
    """Put another message in the place of a job's."""
    jobs = key("jobs", environment=environment)
    terms = (await redis.hget(jobs, str(job_id))).partition("\n")[0]
    await redis.hset(jobs, str(job_id), f"{terms}\n{message}")
