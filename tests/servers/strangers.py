"""Programs that listen where another is expected: they hang, hang up, or say something odd."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tests.servers.ports import free_port


def http(status: str, body: bytes, *headers: str) -> bytes:
    """An HTTP answer; give `Content-Length` yourself to lie about it."""
    lines = [f"HTTP/1.1 {status}", *headers, "Connection: close"]
    if not any(each.startswith("Content-Length") for each in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


ANSWERS: Final[Mapping[str, bytes]] = {
    "hangs up": b"",
    "garbage": b"\x00\xff\xfe!\r\n\r\n" * 40,
    "error": http("500 Internal Server Error", b'{"code": "boom"}'),
    "error in binary": http("503 Service Unavailable", b"\xff\x00\xfe"),
    "page": http("200 OK", b"<html>router</html>", "Content-Type: text/html"),
    "nothing": http("200 OK", b""),
    "list": http("200 OK", b"[1, null]", "Content-Type: application/json"),
    "odd object": http("200 OK", b'{"items": 3, "id": 1}', "Content-Type: application/json"),
    "not gzip": http("200 OK", b"plain", "Content-Encoding: gzip"),
    "cut short": http("200 OK", b"{", "Content-Length: 100"),
    "too much": http("200 OK", b"{}{}", "Content-Length: x"),
    "odd redis": b"*2\r\n:abc\r\n$-7\r\n",
    "wrong redis": b"$3\r\nabc\r\n" * 9,
    "number redis": b":7\r\n" * 9,
}


@contextmanager
def listening(answer: bytes | None) -> Iterator[int]:
    """The port of a program that gives every caller `answer`; None holds them without a word."""
    port = free_port()
    with _served(socket.AF_INET, ("127.0.0.1", port), answer):
        yield port


@contextmanager
def listening_at(path: Path, answer: bytes | None) -> Iterator[None]:
    """The same at a unix socket."""
    with _served(socket.AF_UNIX, str(path), answer):
        yield


@contextmanager
def _served(family: int, address: tuple[str, int] | str, answer: bytes | None) -> Iterator[None]:
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
        thread = threading.Thread(target=_serve, args=(listener, answer), daemon=True)
        thread.start()
        try:
            yield
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def _serve(listener: socket.socket, answer: bytes | None) -> None:
    held: list[socket.socket] = []
    with suppress(OSError):
        while True:
            caller, _ = listener.accept()
            caller.settimeout(0.3)
            if answer is None:
                held.append(caller)
            else:
                _answer(caller, answer)
    for caller in held:
        caller.close()


def _answer(caller: socket.socket, answer: bytes) -> None:
    with caller, suppress(OSError):
        caller.recv(65536)
        caller.sendall(answer)
        caller.shutdown(socket.SHUT_WR)
        while caller.recv(65536):
            pass
