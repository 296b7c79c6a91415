"""A machine that bootstraps in a cluster: the real kubectl, and an API server stood in for.

Its controllers bring workloads up; KEDA and the programs in pods are stood in for here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from pingvas_cli.adapters.kubernetes import KubeconfigKubernetes
from pingvas_cli.bootstrap.cluster.kinds import ALL, SCALED_OBJECT
from pingvas_cli.bootstrap.cluster.sequence import CLUSTER
from pingvas_cli.config.local import SERVICE_PORTS
from pingvas_cli.messages import Translator
from pingvas_cli.ports.kubernetes import Document, KubernetesError, Reference
from pingvas_cli.rendering.contexts.place import ZERO_DIGEST
from tests.manifests.judges import CRDS
from tests.servers.api_server.server import ApiServer, api_server

CONFIGURATION: Final = """\
platform:
  target: cluster
  name: mine
cache:
  mode: sentinel
endpoints:
  dev: &outside
    database_host: db.example.com
    database_authorities_file: {authorities}
    object_store: http://store.example.com:9000
  prod: *outside
"""
CERTIFICATE: Final = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
DIGEST: Final = f"sha256:{'a' * 64}"
COMMAND_S: Final = 300
OURS: Final = "pingvas.io/platform=mine"
TITLES: Final = {step.slug: Translator("en").text(step.title) for step in CLUSTER}
# In order at the first bootstrap already, once images are named.
IN_ORDER: Final = frozenset({"preflight", "rendered-tree", "releases", "tenancies", "prune"})
DOING: Final = tuple(slug for slug in TITLES if slug not in IN_ORDER)
READY: Final = {"conditions": [{"type": "Ready", "status": "True", "reason": "ScaledObjectReady"}]}


@dataclass
class ClusterMachine:
    """A machine with kubectl, a kubeconfig and a state folder."""

    folder: Path
    server: ApiServer
    environ: Mapping[str, str]

    @property
    def kubernetes(self) -> KubeconfigKubernetes:
        """The cluster as a test looks at it."""
        return KubeconfigKubernetes(self.server.kubeconfig)

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "pingvas_cli", *arguments, "--progress", "plain"]
        command += ["--config", str(self.folder / "pingvas.yaml")]
        command += ["--state-dir", str(self.folder / "state")]
        out = subprocess.PIPE
        return subprocess.Popen(command, env=self.environ, stdout=out, stderr=out, text=True)

    def run(self, *arguments: str) -> tuple[int, str, str]:
        process = self.begin(*arguments)
        out, err = process.communicate(timeout=COMMAND_S)
        return process.returncode, out, err

    def told(self, *arguments: str) -> Any:
        """The record that a command ends with."""
        code, out, err = self.run(*arguments, "-o", "json")
        assert code == 0, err
        return json.loads(out)

    def applied(self) -> list[str]:
        """The steps that a bootstrap applies."""
        found: list[str] = self.told("bootstrap", "--yes")["applied"]
        return found

    def kill_after(self, slug: str) -> None:
        """Run bootstrap and SIGKILL it when the step is done."""
        process, said = self.begin("bootstrap", "--yes"), []
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line)
            if f"{TITLES[slug]}: done" in line:
                process.kill()
                break
        process.communicate()
        assert process.returncode == -9, "".join(said)

    def release(self) -> None:
        """Name images, as the first bootstrap asks for."""
        code, _, err = self.run("bootstrap", "--yes")
        assert code == 3, err
        for path in (self.folder / "state/tree/k8s/releases").glob("*/*/kustomization.yaml"):
            path.write_text(path.read_text().replace(ZERO_DIGEST, DIGEST))

    def ours(self) -> dict[Reference, Document]:
        """Every object of the platform."""
        found = (one for kind in ALL for one in self.kubernetes.listed(kind, labels=OURS))
        return {Reference.of(one): one for one in found}

    def versions(self) -> dict[Reference, tuple[str, str]]:
        """Which object stands there, and its generation: neither changes by itself."""
        return {
            place: (one["metadata"]["uid"], str(one["metadata"].get("generation", "")))
            for place, one in self.ours().items()
            if place.kind != "HorizontalPodAutoscaler"
        }


@contextmanager
def cluster_machine(folder: Path) -> Iterator[ClusterMachine]:
    """One with an empty cluster that has KEDA, and images for every program."""
    authorities = folder / "authorities.pem"
    authorities.write_text(CERTIFICATE)
    (folder / "pingvas.yaml").write_text(CONFIGURATION.format(authorities=authorities))
    with api_server(folder) as server, _program() as port:
        environ = {
            **{name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
            "HOME": str(folder),
            "KUBECONFIG": str(server.kubeconfig),
        }
        server.ports.update(dict.fromkeys(SERVICE_PORTS.items(), port))
        made = ClusterMachine(folder, server, environ)
        made.kubernetes.apply(_definition())
        until(lambda: made.kubernetes.serves(SCALED_OBJECT))
        with _living(made):
            made.release()
            yield made


def until(so: Callable[[], bool], patience_s: float = 30.0) -> None:
    """Wait for what others do."""
    deadline = time.monotonic() + patience_s
    while not so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextmanager
def _living(machine: ClusterMachine) -> Iterator[None]:
    """What KEDA does, as far as a bootstrap looks at it."""
    over = threading.Event()
    thread = threading.Thread(target=_live, args=(machine, over))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _live(machine: ClusterMachine, over: threading.Event) -> None:
    """Whatever goes while it is looked at is looked at again."""
    while not over.wait(0.2):
        with suppress(KubernetesError):
            for one in machine.kubernetes.listed(SCALED_OBJECT):
                if "status" not in one:
                    set_status(machine.kubernetes, one, READY)


def set_status(kubernetes: KubeconfigKubernetes, one: Document, status: Document) -> None:
    """What a controller tells of an object."""
    path = kubernetes._path(Reference.of(one)) + "/status"
    kind = "application/merge-patch+json"
    kubernetes._asked("PATCH", path, "status", body={"status": status}, kind=kind)


@contextmanager
def _program() -> Iterator[int]:
    """A program that answers 200 to everything, at the port that it yields."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Fine) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


class _Fine(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as inherited
        """Say nothing."""


def _definition() -> Document:
    """KEDA's own definition of ScaledObjects."""
    schema = json.loads((CRDS / "keda.sh" / "scaledobject_v1alpha1.json").read_text())
    version = {
        "name": "v1alpha1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
        "subresources": {"status": {}},
    }
    names = {"kind": "ScaledObject", "plural": "scaledobjects", "singular": "scaledobject"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "scaledobjects.keda.sh"},
        "spec": {
            "group": "keda.sh",
            "scope": "Namespaced",
            "names": {**names, "listKind": "ScaledObjectList"},
            "versions": [version],
        },
    }
