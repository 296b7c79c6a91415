"""A hub on loopback: as much of its protocol as a download needs, serving one folder."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

NAME = "owner/noise"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


class FakeHub(ThreadingHTTPServer):
    """`served`: the files that were downloaded; `withheld`: those it can't give now."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.folder = folder
        self.served: list[str] = []
        self.withheld: set[str] = set()

    @property
    def endpoint(self) -> str:
        """For HF_ENDPOINT."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def files(self) -> list[str]:
        """Relative paths of everything in the repository."""
        found = (path for path in self.folder.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.folder).as_posix() for path in found)


class _Answers(BaseHTTPRequestHandler):
    server: FakeHub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        if path.startswith((f"/api/models/{NAME}/tree/", f"/api/models/{NAME}/paths-info/")):
            self._say([self._entry(name) for name in self.server.files()])
        elif path in {f"/api/models/{NAME}", *self._revisions()}:
            siblings = [{"rfilename": e["path"], "size": e["size"]} for e in self._entries()]
            self._say({"id": NAME, "sha": COMMIT, "siblings": siblings})
        elif path.startswith(f"/{NAME}/resolve/{COMMIT}/"):
            self._give(path.removeprefix(f"/{NAME}/resolve/{COMMIT}/"))
        else:
            self._say({"error": "Repository not found"}, HTTPStatus.NOT_FOUND)

    do_HEAD = do_GET  # noqa: N815 - the name that http.server looks for

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's own name
        return

    def _revisions(self) -> set[str]:
        return {f"/api/models/{NAME}/revision/{name}" for name in (COMMIT, "main")}

    def _entries(self) -> list[dict[str, Any]]:
        return [self._entry(name) for name in self.server.files()]

    def _entry(self, name: str) -> dict[str, Any]:
        content = (self.server.folder / name).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        return {"type": "file", "path": name, "size": len(content), "oid": digest}

    def _say(self, content: object, status: HTTPStatus = HTTPStatus.OK) -> None:
        headers = {"Content-Type": "application/json"}
        if status is HTTPStatus.NOT_FOUND:
            headers["X-Error-Code"] = "RepoNotFound"
        self._send(status, json.dumps(content).encode(), headers)

    def _give(self, name: str) -> None:
        if name in self.server.withheld:
            self._say({"error": "Internal error"}, HTTPStatus.FORBIDDEN)
            return
        content = (self.server.folder / name).read_bytes()
        if self.command == "GET":
            self.server.served.append(name)
        tag = hashlib.sha256(content).hexdigest()
        headers = {"ETag": f'"{tag}"', "X-Repo-Commit": COMMIT}
        self._send(HTTPStatus.OK, content, headers)

    def _send(self, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for key, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)


@contextmanager
def serving(folder: Path) -> Iterator[FakeHub]:
    """A hub for as long as the block runs."""
    with FakeHub(folder) as hub:
        thread = threading.Thread(target=hub.serve_forever, daemon=True)
        thread.start()
        try:
            yield hub
        finally:
            hub.shutdown()
            thread.join()
