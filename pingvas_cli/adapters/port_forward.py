"""A port on loopback whose connections go on through a socket that somebody else makes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

CHUNK_BYTES: Final = 65_536
Connect = Callable[[], Any]
"""Makes a connection with a socket's `recv`, `sendall`, `shutdown` and `close`."""


@contextmanager
def listening(connect: Connect) -> Iterator[str]:
    """`http://127.0.0.1:PORT`; each connection to it gets one of its own behind it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_accept, args=(server, connect), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)  # ends the accept that waits
            server.close()
            thread.join(1.0)


def _accept(server: socket.socket, connect: Connect) -> None:
    while True:
        try:
            near, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(near, connect), daemon=True).start()


def _serve(near: socket.socket, connect: Connect) -> None:
    """A pod that can't be reached is a connection that ends at once."""
    with near:
        try:
            far = connect()
        except Exception:  # noqa: BLE001 - whatever it was, the caller sees its connection end
            return
        back = threading.Thread(target=_pump, args=(far, near), daemon=True)
        back.start()
        _pump(near, far)
        back.join()
        far.close()


def _pump(source: Any, sink: Any) -> None:  # noqa: ANN401 - either may be the client's own socket
    with suppress(OSError):
        while data := source.recv(CHUNK_BYTES):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
