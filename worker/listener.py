"""Hears of one job in the render thread and passes it on: to its owner, and into its parcel."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from PIL.Image import Image

from worker.errors import JobFailure
from worker.interruption import StopSign
from worker.outbox import Parcel
from worker.previews import Pace
from worker.safety import SafetyChecker
from worker.steps import Steps


class Ahead:
    """When the next job may be claimed: this one has done its `share` of the steps, or is over."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._loop = asyncio.get_running_loop()
        self._come = asyncio.Event()

    def note(self, done: int, total: int) -> None:
        """From any thread."""
        if done >= self._share * total and done < total and not self._come.is_set():
            self._loop.call_soon_threadsafe(self._come.set)

    def over(self, _task: object = None) -> None:
        """It needs the device no more."""
        self._come.set()

    async def come(self) -> None:
        """Return when that is so."""
        await self._come.wait()


class JobListener:
    """Never waits for anybody."""

    def __init__(
        self,
        sign: StopSign,
        steps: Steps,
        parcel: Parcel,
        ahead: "Ahead",
        safety: SafetyChecker,
        previews: Pace,
    ) -> None:
        self._previews = previews
        self._sign = sign
        self._safety = safety
        self._ahead = ahead
        self._steps = steps
        self._parcel = parcel

    def on_step(self, done: int, total: int) -> None:
        """A boundary: raises Stopped if the job was asked to."""
        self._sign.check()
        self._steps.note(done, total)
        self._ahead.note(done, total)

    def on_picture(self, position: int, picture: Image) -> None:
        """It is encoded while the next one is made. Raises JobFailure for one that is unsafe."""
        if not self._safety.is_safe(picture):
            detail = "a picture was held back by the content filter"
            raise JobFailure("content_unsafe", detail, retryable=False)
        self._parcel.add(position, picture)

    def on_preview(self, look: Callable[[], Image | None]) -> None:
        """Shown when it is time; a job does not fail for it."""
        with suppress(Exception):
            if self._previews.is_due() and (picture := look()):
                self._steps.show(picture)
