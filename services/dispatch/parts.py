"""Long lists go to the server in parts, so that no script holds up the others for long."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TypeVar

from services.dispatch.ending import end

AT_ONCE = 250
# Of a longer list: a small part gives the server something to do while the next is made ready, and
# that one keeps it busy while a larger one is.
AT_FIRST = 50
UNDER_WAY = 2
Item = TypeVar("Item")


async def in_parts(
    items: Sequence[Item], send: Callable[[Sequence[Item]], Awaitable[Sequence[int]]]
) -> list[int]:
    """The answers, one for each item in their order. What one part raises ends it all."""
    if len(items) <= AT_ONCE:
        return list(await send(items)) if items else []
    answers: dict[int, Sequence[int]] = {}
    parts = _spans(len(items))

    async def carry() -> None:
        for start, stop in parts:
            answers[start] = await send(items[start:stop])

    carriers = [asyncio.create_task(carry()) for _ in range(UNDER_WAY)]
    try:
        for carrier in carriers:
            await carrier
    finally:
        await end(carriers)
    return [answer for start in sorted(answers) for answer in answers[start]]


def _spans(count: int) -> Iterator[tuple[int, int]]:
    """Where parts begin and end: each is larger than the one before, up to the largest."""
    start = size = 0
    while start < count:
        size = min(size + AT_FIRST, AT_ONCE)
        yield start, min(start + size, count)
        start += size
