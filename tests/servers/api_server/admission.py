"""What a server sets and refuses once a document has the shape of its kind."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

from tests.servers.api_server.kinds import Kind, Kinds
from tests.servers.api_server.quotas import quantity
from tests.servers.api_server.refusals import Fault, invalid
from tests.servers.api_server.selectors import selects

Object = dict[str, Any]
NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
LABEL: Final = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
LABEL_VALUE: Final = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
LABEL_NAMED: Final = ("namespaces", "services")
WORKLOADS: Final = ("deployments.apps", "replicasets.apps", "statefulsets.apps", "jobs.batch")
IMMUTABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "deployments.apps": ("selector",),
    "replicasets.apps": ("selector",),
    "jobs.batch": ("template", "selector", "completionMode", "podFailurePolicy"),
    "services": ("clusterIP",),
}
CHANGEABLE: Final = {
    "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
}  # fmt: skip
WHOLE: Final[Mapping[str, tuple[str, ...]]] = {
    "secrets": ("type",),
    "rolebindings.rbac.authorization.k8s.io": ("roleRef",),
    "clusterrolebindings.rbac.authorization.k8s.io": ("roleRef",),
    "priorityclasses.scheduling.k8s.io": ("value", "preemptionPolicy"),
    "storageclasses.storage.k8s.io": ("provisioner", "parameters", "reclaimPolicy"),
}
FIXED: Final = "field is immutable"


@dataclass
class Write:
    """How something is written; `warnings` is what the answer carries as such."""

    manager: str
    dry: bool = False
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Cluster:
    """What there is, for rules that look at more than one object."""

    objects: Mapping[tuple[str, str, str], Object]
    kinds: Kinds


def admitted(
    cluster: Cluster, kind: Kind, key: tuple[str, str, str], live: Object | None, value: Object,
    write: Write,
) -> Object:  # fmt: skip
    """The object with what the server sets; raises Refusal 422 with all faults."""
    made = _with_defaults(cluster, kind, live, value)
    faults = [*_of_metadata(kind, key, made), *_of_kind(kind, made)]
    faults += _of_change(kind, live, made) if live else ()
    if faults:
        raise invalid(kind.qualified, key[2], faults)
    return made


def _with_defaults(cluster: Cluster, kind: Kind, live: Object | None, value: Object) -> Object:
    made = deepcopy(value)
    spec = made.get("spec") or {}
    if kind.resource == "namespaces":
        labels = made["metadata"].setdefault("labels", {})
        labels["kubernetes.io/metadata.name"] = made["metadata"]["name"]
        made["spec"] = (live or {}).get("spec") or {"finalizers": ["kubernetes"]}
        made.setdefault("status", {"phase": "Active"})
    elif kind.resource == "secrets":
        plain = made.pop("stringData", {})
        coded = {name: b64encode(text.encode()).decode() for name, text in plain.items()}
        made.update({"data": {**made.get("data", {}), **coded}} if coded else {})
        made.setdefault("type", "Opaque")
    elif kind.resource in ("deployments.apps", "statefulsets.apps", "replicasets.apps"):
        spec.setdefault("replicas", 1)
        if kind.name == "Deployment":
            spec.setdefault("progressDeadlineSeconds", 600)
            spec.setdefault("revisionHistoryLimit", 10)
    elif kind.resource == "jobs.batch":
        _default_job(made, spec)
    elif kind.resource == "services":
        _default_service(cluster, live, spec)
    return made


def _default_job(made: Object, spec: Object) -> None:
    """Its pods are told apart by its uid; what is sent with the name alone stays so."""
    spec.setdefault("completions", 1)
    spec.setdefault("parallelism", 1)
    spec.setdefault("backoffLimit", 6)
    spec.setdefault("completionMode", "NonIndexed")
    spec.setdefault("suspend", False)
    uid, name = made["metadata"]["uid"], made["metadata"]["name"]
    labels = spec["template"].setdefault("metadata", {}).setdefault("labels", {})
    for prefix in ("batch.kubernetes.io/", ""):
        labels.update({f"{prefix}controller-uid": uid, f"{prefix}job-name": name})
    spec.setdefault("selector", {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}})


def _default_service(cluster: Cluster, live: Object | None, spec: Object) -> None:
    spec.setdefault("type", "ClusterIP")
    spec.setdefault("sessionAffinity", "None")
    for port in spec.get("ports", ()):
        port.setdefault("protocol", "TCP")
        port.setdefault("targetPort", port["port"])
    if spec["type"] != "ExternalName":
        before = (live or {}).get("spec", {}).get("clusterIP")
        spec.setdefault("clusterIP", before or _free_address(cluster))
        spec.setdefault("clusterIPs", [spec["clusterIP"]])
        spec.setdefault("internalTrafficPolicy", "Cluster")


def _free_address(cluster: Cluster) -> str:
    services = (one for key, one in cluster.objects.items() if key[0] == "services")
    taken = {one["spec"].get("clusterIP") for one in services}
    return next(f"10.96.0.{n}" for n in range(10, 255) if f"10.96.0.{n}" not in taken)


def _of_metadata(kind: Kind, key: tuple[str, str, str], made: Object) -> Iterator[Fault]:
    metadata = made["metadata"]
    pattern = LABEL if kind.resource in LABEL_NAMED else NAME
    rbac = kind.group == "rbac.authorization.k8s.io"
    if metadata.get("name") != key[2]:
        yield "metadata.name", "Invalid value: it is not the name of the address"
    elif not pattern.fullmatch(key[2]) and not (rbac and re.fullmatch(r"[^/%]+", key[2])):
        yield "metadata.name", f'Invalid value: "{key[2]}": a lowercase RFC 1123 name is needed'
    for name, value in (metadata.get("labels") or {}).items():
        if not LABEL_VALUE.fullmatch(value):
            yield f"metadata.labels[{name}]", f'Invalid value: "{value}"'


def _of_kind(kind: Kind, made: Object) -> Iterator[Fault]:
    spec = made.get("spec") or {}
    if kind.resource in WORKLOADS:
        labels = spec["template"].get("metadata", {}).get("labels") or {}
        if not selects(spec.get("selector"), labels):
            words = "Invalid value: `selector` does not match template `labels`"
            yield "spec.template.metadata.labels", words
        policy = spec["template"]["spec"].get("restartPolicy", "Always")
        allowed = ("Never", "OnFailure") if kind.name == "Job" else ("Always",)
        if policy not in allowed:
            yield "spec.template.spec.restartPolicy", f'Unsupported value: "{policy}"'
        if kind.name != "StatefulSet":  # whose pods' volumes come from its claims as well
            yield from _of_pod(spec["template"]["spec"], "spec.template.spec")
    elif kind.resource == "pods":
        yield from _of_pod(spec, "spec")
    elif kind.name in ("RoleBinding", "ClusterRoleBinding"):
        for index, one in enumerate(made.get("subjects") or ()):
            if one["kind"] == "ServiceAccount" and not one.get("namespace"):
                yield f"subjects[{index}].namespace", "Required value"


def _of_pod(spec: Object, at: str) -> Iterator[Fault]:
    claimed = {one["name"] for one in spec.get("volumes") or ()}
    names: set[str] = set()
    for part in ("initContainers", "containers"):
        for index, one in enumerate(spec.get(part) or ()):
            here = f"{at}.{part}[{index}]"
            if one["name"] in names:
                yield f"{here}.name", f'Duplicate value: "{one["name"]}"'
            names.add(one["name"])
            if not one.get("image"):
                yield f"{here}.image", "Required value"
            for place, mount in enumerate(one.get("volumeMounts") or ()):
                if mount["name"] not in claimed:
                    yield f"{here}.volumeMounts[{place}].name", f'Not found: "{mount["name"]}"'
            yield from _of_room(one.get("resources") or {}, f"{here}.resources")


def _of_room(asked: Object, at: str) -> Iterator[Fault]:
    """No request is above its limit; of what is not shared the two are the same."""
    limits = asked.get("limits") or {}
    for name, amount in (asked.get("requests") or {}).items():
        most, shared = limits.get(name), "/" not in name
        if most is None and not shared:
            yield (
                f"{at}.limits",
                "Required value: Limit must be set for non overcommitable resources",
            )
        elif most is not None:
            more = quantity(amount) - quantity(most)
            words = "less than or equal to" if shared else "equal to"
            if more > 0 or (more and not shared):
                told = f'Invalid value: "{amount}": must be {words} {name} limit of {most}'
                yield f"{at}.requests", told


def _of_change(kind: Kind, live: Object, made: Object) -> Iterator[Fault]:
    before, after = live.get("spec") or {}, made.get("spec") or {}
    for name in IMMUTABLE.get(kind.resource, ()):
        if before.get(name) != after.get(name):
            yield f"spec.{name}", f"Invalid value: {FIXED}"
    for name in WHOLE.get(kind.resource, ()):
        if live.get(name) != made.get(name):
            yield name, f"Invalid value: {FIXED}"
    if kind.name in ("ConfigMap", "Secret") and live.get("immutable"):
        kept = ("data", "binaryData", "immutable")
        yield from ((n, f"Forbidden: {FIXED}") for n in kept if live.get(n) != made.get(n))
    if kind.name == "StatefulSet":
        yield from _of_set(before, after)
    if kind.name == "PersistentVolumeClaim":
        yield from _of_claim(before, after)


def _of_set(before: Object, after: Object) -> Iterator[Fault]:
    kept = (before.keys() | after.keys()) - CHANGEABLE
    if any(before.get(name) != after.get(name) for name in kept):
        told = ", ".join(sorted(CHANGEABLE))
        yield "spec", f"Forbidden: updates to fields other than {told} are forbidden"


def _of_claim(before: Object, after: Object) -> Iterator[Fault]:
    kept = (before.keys() | after.keys()) - {"resources", "volumeName"}
    if any(before.get(name) != after.get(name) for name in kept):
        yield "spec", "Forbidden: spec is immutable after creation except resources.requests"
