"""Turns outlive faults and outages, and end when they are told to."""

import asyncio

from structlog.testing import capture_logs

from services.dispatch.errors import QueueUnavailable
from services.kernel.app.turns import (
    FIRST_BACKOFF_S,
    LONGEST_BACKOFF_S,
    backoff_s,
    every,
    repeating,
    taking_turns,
)
from services.kernel.db import DatabaseUnavailable


async def test_faults_and_outages_do_not_end_a_task() -> None:
    troubles: list[Exception] = [
        QueueUnavailable("away"), DatabaseUnavailable(), RuntimeError("a fault")
    ]  # fmt: skip
    reached = asyncio.Event()

    async def turn() -> float:
        if troubles:
            raise troubles.pop()
        reached.set()
        return 10.0

    with capture_logs() as logs:
        async with asyncio.timeout(10), taking_turns({"turn": turn}, (QueueUnavailable,)):
            await reached.wait()
    told = [each["event"] for each in logs]
    assert told == ["background_turn_failed", "background_waits", "background_waits"]


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


async def test_a_turn_goes_on_while_there_is_more() -> None:
    answers = iter([True, False])

    async def work() -> bool:
        return next(answers)

    async def walk() -> None:
        return None

    turn = repeating(work, 7.0)
    assert [await turn(), await turn()] == [0.0, 7.0]
    assert await every(walk, 9.0)() == 9.0


def test_the_back_off_grows_to_a_limit() -> None:
    assert FIRST_BACKOFF_S / 2 <= backoff_s(1) <= FIRST_BACKOFF_S
    assert LONGEST_BACKOFF_S / 2 <= backoff_s(1_000) <= LONGEST_BACKOFF_S
