"""Which workers are alive and what they can serve. An entry lives as long as it is renewed."""

import json
import time
from collections.abc import Sequence

from redis.asyncio import Redis

from services.contracts.workers import WorkerProfile
from services.dispatch.scripts import answer


class Registry:
    """Keys: `workers` (names by expiry), `profiles` (hash), `servable` (checkpoints by expiry),
    `prefetch` (names that workers should have at hand, as JSON).
    """

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._workers = f"{prefix}:workers"
        self._profiles = f"{prefix}:profiles"
        self._servable = f"{prefix}:servable"
        self._prefetch = f"{prefix}:prefetch"

    async def register(self, profile: WorkerProfile, ttl_s: float) -> None:
        """Announce a worker for `ttl_s` seconds; call again to renew."""
        now = time.time()
        pipe = self._redis.pipeline(transaction=True)
        pipe.zadd(self._workers, {profile.name: now + ttl_s})
        pipe.hset(self._profiles, profile.name, profile.model_dump_json())
        if profile.checkpoints:
            expiries = dict.fromkeys(profile.checkpoints, now + ttl_s)
            pipe.execute_command("ZADD", self._servable, "GT", *_scored(expiries))
        await answer(pipe.execute())

    async def deregister(self, name: str) -> None:
        """A worker leaves on purpose."""
        pipe = self._redis.pipeline(transaction=True)
        pipe.zrem(self._workers, name)
        pipe.hdel(self._profiles, name)
        await answer(pipe.execute())

    async def workers(self) -> list[WorkerProfile]:
        """Those alive now; forgets those whose time is over."""
        now = time.time()
        gone = await answer(self._redis.zrangebyscore(self._workers, "-inf", now))
        for name in gone:
            await self.deregister(name)
        names = await answer(self._redis.zrange(self._workers, 0, -1))
        if not names:
            return []
        texts = await answer(self._redis.hmget(self._profiles, names))
        return [WorkerProfile.model_validate_json(text) for text in texts if text]

    async def advise(self, checkpoints: Sequence[str]) -> None:
        """What workers should have at hand before a job asks for it; replaces what was said."""
        await answer(self._redis.set(self._prefetch, json.dumps(list(checkpoints))))

    async def advised(self) -> list[str]:
        """The names that were advised last; none when nobody has."""
        text = await answer(self._redis.get(self._prefetch))
        return [str(name) for name in json.loads(text)] if text else []


def _scored(expiries: dict[str, float]) -> list[str | float]:
    return [part for name, expiry in expiries.items() for part in (expiry, name)]
