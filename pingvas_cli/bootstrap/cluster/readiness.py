"""Whether what was applied does its work yet, by the conditions that its controllers tell.

As `kubectl rollout status` judges: a controller must have seen the last change first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pingvas_cli.bootstrap.cluster.pods import trouble
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.kubernetes import Document, Kubernetes, Reference
from pingvas_cli.steps.step import StepFailed


@dataclass(frozen=True)
class Unready:
    """What is still missing; `hopeless` when waiting longer will not help."""

    reason: Message
    hopeless: bool = False


Judge = Callable[[Document], Unready | None]


def waiting_for(kubernetes: Kubernetes, document: Document) -> Message | None:
    """Why the object is not ready; None when it is, or has nothing to be ready for.

    StepFailed (`cluster.not_ready`) when it will not become so by itself.
    """
    judge = JUDGES.get(document["kind"])
    if judge is None:
        return None
    reference = Reference.of(document)
    live = kubernetes.get(reference)
    found = judge(live) if live else Unready(msg("cluster.not_there", what=str(reference)))
    if found is None:
        return None
    deeper = trouble(kubernetes, document)
    reason = deeper.reason if deeper else found.reason
    if found.hopeless or (deeper and deeper.hopeless):
        raise StepFailed("cluster.not_ready", where=str(reference), reason=reason)
    return msg("cluster.waiting_for", what=str(reference), reason=reason)


def _deployment(live: Document) -> Unready | None:
    status, wanted = _status(live), live["spec"].get("replicas", 1)
    if _unseen(live):
        return Unready(msg("cluster.unseen"))
    progressing = condition(live, "Progressing")
    late = progressing.get("reason") == "ProgressDeadlineExceeded"
    updated, available = status.get("updatedReplicas", 0), status.get("availableReplicas", 0)
    if updated < wanted or status.get("replicas", 0) > updated or available < updated:
        counts = msg("cluster.replicas", available=min(available, updated), wanted=wanted)
        failure = condition(live, "ReplicaFailure")
        if failure.get("status") == "True":
            counts = msg("cluster.said", words=failure.get("message", ""))
        return Unready(counts, hopeless=late)
    return None


def _stateful_set(live: Document) -> Unready | None:
    status, wanted = _status(live), live["spec"].get("replicas", 1)
    if _unseen(live):
        return Unready(msg("cluster.unseen"))
    updated, ready = status.get("updatedReplicas", 0), status.get("readyReplicas", 0)
    same = status.get("updateRevision") == status.get("currentRevision")
    if ready < wanted or not (same or updated >= wanted):
        return Unready(msg("cluster.replicas", available=ready, wanted=wanted))
    return None


def _scaled_object(live: Document) -> Unready | None:
    ready = condition(live, "Ready")
    if ready.get("status") == "True":
        return None
    return Unready(msg("cluster.said", words=ready.get("message") or "KEDA: Ready is not True"))


def _namespace(live: Document) -> Unready | None:
    phase = _status(live).get("phase")
    return None if phase == "Active" else Unready(msg("cluster.said", words=f"phase {phase}"))


def condition(live: Document, kind: str) -> Mapping[str, Any]:
    """A condition of an object by its type; empty when nobody has told it yet."""
    told = _status(live).get("conditions") or ()
    return next((each for each in told if each["type"] == kind), {})


def _status(live: Document) -> Mapping[str, Any]:
    found: Mapping[str, Any] = live.get("status") or {}
    return found


def _unseen(live: Document) -> bool:
    seen = int(_status(live).get("observedGeneration", 0))
    return seen < int(live["metadata"].get("generation", 0))


# A worker's Deployment is none of these: KEDA decides whether it has any pod at all.
JUDGES: Final[Mapping[str, Judge]] = {
    "Deployment": _deployment,
    "StatefulSet": _stateful_set,
    "ScaledObject": _scaled_object,
    "Namespace": _namespace,
}
