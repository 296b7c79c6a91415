"""A hub on loopback with a will of its own: it lists repositories, redirects, cuts, drips and lies.

It speaks as much of the Hugging Face hub's HTTP API as a download needs. Large files lie behind a
redirect, as theirs do, and are given from any offset.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
RANGE = re.compile(r"bytes=(\d+)-")
DRIP_S = 0.05


@dataclass
class Oddity:
    """How one answer goes wrong. `keep`: for all answers at that path, not only the next.

    `cut_at`: so many bytes, then the connection ends. `drip`: a few bytes at a time, for ever.
    """

    status: int = 0
    location: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    cut_at: int | None = None
    drip: bool = False
    pause_s: float = 0.0
    without_length: bool = False
    whole: bool = False
    keep: bool = False


@dataclass(frozen=True)
class Asked:
    """One request that came."""

    path: str
    range: str
    authorization: str
    host: str


class Hub(ThreadingHTTPServer):
    """`repositories`: contents by repository and path. `listing` replaces what is told of one."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.repositories: dict[str, dict[str, bytes]] = {}
        self.listing: dict[str, list[dict[str, Any]]] = {}
        self.oddities: dict[str, list[Oddity]] = {}
        self.asked: list[Asked] = []
        self.tags: list[str] = ["license:openrail"]
        self.is_over = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up is what many tests are about."""

    @property
    def url(self) -> str:
        """For PINGVAS_HUB_URL."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def put(self, name: str, files: dict[str, bytes]) -> None:
        """A repository with these files."""
        self.repositories[name] = files

    def spoil(self, path: str, *oddities: Oddity) -> None:
        """The next answers at this path (that of the bytes, behind the redirect) go wrong so."""
        self.oddities.setdefault(path, []).extend(oddities)

    def resolve(self, name: str, file: str) -> str:
        """The path of a file's address."""
        return f"/{name}/resolve/{COMMIT}/{file}"

    def listed(self, name: str) -> list[dict[str, Any]]:
        """What is told of a repository's files."""
        files = self.repositories[name].items()
        return self.listing.get(name) or [_entry(path, content) for path, content in files]


def _entry(path: str, content: bytes) -> dict[str, Any]:
    entry: dict[str, Any] = {"rfilename": path, "size": len(content)}
    if path.endswith(".safetensors"):
        entry["lfs"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    return entry


class _Answers(BaseHTTPRequestHandler):
    server: Hub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        told = (self.headers.get(key, "") for key in ("Range", "Authorization", "Host"))
        self.server.asked.append(Asked(path, *told))
        with suppress(OSError):
            self._answer(path, self._oddity(path))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's own name
        return

    def _oddity(self, path: str) -> Oddity:
        waiting = self.server.oddities.get(path, [])
        if not waiting:
            return Oddity()
        return waiting[0] if waiting[0].keep else waiting.pop(0)

    def _answer(self, path: str, odd: Oddity) -> None:
        if odd.location:
            self._send(odd.status or 302, b"", {"Location": odd.location})
        elif odd.status:
            self._send(odd.status, odd.body or b"{}", odd.headers)
        elif found := re.fullmatch(r"/api/models/([^/]+/[^/]+)/revision/(.+)", path):
            self._list(found[1], odd)
        elif path.startswith("/lfs/"):
            self._give(path.removeprefix("/lfs"), odd)
        elif path.endswith(".safetensors"):
            self._send(302, b"", {"Location": f"/lfs{path}?signature=secret"})
        else:
            self._give(path, odd)

    def _list(self, name: str, odd: Oddity) -> None:
        if name not in self.server.repositories:
            self._send(404, b"{}", {})
            return
        told = {"id": name, "sha": COMMIT, "tags": self.server.tags}
        body = json.dumps({**told, "siblings": self.server.listed(name)}).encode()
        self._send(200, body if odd.body is None else odd.body, {})

    def _give(self, path: str, odd: Oddity) -> None:
        name, _, file = path.removeprefix("/").partition(f"/resolve/{COMMIT}/")
        content = self.server.repositories.get(name, {}).get(file)
        if content is None:
            self._send(404, b"{}", {})
            return
        content = content if odd.body is None else odd.body
        start = RANGE.fullmatch(self.headers.get("Range", ""))
        if start and not odd.whole:
            at = int(start[1])
            place = {"Content-Range": f"bytes {at}-{len(content) - 1}/{len(content)}"}
            self._send(206, content[at:], place | odd.headers, odd)
        else:
            self._send(200, content, odd.headers, odd)

    def _send(
        self, status: int, body: bytes, headers: dict[str, str], odd: Oddity | None = None
    ) -> None:
        odd = odd or Oddity()
        length = {} if odd.without_length else {"Content-Length": str(len(body))}
        self.send_response(status)
        for key, value in {**length, "Connection": "close", **headers}.items():
            self.send_header(key, value)
        self.end_headers()
        self.close_connection = True
        if odd.drip:
            self._drip(body)
        else:
            self.wfile.write(body[: odd.cut_at])
            self.wfile.flush()
            self.server.is_over.wait(odd.pause_s)

    def _drip(self, body: bytes) -> None:
        for place in range(0, len(body), 16):
            if self.server.is_over.wait(DRIP_S):
                return
            self.wfile.write(body[place : place + 16])
            self.wfile.flush()


@contextmanager
def serving() -> Iterator[Hub]:
    """A hub for as long as the block runs."""
    with Hub() as hub:
        thread = threading.Thread(target=hub.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield hub
        finally:
            hub.is_over.set()
            hub.shutdown()
            thread.join()


def until(deadline_s: float, is_so: Any) -> None:
    """Wait in a plain thread for something that another process does."""
    ends = time.monotonic() + deadline_s
    while not is_so():
        if time.monotonic() > ends:
            raise TimeoutError
        time.sleep(0.01)
