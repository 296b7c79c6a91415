"""People who order for as long as there are faults, and never let the queue run empty."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle, islice
from typing import Final
from uuid import uuid4

import httpx

from services.contracts.tiers import TIERS, Tier
from services.dispatch.ending import end
from tests.servers.people import add_person
from tests.servers.postgres import EnvironmentDatabase
from tests.services.chaos.arena import Arena
from tests.services.chaos.verdict import Record
from tests.services.stress.customers import Customer

TENANTS: Final = 20
JOBS_EACH: Final = 25
OPEN_JOBS: Final = 90
CREDITS: Final = 100_000
STEPS: Final = (8, 16)
MOST_PICTURES: Final = 2
LOOK_EVERY_S: Final = 0.1


class Pulse:
    """How many jobs ended, looked at ten times a second; each lets another one be ordered."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._ended = 0
        self._gate = asyncio.Semaphore(OPEN_JOBS)
        self._news = asyncio.Condition()

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """While the block runs it goes on."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            await end([task])

    async def admitted(self) -> None:
        """When another job may be ordered."""
        await self._gate.acquire()

    async def until(self, count: int) -> None:
        """When so many have ended."""
        async with self._news:
            await self._news.wait_for(lambda: self._ended >= count)

    async def _watch(self) -> None:
        while True:
            ended = await asyncio.to_thread(self._record.ended)
            for _ in range(self._ended, ended):
                self._gate.release()
            async with self._news:
                self._ended = ended
                self._news.notify_all()
            await asyncio.sleep(LOOK_EVERY_S)


class Orders:
    """What one person orders: `JOBS_EACH` jobs, and more until all was struck."""

    def __init__(self, customer: Customer, tier: Tier, dice: random.Random) -> None:
        self._customer = customer
        self._most_pictures = min(MOST_PICTURES, TIERS[tier].images_per_job)
        self._dice = dice

    async def run(self, pulse: Pulse, struck: asyncio.Event) -> None:
        """Each is asked for as often as it takes; some once more with the same key."""
        while len(self._customer.promised) < JOBS_EACH or not struck.is_set():
            await pulse.admitted()
            key, wish = uuid4().hex, self._wish()
            await self._insist(key, wish)
            if self._dice.random() < 0.2:
                await self._insist(key, wish)

    async def _insist(self, key: str, wish: dict[str, int]) -> None:
        """Too many wait, or too many requests: again a moment later."""
        while True:
            if await self._customer.order(key, **wish):
                return
            await asyncio.sleep(1)

    def _wish(self) -> dict[str, int]:
        return {
            "steps": self._dice.randint(*STEPS),
            "seed": self._dice.randrange(10**6),
            "count": self._dice.randint(1, self._most_pictures),
        }


def tiers() -> list[Tier]:
    """Of the people, in their order: all of them are there."""
    return list(islice(cycle(Tier), TENANTS))


@asynccontextmanager
async def customers_of(
    arena: Arena, database: EnvironmentDatabase
) -> AsyncIterator[list[Customer]]:
    """People who talk to one of the two generation services each."""
    async with httpx.AsyncClient(timeout=20) as client:
        people = [(add_person(database, balance=CREDITS, tier=tier), tier) for tier in tiers()]
        yield [
            Customer(
                user_id=person,
                headers=arena.saas.tokens.headers(person, tier=tier),
                generation_url=arena.generation[number % 2].url,
                payment_url="",
                client=client,
            )
            for number, (person, tier) in enumerate(people)
        ]
