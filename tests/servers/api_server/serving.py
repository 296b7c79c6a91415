"""The double on loopback: addresses become verbs of the store. What is not implemented answers 501.

Not yet there: watch, status and other subresources, selectors, JSON and strategic
patches.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import yaml

from tests.servers.api_server.kinds import Kind, discovery, kind_of
from tests.servers.api_server.shapes import shape_of
from tests.servers.api_server.store import Key, Refusal, Store

APPLY: Final = "application/apply-patch+yaml"
MERGE: Final = "application/merge-patch+json"
DELETE_OPTIONS: Final = frozenset({"apiVersion", "kind", "propagationPolicy"})
"""Nothing here has dependents, so that every propagation is the same."""
QUERY: Final = frozenset(
    {"dryRun", "fieldManager", "fieldValidation", "force", "limit", "pretty", "timeout"}
)
Answer = tuple[int, Mapping[str, Any]]


@contextmanager
def api_server(store: Store) -> Iterator[str]:
    """The URL of a server over these objects."""
    handler = type("Serving", (_Serving,), {"store": store})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Serving(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store: Store

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_PATCH(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as inherited
        """Say nothing."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            with self.store.lock:
                code, told = self._told(body)
        except Refusal as refusal:
            code, told = refusal.code, _status(refusal)
        text = json.dumps(told).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _told(self, body: bytes) -> Answer:
        url = urlsplit(self.path)
        found = discovery(url.path.rstrip("/")) if self.command == "GET" else None
        if found is not None:
            return 200, found
        kind, namespace, name = _address(url.path)
        query = dict(parse_qsl(url.query))
        for unknown in sorted(query.keys() - QUERY):
            raise Refusal(501, "NotImplemented", f"this double knows no ?{unknown}")
        return self._done(kind, (kind.resource, namespace, name), query, body)

    def _done(self, kind: Kind, key: Key, query: Mapping[str, str], body: bytes) -> Answer:
        verb = f"{self.command} {'one' if key[2] else 'all'}"
        dry = "dryRun" in query
        manager = query.get("fieldManager") or self.headers["User-Agent"].split("/")[0]
        if verb == "GET one":
            return 200, self.store.get(kind, *key[1:])
        if verb == "GET all":
            return 200, self._list(kind, key[1], int(query.get("limit", 0)))
        if verb == "DELETE one":
            _check_options(body)
            return 200, self.store.delete(kind, key, dry)
        if verb == "POST all":
            return 201, self.store.create(kind, key[1], _sent(kind, key, body), manager, dry)
        if verb == "PUT one":
            return 200, self.store.replace(kind, key, _sent(kind, key, body), manager, dry)
        if verb == "PATCH one" and self.headers.get_content_type() == APPLY:
            if "fieldManager" not in query:
                raise Refusal(422, "Invalid", "fieldManager: is required for apply patch")
            force = query.get("force") == "true"
            sent = _sent(kind, key, body, whole=True)
            told, new = self.store.apply(kind, key, sent, manager, force=force, dry=dry)
            return 201 if new else 200, told
        if verb == "PATCH one" and self.headers.get_content_type() == MERGE:
            sent = merge_patched(self.store.get(kind, *key[1:]), json.loads(body))
            return 200, self.store.replace(kind, key, sent, manager, dry)
        raise Refusal(501, "NotImplemented", f"this double knows no {verb} of that type")

    def _list(self, kind: Kind, namespace: str, limit: int) -> Mapping[str, Any]:
        head = {"kind": f"{kind.name}List", "apiVersion": kind.group_version}
        version = {"resourceVersion": str(self.store.version)}
        items = list(self.store.listed(kind, namespace))
        if 0 < limit < len(items):
            raise Refusal(501, "NotImplemented", "this double knows no further pages")
        return {**head, "metadata": version, "items": items}


def merge_patched(live: Any, patch: Any) -> Any:
    """RFC 7386: what a merge patch makes of a value."""
    if not isinstance(patch, dict):
        return patch
    there = live if isinstance(live, dict) else {}
    kept = {name: each for name, each in there.items() if name not in patch}
    laid = {name: merge_patched(there.get(name), patch[name]) for name in patch}
    return {**kept, **{name: each for name, each in laid.items() if patch[name] is not None}}


def _check_options(body: bytes) -> None:
    """Preconditions, dry runs and grace would change what happens: none is implemented."""
    for unknown in sorted((json.loads(body) if body else {}).keys() - DELETE_OPTIONS):
        raise Refusal(501, "NotImplemented", f"this double knows no {unknown} of a deletion")


def _address(path: str) -> tuple[Kind, str, str]:
    parts = path.strip("/").split("/")
    version, rest = ("v1", parts[2:]) if parts[0] == "api" else ("/".join(parts[1:3]), parts[3:])
    namespace = ""
    if rest[:1] == ["namespaces"] and len(rest) > 2:
        namespace, rest = rest[1], rest[2:]
    kind = kind_of(version, rest[0]) if rest else None
    if kind is None or parts[0] not in ("api", "apis"):
        raise Refusal(404, "NotFound", "the server could not find the requested resource")
    if len(rest) > 2:
        raise Refusal(501, "NotImplemented", f"this double has no {rest[2]}")
    return kind, namespace, rest[1] if len(rest) > 1 else ""


def _sent(kind: Kind, key: Key, body: bytes, *, whole: bool = False) -> dict[str, Any]:
    """What a client sends; its kind is implied by the address, except in an apply (`whole`).

    Raises Refusal 400 when it is not of the address it was sent to.
    """
    implied = {} if whole else {"apiVersion": kind.group_version, "kind": kind.name}
    try:
        sent = {**implied, **yaml.safe_load(body)}
        said = (sent["apiVersion"], sent["kind"], sent["metadata"].get("namespace", key[1]))
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise Refusal(400, "BadRequest", "the body is no object") from error
    if said != (kind.group_version, kind.name, key[1]):
        raise Refusal(400, "BadRequest", "the body does not match the URL")
    if "status" in shape_of(kind.group_version, kind.name).schema["properties"]:
        sent.pop("status", None)
    return dict(sent)


def _status(refusal: Refusal) -> dict[str, Any]:
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": refusal.message,
        "reason": refusal.reason,
        "code": refusal.code,
    }
