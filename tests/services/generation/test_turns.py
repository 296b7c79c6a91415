"""Background tasks outlive faults and outages, and end when they are told to."""

import asyncio

from services.dispatch.errors import QueueUnavailable
from services.generation.background.turns import (
    FIRST_BACKOFF_S,
    LONGEST_BACKOFF_S,
    backoff_s,
    taking_turns,
)


async def test_faults_and_outages_do_not_end_a_task() -> None:
    troubles: list[Exception] = [QueueUnavailable("away"), RuntimeError("a fault")]
    reached = asyncio.Event()

    async def turn() -> float:
        if troubles:
            raise troubles.pop()
        reached.set()
        return 10.0

    async with taking_turns({"turn": turn}):
        await asyncio.wait_for(reached.wait(), 5)


async def test_a_task_that_swallows_a_cancellation_ends_all_the_same() -> None:
    started = asyncio.Event()
    swallowed: list[bool] = []

    async def turn() -> float:
        started.set()
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            if swallowed:
                raise
            swallowed.append(True)
        return 0.0

    async with asyncio.timeout(5), taking_turns({"turn": turn}):
        await started.wait()
    assert swallowed


def test_the_back_off_grows_to_a_limit() -> None:
    assert FIRST_BACKOFF_S / 2 <= backoff_s(1) <= FIRST_BACKOFF_S
    assert LONGEST_BACKOFF_S / 2 <= backoff_s(1_000) <= LONGEST_BACKOFF_S
