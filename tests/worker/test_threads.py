"""Work in a thread: waited for, until a drain's grace is over."""

from __future__ import annotations

import threading

import pytest

from worker.errors import JobFailure, Reason, Stopped
from worker.interruption import Interruption, StopSign
from worker.threads import Lane


async def test_the_answer_and_the_failure_come_through() -> None:
    lane = Lane("test", Interruption(grace_s=0))
    assert await lane.run(max, 1, 2) == 2
    failure = JobFailure("code", "detail", retryable=False)
    with pytest.raises(JobFailure):
        await lane.run(_fail, failure)
    assert not lane.is_abandoned


async def test_work_without_boundaries_is_left_behind() -> None:
    interruption = Interruption(grace_s=0)
    lane = Lane("test", interruption)
    release = threading.Event()
    interruption.drain()
    with pytest.raises(Stopped):
        await lane.run(release.wait)
    assert lane.is_abandoned
    release.set()


async def test_a_drain_reaches_the_signs_of_now_and_of_later() -> None:
    interruption = Interruption(grace_s=0)
    before, after, gone = StopSign(), StopSign(), StopSign()
    with interruption.reaches(gone):
        pass
    with interruption.reaches(before):
        interruption.drain()
        with interruption.reaches(after):
            assert before.reason is after.reason is Reason.DRAINING
    assert gone.reason is None


def test_the_first_reason_counts() -> None:
    sign = StopSign()
    sign.check()
    sign.show(Reason.CANCELLED)
    sign.show(Reason.DRAINING)
    with pytest.raises(Stopped) as caught:
        sign.sleep(60)
    assert caught.value.reason is Reason.CANCELLED


def _fail(failure: Exception) -> None:
    raise failure
