"""A service as a process: uvicorn with uvloop and httptools, and an end that loses no request.

Told to stop, a service first says that it is not ready and tells long answers to end; it goes on
taking requests for `drain_delay_s`, then lets those in flight finish for up to ten seconds.
"""

from __future__ import annotations

import asyncio
import gc
import socket
import sys
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from services.kernel import logs
from services.kernel.settings import ServiceSettings

if TYPE_CHECKING:
    from uvicorn._types import ASGISendEvent

LAST_REQUESTS_S = 10
UNSENT_BYTES = 16_384  # what may wait in the system for somebody who does not read
LARGEST_SOCKET_MESSAGE = 4_096  # people only listen on WebSockets


class Sockets(WebSocketsSansIOProtocol):
    """uvicorn's WebSockets; a refusal with a document is to it a handshake that was left open.

    It would log each as an error, though anybody may cause them.
    """

    async def send(self, message: ASGISendEvent) -> None:
        """Send; a refusal that was sent to its end completes the handshake."""
        await super().send(message)
        self.handshake_complete = self.handshake_complete or self.close_sent


class Server(uvicorn.Server):
    """uvicorn's server, which drains before it stops."""

    def __init__(self, config: uvicorn.Config, draining: asyncio.Event, delay_s: float) -> None:
        super().__init__(config)
        self._draining = draining
        self._delay_s = delay_s
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then take what the start allocated out of garbage collection."""
        await super().startup(sockets)
        for each in (one for server in self.servers for one in server.sockets):
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
        self._loop = asyncio.get_running_loop()
        settle_memory()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain; a second signal stops at once."""
        if self._loop is None or self._draining.is_set():
            super().handle_exit(sig, frame)
        else:
            self._loop.call_soon_threadsafe(self._drain, sig)

    def _drain(self, sig: int) -> None:
        self._draining.set()
        asyncio.get_running_loop().call_later(self._delay_s, super().handle_exit, sig, None)


def settle_memory() -> None:
    """Passes over what lives as long as the process cost tail time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


def serve(name: str, settings: ServiceSettings, factory: Callable[[], FastAPI]) -> None:
    """Run one service in this process until it is told to stop."""
    logs.configure(service=name, environment=settings.environment, release=settings.release)
    app = factory()
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        ws=Sockets,
        access_log=False,
        log_config=None,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        ws_max_size=LARGEST_SOCKET_MESSAGE,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=LAST_REQUESTS_S,
    )
    server = Server(config, app.state.draining, settings.drain_delay_s)
    server.run()
    if not server.started:
        sys.exit(1)
