"""Port-forward by WebSocket, `v4.channel.k8s.io`: each message begins with its channel's number."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol, Side, State

DATA: Final = b"\x00"
ERROR: Final = b"\x01"
CHUNK_BYTES: Final = 65_536


def forward(client: socket.socket, asked: int, local: int | None) -> None:
    """Until either side ends; without a local port the client is told so on the error channel."""
    spoken, lock = Protocol(Side.SERVER, state=State.OPEN), threading.Lock()

    def tell(*messages: bytes, ends: bool = False) -> None:
        with lock:
            for message in messages:
                spoken.send_binary(message)
            if ends:
                spoken.send_close(1000)
            for data in spoken.data_to_send():
                client.sendall(data)

    number = asked.to_bytes(2, "little")
    tell(DATA + number, ERROR + number)
    if local is None:
        tell(ERROR + b"nothing listens on this port", ends=True)
        return
    with socket.create_connection(("127.0.0.1", local)) as server:
        back = threading.Thread(target=_back, args=(server, tell))
        back.start()
        with suppress(OSError):
            while (data := client.recv(CHUNK_BYTES)) and _went_on(spoken, lock, data, server):
                pass
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        back.join()


def _went_on(spoken: Protocol, lock: threading.Lock, data: bytes, server: socket.socket) -> bool:
    """Whether the client goes on; what it sent for the pod has been passed to it."""
    with lock:
        spoken.receive_data(data)
        frames = [each for each in spoken.events_received() if isinstance(each, Frame)]
    for each in frames:
        if each.opcode is Opcode.BINARY and bytes(each.data[:1]) == DATA:
            server.sendall(each.data[1:])
    return not any(each.opcode is Opcode.CLOSE for each in frames)


def _back(server: socket.socket, tell: Callable[..., None]) -> None:
    with suppress(OSError):
        while data := server.recv(CHUNK_BYTES):
            tell(DATA + data)
    with suppress(Exception):  # the client may have closed first
        tell(ends=True)
