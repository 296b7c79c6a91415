"""What kube-controller-manager, the scheduler and kubelets do, as far as a bootstrap waits on it.

Each pass changes what is not yet as wanted; `settle` passes until nothing changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from tests.servers.api_server.admission import Write
from tests.servers.api_server.kinds import Kind, core_kind
from tests.servers.api_server.pods import Kubelets, Pods, is_ready
from tests.servers.api_server.quotas import containers, used, written
from tests.servers.api_server.refusals import Refusal
from tests.servers.api_server.store import Key, Options, Store, now

Object = dict[str, Any]
MANAGER: Final = Write("kube-controller-manager")
PASSES: Final = 200
MINIMUM: Final = {True: "MinimumReplicasAvailable", False: "MinimumReplicasUnavailable"}


@dataclass
class Controllers:
    """`failing_images` are never pulled; `job_outcome` says whether a job completes, None waits;
    `deadlines_pass`: a rollout of failing images is over its deadline at once; what is missing
    may still come."""

    store: Store
    failing_images: set[str] = field(default_factory=set)
    job_outcome: Callable[[Object], bool | None] = lambda _: True
    deadlines_pass: bool = True
    authority: str = ""
    """What `kube-root-ca.crt` holds in each namespace."""
    is_closing: bool = False

    def run(self) -> None:
        """Until it is closing."""
        while not self.is_closing:
            with self.store.changed:
                self.settle()
                self.store.changed.wait(0.1)

    def settle(self) -> None:
        """Until nothing changes; raises RuntimeError when that does not come."""
        with self.store.lock:
            for _ in range(PASSES):
                before = self.store.version
                self._pass()
                if self.store.version == before:
                    return
        raise RuntimeError("the controllers do not come to rest")

    def _pass(self) -> None:
        for kind, key, found in self._all("namespaces"):
            self._namespace(kind, key, found)
        self._collect()
        self._define()
        for kind, key, found in self._all("pods"):
            if "deletionTimestamp" in found["metadata"]:
                self.store.delete(kind, key, Options(grace_s=0))
        Kubelets(self.store, self.failing_images).run(self.store.seen(core_kind("pods")))
        for resource in ("deployments.apps", "statefulsets.apps"):
            for kind, key, found in self._all(resource):
                self._workload(kind, key, found)
        for kind, key, found in self._all("jobs.batch"):
            self._job(kind, key, found)
        for kind, key, found in self._all("resourcequotas"):
            self._quota(kind, key, found)

    def _namespace(self, kind: Kind, key: Key, found: Object) -> None:
        name = key[2]
        if "deletionTimestamp" not in found["metadata"]:
            self._provide(core_kind("serviceaccounts"), name, "default", {})
            data = {"data": {"ca.crt": self.authority}}
            self._provide(core_kind("configmaps"), name, "kube-root-ca.crt", data)
            return
        inside = [each for each in self.store.objects if each[1] == name]
        for each in inside:
            self._end(each)
        if not inside and found["spec"].get("finalizers"):
            self.store.finalize(kind, key, {**found, "spec": {}})

    def _provide(self, kind: Kind, namespace: str, name: str, more: Object) -> None:
        if (kind.resource, namespace, name) not in self.store.objects:
            head = {"apiVersion": kind.group_version, "kind": kind.name, "metadata": {"name": name}}
            self.store.create(kind, namespace, {**head, **more}, MANAGER)

    def _quota(self, kind: Kind, key: Key, found: Object) -> None:
        taken = used(found, self.store.seen(core_kind("pods"), key[1]))
        told = {name: written(name, amount) for name, amount in taken.items()}
        hard = found["spec"].get("hard", {})
        self._set(kind, key, found, {"hard": hard, "used": told})

    def _collect(self) -> None:
        """Dependents without owners go; owners that wait for them go after."""
        living = {one.value["metadata"]["uid"] for one in self.store.objects.values()}
        ending, orphaning = self._held("foregroundDeletion"), self._held("orphan")
        owned: set[str] = set()
        for key, one in sorted(self.store.objects.items(), key=lambda item: item[0]):
            owners = {each["uid"] for each in one.value["metadata"].get("ownerReferences", ())}
            owned |= owners
            if owners and (not owners & living or owners <= ending):
                self._end(key)
            elif owners & orphaning:
                self._orphan(key, one.value, orphaning)
        for key, one in sorted(self.store.objects.items(), key=lambda item: item[0]):
            metadata = one.value["metadata"]
            held = {"orphan", *(() if metadata["uid"] in owned else ("foregroundDeletion",))}
            left = [each for each in metadata.get("finalizers", ()) if each not in held]
            if "deletionTimestamp" in metadata and left != metadata.get("finalizers", []):
                self._release(key, one.value, left)

    def _held(self, finalizer: str) -> set[str]:
        found = (one.value["metadata"] for one in self.store.objects.values())
        return {each["uid"] for each in found if finalizer in each.get("finalizers", ())}

    def _orphan(self, key: Key, value: Object, owners: set[str]) -> None:
        kept = [o for o in value["metadata"]["ownerReferences"] if o["uid"] not in owners]
        freed = {**value, "metadata": {**value["metadata"], "ownerReferences": kept}}
        self.store.replace(self.store.kinds.of(key[0]), key, freed, MANAGER)

    def _release(self, key: Key, value: Object, left: list[str]) -> None:
        kind = self.store.kinds.of(key[0])
        freed = {**value, "metadata": {**value["metadata"], "finalizers": left}}
        self.store.replace(kind, key, freed, MANAGER)

    def _workload(self, kind: Kind, key: Key, found: Object) -> None:
        pods, wanted, refused = Pods(self.store), found["spec"]["replicas"], ""
        if "deletionTimestamp" not in found["metadata"]:
            refused = pods.keep(found, wanted)
            Kubelets(self.store, self.failing_images).run(pods.of(found))
        there = pods.of(found)
        made, ready = len(there), sum(is_ready(each) for each in there)
        counts = {"replicas": made, "updatedReplicas": made, "readyReplicas": ready}
        counts.update(availableReplicas=ready, unavailableReplicas=wanted - ready)
        status: Object = {name: count for name, count in counts.items() if count}
        status["observedGeneration"] = found["metadata"]["generation"]
        if kind.name == "StatefulSet":
            status.pop("unavailableReplicas", None)
            revision = f"{key[2]}-{found['metadata']['generation']}"
            status.update(replicas=made, currentReplicas=ready, currentRevision=revision)
            status.update(updateRevision=revision, collisionCount=0)
        else:
            told = list(self._conditions(found, done=ready == wanted))
            status["conditions"] = [*told, *self._failure(found, refused)]
        self._set(kind, key, found, status)

    def _define(self) -> None:
        """Kinds of definitions are served once they are established."""
        served: dict[tuple[str, str], Kind] = {}
        for kind, key, found in self._all("customresourcedefinitions.apiextensions.k8s.io"):
            spec, names = found["spec"], found["spec"]["names"]
            for version in (each for each in spec["versions"] if each["served"]):
                at = f"{spec['group']}/{version['name']}"
                served[at, names["plural"]] = Kind(
                    at, names["kind"], names["plural"], spec["scope"] == "Namespaced",
                    tuple(names.get("shortNames", ())), tuple(version.get("subresources", ())),
                    version["schema"]["openAPIV3Schema"],
                )  # fmt: skip
            kinds = {"NamesAccepted": "NoConflicts", "Established": "InitialNamesAccepted"}
            told = [self._condition(found, n, why, is_so=True) for n, why in kinds.items()]
            stored = [each["name"] for each in spec["versions"] if each["storage"]]
            status = {"conditions": told, "acceptedNames": names, "storedVersions": stored}
            self._set(kind, key, found, status)
        for place, kind in self.store.kinds.custom.items():
            left = [each for each in self.store.objects if each[0] == kind.resource]
            if place not in served and left:
                served[place] = kind
                for each in left:
                    self._end(each)
        self.store.kinds.custom = served

    def _conditions(self, found: Object, *, done: bool) -> Iterator[Object]:
        yield self._condition(found, "Available", MINIMUM[done], is_so=done)
        images = {one["image"] for one in containers(found["spec"]["template"]["spec"])}
        late = not done and self.deadlines_pass and bool(images & self.failing_images)
        reason = "NewReplicaSetAvailable" if done else "ReplicaSetUpdated"
        reason = "ProgressDeadlineExceeded" if late else reason
        yield self._condition(found, "Progressing", reason, is_so=not late)

    def _failure(self, found: Object, refused: str) -> Iterator[Object]:
        if refused:
            told = self._condition(found, "ReplicaFailure", "FailedCreate", refused, is_so=True)
            yield told

    def _job(self, kind: Kind, key: Key, found: Object) -> None:
        ended = "deletionTimestamp" in found["metadata"] or found["spec"]["suspend"]
        if ended or found.get("status", {}).get("conditions"):
            return
        pods = Pods(self.store)
        pods.keep(found, 1)
        Kubelets(self.store, self.failing_images).run(pods.of(found))
        there = pods.of(found)
        ready = sum(is_ready(each) for each in there)
        begun = {"startTime": found.get("status", {}).get("startTime", now())}
        status: Object = {**begun, "uncountedTerminatedPods": {}, "terminating": 0}
        fate = self.job_outcome(found) if ready else None
        if fate is None:
            active = {"active": len(there)} if there else {}
            self._set(kind, key, found, {**status, **active, "ready": ready})
            return
        kinds = ("SuccessCriteriaMet", "Complete") if fate else ("FailureTarget", "Failed")
        reason = "CompletionsReached" if fate else "BackoffLimitExceeded"
        told = [self._condition(found, each, reason, is_so=True) for each in kinds]
        counts = {"succeeded": 1, "completionTime": now()} if fate else {
            "failed": found["spec"]["backoffLimit"] + 1}  # fmt: skip
        self._set(kind, key, found, {**status, **counts, "ready": 0, "conditions": told})
        for pod in there:
            pods.end(pod, "Succeeded" if fate else "Failed")

    def _condition(
        self, found: Object, name: str, reason: str, words: str = "", *, is_so: bool
    ) -> Object:
        told = {"type": name, "status": str(is_so), "reason": reason, "message": words or reason}
        for before in found.get("status", {}).get("conditions", ()):
            if {**before, **told} == before:
                return dict(before)
        return {**told, "lastTransitionTime": now()}

    def _set(self, kind: Kind, key: Key, found: Object, status: Object) -> None:
        if "deletionTimestamp" not in found["metadata"] and found.get("status") != status:
            self.store.set_status(kind, key, {**found, "status": status}, MANAGER)

    def _end(self, key: Key) -> None:
        if key in self.store.objects:
            value = self.store.objects[key].value
            if "deletionTimestamp" not in value["metadata"]:
                with suppress(Refusal):
                    self.store.delete(self.store.kinds.of(key[0]), key, Options())

    def _all(self, resource: str) -> list[tuple[Kind, Key, Object]]:
        kind = core_kind(resource)
        found = list(self.store.listed(kind))
        return [
            (kind, (resource, one["metadata"].get("namespace", ""), one["metadata"]["name"]), one)
            for one in found
        ]
