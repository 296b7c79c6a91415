"""A port on loopback that leads on: requests arrive, and a far end that is away ends them."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from pingvas_cli.adapters.port_forward import listening


class _Echo(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as inherited
        """Say nothing."""


def test_each_connection_goes_on_through_one_of_its_own() -> None:
    made: list[socket.socket] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Echo) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()

        def connect() -> socket.socket:
            made.append(socket.create_connection(("127.0.0.1", server.server_port)))
            return made[-1]

        with listening(connect) as address:
            for size in (1, 300_000):
                content = b"x" * size
                assert httpx.post(address, content=content, trust_env=False).content == content
        server.shutdown()
        thread.join()
    assert len(made) == 2
    with pytest.raises(httpx.ConnectError):
        httpx.get(address, trust_env=False)


def test_a_far_end_that_is_away_ends_the_connection() -> None:
    def connect() -> socket.socket:
        raise ConnectionRefusedError

    with listening(connect) as address, pytest.raises(httpx.HTTPError):
        httpx.get(address, trust_env=False)
