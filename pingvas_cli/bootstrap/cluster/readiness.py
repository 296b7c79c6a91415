"""Whether what was applied does its work yet, by the conditions that its controllers tell.

As `kubectl rollout status` judges: a controller must have seen the last change first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pingvas_cli.bootstrap.cluster.pods import Trouble, trouble
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.kubernetes import Document, Kubernetes, Reference
from pingvas_cli.steps.step import StepFailed


@dataclass(frozen=True)
class Unready:
    """What an object waits for; `hopeless` when waiting longer will not help."""

    what: str
    reason: Message
    hopeless: bool

    @property
    def message(self) -> Message:
        return msg("cluster.waiting_for", what=self.what, reason=self.reason)

    @property
    def failure(self) -> StepFailed:
        return StepFailed("cluster.not_ready", where=self.what, reason=self.reason)


Judge = Callable[[Document], Message | None]


def unready(kubernetes: Kubernetes, document: Document) -> Unready | None:
    """Why the object is not ready; None when it is, or has nothing to be ready for."""
    judge = JUDGES.get(document["kind"])
    if judge is None:
        return None
    reference = Reference.of(document)
    live = kubernetes.get(reference)
    reason = judge(live) if live else msg("cluster.not_there")
    if reason is None:
        return None
    deeper = trouble(kubernetes, document) or Trouble(reason, hopeless=False)
    return Unready(str(reference), deeper.reason, deeper.hopeless)


def _deployment(live: Document) -> Message | None:
    status, wanted = _status(live), live["spec"].get("replicas", 1)
    if _unseen(live):
        return msg("cluster.unseen")
    updated, available = status.get("updatedReplicas", 0), status.get("availableReplicas", 0)
    if updated >= wanted and status.get("replicas", 0) <= updated <= available:
        return None
    failure = condition(live, "ReplicaFailure")
    if failure.get("status") == "True":
        return msg("cluster.said", words=failure.get("message", ""))
    return msg("cluster.replicas", available=min(available, updated), wanted=wanted)


def _stateful_set(live: Document) -> Message | None:
    status, wanted = _status(live), live["spec"].get("replicas", 1)
    if _unseen(live):
        return msg("cluster.unseen")
    updated, ready = status.get("updatedReplicas", 0), status.get("readyReplicas", 0)
    same = status.get("updateRevision") == status.get("currentRevision")
    if ready >= wanted and (same or updated >= wanted):
        return None
    return msg("cluster.replicas", available=ready, wanted=wanted)


def _scaled_object(live: Document) -> Message | None:
    ready = condition(live, "Ready")
    if ready.get("status") == "True":
        return None
    return msg("cluster.said", words=ready.get("message") or "KEDA: Ready is not True")


def _namespace(live: Document) -> Message | None:
    phase = _status(live).get("phase")
    return None if phase == "Active" else msg("cluster.said", words=f"phase {phase}")


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
