"""Long lists go to the server in parts, so that no script holds up the others for long."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from services.dispatch.ending import end

AT_ONCE = 250
# One is made ready here while the server works on the other.
UNDER_WAY = 2
Item = TypeVar("Item")


async def in_parts(
    items: Sequence[Item], send: Callable[[Sequence[Item]], Awaitable[Sequence[int]]]
) -> list[int]:
    """The answers, one for each item in their order. What one part raises ends it all."""
    if len(items) <= AT_ONCE:
        return list(await send(items)) if items else []
    answers: dict[int, Sequence[int]] = {}
    starts = iter(range(0, len(items), AT_ONCE))

    async def carry() -> None:
        for start in starts:
            answers[start] = await send(items[start : start + AT_ONCE])

    carriers = [asyncio.create_task(carry()) for _ in range(UNDER_WAY)]
    try:
        for carrier in carriers:
            await carrier
    finally:
        await end(carriers)
    return [answer for start in sorted(answers) for answer in answers[start]]
