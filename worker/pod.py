"""The worker's own pod, marked while it is busy: scale-down takes idle ones first. A port.

Karpenter leaves a node alone while one of its pods says `karpenter.sh/do-not-disrupt`; a
ReplicaSet deletes pods of the lowest `controller.kubernetes.io/pod-deletion-cost` first.
"""

import asyncio
import ssl
from pathlib import Path
from typing import Final, Protocol

import httpx
import structlog

DO_NOT_DISRUPT: Final = "karpenter.sh/do-not-disrupt"
DELETION_COST: Final = "controller.kubernetes.io/pod-deletion-cost"
BUSY_COST: Final = "100"
# Between two jobs a worker is idle for a moment: nobody needs to hear of that.
SETTLED_AFTER_S: Final = 2.0
RETRY_AFTER_S: Final = 10.0
ACCOUNT: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_PATIENCE_S = 5.0

log = structlog.get_logger()


class Pod(Protocol):
    """What carries the marks."""

    async def mark(self, *, busy: bool) -> bool:
        """Was it taken? Raises nothing."""


class NoPod:
    """Outside of Kubernetes."""

    async def mark(self, *, busy: bool) -> bool:
        """Nothing to mark."""
        return True


class KubernetesPod:
    """Annotates the pod over the cluster's API; its account needs `patch` on pods.

    The token is read each time: the kubelet renews it.
    """

    def __init__(self, endpoint: str, namespace: str, name: str, account: Path = ACCOUNT) -> None:
        self._address = f"{endpoint}/api/v1/namespaces/{namespace}/pods/{name}"
        self._account = account
        self._is_refused = False

    async def mark(self, *, busy: bool) -> bool:
        """Put both marks on, or take them off."""
        marks = {DO_NOT_DISRUPT: "true", DELETION_COST: BUSY_COST} if busy else _NO_MARKS
        was_refused, self._is_refused = self._is_refused, False
        try:
            await self._patch({"metadata": {"annotations": marks}})
        except (httpx.HTTPError, OSError) as error:
            self._is_refused = True
            if not was_refused:  # one word for all the tries that follow
                log.warning("pod_not_marked", busy=busy, error=type(error).__name__)
        return not self._is_refused

    async def _patch(self, change: dict[str, object]) -> None:
        authority = self._account / "ca.crt"
        headers = {
            "Authorization": f"Bearer {(self._account / 'token').read_text().strip()}",
            "Content-Type": "application/merge-patch+json",
        }
        async with httpx.AsyncClient(
            verify=_trusting(authority), timeout=_PATIENCE_S, trust_env=False
        ) as client:
            answer = await client.patch(self._address, json=change, headers=headers)
            answer.raise_for_status()


class Marker:
    """Follows `busy` and `idle` with the pod's marks, each change once it has settled."""

    def __init__(
        self,
        pod: Pod,
        settled_after_s: float = SETTLED_AFTER_S,
        retry_after_s: float = RETRY_AFTER_S,
    ) -> None:
        self._pod = pod
        self._settled_after_s = settled_after_s
        self._retry_after_s = retry_after_s
        self._jobs = 0
        self._changed = asyncio.Event()
        # Unknown at first, and after a refusal: a process before this one may have left marks.
        self._is_marked: bool | None = None

    def begin(self) -> None:
        """A job was claimed."""
        self._jobs += 1
        self._changed.set()

    def end(self) -> None:
        """It is over."""
        self._jobs -= 1
        self._changed.set()

    async def follow(self) -> None:
        """Until it is cancelled; marks that are on then go with the pod."""
        while True:
            self._changed.clear()
            if self._is_marked and not self._jobs:
                await asyncio.sleep(self._settled_after_s)
            if self._is_marked is bool(self._jobs):
                await self._changed.wait()
            elif not await self._mark():
                await asyncio.sleep(self._retry_after_s)

    async def _mark(self) -> bool:
        busy = bool(self._jobs)
        is_taken = await self._pod.mark(busy=busy)
        self._is_marked = busy if is_taken else None
        return is_taken


_NO_MARKS: dict[str, str | None] = {DO_NOT_DISRUPT: None, DELETION_COST: None}


def _trusting(authority: Path) -> ssl.SSLContext | bool:
    """The cluster's own authority; only a test has none, and speaks plainly."""
    return ssl.create_default_context(cafile=str(authority)) if authority.exists() else True
