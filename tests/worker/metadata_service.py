"""A stand-in for EC2's instance metadata service, version 2: no answer without a token."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class MetadataService:
    """`documents` by path; `tokens` that were given; `forget` makes all of them void."""

    def __init__(self) -> None:
        self.documents: dict[str, str] = {}
        self.tokens: list[str] = []
        self.asked: list[str] = []
        self.endpoint = ""

    def forget(self) -> None:
        self.tokens.append("")

    def answer(self, path: str, token: str | None) -> tuple[int, str]:
        self.asked.append(path)
        if not token or token != self.tokens[-1]:
            return 401, ""
        found = self.documents.get(path)
        return (200, found) if found is not None else (404, "")

    def give_token(self, ttl: str | None) -> tuple[int, str]:
        if ttl is None or not 1 <= int(ttl) <= 21_600:
            return 400, ""
        self.tokens.append(f"token-{len(self.tokens)}")
        return 200, self.tokens[-1]


@contextmanager
def metadata_service() -> Iterator[MetadataService]:
    """Answering on this machine until the block ends."""
    service = MetadataService()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(service.answer(self.path, self.headers["X-aws-ec2-metadata-token"]))

        def do_PUT(self) -> None:
            assert self.path == "/latest/api/token"
            self._say(service.give_token(self.headers["X-aws-ec2-metadata-token-ttl-seconds"]))

        def _say(self, answer: tuple[int, str]) -> None:
            status, text = answer
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
