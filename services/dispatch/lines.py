"""Connections that are held for scripts: a call goes out at once, answers come back in order.

redis-py opens a connection (URL, TLS, login, Sentinel) and its pool knows it, so that closing the
client closes it. Then its streams are set aside: what is held needs no pool, no lock and no timer
for each call, which are half of what a call costs. An answer that nobody waits for any more is read
all the same, so that a cancelled call breaks nothing for those after it.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from hiredis import Reader, pack_command
from redis import exceptions as vendor
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from services.dispatch.connection import BLOCKING_ANSWER_S

Answer = asyncio.Future[Any]
# Who says so is not, or not yet, the one to ask; a new connection may find another.
ELSEWHERE = ("READONLY", "LOADING", "MASTERDOWN")


class Line(asyncio.Protocol):
    """One connection. When an answer is late or the server is the wrong one, all are given up."""

    def __init__(self, connection: AbstractConnection) -> None:
        self.connection = connection
        self._timeout_s = connection.socket_timeout or BLOCKING_ANSWER_S
        self._reader = Reader(
            protocolError=vendor.InvalidResponse, replyError=vendor.ResponseError, encoding="utf-8"
        )
        self._waiting: deque[tuple[Answer, float]] = deque()
        self._unsent: list[bytes] = []
        self._watch: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._transport = _transport_of(connection)
        self._streams = self._transport.get_protocol()
        self._transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        """Whether it may be asked."""
        return not self._transport.is_closing()

    @property
    def is_quiet(self) -> bool:
        """Whether every answer has come."""
        return not self._waiting

    def ask(self, *words: str | float) -> Answer:
        """Send a command; those asked while an answer is awaited go out together. Raises
        ConnectionError when it is closed.
        """
        if not self.is_open:
            raise vendor.ConnectionError("The connection was closed.")
        answer = self._loop.create_future()
        packed = cast("bytes", pack_command(cast("Any", words)))
        if not self._waiting:
            self._transport.write(packed)
        else:
            if not self._unsent:
                self._loop.call_soon(self._send)
            self._unsent.append(packed)
        self._waiting.append((answer, self._loop.time()))
        if self._watch is None:
            self._watch = self._loop.call_later(self._timeout_s, self._look)
        return answer

    def give_up(self, error: Exception) -> None:
        """Close it; whoever waits gets the error."""
        self._transport.abort()
        self._unsent.clear()
        if self._watch:
            self._watch.cancel()
            self._watch = None
        while self._waiting:
            _settle(self._waiting.popleft()[0], error)

    def data_received(self, data: bytes) -> None:
        """Give each its answer."""
        self._reader.feed(data)
        while self._waiting and (told := self._reader.gets()) is not False:
            if isinstance(told, vendor.ResponseError) and str(told).startswith(ELSEWHERE):
                self.give_up(vendor.ConnectionError(str(told)))
            else:
                _settle(self._waiting.popleft()[0], told)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more comes."""
        self.give_up(vendor.ConnectionError(f"The connection was closed. {exc or ''}"))
        cast("asyncio.Protocol", self._streams).connection_lost(exc)

    def _send(self) -> None:
        if self._unsent:
            self._transport.write(b"".join(self._unsent))
            self._unsent.clear()

    def _look(self) -> None:
        """Has the oldest waited too long?"""
        self._watch = None
        if not self._waiting:
            return
        due = self._waiting[0][1] + self._timeout_s
        if due > self._loop.time():
            self._watch = self._loop.call_at(due, self._look)
        else:
            self.give_up(vendor.TimeoutError("No answer in time"))


class Lines:
    """Those of one client: one that all calls share, and others for calls that sleep."""

    def __init__(self, redis: Redis) -> None:
        self._pool = redis.connection_pool
        self._retry = redis.get_retry() or Retry(NoBackoff(), 0)
        self._opening = asyncio.Lock()
        self._shared: Line | None = None
        self._resting: list[Line] = []

    async def call(self, *words: str | float) -> Any:  # noqa: ANN401 - any command's answer
        """The answer; a call whose connection was lost is repeated as the client would do."""

        async def ask() -> Any:  # noqa: ANN401 - the same
            line = self._shared
            if line is None or not line.is_open:
                line = await self._open_shared()
            return await line.ask(*words)

        return await self._retry.call_with_retry(ask, _nothing)

    @asynccontextmanager
    async def borrowed(self) -> AsyncIterator[Line]:
        """One for this block alone. Leave no question open in it, or it is closed."""
        line = await self._rested() or await self._open()
        try:
            yield line
        finally:
            if line.is_open and line.is_quiet:
                self._resting.append(line)
            else:
                await self._leave(line)

    async def _rested(self) -> Line | None:
        """One that is still open; those that were lost while they rested go back to the pool."""
        while self._resting:
            line = self._resting.pop()
            if line.is_open:
                return line
            await self._leave(line)
        return None

    async def _open_shared(self) -> Line:
        async with self._opening:
            if self._shared and not self._shared.is_open:
                lost, self._shared = self._shared, None
                await self._leave(lost)
            if not self._shared:
                self._shared = await self._open()
            return self._shared

    async def _open(self) -> Line:
        pool = cast("Any", self._pool)  # redis-py leaves this method untyped
        return Line(await pool.get_connection())

    async def _leave(self, line: Line) -> None:
        await line.connection.disconnect(nowait=True)
        await self._pool.release(line.connection)


async def _nothing(_: Exception) -> None:
    """A lost line is noticed by whoever asks next."""


def _settle(answer: Answer, told: object) -> None:
    if answer.done():
        return
    if isinstance(told, Exception):
        answer.set_exception(told)
    else:
        answer.set_result(told)


def _transport_of(connection: AbstractConnection) -> asyncio.Transport:
    writer = connection._writer  # noqa: SLF001 - redis-py has no public way to it
    if writer is None:
        raise vendor.ConnectionError("The connection was closed.")
    return cast("asyncio.Transport", writer.transport)
