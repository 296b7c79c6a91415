"""What keeps the pods of a workload from working, as their own status and the scheduler tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pingvas_cli.bootstrap.cluster.kinds import POD
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.kubernetes import Document, Kubernetes

# The kubelet has tried more than once, or nothing will change before a person does something.
HOPELESS: Final = frozenset(
    {
        *("ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"),
        *("CreateContainerConfigError", "CreateContainerError", "RunContainerError"),
    }
)
CRASHES: Final = 3
"""Starts that failed before a crash counts as more than a part that was not up yet."""
LOG_LINES: Final = 5


@dataclass(frozen=True)
class Trouble:
    """Why a pod does not work."""

    reason: Message
    hopeless: bool


def trouble(kubernetes: Kubernetes, workload: Document) -> Trouble | None:
    """The worst that pods of a workload tell; None when they tell nothing."""
    found = [each for pod in pods_of(kubernetes, workload) for each in _troubles(kubernetes, pod)]
    return max(found, key=lambda one: one.hopeless, default=None)


def start_anew(kubernetes: Kubernetes, workload: Document) -> None:
    """Have pods that gave up replaced: what kept them from working may be mended by now, and the
    kubelet would look again in minutes only."""
    for pod in pods_of(kubernetes, workload):
        if any(each.hopeless for each in _troubles(kubernetes, pod)):
            kubernetes.delete(pod)


def pods_of(kubernetes: Kubernetes, workload: Document) -> tuple[Document, ...]:
    """Its pods that are not on their way out."""
    template = workload.get("spec", {}).get("template")
    if template is None:
        return ()
    labels = {"app.kubernetes.io/instance", "app.kubernetes.io/name"}
    wanted = {n: v for n, v in template["metadata"]["labels"].items() if n in labels}
    selector = ",".join(f"{name}={value}" for name, value in sorted(wanted.items()))
    found = kubernetes.listed(POD, workload["metadata"]["namespace"], selector)
    return tuple(one for one in found if "deletionTimestamp" not in one["metadata"])


def is_ready(pod: Document) -> bool:
    """Whether it takes requests."""
    told = pod.get("status", {}).get("conditions") or ()
    return any(each["type"] == "Ready" and each["status"] == "True" for each in told)


def _troubles(kubernetes: Kubernetes, pod: Document) -> Iterator[Trouble]:
    name, status = pod["metadata"]["name"], pod.get("status", {})
    for each in status.get("conditions") or ():
        if each["type"] == "PodScheduled" and each.get("reason") == "Unschedulable":
            words = f"Unschedulable: {each.get('message', '')}"
            yield Trouble(msg("cluster.pod_said", pod=name, words=words), hopeless=False)
    for each in _containers(status):
        yield from _of_container(kubernetes, pod, each)


def _of_container(
    kubernetes: Kubernetes, pod: Document, container: Mapping[str, Any]
) -> Iterator[Trouble]:
    waiting = container.get("state", {}).get("waiting") or {}
    reason = waiting.get("reason")
    if reason in (None, "ContainerCreating", "PodInitializing"):
        return
    crashed = reason == "CrashLoopBackOff" and container.get("restartCount", 0) >= CRASHES
    words = f"{reason}: {waiting.get('message', '')}"
    if crashed:
        words += "\n" + last_lines(kubernetes, pod)
    told = msg("cluster.pod_said", pod=pod["metadata"]["name"], words=words)
    yield Trouble(told, hopeless=crashed or reason in HOPELESS)


def last_lines(kubernetes: Kubernetes, pod: Document) -> str:
    """The end of a pod's log."""
    metadata = pod["metadata"]
    return kubernetes.logs(metadata["namespace"], metadata["name"], LOG_LINES).strip()


def _containers(status: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from status.get("initContainerStatuses") or ()
    yield from status.get("containerStatuses") or ()
