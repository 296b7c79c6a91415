"""The double on loopback by HTTPS: who asks, what goes wrong on the way, and how answers look."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from websockets.utils import accept_key

from tests.servers.api_server.answering import Answer, Answering, Request, addressed, review_of
from tests.servers.api_server.discovery import AGGREGATED, aggregated, discovery
from tests.servers.api_server.faults import Faults
from tests.servers.api_server.forwarding import forward
from tests.servers.api_server.refusals import Refusal

UNKNOWN: Final = Refusal(401, "Unauthorized", "Unauthorized")
READ: Final = (
    "application/json", "application/yaml", "application/apply-patch+yaml",
    "application/merge-patch+json", "application/strategic-merge-patch+json",
    "application/json-patch+json",
)  # fmt: skip
CHANNELS: Final = "v4.channel.k8s.io"
LIVE: Final = ("/readyz", "/livez", "/healthz")


@dataclass(frozen=True)
class Served:
    """What a handler serves, and to whom."""

    answering: Answering
    faults: Faults
    token: str
    ports: dict[tuple[str, int], int]


class Closed(Exception):
    """The connection ends without an answer."""


class Serving(BaseHTTPRequestHandler):
    """`served` is given to a class of its own for each server."""

    protocol_version = "HTTP/1.1"
    served: Served

    def do_GET(self) -> None:
        try:
            self._answer()
        except (Closed, ConnectionError):
            self.close_connection = True

    def do_POST(self) -> None:
        self.do_GET()

    def do_PUT(self) -> None:
        self.do_GET()

    def do_PATCH(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as inherited
        """Say nothing."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        time.sleep(self.served.faults.slow_s)
        fault = self._fault()
        try:
            if self.headers.get("Authorization") != f"Bearer {self.served.token}":
                raise UNKNOWN
            if fault is not None and fault != "lose":
                self._fail(fault)
            if self.headers.get("Upgrade"):
                self._forward()
                return
            with self.served.answering.store.lock:
                answer = self._told(urlsplit(self.path).path.rstrip("/"), body)
        except Refusal as refusal:
            answer = Answer(refusal.code, refusal.status)
        if fault == "lose":
            raise Closed
        self._send(answer)

    def _forward(self) -> None:
        """Raises Refusal 400 for what is no port-forward of one port by WebSocket, 403, 404."""
        answering, url = self.served.answering, urlsplit(self.path)
        kind, key, part = addressed(answering.store, url.path)
        query = dict(parse_qsl(url.query))
        offered = self.headers.get("Sec-WebSocket-Protocol", "")
        if part != "portforward" or CHANNELS not in offered or not query["ports"].isdigit():
            raise Refusal(400, "BadRequest", f"unable to upgrade: this double speaks {CHANNELS}")
        if not answering.access.allows("get", "", "pods/portforward", key[1]):
            raise Refusal(403, "Forbidden", "pods/portforward is forbidden")
        pod, port = answering.store.get(kind, *key[1:]), int(query["ports"])
        if pod.get("status", {}).get("phase") != "Running":
            raise Refusal(400, "BadRequest", "unable to forward port because pod is not running")
        name = pod["metadata"].get("labels", {}).get("app.kubernetes.io/name", "")
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        key_sent = self.headers["Sec-WebSocket-Key"]
        self.send_header("Sec-WebSocket-Accept", accept_key(key_sent))
        self.send_header("Sec-WebSocket-Protocol", CHANNELS)
        self.end_headers()
        self.close_connection = True
        forward(self.connection, port, self.served.ports.get((name, port)))

    def _fault(self) -> str | int | None:
        path, _, query = self.path.partition("?")
        if self.command == "GET" or "dryRun" in query or path.endswith("reviews"):
            return None
        return self.served.faults.met(f"{self.command} {path}")

    def _fail(self, fault: str | int) -> None:
        if not isinstance(fault, int):
            raise Closed
        reason = {429: "TooManyRequests", 500: "InternalError"}.get(fault, "ServiceUnavailable")
        raise Refusal(fault, reason, "this was asked for by a test")

    def _told(self, path: str, body: bytes) -> Answer:
        answering = self.served.answering
        sent = self.headers.get("Content-Type", READ[0]).partition(";")[0]
        if body and sent not in READ:
            raise Refusal(415, "UnsupportedMediaType", f"this double reads no {sent}")
        if path in LIVE:
            return Answer(200, "ok")
        if self.command == "GET":
            kinds = answering.store.kinds
            if path in ("/api", "/apis") and AGGREGATED in self.headers.get("Accept", ""):
                return Answer(200, aggregated(kinds, path))
            found = discovery(kinds, answering.store.minor, path)
            if found is not None:
                return Answer(200, found)
        review = review_of(path, body) if self.command == "POST" else None
        if review is not None:
            return Answer(201, answering.access.reviewed(review))
        kind, key, part = addressed(answering.store, path)
        query = dict(parse_qsl(urlsplit(self.path).query))
        agent = self.headers.get("User-Agent", "unknown")
        return answering.answer(Request(self.command, kind, key, part, query, sent, agent, body))

    def _send(self, answer: Answer) -> None:
        told = answer.told
        if isinstance(told, Iterator):
            self._stream(told)
            return
        text = told if isinstance(told, str) else json.dumps(told)
        self.send_response(answer.code)
        self.send_header("Content-Type", self._type(told))
        self.send_header("Content-Length", str(len(text.encode())))
        if answer.code in (429, 503):
            self.send_header("Retry-After", "1")
        for warning in answer.warnings:
            self.send_header("Warning", f'299 - "{warning}"')
        self.end_headers()
        self.wfile.write(text.encode())

    def _type(self, told: Mapping[str, Any] | str) -> str:
        if isinstance(told, str):
            return "text/plain"
        discovered = told.get("kind") == "APIGroupDiscoveryList"
        return AGGREGATED if discovered else "application/json"

    def _stream(self, told: Iterator[Mapping[str, Any]]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for each in told:
            line = json.dumps(each).encode() + b"\n"
            self.wfile.write(b"%x\r\n%b\r\n" % (len(line), line))
        self.wfile.write(b"0\r\n\r\n")
