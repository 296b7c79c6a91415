"""A cluster through the official client: server-side apply as field manager `pingvas`.

Requests are plain paths and documents, so that custom resources need no types. Nothing of a
request's or an answer's body is logged; errors repeat what the API says, never what it was sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from pingvas_cli.adapters.kubernetes_answers import asking, loading
from pingvas_cli.adapters.port_forward import listening
from pingvas_cli.ports.kubernetes import (
    Document,
    Kind,
    KubernetesError,
    Node,
    Outcome,
    Reference,
    Server,
)

FIELD_MANAGER: Final = "pingvas"
APPLY: Final = "application/apply-patch+yaml"
GPU: Final = "nvidia.com/gpu"
PAGE: Final = 500
TIMEOUT_S: Final = (5.0, 30.0)
TRIES: Final = 4
BUSY: Final = (429, 500, 502, 503, 504)
# What the server writes by itself, or others do all the time.
NOT_OURS: Final = frozenset({"managedFields", "resourceVersion", "generation"})
Query = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Resource:
    """How a kind is addressed, e.g. `deployments`, and what can be done with it."""

    plural: str
    namespaced: bool
    verbs: frozenset[str]


@dataclass(frozen=True)
class KubeconfigKubernetes:
    """The cluster that a kubeconfig's context leads to; its present context when none is named."""

    kubeconfig: Path | None = None
    context: str | None = None
    _resources: dict[str, Mapping[str, Resource]] = field(default_factory=dict)

    def server(self) -> Server:
        told = self._asked("GET", "/version", "version")
        minor = "".join(each for each in str(told["minor"]) if each.isdigit())
        return Server(self._client.configuration.host, self._chosen, f"{told['major']}.{minor}")

    def nodes(self) -> tuple[Node, ...]:
        found = self.listed(Kind("v1", "Node", namespaced=False))
        return tuple(_node(one) for one in found if not one["spec"].get("unschedulable"))

    def may(self, verb: str, kind: Kind, namespace: str = "") -> bool:
        asked = {**self._named_for_access(kind), "verb": verb, "namespace": namespace}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": asked},
        }
        path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        told = self._asked("POST", path, "SelfSubjectAccessReview", body=review)
        return bool(told.get("status", {}).get("allowed"))

    def serves(self, kind: Kind) -> bool:
        return kind.name in self._served(kind.api_version)

    def namespaced_kinds(self) -> Sequence[Kind]:
        told = self._asked("GET", "/apis", "apis")
        preferred = [each["preferredVersion"]["groupVersion"] for each in told["groups"]]
        return tuple(
            Kind(version, name)
            for version in ("v1", *preferred)
            for name, resource in self._served(version).items()
            if resource.namespaced and {"list", "delete"} <= resource.verbs
        )

    def get(self, reference: Reference) -> Document | None:
        return self._found("GET", self._path(reference), str(reference))

    def listed(self, kind: Kind, namespace: str = "", labels: str = "") -> Sequence[Document]:
        if not self.serves(kind):
            return ()
        above = Reference(kind.api_version, kind.name, "", namespace)
        return tuple(self._pages(self._path(above), kind, labels))

    def create(self, document: Document) -> bool:
        reference = Reference.of(document)
        above = self._path(Reference(**{**vars(reference), "name": ""}))
        query = (("fieldManager", FIELD_MANAGER), ("fieldValidation", "Strict"))
        try:
            self._asked("POST", above, str(reference), query=query, body=document)
        except KubernetesError as error:
            if error.code == "kubernetes.exists":
                return False
            raise
        return True

    def apply(self, document: Document, *, dry_run: bool = False) -> Outcome:
        reference = Reference.of(document)
        before = self.get(reference)
        query = [("fieldManager", FIELD_MANAGER), ("fieldValidation", "Strict")]
        if dry_run:
            query.append(("dryRun", "All"))
        path, what = self._path(reference), str(reference)
        try:
            after = self._asked("PATCH", path, what, query=query, body=document, kind=APPLY)
        except KubernetesError as error:
            if dry_run and before is None and error.code == "kubernetes.missing":
                return Outcome.CREATED  # its namespace is to be made as well
            raise
        if before is None:
            return Outcome.CREATED
        return Outcome.UNCHANGED if _ours(before) == _ours(after) else Outcome.CHANGED

    def delete(self, document: Document) -> None:
        reference = Reference.of(document)
        options = {
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "propagationPolicy": "Foreground",
            "preconditions": {"uid": document["metadata"]["uid"]},
        }
        path = self._path(reference)
        try:
            self._found("DELETE", path, str(reference), body=options)
        except KubernetesError as error:
            if error.code != "kubernetes.conflict":  # another of the same name stands there now
                raise

    def logs(self, namespace: str, pod: str, lines: int) -> str:
        path = self._path(Reference("v1", "Pod", pod, namespace)) + "/log"
        with asking(f"Pod {namespace}/{pod}"):
            told = self._request("GET", path, query_params=[("tailLines", str(lines))])
            return bytes(told.data).decode(errors="replace")

    @contextmanager
    def forwarded(self, namespace: str, pod: str, port: int) -> Iterator[str]:
        from kubernetes.client import CoreV1Api
        from kubernetes.stream import portforward

        def connected() -> Any:  # noqa: ANN401 - a socket of the client's own making
            with asking(f"Pod {namespace}/{pod}"):
                pods = CoreV1Api(self._client).connect_get_namespaced_pod_portforward
                return portforward(pods, pod, namespace, ports=str(port)).socket(port)

        with listening(connected) as address:
            yield address

    @cached_property
    def _client(self) -> Any:  # noqa: ANN401 - the client has no types of its own
        with loading(self._named):
            from kubernetes.client import Configuration
            from kubernetes.config import new_client_from_config
            from urllib3.util.retry import Retry

            configuration = Configuration()
            configuration.retries = Retry(
                total=TRIES,
                backoff_factor=0.25,
                status_forcelist=BUSY,
                allowed_methods=None,  # applies may be repeated; a second create is told apart
                raise_on_status=False,
            )
            return new_client_from_config(  # type: ignore[no-untyped-call]  # the client's own
                config_file=self._named,
                context=self.context,
                persist_config=False,
                client_configuration=configuration,
            )

    @cached_property
    def _chosen(self) -> str:
        with loading(self._named):
            from kubernetes.config import list_kube_config_contexts

            contexts = list_kube_config_contexts(self._named)  # type: ignore[no-untyped-call]  # its own
            return self.context or str(contexts[1]["name"])

    @property
    def _named(self) -> str | None:
        return str(self.kubeconfig) if self.kubeconfig else None

    @cached_property
    def _dynamic(self) -> Any:  # noqa: ANN401 - the client has no types of its own
        """The client's way for plain paths; it discovers nothing, and so keeps no file of it."""
        from kubernetes.dynamic import DynamicClient

        return DynamicClient(  # type: ignore[no-untyped-call]  # the client's own
            self._client, discoverer=lambda *_: None
        )

    def _pages(self, path: str, kind: Kind, labels: str) -> Iterator[Document]:
        query = [("limit", str(PAGE)), *([("labelSelector", labels)] if labels else [])]
        further: Query = ()
        while True:
            told = self._asked("GET", path, kind.name, query=(*query, *further))
            for item in told["items"]:
                yield {"apiVersion": kind.api_version, "kind": kind.name, **item}
            rest = told["metadata"].get("continue")
            if not rest:
                return
            further = (("continue", rest),)

    def _path(self, reference: Reference) -> str:
        resource = self._resource(reference.api_version, reference.kind)
        inside = bool(resource.namespaced and reference.namespace)
        parts = ["namespaces", reference.namespace] if inside else []
        parts += [resource.plural, *([reference.name] if reference.name else [])]
        return "/".join((_root(reference.api_version), *(quote(each, safe="") for each in parts)))

    def _named_for_access(self, kind: Kind) -> dict[str, str]:
        if kind.name == "*":
            return {"group": "*", "resource": "*"}
        name, _, below = kind.name.partition("/")
        plural = self._resource(kind.api_version, name).plural
        group = kind.api_version.rpartition("/")[0]
        return {"group": group, "resource": plural, **({"subresource": below} if below else {})}

    def _resource(self, api_version: str, kind: str) -> Resource:
        found = self._served(api_version).get(kind)
        if found is None:
            raise KubernetesError("kubernetes.unknown_kind", where=kind, version=api_version)
        return found

    def _served(self, api_version: str) -> Mapping[str, Resource]:
        """The kinds of a version; what a cluster does not know is asked for again each time."""
        if api_version not in self._resources:
            told = self._found("GET", _root(api_version), api_version)
            if told is None:
                return {}
            self._resources[api_version] = {
                each["kind"]: Resource(
                    each["name"], bool(each["namespaced"]), frozenset(each["verbs"])
                )
                for each in told["resources"]
                if "/" not in each["name"]
            }
        return self._resources[api_version]

    def _found(
        self, method: str, path: str, what: str, body: Document | None = None
    ) -> Document | None:
        try:
            return self._asked(method, path, what, body=body)
        except KubernetesError as error:
            if error.code == "kubernetes.missing":
                return None
            raise

    def _asked(
        self,
        method: str,
        path: str,
        what: str,
        *,
        query: Query = (),
        body: Document | None = None,
        kind: str | None = None,
    ) -> dict[str, Any]:
        import json

        with asking(what):
            sent = {"query_params": list(query), "body": body, "content_type": kind}
            told = json.loads(self._request(method, path, **sent).data)
            if not isinstance(told, dict):
                raise TypeError(type(told).__name__)
            return told

    def _request(self, method: str, path: str, **sent: Any) -> Any:  # noqa: ANN401 - as the client
        return self._dynamic.request(
            method, path, serialize=False, header_params={}, _request_timeout=TIMEOUT_S, **sent
        )


def _root(api_version: str) -> str:
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"


def _node(document: Document) -> Node:
    status = document.get("status", {})
    ready = any(
        each["type"] == "Ready" and each["status"] == "True"
        for each in status.get("conditions", ())
    )
    gpus = int(status.get("allocatable", {}).get(GPU, 0))
    return Node(document["metadata"]["name"], ready, gpus)


def _ours(document: Document) -> Document:
    """A document without what changes by itself."""
    metadata = {n: v for n, v in document["metadata"].items() if n not in NOT_OURS}
    return {**{n: v for n, v in document.items() if n != "status"}, "metadata": metadata}
