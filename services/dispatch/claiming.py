"""How a worker comes by jobs: it asks once, and then sleeps with its next question already asked.

The question waits on the server behind a doorbell (BLPOP), so that whoever is called has its job
with the call. A worker that is cancelled meanwhile wakes itself and gives back what it was given.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

from pydantic import ValidationError
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import ResponseError

from services.dispatch.claims import Claim, message_of
from services.dispatch.connection import LONGEST_BLOCK_S
from services.dispatch.errors import DispatchError, translated
from services.dispatch.scripts import Scripts, is_unknown

SHORTEST_SLEEP_S = 0.001
GIVE_BACK_S = 1.0
Taken = Sequence[Any]


@dataclass(frozen=True)
class Wish:
    """What a worker asks for; see `Queue.claim_many`. `warmth` is how far that may bend fairness:
    how often in a row, and GPU-seconds by weight.
    """

    worker: str
    at_most: int
    lease_s: float
    checkpoints: Collection[str]
    warm: Collection[str]
    warmth: tuple[int, float]

    def terms(self, token: str) -> tuple[str | float, ...]:
        """What the script takes, in its order."""
        lanes: tuple[str | float, ...] = (len(self.checkpoints), *self.checkpoints, *self.warm)
        return self.worker, token, int(self.lease_s * 1000), self.at_most, *self.warmth, *lanes

    def read(self, token: str, taken: Taken) -> list[Claim]:
        """Jobs that can't be read are left to their leases; raises ValidationError when there are
        no others.
        """
        readable: list[Claim] = []
        for at in range(0, len(taken), 3):
            text, attempt, strikes = taken[at : at + 3]
            try:
                job = message_of(text, int(attempt))
            except ValidationError:
                if at == len(taken) - 3 and not readable:
                    raise
            else:
                readable.append(Claim(job, self.worker, token, self.lease_s, int(strikes)))
        return readable


class Claiming:
    """`prefix` is the queue's own; `release` gives a claim back unharmed."""

    def __init__(
        self, scripts: Scripts, prefix: str, release: Callable[[Claim], Awaitable[bool]]
    ) -> None:
        self._scripts = scripts
        self._prefix = prefix
        self._release = release

    async def claim(self, wish: Wish, timeout_s: float) -> list[Claim]:
        """Jobs, or none when there were none for so long. Raises QueueUnavailable."""
        deadline = time.monotonic() + timeout_s
        claims = await self._ask(wish)
        while not claims and (left_s := deadline - time.monotonic()) > 0:
            claims = await self._sleep(wish, max(SHORTEST_SLEEP_S, min(left_s, LONGEST_BLOCK_S)))
        return claims

    async def _ask(self, wish: Wish) -> list[Claim]:
        token = _token(wish)
        asking = asyncio.ensure_future(self._scripts.run("claim", *wish.terms(token)))
        try:
            taken = await asyncio.shield(asking)
        except asyncio.CancelledError:
            await self._give_back(wish, token, asking)
            raise
        return wish.read(token, taken)

    async def _sleep(self, wish: Wish, timeout_s: float) -> list[Claim]:
        """Whoever lost the line, or met a server that has lost the script, just asks."""
        token = _token(wish)
        with translated():
            try:
                return wish.read(token, await self._asleep(wish, token, timeout_s))
            except ResponseError as error:
                if not is_unknown(error):
                    raise
            except NoConnection:
                pass
        return await self._ask(wish)

    async def _asleep(self, wish: Wish, token: str, timeout_s: float) -> Taken:
        own_bell = f"{self._prefix}:wake:{token}"
        bells = [f"{self._prefix}:bell:{lane}" for lane in wish.checkpoints]
        sleep = self._scripts.behind([*bells, own_bell], timeout_s, "claim", *wish.terms(token))
        async with sleep as (called, taken):
            try:
                await called
                return cast("Taken", await asyncio.shield(taken))
            except asyncio.CancelledError:
                await self._give_back(wish, token, taken, own_bell)
                raise

    async def _give_back(
        self, wish: Wish, token: str, taken: Awaitable[Taken], own_bell: str = ""
    ) -> None:
        """As far as it can be done in a moment; the rest is left to the leases."""
        with suppress(DispatchError, ValidationError, TimeoutError), translated():
            async with asyncio.timeout(GIVE_BACK_S):
                if own_bell:
                    await self._scripts.push(own_bell)
                for claim in wish.read(token, await taken):
                    await self._release(claim)


def _token(wish: Wish) -> str:
    return f"{wish.worker}/{uuid4().hex}"
