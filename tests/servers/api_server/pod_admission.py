"""What a server sets and refuses of a new pod, by what else there is in the cluster."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

from tests.servers.api_server import quotas
from tests.servers.api_server.admission import WORKLOADS, Cluster, Write
from tests.servers.api_server.kinds import Kind
from tests.servers.api_server.pod_security import violation
from tests.servers.api_server.refusals import Refusal

Object = dict[str, Any]
CLASSES: Final = "priorityclasses.scheduling.k8s.io"
SYSTEM: Final = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}


def completed_pod(cluster: Cluster, sent: Object) -> Object:
    """A new pod with its account, priority and room; raises Refusal 403 when they are not there."""
    made = deepcopy(sent)
    spec, namespace = made["spec"], made["metadata"]["namespace"]
    quotas.with_defaults(spec, _in(cluster, "limitranges", namespace))
    account = spec.setdefault("serviceAccountName", "default")
    if ("serviceaccounts", namespace, account) not in cluster.objects:
        words = f"error looking up service account {namespace}/{account}: "
        raise _forbidden(made, f'{words}serviceaccount "{account}" not found')
    spec["priority"] = _priority(cluster, made, spec)
    return made


def check_pod(cluster: Cluster, made: Object) -> None:
    """Raises Refusal 403."""
    namespace, spec = made["metadata"]["namespace"], made["spec"]
    beyond = list(quotas.beyond(spec, _in(cluster, "limitranges", namespace)))
    if beyond:
        raise _forbidden(made, beyond[0] if len(beyond) == 1 else f"[{', '.join(beyond)}]")
    labels = _labels(cluster, namespace)
    violated = violation(labels, "enforce", spec)
    if violated:
        raise _forbidden(made, f"violates {violated}")
    pods = list(_in(cluster, "pods", namespace))
    full = quotas.refused(spec, _in(cluster, "resourcequotas", namespace), pods)
    if full:
        raise _forbidden(made, full)


def warn(cluster: Cluster, kind: Kind, made: Object, write: Write) -> None:
    """What a workload's pods would violate of their namespace, as a warning."""
    if kind.resource in WORKLOADS:
        labels = _labels(cluster, made["metadata"]["namespace"])
        violated = violation(labels, "warn", made["spec"]["template"]["spec"])
        if violated:
            write.warnings.append(f"would violate {violated}".replace('"', '\\"'))


def _priority(cluster: Cluster, made: Object, spec: Object) -> int:
    name = spec.get("priorityClassName")
    if name in SYSTEM:
        return SYSTEM[name]
    classes = [one for key, one in cluster.objects.items() if key[0] == CLASSES]
    for one in classes:
        if one["metadata"]["name"] == name or (not name and one.get("globalDefault")):
            spec["priorityClassName"] = one["metadata"]["name"]
            return int(one["value"])
    if name:
        raise _forbidden(made, f"no PriorityClass with name {name} was found")
    return 0


def _in(cluster: Cluster, resource: str, namespace: str) -> Iterator[Object]:
    for key in sorted(cluster.objects):
        if key[:2] == (resource, namespace):
            yield cluster.objects[key]


def _labels(cluster: Cluster, namespace: str) -> dict[str, str]:
    space = cluster.objects.get(("namespaces", "", namespace), {})
    found: dict[str, str] = space.get("metadata", {}).get("labels", {})
    return found


def _forbidden(made: Object, words: str) -> Refusal:
    name = made["metadata"]["name"]
    told = f'pods "{name}" is forbidden: {words}'
    return Refusal(403, "Forbidden", told, {"name": name, "kind": "pods"})
