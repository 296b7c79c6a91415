"""The queue's atomic steps: one Lua file each, brought again to a server that has lost them."""

from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from hashlib import sha1
from typing import Any, cast

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from services.dispatch.errors import translated
from services.dispatch.lines import Answer, Lines
from services.dispatch.texts import text_of

NAMES = (
    "enqueue",
    "claim",
    "extend",
    "finish",
    "release",
    "reclaim",
    "cancel",
    "settle",
    "announce",
    "report",
    "spend",
    "resume",
    "forget",
    "show",
)


class Scripts:
    """Runs a script by name under one key prefix."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._prefix = prefix
        self._lines = Lines(redis)
        self._texts = {name: text_of(name) for name in NAMES}
        self._digests = {name: _digest(text) for name, text in self._texts.items()}

    async def run(self, name: str, *arguments: str | float) -> Any:  # noqa: ANN401 - Lua's answer
        """The script's answer. Raises QueueUnavailable or QueueBroken."""
        with translated():
            try:
                return await self._lines.call(*self._words(name), *arguments)
            except ResponseError as error:
                if not is_unknown(error):
                    raise
            words = ("EVAL", self._texts[name], 1, self._prefix)
            return await self._lines.call(*words, *arguments)

    @asynccontextmanager
    async def behind(
        self, lists: Sequence[str], timeout_s: float, name: str, *arguments: str | float
    ) -> AsyncIterator[tuple[Answer, Answer]]:
        """Sleep until one of the lists has something, take it, and run the script right behind it:
        the server does both before it answers. Gives both answers; the errors are redis-py's.
        """
        async with self._lines.borrowed() as line:
            called = line.ask("BLPOP", *lists, timeout_s)
            told = line.ask(*self._words(name), *arguments)
            told.add_done_callback(_is_noted)
            yield called, told

    async def push(self, key: str) -> None:
        """Wake whoever sleeps on this list alone; what nobody takes is forgotten soon."""
        with translated():
            await self._lines.call("RPUSH", key, "1")
            await self._lines.call("EXPIRE", key, 10)

    def _words(self, name: str) -> tuple[str | float, ...]:
        return "EVALSHA", self._digests[name], 1, self._prefix


def is_unknown(error: ResponseError) -> bool:
    """Whether the server has not, or not any more, the script that was asked for."""
    return str(error).startswith("NOSCRIPT")


def _is_noted(told: Answer) -> None:
    """Nobody may ask for an answer whose forerunner failed."""
    if not told.cancelled():
        told.exception()


async def answer(reply: Awaitable[Any] | Any) -> Any:  # noqa: ANN401 - redis-py types both clients in one
    """The reply of a plain command, with errors translated."""
    with translated():
        return await cast("Awaitable[Any]", reply)


def _digest(text: str) -> str:
    return sha1(text.encode(), usedforsecurity=False).hexdigest()
