"""Jobs that were claimed together: each is attended by itself, all are made at once.

Each brings its part (the order and who hears of it) as soon as it has it, or leaves; whoever makes
them waits for that, and tells each how it ended.
"""

import asyncio
from collections.abc import Sequence

from services.contracts.jobs import GenerationJob
from services.dispatch.claims import Claim
from worker.attempt import Attempt
from worker.errors import Stopped
from worker.interruption import StopSign
from worker.listener import Ahead
from worker.pipelines.pipeline import Ending, Listener, Order, Part, Rendered


class Serving:
    """One claimed job, its stop sign, and when the next one may be claimed."""

    def __init__(self, claim: Claim, share: float) -> None:
        self.attempt = Attempt(claim)
        self.sign = StopSign()
        self.ahead = Ahead(share)
        loop = asyncio.get_running_loop()
        self._part: asyncio.Future[Part | None] = loop.create_future()
        self._outcome: asyncio.Future[Rendered | Exception] = loop.create_future()

    async def take_part(self, order: Order, listener: Listener) -> Rendered:
        """Be made. Raises what ended it."""
        self._part.set_result((order, listener))
        outcome = await self._outcome
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def leave(self) -> None:
        """It needs the device no more, whether it took part or not."""
        self.ahead.over()
        if not self._part.done():
            self._part.set_result(None)

    async def part(self) -> Part | None:
        """None when it left."""
        return await self._part

    def tell(self, outcome: Rendered | Exception) -> None:
        """How it ended; the first word counts."""
        if not self._outcome.done():
            self._outcome.set_result(outcome)


class Batch:
    """One job or more, of the same checkpoint."""

    def __init__(self, claims: Sequence[Claim], share: float) -> None:
        self.servings = [Serving(claim, share) for claim in claims]

    @property
    def job(self) -> GenerationJob:
        """The first: it says what is the same for all."""
        return self.servings[0].attempt.claim.job

    async def parts(self) -> list[tuple[Serving, Part]]:
        """Of those that take part, once that is known of all."""
        parts = [(each, await each.part()) for each in self.servings]
        return [(serving, part) for serving, part in parts if part]

    def wanted(self) -> list[Serving]:
        """Those that nobody asked to stop; the others are told."""
        for each in self.servings:
            if each.sign.reason:
                each.tell(Stopped(each.sign.reason))
        return [each for each in self.servings if each.sign.reason is None]

    def tell_all(self, error: Exception) -> None:
        """It ended all of them."""
        for serving in self.servings:
            serving.tell(error)

    def note_load(self, seconds: float) -> None:
        """Each of them waited for it."""
        for serving in self.servings:
            serving.attempt.load_seconds = seconds

    async def may_be_followed(self) -> None:
        """Return when the next jobs may be claimed."""
        for serving in self.servings:
            await serving.ahead.come()


def charge(servings: Sequence[Serving], seconds: float, endings: Sequence[Ending]) -> None:
    """Split the device's time by the endings' weights; where there are none by the pictures."""
    weights = [ending.weight for ending in endings]
    if not sum(weights):
        weights = [float(each.attempt.claim.job.count) for each in servings]
    for serving, weight in zip(servings, weights, strict=True):
        serving.attempt.gpu_seconds = seconds * weight / sum(weights)
