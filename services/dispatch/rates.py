"""What people asked for, counted over all replicas: a clock for each person (`lua/spend.lua`)."""

from collections.abc import Mapping

from redis.asyncio import Redis

from services.dispatch.parts import AT_ONCE
from services.dispatch.queue import key_prefix
from services.dispatch.scripts import Scripts


class SharedClocks:
    """`name` is the environment, as for the queue. A clock is forgotten when it stands still."""

    def __init__(self, redis: Redis, name: str) -> None:
        self._scripts = Scripts(redis, key_prefix(name))

    async def spend(self, seconds: Mapping[str, float]) -> dict[str, float]:
        """Move clocks on; how many seconds each is ahead of now. Raises QueueUnavailable."""
        names, ahead = list(seconds), []
        for start in range(0, len(names), AT_ONCE):
            batch = names[start : start + AT_ONCE]
            parts = [part for name in batch for part in (name, round(seconds[name] * 1000))]
            ahead += await self._scripts.run("spend", *parts)
        return {name: float(ms) / 1000 for name, ms in zip(names, ahead, strict=True)}
