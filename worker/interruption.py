"""Being asked to stop: the whole worker by a signal, or one job by its owner or a lost lease.

Nothing is torn: a job stops at its next step boundary, where it looks at its stop sign.
"""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from worker.errors import Reason, Stopped


class StopSign:
    """Shown on the event loop, read by the threads of one job. The first reason counts."""

    def __init__(self) -> None:
        self._raised = threading.Event()
        self._reason: Reason | None = None

    @property
    def reason(self) -> Reason | None:
        """None while the work may go on."""
        return self._reason

    def show(self, reason: Reason) -> None:
        """Ask the job to stop."""
        if self._reason is None:
            self._reason = reason
            self._raised.set()

    def check(self) -> None:
        """A boundary: raises Stopped if the job was asked to."""
        if self._reason is not None:
            raise Stopped(self._reason)

    def sleep(self, seconds: float) -> None:
        """Sleep in a thread, but not past the sign."""
        self._raised.wait(seconds)
        self.check()


class Interruption:
    """Whether this worker is leaving. Once it is, it stays so."""

    def __init__(self, grace_s: float) -> None:
        self._leaving = asyncio.Event()
        self._dismissed = asyncio.Event()
        self._signs: set[StopSign] = set()
        self._grace_s = grace_s
        self._cause = ""

    @property
    def is_draining(self) -> bool:
        """True from the first signal on: claim nothing more."""
        return self._leaving.is_set()

    @property
    def cause(self) -> str:
        """What began the drain, in a word; empty before."""
        return self._cause

    def listen(self) -> None:
        """Let SIGTERM and SIGINT start the drain, and end the process after it."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._dismiss)

    def drain(self, cause: str = "signal") -> None:
        """Stop claiming; the running job stops at its next boundary. The first cause counts."""
        self._cause = self._cause or cause
        self._leaving.set()
        for sign in self._signs:
            sign.show(Reason.DRAINING)

    @contextmanager
    def reaches(self, sign: StopSign) -> Iterator[None]:
        """While the block runs, a drain shows this sign."""
        self._signs.add(sign)
        if self.is_draining:
            sign.show(Reason.DRAINING)
        try:
            yield
        finally:
            self._signs.discard(sign)

    async def sleep(self, seconds: float) -> None:
        """Sleep, but not past the beginning of a drain."""
        try:
            await asyncio.wait_for(self._leaving.wait(), seconds)
        except TimeoutError:
            return

    async def dismissed(self) -> None:
        """Return when a signal came."""
        await self._dismissed.wait()

    async def grace_is_over(self) -> None:
        """Return when a drain began and work that knows no boundaries has had its time."""
        await self._leaving.wait()
        await asyncio.sleep(self._grace_s)

    def _dismiss(self) -> None:
        self._dismissed.set()
        self.drain()
