"""Thousands of clients in one loop: sockets, epoll, and a count of bytes. Nothing is parsed.

Events are told apart by the closing brace of their JSON, of which each has exactly one; a
byte can't be cut in two by the network.
"""

from __future__ import annotations

import select
import socket
import time
from dataclasses import dataclass, field

BRACE = b"}"
SIZE_BYTES = 1 << 18


@dataclass
class Reader:
    """Connections to one server. `counts` has the events of each by file descriptor."""

    port: int
    sockets: dict[int, socket.socket] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    heard: set[int] = field(default_factory=set)
    total: int = 0
    sample: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self._epoll = select.epoll()
        self._buffer = bytearray(SIZE_BYTES)
        self._sampled = -1

    def connect(self, requests: list[bytes], *, receive_bytes: int | None = None) -> None:
        """Open a connection for each request, some at a time."""
        for request in requests:
            opened = socket.socket()
            if receive_bytes is not None:
                opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
            opened.connect(("127.0.0.1", self.port))
            opened.sendall(request)
            opened.setblocking(False)
            number = opened.fileno()
            self.sockets[number], self.counts[number] = opened, 0
            self._epoll.register(number, select.EPOLLIN)
            if self._sampled < 0:
                self._sampled = number
            if len(self.sockets) % 50 == 0:
                self.poll(0)

    def poll(self, patience_s: float) -> int:
        """Read what is there, once for each client; how many events that were."""
        before = self.total
        for number, _ in self._epoll.poll(patience_s):
            size = self.sockets[number].recv_into(self._buffer)
            if size == 0:
                raise ConnectionError("the server closed a stream")
            self.heard.add(number)
            found = self._buffer.count(BRACE, 0, size)
            self.counts[number] += found
            self.total += found
            if number == self._sampled:
                self.sample += self._buffer[:size]
        return self.total - before

    def until(self, total: int, patience_s: float = 60.0) -> None:
        """Read until so many events came."""
        deadline = time.monotonic() + patience_s
        while self.total < total:
            self.poll(0.5)
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.total} of {total} events came")

    def begin(self) -> None:
        """Forget what came until now."""
        self.total = 0
        self.counts = dict.fromkeys(self.counts, 0)
        self.sample.clear()

    def close(self) -> None:
        """Hang up."""
        for opened in self.sockets.values():
            opened.close()
        self._epoll.close()
        self.sockets.clear()
