"""A value that is asked for at most so often; those who come meanwhile share it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")

KEPT_S = 30.0
AT_ONCE_S = 0.01


class Remembered(Generic[Value]):
    """Loads when first asked and when the value is older than `for_s`, one load at a time; while it
    loads again, others get the last value. A load that took long is repeated more rarely, so that
    it never takes more than `share` of the time, but after half a minute at the latest.
    """

    def __init__(
        self, load: Callable[[], Awaitable[Value]], for_s: float, *, share: float = 0.05
    ) -> None:
        self._load = load
        self._for_s = for_s
        self._share = share
        self._loaded_at = self._fresh_until = self._peeked_at = float("-inf")
        self._loading = asyncio.Lock()
        self._peeked = asyncio.Event()
        self._value: Value | None = None

    async def get(self) -> Value:
        """The value; raises what a load raises."""
        if not self._is_fresh() and (self._value is None or not self._loading.locked()):
            async with self._loading:
                if not self._is_fresh():
                    await self._renew()
        assert self._value is not None  # noqa: S101 - a load has just succeeded
        return self._value

    def peek(self) -> Value | None:
        """The last value without waiting, unless it is twice as old as it should be.

        `turn` keeps it fresh for half a minute from here on.
        """
        self._peeked_at = time.monotonic()
        self._peeked.set()
        return self._value if self._peeked_at - self._loaded_at < 2 * self._for_s else None

    async def turn(self) -> float:
        """Beside the requests: load at the first peek, and again while peeks come."""
        if time.monotonic() - self._peeked_at > KEPT_S:
            self._peeked.clear()
            await self._peeked.wait()
        await self.get()
        return max(AT_ONCE_S, self._fresh_until - time.monotonic())

    def _is_fresh(self) -> bool:
        return time.monotonic() < self._fresh_until

    async def _renew(self) -> None:
        began = time.monotonic()
        self._value = await self._load()
        self._loaded_at = time.monotonic()
        took_s = self._loaded_at - began
        self._fresh_until = self._loaded_at + max(self._for_s, min(took_s / self._share, KEPT_S))
