"""Does the queue still hold all that was put in? A mark inside it tells.

The mark names the run of the server on which all of it was last known to be there. When everything
was flushed the mark is gone too; after a restart or a failover, either of which may have lost the
latest writes, the server runs under another name. The mark is set only when a comparison with the
record was completed, so one that was cut short is begun again.
"""

from uuid import uuid4

from redis.asyncio import Redis

from services.dispatch.errors import QueueBroken
from services.dispatch.queue import queue_prefix
from services.dispatch.scripts import answer

LONGEST_COMPARISON_S = 3600


class Wholeness:
    """`name` is the environment, as for the queue. Every replica may ask and compare."""

    def __init__(self, redis: Redis, name: str) -> None:
        self._redis = redis
        self._prefix = queue_prefix(name)
        self._mark = f"{self._prefix}:whole"

    async def is_certain(self) -> bool:
        """True while nothing can have been lost since the last comparison."""
        pipe = self._redis.pipeline(transaction=False)
        pipe.get(self._mark)
        pipe.info("server")
        mark, server = await answer(pipe.execute())
        return bool(mark == server["run_id"])

    async def begin(self) -> str:
        """A comparison begins now; what is lost from here on, `complete` will tell."""
        server = await answer(self._redis.info("server"))
        token = f"{self._prefix}:comparing:{uuid4().hex}"
        await answer(self._redis.set(token, server["run_id"], ex=LONGEST_COMPARISON_S))
        return token

    async def complete(self, token: str) -> bool:
        """All that is missing was put back. False when more was lost meanwhile: compare again."""
        try:
            await answer(self._redis.rename(token, self._mark))
        except QueueBroken:  # no such key: it was lost with the rest
            return False
        await answer(self._redis.persist(self._mark))
        return True
