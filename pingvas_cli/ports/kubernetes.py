"""A Kubernetes cluster, as a bootstrap needs it: objects by their documents, and pods' ports.

Failures are `KubernetesError`s; a missing object is no failure. Nothing here waits for a condition:
steps ask again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, Self, TypeAlias

from pingvas_cli.errors import PingvasError

Document: TypeAlias = Mapping[str, Any]
"""An object of Kubernetes as JSON has it."""


class KubernetesError(PingvasError):
    """What the API said, or why it said nothing; the code tells which.

    `kubernetes.unreachable`, `unauthorized`, `forbidden`, `conflict` (fields that others own),
    `invalid` (a value, or a field that can't change), `missing` (the namespace of an object),
    `unknown_kind`, `busy` (too many requests, or no leader) and `refused` for the rest.
    """


@dataclass(frozen=True, order=True)
class Kind:
    """A kind of objects; `namespaced` is False for those of the whole cluster."""

    api_version: str
    name: str
    namespaced: bool = True


@dataclass(frozen=True, order=True)
class Reference:
    """One object by its place; `namespace` is empty for those of the whole cluster."""

    api_version: str
    kind: str
    name: str
    namespace: str = ""

    @classmethod
    def of(cls, document: Document) -> Self:
        """The place of a document."""
        metadata = document["metadata"]
        namespace = metadata.get("namespace", "")
        return cls(document["apiVersion"], document["kind"], metadata["name"], namespace)

    def __str__(self) -> str:
        inside = f"{self.namespace}/" if self.namespace else ""
        return f"{self.kind} {inside}{self.name}"


class Outcome(StrEnum):
    """What an apply did, or would do."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Server:
    """Whom we speak to: its address, the context of the kubeconfig, and its version `1.35`."""

    address: str
    context: str
    version: str


@dataclass(frozen=True)
class Node:
    """A node that takes pods: `gpus` is how many of `nvidia.com/gpu` can be allocated."""

    name: str
    ready: bool
    gpus: int


class Kubernetes(Protocol):
    """One cluster through its API server."""

    def server(self) -> Server:
        """Who answers; the first question of a run."""

    def nodes(self) -> tuple[Node, ...]:
        """Every node that is not closed to pods."""

    def may(self, verb: str, kind: Kind, namespace: str = "") -> bool:
        """Whether we may do that; kind `*` of group `*` stands for everything, and `Pod/log` for
        what is below an object."""

    def serves(self, kind: Kind) -> bool:
        """Whether the cluster knows the kind."""

    def namespaced_kinds(self) -> Sequence[Kind]:
        """All kinds of objects that people can have in a namespace, custom ones too."""

    def get(self, reference: Reference) -> Document | None:
        """The object as it is; None when there is none."""

    def listed(self, kind: Kind, namespace: str = "", labels: str = "") -> Sequence[Document]:
        """Objects with labels, e.g. `app=user,tier!=dev`, of one namespace or of all; none of a
        kind that the cluster does not know."""

    def create(self, document: Document) -> bool:
        """Make it; False when there is one already, which stays as it is."""

    def apply(self, document: Document, *, dry_run: bool = False) -> Outcome:
        """Bring our fields to what the document says; never takes a field from another manager.

        A dry run is the server's own, admission included.
        """

    def delete(self, document: Document) -> None:
        """Have this very object deleted, after its dependents; one that is gone is no failure."""

    def logs(self, namespace: str, pod: str, lines: int) -> str:
        """The last lines of a pod's first container; empty when there are none yet."""

    def forwarded(self, namespace: str, pod: str, port: int) -> AbstractContextManager[str]:
        """A port of a pod as `http://127.0.0.1:PORT` on this machine, for a block."""
