"""The two protocols that a watcher can be written in: server-sent events and WebSocket.

A line's coroutines must do nothing but call `send`: the hub begins them by hand.
"""

from __future__ import annotations

import json
import secrets

from starlette.types import Send

from services.generation.progress.news import Bundle
from services.generation.progress.watcher import Reason, Writing

SOON_MS = 2_000
# A service that is replaced sends everybody away at once: they come back spread over this time.
SPREAD_MS = 5_000
HEARTBEAT = {"type": "http.response.body", "body": b":\n\n", "more_body": True}
CLOSING = "closing"
# RFC 6455, and the range that it leaves to applications.
CLOSE_CODES = {
    Reason.FINISHED: 1000,
    Reason.TIMEOUT: 1000,
    Reason.RENEW: 1000,
    Reason.DRAINING: 1012,
    Reason.TOO_SLOW: 1013,
    Reason.TOKEN_EXPIRED: 4401,
}


class EventLine:
    """Server-sent events, as the WHATWG's HTML standard has them."""

    __slots__ = ("_send",)

    def __init__(self, send: Send) -> None:
        self._send = send

    def open(self, bundle: Bundle) -> Writing:
        """The first news, with the time after which a lost stream is to be opened again."""
        body = b"".join([f"retry: {SOON_MS}\n".encode(), *(item.sse for item in bundle.news)])
        first = {"type": "http.response.body", "body": body, "more_body": True}
        return self._send(first)  # type: ignore[return-value]  # a coroutine function

    def write(self, bundle: Bundle) -> Writing:
        """All news in one chunk."""
        return self._send(bundle.chunk)  # type: ignore[return-value]  # a coroutine function

    def beat(self) -> Writing:
        """A comment."""
        return self._send(HEARTBEAT)  # type: ignore[return-value]  # a coroutine function

    def end(self, reason: Reason) -> Writing:
        """Why, and when to come back; without an id, so that a resume begins at the last news."""
        text = f"retry: {_retry_ms(reason)}\nevent: {CLOSING}\ndata: {_why(reason)}\n\n"
        last = {"type": "http.response.body", "body": text.encode(), "more_body": False}
        return self._send(last)  # type: ignore[return-value]  # a coroutine function


class SocketLine:
    """The same events as JSON text messages."""

    __slots__ = ("_send",)

    def __init__(self, send: Send) -> None:
        self._send = send

    def open(self, bundle: Bundle) -> Writing:
        """Nothing is special about the first."""
        return self.write(bundle)

    async def write(self, bundle: Bundle) -> None:
        """One message each."""
        for text in bundle.texts:
            await self._send(text)

    def beat(self) -> None:
        """The server pings by itself."""

    async def end(self, reason: Reason) -> None:
        """Why, and a close code."""
        text = f'{{"id":null,"event":"{CLOSING}","data":{_why(reason)}}}'
        await self._send({"type": "websocket.send", "text": text})
        code = CLOSE_CODES[reason]
        await self._send({"type": "websocket.close", "code": code, "reason": reason.value})


def _why(reason: Reason) -> str:
    return json.dumps({"reason": reason.value})


def _retry_ms(reason: Reason) -> int:
    return SOON_MS + (secrets.randbelow(SPREAD_MS) if reason is Reason.DRAINING else 0)
