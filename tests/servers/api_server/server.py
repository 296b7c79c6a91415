"""The double as tests start it."""

from __future__ import annotations

import secrets
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.servers.api_server.access import Access
from tests.servers.api_server.admission import Write
from tests.servers.api_server.answering import Answering
from tests.servers.api_server.certificates import kubeconfig, server_context
from tests.servers.api_server.controllers import Controllers
from tests.servers.api_server.faults import Faults
from tests.servers.api_server.kinds import core_kind
from tests.servers.api_server.serving import Served, Serving
from tests.servers.api_server.store import Store

SPACES = ("default", "kube-system", "kube-public", "kube-node-lease")


@dataclass(frozen=True)
class ApiServer:
    """How a server is reached, and the hands that a test has on it."""

    url: str
    ca: Path
    token: str
    kubeconfig: Path
    store: Store
    controllers: Controllers
    faults: Faults
    access: Access
    logs: dict[str, str]
    """What each pod has written, by its name."""
    ports: dict[tuple[str, int], int]
    """Where port-forward leads: (label app.kubernetes.io/name, port) to a port on loopback."""


@contextmanager
def api_server(folder: Path, *, minor: str = "36", controllers: bool = True) -> Iterator[ApiServer]:
    """A server with what every cluster has; its files lie in the folder."""
    context, ca = server_context(folder)
    store, faults, token = Store(minor), Faults(), secrets.token_urlsafe(16)
    answering = Answering(store)
    _found(store)
    ports: dict[tuple[str, int], int] = {}
    served = Served(answering, faults, token, ports)
    handler = type("Handler", (Serving,), {"served": served})
    with _Server(context, handler) as listening:
        url = f"https://127.0.0.1:{listening.server_port}"
        hands = Controllers(store, authority=ca.read_text())
        told = kubeconfig(folder / "kubeconfig", url, ca, token)
        threads = [threading.Thread(target=listening.serve_forever, args=(0.02,))]
        if controllers:
            threads.append(threading.Thread(target=hands.run))
        for thread in threads:
            thread.start()
        try:
            yield ApiServer(
                url, ca, token, told, store, hands, faults, answering.access, answering.logs, ports
            )
        finally:
            answering.is_closing = hands.is_closing = True
            listening.shutdown()
            listening.hang_up()
            for thread in threads:
                thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, context: ssl.SSLContext, handler: Any) -> None:
        self._context = context
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        plain, address = super().get_request()
        wrapped = self._context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        self._open.add(wrapped)
        return wrapped, address

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error of the server."""

    def hang_up(self) -> None:
        for each in tuple(self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


def _found(store: Store) -> None:
    write = Write("kube-apiserver")
    for name in SPACES:
        store.create(core_kind("namespaces"), "", _named("v1", "Namespace", name), write)
    for name, gpus in (("node-1", {}), ("node-2", {"nvidia.com/gpu": "16"})):
        room = {"cpu": "64", "memory": "256Gi", "pods": "250", "ephemeral-storage": "1Ti", **gpus}
        node = core_kind("nodes")
        made = store.create(node, "", {**_named("v1", "Node", name), "spec": {}}, write)
        ready = {"type": "Ready", "status": "True"}
        made["status"] = {"allocatable": room, "capacity": room, "conditions": [ready]}
        store.set_status(node, ("nodes", "", name), made, write)

    storage = _named("storage.k8s.io/v1", "StorageClass", "standard")
    marks = {"storageclass.kubernetes.io/is-default-class": "true"}
    storage["metadata"]["annotations"] = marks
    chosen = {"provisioner": "test.io/local", "volumeBindingMode": "WaitForFirstConsumer"}
    storage_class = core_kind("storageclasses.storage.k8s.io")
    store.create(storage_class, "", {**storage, **chosen}, write)


def _named(version: str, kind: str, name: str) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}}
