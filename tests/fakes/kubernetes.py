"""A cluster in memory whose controllers are done at once, for tests of steps.

Fields have no managers here: what the API server itself decides is tested on its double.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from pingvas_cli.ports.kubernetes import (
    Document,
    Kind,
    KubernetesError,
    Node,
    Outcome,
    Reference,
    Server,
)

READY: Final = {"type": "Ready", "status": "True"}
Labels = Mapping[str, str]


@dataclass
class FakeKubernetes:
    """`waiting` are reasons of containers that do not start, by the name of their workload;
    `failing` the logs of Jobs that fail; `denied` pairs of a verb and a kind."""

    objects: dict[Reference, dict[str, Any]] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    denied: set[tuple[str, str]] = field(default_factory=set)
    waiting: dict[str, str] = field(default_factory=dict)
    failing: dict[str, str] = field(default_factory=dict)
    gpus: int = 18
    version: str = "1.35"
    writes: int = 0

    def __post_init__(self) -> None:
        self._keep({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-system"}})
        self.writes = 0

    def server(self) -> Server:
        return Server("https://cluster.example.com", "mine", self.version)

    def nodes(self) -> tuple[Node, ...]:
        return (Node("node-1", ready=True, gpus=self.gpus),)

    def may(self, verb: str, kind: Kind, namespace: str = "") -> bool:
        del namespace
        everything = kind.name == "*"
        return not self.denied if everything else (verb, kind.name) not in self.denied

    def serves(self, kind: Kind) -> bool:
        return kind.name not in self.unknown

    def namespaced_kinds(self) -> Sequence[Kind]:
        found = {Kind(one.api_version, one.kind) for one in self.objects if one.namespace}
        return sorted(found)

    def get(self, reference: Reference) -> Document | None:
        return self.objects.get(reference)

    def listed(self, kind: Kind, namespace: str = "", labels: str = "") -> Sequence[Document]:
        return tuple(
            one
            for reference, one in sorted(self.objects.items())
            if (reference.api_version, reference.kind) == (kind.api_version, kind.name)
            and namespace in ("", reference.namespace)
            and _matches(one["metadata"].get("labels") or {}, labels)
        )

    def create(self, document: Document) -> bool:
        if Reference.of(document) in self.objects:
            return False
        self._keep(document)
        return True

    def apply(self, document: Document, *, dry_run: bool = False) -> Outcome:
        reference = Reference.of(document)
        before = self.objects.get(reference)
        if before is None and self._homeless(reference):
            if dry_run:
                return Outcome.CREATED
            raise KubernetesError("kubernetes.missing", where=str(reference), detail="namespace")
        if before is not None and before["applied"] == document:
            return Outcome.UNCHANGED
        if not dry_run:
            self._keep(document)
        return Outcome.CREATED if before is None else Outcome.CHANGED

    def delete(self, document: Document) -> None:
        reference = Reference.of(document)
        found = self.objects.get(reference)
        if found is None or found["metadata"]["uid"] != document["metadata"]["uid"]:
            return
        self.writes += 1
        del self.objects[reference]
        for each, one in list(self.objects.items()):
            inside = reference.kind == "Namespace" and each.namespace == reference.name
            owners = one["metadata"].get("ownerReferences", ())
            if inside or any(owner["uid"] == found["metadata"]["uid"] for owner in owners):
                self.delete(one)
        for owner in found["metadata"].get("ownerReferences", ()):
            for each, one in list(self.objects.items()):
                if one["metadata"]["uid"] == owner["uid"]:
                    self._control(each, one)

    def logs(self, namespace: str, pod: str, lines: int) -> str:
        del namespace, lines
        return next((log for name, log in self.failing.items() if pod.startswith(name)), "")

    @contextmanager
    def forwarded(self, namespace: str, pod: str, port: int) -> Iterator[str]:
        yield f"http://{pod}.{namespace}:{port}"

    def _homeless(self, reference: Reference) -> bool:
        home = Reference("v1", "Namespace", reference.namespace)
        return bool(reference.namespace) and home not in self.objects

    def _keep(self, document: Document) -> None:
        self.writes += 1
        reference = Reference.of(document)
        before = self.objects.get(reference)
        uid = before["metadata"]["uid"] if before else str(uuid4())
        metadata = {**document["metadata"], "uid": uid, "generation": 1}
        kept = {**deepcopy(dict(document)), "metadata": metadata, "applied": document}
        if "stringData" in document:
            kept["data"] = {name: _encoded(text) for name, text in document["stringData"].items()}
        self.objects[reference] = kept
        self._control(reference, kept)

    def _control(self, reference: Reference, kept: dict[str, Any]) -> None:
        """What controllers would tell of it, and the pod that they would make."""
        name = reference.name
        broken = name in self.waiting
        if reference.kind == "Namespace":
            kept["status"] = {"phase": "Active"}
        elif reference.kind in ("Deployment", "StatefulSet"):
            wanted = kept["spec"].setdefault("replicas", 1)
            ready = 0 if broken else wanted
            names = ("replicas", "updatedReplicas", "availableReplicas", "readyReplicas")
            kept["status"] = {"observedGeneration": 1, **dict.fromkeys(names, ready)}
        elif reference.kind == "Job":
            told = "Failed" if name in self.failing else "Complete"
            kept["status"] = {"conditions": [{"type": told, "status": "True", "message": "limit"}]}
        elif reference.kind == "ScaledObject":
            kept["status"] = {"conditions": [READY]}
        if "template" in kept.get("spec", {}):
            self._pod(reference, kept)

    def _pod(self, reference: Reference, owner: Mapping[str, Any]) -> None:
        waiting = self.waiting.get(reference.name)
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": f"{reference.name}-0",
                "namespace": reference.namespace,
                "labels": owner["spec"]["template"]["metadata"]["labels"],
                "ownerReferences": [{"uid": owner["metadata"]["uid"]}],
                "uid": str(uuid4()),
            },
            "status": {
                "conditions": [] if waiting else [READY],
                "containerStatuses": [
                    {"state": {"waiting": {"reason": waiting, "message": "told by a test"}}}
                ]
                if waiting
                else [],
            },
        }
        self.objects[Reference.of(pod)] = pod


def _matches(labels: Labels, selector: str) -> bool:
    for each in filter(None, selector.split(",")):
        name, _, value = each.partition("=")
        if name.startswith("!"):
            if name[1:] in labels:
                return False
        elif labels.get(name) != value:
            return False
    return True


def _encoded(text: str) -> str:
    from base64 import b64encode

    return b64encode(text.encode()).decode()
