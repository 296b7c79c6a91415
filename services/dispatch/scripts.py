"""The queue's atomic steps: one Lua file each, loaded again by a server that has lost them."""

from collections.abc import Awaitable
from importlib.resources import files
from typing import Any, cast

from redis.asyncio import Redis
from redis.commands.core import AsyncScript

from services.dispatch.errors import translated

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
        self._scripts = {name: _register(redis, name) for name in NAMES}

    async def run(self, name: str, *arguments: str | float) -> Any:  # noqa: ANN401 - Lua's answer
        """The script's answer. Raises QueueUnavailable or QueueBroken."""
        with translated():
            return await self._scripts[name](keys=[self._prefix], args=list(arguments))


async def answer(reply: Awaitable[Any] | Any) -> Any:  # noqa: ANN401 - redis-py types both clients in one
    """The reply of a plain command, with errors translated."""
    with translated():
        return await cast("Awaitable[Any]", reply)


def _register(redis: Redis, name: str) -> AsyncScript:
    folder = files(__package__) / "lua"
    text = "\n".join((folder / f"{part}.lua").read_text() for part in ("prelude", name))
    return redis.register_script(text)
