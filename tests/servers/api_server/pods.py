"""The pods: workloads make them, the scheduler places them, kubelets run them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from tests.servers.api_server.admission import Write
from tests.servers.api_server.kinds import core_kind
from tests.servers.api_server.quotas import containers
from tests.servers.api_server.refusals import Refusal
from tests.servers.api_server.store import Options, Store, now

Object = dict[str, Any]
MANAGER: Final = Write("kube-controller-manager")
POD: Final = core_kind("pods")
CLAIM: Final = core_kind("persistentvolumeclaims")
NODE: Final = "node-2"
MARK: Final = "double/template"
SOURCES: Final[Mapping[str, tuple[str, str]]] = {
    "configMapKeyRef": ("configmaps", "ConfigMap"),
    "configMapRef": ("configmaps", "ConfigMap"),
    "configMap": ("configmaps", "ConfigMap"),
    "secretKeyRef": ("secrets", "Secret"),
    "secretRef": ("secrets", "Secret"),
    "secret": ("secrets", "Secret"),
}


def is_ready(pod: Object) -> bool:
    """Whether it runs and all its containers do."""
    told = pod.get("status", {}).get("conditions", ())
    return any(one["type"] == "Ready" and one["status"] == "True" for one in told)


@dataclass(frozen=True)
class Pods:
    """The pods that a workload owns."""

    store: Store

    def of(self, found: Object) -> list[Object]:
        """Those that are not ending, themselves."""
        metadata = found["metadata"]
        return [
            one
            for one in self.store.seen(POD, metadata["namespace"])
            if metadata["uid"] in {o["uid"] for o in one["metadata"].get("ownerReferences", ())}
            and "deletionTimestamp" not in one["metadata"]
        ]

    def keep(self, found: Object, count: int) -> str:
        """As many as are wanted, of the template as it is; the server's words if it refuses one."""
        template = found["spec"]["template"]
        text = json.dumps(template, sort_keys=True)
        mark = hashlib.sha256(text.encode()).hexdigest()[:10]
        middle = "" if found["kind"] == "StatefulSet" else f"-{mark}"
        wanted = [f"{found['metadata']['name']}{middle}-{number}" for number in range(count)]
        for one in self.of(found):
            same = one["metadata"].get("annotations", {}).get(MARK) == mark
            if not (same and one["metadata"]["name"] in wanted):
                self.store.delete(POD, _key(one), Options())
        for name in wanted:
            if ("pods", found["metadata"]["namespace"], name) not in self.store.objects:
                try:
                    self._make(found, name, mark)
                except Refusal as refusal:
                    if self._ending(found):  # whose room is not free yet
                        return ""
                    self._tell(found, name, refusal.message)
                    return refusal.message
        return ""

    def _ending(self, found: Object) -> bool:
        beside = self.store.seen(POD, found["metadata"]["namespace"])
        return any("deletionTimestamp" in each["metadata"] for each in beside)

    def end(self, pod: Object, phase: str) -> None:
        """Its work is over."""
        ready = {"type": "Ready", "status": "False", "reason": "PodCompleted"}
        code = 0 if phase == "Succeeded" else 1
        state = {"terminated": {"exitCode": code, "reason": "Completed" if not code else "Error"}}
        parts = [
            {**each, "ready": False, "state": state}
            for each in pod["status"].get("containerStatuses", ())
        ]
        status = {**pod["status"], "phase": phase, "conditions": [ready]}
        told = {**pod, "status": {**status, "containerStatuses": parts}}
        self.store.set_status(POD, _key(pod), told, MANAGER)

    def _make(self, found: Object, name: str, mark: str) -> None:
        metadata, template = found["metadata"], found["spec"]["template"]
        owner = {"apiVersion": found["apiVersion"], "kind": found["kind"], "controller": True}
        owner.update(name=metadata["name"], uid=metadata["uid"], blockOwnerDeletion=True)
        own = {
            "name": name,
            "labels": template["metadata"]["labels"],
            "annotations": {**template["metadata"].get("annotations", {}), MARK: mark},
            "ownerReferences": [owner],
        }
        volumes = [*template["spec"].get("volumes", ()), *self._claimed(found, name)]
        spec = {**template["spec"], "volumes": volumes}
        sent = {"apiVersion": "v1", "kind": "Pod", "metadata": own, "spec": spec}
        self.store.create(POD, metadata["namespace"], sent, MANAGER)

    def _claimed(self, found: Object, name: str) -> Iterator[Object]:
        """The volumes of a StatefulSet's own claims, which stay when their pod goes."""
        namespace = found["metadata"]["namespace"]
        for each in found["spec"].get("volumeClaimTemplates", ()):
            own = each["metadata"]["name"]
            claim = f"{own}-{name}"
            if (CLAIM.resource, namespace, claim) not in self.store.objects:
                labels = found["spec"]["selector"].get("matchLabels", {})
                head = {"apiVersion": "v1", "kind": CLAIM.name}
                metadata = {"name": claim, "labels": labels}
                made = {**head, "metadata": metadata, "spec": each["spec"]}
                self.store.create(CLAIM, namespace, made, MANAGER)
            yield {"name": own, "persistentVolumeClaim": {"claimName": claim}}

    def _tell(self, found: Object, name: str, words: str) -> None:
        """A Deployment has a condition for it, a StatefulSet and a Job an event."""
        metadata, kind = found["metadata"], found["kind"]
        if kind == "Deployment":
            return
        message = f"Error creating: {words}"
        if kind == "StatefulSet":
            message = f"create Pod {name} in StatefulSet {metadata['name']} failed error: {words}"
        mark = hashlib.sha256(f"{metadata['uid']}{message}".encode()).hexdigest()[:16]
        shown = {n: metadata[n] for n in ("name", "namespace", "uid")}
        event = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": f"{metadata['name']}.{mark}"},
            "involvedObject": {"apiVersion": found["apiVersion"], "kind": kind, **shown},
            "reason": "FailedCreate",
            "message": message,
            "type": "Warning",
            "source": {"component": f"{kind.lower()}-controller"},
            "firstTimestamp": now(),
            "lastTimestamp": now(),
            "count": 1,
        }
        with suppress(Refusal):
            self.store.create(core_kind("events"), metadata["namespace"], event, MANAGER)


