"""Transactions of one round trip each, on the connections of one pool.

One goes at once while a connection may be had. When all are on their way, those who wait go
together on the next that is back: in one round trip, each as its own transaction with its own
person.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from psycopg_pool import AsyncConnectionPool

from services.kernel.db.link import Link, Outcome, Row, StatementLost, Tell, Transaction
from services.kernel.db.refusals import DatabaseUnavailable, translated
from services.kernel.logs import logger

Pool = AsyncConnectionPool[Link]
LONGEST_TRIP_S = 10.0
TOGETHER = 8
WAITING_AT_MOST = 200


@dataclass(frozen=True, eq=False)
class _Waiting:
    transaction: Transaction
    outcome: asyncio.Future[Outcome]


class Trips:
    """`run` raises `DatabaseRefused`, or `DatabaseUnavailable` when it may or may not have run."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._waiting: deque[_Waiting] = deque()
        self._under_way = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._prepares = True

    async def run(self, transaction: Transaction) -> list[Row]:
        """The rows of its last command."""
        if self._under_way < self._pool.max_size:
            outcome = await self._at_once(transaction)
        else:
            outcome = await self._in_turn(transaction)
            if isinstance(outcome, StatementLost):  # another on that trip should have prepared it
                outcome = await self._alone(transaction)
        if isinstance(outcome, StatementLost):  # nothing has run yet
            logger(__name__).warning("statements_not_prepared", sqlstate=str(outcome))
            self._prepares = False
            outcome = await self._alone(transaction)
        if isinstance(outcome, Exception):
            with translated():
                raise outcome
        return outcome

    async def _at_once(self, transaction: Transaction) -> Outcome:
        self._under_way += 1
        try:
            return await self._alone(transaction)
        finally:
            self._go_on()

    async def _alone(self, transaction: Transaction) -> Outcome:
        told: dict[int, Outcome] = {}
        await self._carry([transaction], told.__setitem__)
        return told[0]

    async def _in_turn(self, transaction: Transaction) -> Outcome:
        if len(self._waiting) >= WAITING_AT_MOST:
            raise DatabaseUnavailable
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(transaction, outcome))
        with translated():
            async with asyncio.timeout(LONGEST_TRIP_S):
                return await outcome

    def _go_on(self) -> None:
        """A trip has ended, however it did: the next ones go in its place."""
        if self._waiting:
            task = asyncio.create_task(self._carry_next())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            self._under_way -= 1

    async def _carry_next(self) -> None:
        taken = [self._waiting.popleft() for _ in range(min(TOGETHER, len(self._waiting)))]
        together = [each for each in taken if not each.outcome.done()]

        def tell(number: int, outcome: Outcome) -> None:
            if not together[number].outcome.done():
                together[number].outcome.set_result(outcome)

        try:
            with suppress(DatabaseUnavailable):
                await self._carry([each.transaction for each in together], tell)
        finally:
            for number in range(len(together)):
                tell(number, DatabaseUnavailable())
            self._go_on()

    async def _carry(self, transactions: Sequence[Transaction], tell: Tell) -> None:
        if not transactions:
            return
        with translated():
            link = await self._living()
            try:
                async with asyncio.timeout(LONGEST_TRIP_S):
                    await link.in_one_trip(transactions, tell, prepares=self._prepares)
            finally:
                await self._pool.putconn(link)

    async def _living(self) -> Link:
        """A connection whose server has not said good-bye: a write is not sent twice."""
        link = await self._pool.getconn()
        if not link.was_lost():
            return link
        await self._pool.putconn(link)
        await self._pool.check()
        return await self._pool.getconn()
