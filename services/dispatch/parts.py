"""Long lists go to the server in parts, so that no script holds up the others for long."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from services.dispatch.ending import end

AT_ONCE = 250
# Of a longer list: a small part gives the server something to do while the next is made ready.
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
    """Where parts begin and end: all but the first of nearly one size."""
    yield 0, AT_FIRST
    number = -(-(count - AT_FIRST) // AT_ONCE)
    edges = [AT_FIRST + (count - AT_FIRST) * index // number for index in range(number + 1)]
    yield from pairwise(edges)