@dataclass(frozen=True)
class Kubelets:
    """They and the scheduler; a pod that runs goes on when what it was given is taken away."""

    store: Store
    failing_images: set[str]

    def run(self, pods: Iterable[Object]) -> None:
        """Each once."""
        for pod in pods:
            status = pod.get("status", {})
            images = {one["image"] for one in containers(pod["spec"])}
            runs = is_ready(pod) and not images & self.failing_images
            over = status.get("phase") in ("Succeeded", "Failed")
            if not runs and not over and "deletionTimestamp" not in pod["metadata"]:
                self._place(pod)

    def _place(self, pod: Object) -> None:
        spec, namespace = pod["spec"], pod["metadata"]["namespace"]
        claims = [v["persistentVolumeClaim"]["claimName"] for v in spec.get("volumes", ())
                  if "persistentVolumeClaim" in v]  # fmt: skip
        for claim in claims:
            if (CLAIM.resource, namespace, claim) not in self.store.objects:
                words = f'persistentvolumeclaim "{claim}" not found'
                told = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
                message = f"0/2 nodes are available: {words}."
                status = {"phase": "Pending", "conditions": [{**told, "message": message}]}
                self._set(pod, status)
                return
        if not spec.get("nodeName"):
            placed = {**pod, "spec": {**spec, "nodeName": NODE}}
            pod = self.store.replace(POD, _key(pod), placed, MANAGER)
        self._set(pod, self._status(pod))

    def _status(self, pod: Object) -> Object:
        spec = pod["spec"]
        mounts = next(self._lacking_volumes(pod), "")
        told: dict[str, list[Object]] = {}
        begins = not mounts
        for part in ("initContainers", "containers"):
            told[part] = []
            for one in spec.get(part, ()):
                why = self._waits(pod, one) if begins else _waiting("PodInitializing")
                if mounts:
                    why = _waiting("ContainerCreating", mounts)
                told[part].append(_part(one, why, is_first=part == "initContainers"))
            begins = begins and not any("waiting" in each["state"] for each in told[part])
        ready = {"type": "Ready", "status": str(begins)}
        placed = {"type": "PodScheduled", "status": "True"}
        firsts = {"initContainerStatuses": told["initContainers"]} if told["initContainers"] else {}
        phase = "Running" if begins else "Pending"
        parts = {"containerStatuses": told["containers"], **firsts}
        return {"phase": phase, "conditions": [placed, ready], **parts}

    def _waits(self, pod: Object, one: Object) -> Object:
        if one["image"] in self.failing_images:
            return _waiting("ImagePullBackOff", "Back-off pulling image")
        wanted = [
            *one.get("envFrom", ()),
            *(e["valueFrom"] for e in one.get("env", ()) if "valueFrom" in e),
        ]
        for source in wanted:
            for name, chosen in source.items():
                if name in SOURCES:
                    keys = [chosen["key"]] if "key" in chosen else []
                    lacking = self._lacking(pod, name, chosen["name"], keys, chosen)
                    if lacking:
                        return _waiting("CreateContainerConfigError", lacking)
        return {}

    def _lacking_volumes(self, pod: Object) -> Iterator[str]:
        for volume in pod["spec"].get("volumes", ()):
            for source in (volume, *volume.get("projected", {}).get("sources", ())):
                for name in ("configMap", "secret"):
                    if name in source:
                        chosen = source[name]
                        keys = [each["key"] for each in chosen.get("items", ())]
                        named = chosen.get("secretName") or chosen["name"]
                        lacking = self._lacking(pod, name, named, keys, chosen)
                        if lacking:
                            failed = f'MountVolume.SetUp failed for volume "{volume["name"]}"'
                            yield f"{failed} : {lacking}"

    def _lacking(
        self, pod: Object, source: str, name: str, keys: list[str], chosen: Object
    ) -> str:  # fmt: skip
        """What of a ConfigMap or Secret is not there, in a kubelet's words; empty when all is."""
        namespace = pod["metadata"]["namespace"]
        resource, kind = SOURCES[source]
        found = self.store.objects.get((resource, namespace, name))
        if chosen.get("optional"):
            return ""
        if found is None:
            return f'{kind.lower()} "{name}" not found'
        there = {**found.value.get("data", {}), **found.value.get("binaryData", {})}
        lost = (f"couldn't find key {key} in {kind} {namespace}/{name}" for key in keys)
        return next((words for key, words in zip(keys, lost, strict=True) if key not in there), "")

    def _set(self, pod: Object, status: Object) -> None:
        if pod.get("status") != status:
            self.store.set_status(POD, _key(pod), {**pod, "status": status}, MANAGER)


def _waiting(reason: str, message: str = "") -> Object:
    return {"reason": reason, **({"message": message} if message else {})}


def _part(one: Object, why: Object, *, is_first: bool) -> Object:
    stays = not is_first or one.get("restartPolicy") == "Always"
    done: Object = {"running": {}} if stays else {"terminated": {"exitCode": 0}}
    state = {"waiting": why} if why else done
    told = {"name": one["name"], "image": one["image"], "imageID": "", "restartCount": 0}
    return {**told, "ready": not why, "state": state}


def _key(pod: Object) -> tuple[str, str, str]:
    return (POD.resource, pod["metadata"]["namespace"], pod["metadata"]["name"])
