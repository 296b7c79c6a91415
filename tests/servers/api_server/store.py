"""The objects: their versions, owners and ends. Every refusal has the reason of the real server."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from tests.servers.api_server.admission import Cluster, Write, admitted
from tests.servers.api_server.judging import judged
from tests.servers.api_server.kinds import GENERATIONS, Kind, Kinds
from tests.servers.api_server.ownership import (
    Conflict,
    Object,
    Owners,
    Path,
    apply,
    managed_fields,
    update,
)  # fmt: skip
from tests.servers.api_server.pod_admission import check_pod, completed_pod, warn
from tests.servers.api_server.refusals import Refusal, invalid
from tests.servers.api_server.shapes import Shape, doubles, shape_of, shape_of_custom

KEPT: Final = (
    "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation",
    "resourceVersion",
)  # fmt: skip
CHANGED: Final = (
    "the object has been modified; please apply your changes to the latest version and try again"
)
NOT_CHOSEN: Final = "resourceVersion should not be set on objects to be created"
Key = tuple[str, str, str]
"""The resource, the namespace (empty when it has none) and the name."""


@dataclass
class Stored:
    """One object and who owns its fields."""

    value: Object
    owners: Owners


@dataclass(frozen=True)
class Event:
    """What happened to an object; `before` is None when it was made."""

    version: int
    kind: str
    key: Key
    value: Object
    before: Object | None


@dataclass(frozen=True)
class Options:
    """Of a deletion; `grace_s` None is the object's own."""

    propagation: str = "Background"
    uid: str | None = None
    version: str | None = None
    grace_s: int | None = None
    dry: bool = False


@dataclass
class Store:
    """All objects; one lock, as there is one order of versions."""

    minor: str = "36"
    kinds: Kinds = field(default_factory=Kinds)
    objects: dict[Key, Stored] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    version: int = 1
    oldest: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    changed: threading.Condition = field(init=False)

    def __post_init__(self) -> None:
        self.changed = threading.Condition(self.lock)

    def get(self, kind: Kind, namespace: str, name: str) -> Object:
        """Raises Refusal 404."""
        return deepcopy(self.stored((kind.resource, namespace, name)).value)

    def listed(self, kind: Kind, namespace: str = "") -> Iterator[Object]:
        """Those of a namespace, or of all when it is empty, in the order of their keys."""
        for one in self.seen(kind, namespace):
            yield deepcopy(one)

    def seen(self, kind: Kind, namespace: str = "") -> list[Object]:
        """Those that `listed` has, themselves: nobody may change them."""
        keys = (k for k in self.objects if k[0] == kind.resource and namespace in ("", k[1]))
        return [self.objects[key].value for key in sorted(keys)]

    def compact(self) -> None:
        """Forget what happened: watches and pages from before are told 410."""
        with self.lock:
            self.events.clear()
            self.oldest = self.version

    def create(self, kind: Kind, namespace: str, sent: Object, write: Write) -> Object:
        """Raises Refusal: 403, 404 without its namespace, 409, 422."""
        metadata = sent.setdefault("metadata", {})
        if not metadata.get("name") and metadata.get("generateName"):
            metadata["name"] = f"{metadata['generateName']}{uuid4().hex[:5]}"
        key = (kind.resource, namespace, str(metadata.get("name", "")))
        if key in self.objects:
            raise self._refused(409, "AlreadyExists", key, "already exists")
        if "resourceVersion" in metadata:
            raise Refusal(400, "BadRequest", NOT_CHOSEN)
        made = self._admitted(kind, key, None, sent, write)
        owners = update(shape(kind), {}, {}, made, write.manager)
        return self._keep(kind, key, None, Stored(made, owners), write)

    def replace(self, kind: Kind, key: Key, sent: Object, write: Write) -> Object:
        """Raises Refusal: 404, 409 when what is sent was read before another's write, 422."""
        live = self.stored(key)
        self._check_read(key, live.value, sent)
        made = self._admitted(kind, key, live, sent, write)
        owners = update(shape(kind), live.value, live.owners, made, write.manager)
        return self._keep(kind, key, live, Stored(made, owners), write)

    def apply(
        self, kind: Kind, key: Key, sent: Object, write: Write, *, force: bool
    ) -> tuple[Object, bool]:
        """The object, and whether it is new; raises Refusal: 404, 409 when others own, 422."""
        live = self.objects.get(key)
        before = live or Stored({}, {})
        if "managedFields" in sent["metadata"]:
            raise Refusal(400, "BadRequest", "metadata.managedFields must be nil")
        if live is not None:
            self._check_read(key, live.value, sent)
        elif {"uid", "resourceVersion"} & sent["metadata"].keys():
            raise self._refused(409, "Conflict", key, "uid mismatch: the object does not exist")
        for double in doubles(shape(kind), sent):
            words = f"failed to create typed patch object ({key[1]}/{key[2]}; {kind.name}): "
            raise Refusal(500, "InternalError", words + double)
        try:
            value, owners = apply(
                shape(kind), before.value, before.owners, sent, write.manager, force=force
            )
        except Conflict as conflict:
            raise Refusal(409, "Conflict", _words(conflict)) from conflict
        made = self._admitted(kind, key, live, value, write)
        return self._keep(kind, key, live, Stored(made, owners), write), live is None

    def set_status(self, kind: Kind, key: Key, sent: Object, write: Write) -> Object:
        """Writes `status` alone, of what is sent; raises Refusal 404, 409, 422."""
        live = self.stored(key)
        self._check_read(key, live.value, sent)
        value = {**deepcopy(live.value), "status": deepcopy(sent.get("status", {}))}
        judged(kind, value, self.minor)
        if not value["status"]:
            del value["status"]
        return self._put(kind, key, live, Stored(value, live.owners), write.dry)

    def finalize(self, kind: Kind, key: Key, sent: Object) -> Object:
        """The namespace with its `spec.finalizers` as they are sent."""
        live = self.stored(key)
        self._check_read(key, live.value, sent)
        value = {**deepcopy(live.value), "spec": sent.get("spec", {})}
        return self._put(kind, key, live, Stored(value, live.owners), dry=False)

    def delete(self, kind: Kind, key: Key, options: Options = Options()) -> Object:
        """The object as it is now, or was; what holds it gives it a deletionTimestamp alone.

        Raises Refusal: 404, and 409 when a precondition fails.
        """
        live = self.stored(key)
        for name, wanted in (("uid", options.uid), ("resourceVersion", options.version)):
            found = live.value["metadata"][name]
            if wanted not in (None, found):
                shown = {"uid": "UID", "resourceVersion": "ResourceVersion"}[name]
                words = f"the {shown} in the precondition ({wanted}) does not match ({found})"
                told = f"Precondition failed: {shown} in precondition: {wanted}"
                raise self._refused(409, "Conflict", key, f"{told}: {words}")
        value = deepcopy(live.value)
        metadata = value["metadata"]
        held = {"Foreground": ["foregroundDeletion"], "Orphan": ["orphan"]}
        first = "deletionTimestamp" not in metadata
        if first:
            more = held.get(options.propagation, [])
            finalizers = [*metadata.get("finalizers", []), *more]
            metadata.update({"finalizers": finalizers} if finalizers else {})
            metadata["deletionTimestamp"] = now()
            if "generation" in metadata:
                metadata["generation"] += 1
        self._grace(kind, value, options.grace_s, first=first)
        if kind.plural == "namespaces":
            value["status"] = {**value.get("status", {}), "phase": "Terminating"}
        if options.dry:
            return deepcopy(live.value)
        return self._put(kind, key, live, Stored(value, live.owners), dry=False)

    def stored(self, key: Key) -> Stored:
        """Raises Refusal 404."""
        found = self.objects.get(key)
        if found is None:
            raise self._refused(404, "NotFound", key, "not found")
        return found

    def _grace(self, kind: Kind, value: Object, grace_s: int | None, *, first: bool) -> None:
        """Pods on a node end in two steps: their kubelet says when they are over."""
        if kind.resource != "pods" or not value["spec"].get("nodeName"):
            return
        ended = value.get("status", {}).get("phase") in ("Succeeded", "Failed")
        own = 0 if ended else value["spec"].get("terminationGracePeriodSeconds", 30)
        metadata = value["metadata"]
        given = own if grace_s is None else grace_s
        before = metadata.get("deletionGracePeriodSeconds", given)
        metadata["deletionGracePeriodSeconds"] = given if first else min(given, before)
        if first:
            metadata["deletionTimestamp"] = now(metadata["deletionGracePeriodSeconds"])

    def _admitted(
        self, kind: Kind, key: Key, live: Stored | None, value: Object, write: Write
    ) -> Object:
        """The object with defaults, as it would be stored."""
        old = live.value if live else None
        self._admit_into(kind, key[1], live)
        judged(kind, value, self.minor)
        cluster = Cluster({each: kept.value for each, kept in self.objects.items()}, self.kinds)
        made, is_pod = _completed(kind, key, old, value), kind.resource == "pods" and not live
        if is_pod:
            made = completed_pod(cluster, made)
        made = admitted(cluster, kind, key, old, made, write)
        if is_pod:
            check_pod(cluster, made)
        warn(cluster, kind, made, write)
        return made

    def _keep(self, kind: Kind, key: Key, live: Stored | None, new: Stored, write: Write) -> Object:
        when = new.value["metadata"]["creationTimestamp"]
        fields = managed_fields(new.owners, kind.group_version, when)
        new.value["metadata"]["managedFields"] = fields
        if live is not None:
            _count(kind, live.value, new.value)
            added = set(new.value["metadata"].get("finalizers", ())) - set(
                live.value["metadata"].get("finalizers", ())
            )
            if added and "deletionTimestamp" in live.value["metadata"]:
                words = "Forbidden: no new finalizers can be added if the object is being deleted"
                raise invalid(kind.qualified, key[2], [("metadata.finalizers", words)])
        return self._put(kind, key, live, new, write.dry)

    def _put(self, kind: Kind, key: Key, live: Stored | None, new: Stored, dry: bool) -> Object:
        if live is not None and live.value == new.value:
            return deepcopy(live.value)
        if dry:
            return deepcopy(new.value)
        self.version += 1
        new.value["metadata"]["resourceVersion"] = str(self.version)
        before = live.value if live else None
        if _is_over(kind, new.value):
            del self.objects[key]
            happened = "DELETED"
        else:
            self.objects[key] = new
            happened = "MODIFIED" if live else "ADDED"
        self.events.append(Event(self.version, happened, key, deepcopy(new.value), before))
        with self.changed:
            self.changed.notify_all()
        return deepcopy(new.value)

    def _admit_into(self, kind: Kind, namespace: str, live: Stored | None) -> None:
        if not kind.namespaced or live is not None:
            return
        found = self.stored(("namespaces", "", namespace))
        if "deletionTimestamp" in found.value["metadata"]:
            words = f"unable to create new content in namespace {namespace}"
            cause = {"reason": "NamespaceTerminating", "field": "metadata.namespace"}
            ending = f"{words} because it is being terminated"
            raise Refusal(403, "Forbidden", ending, {"causes": [cause]})

    def _check_read(self, key: Key, live: Object, sent: Object) -> None:
        metadata = sent.get("metadata", {})
        for name in ("uid", "resourceVersion"):
            if metadata.get(name, live["metadata"][name]) != live["metadata"][name]:
                words = f'Operation cannot be fulfilled on {key[0]} "{key[2]}": {CHANGED}'
                raise Refusal(409, "Conflict", words)

    def _refused(self, code: int, reason: str, key: Key, words: str) -> Refusal:
        plural, _, group = key[0].partition(".")
        details = {"name": key[2], "kind": plural, **({"group": group} if group else {})}
        return Refusal(code, reason, f'{key[0]} "{key[2]}" {words}', details)


def shape(kind: Kind) -> Shape:
    """How its fields merge."""
    if kind.schema is not None:
        return shape_of_custom(kind.schema)
    return shape_of(kind.group_version, kind.name)


def now(seconds: float = 0) -> str:
    """This moment, or one after it, as documents write it."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _completed(kind: Kind, key: Key, live: Object | None, sent: Object) -> Object:
    """With what the server itself writes; what a client says of it counts for nothing."""
    old: Mapping[str, Any] = live["metadata"] if live else {}
    born: dict[str, Any] = {"uid": str(uuid4()), "creationTimestamp": now()}
    if kind.resource in GENERATIONS or kind.schema is not None:
        born["generation"] = 1
    own = {name: old[name] for name in KEPT if name in old} if live else born
    chosen = {n: v for n, v in sent.get("metadata", {}).items() if n not in KEPT}
    chosen.pop("managedFields", None)
    metadata = {**chosen, **own, **({"namespace": key[1]} if kind.namespaced else {})}
    made = {**deepcopy(sent), "metadata": deepcopy(metadata)}
    if "status" in kind.subresources or "status" in (live or {}):
        made.pop("status", None)
        if live and "status" in live:
            made["status"] = deepcopy(live["status"])
    return made


def _count(kind: Kind, live: Object, new: Object) -> None:
    """The generation counts what is wanted, not what is, nor who it belongs to."""
    beside = ("metadata", "status")
    before = {name: value for name, value in live.items() if name not in beside}
    after = {name: value for name, value in new.items() if name not in beside}
    if "generation" in live["metadata"] and before != after:
        new["metadata"]["generation"] = live["metadata"]["generation"] + 1


def _is_over(kind: Kind, value: Object) -> bool:
    metadata = value["metadata"]
    held = metadata.get("finalizers") or metadata.get("deletionGracePeriodSeconds")
    if kind.plural == "namespaces":
        held = held or value.get("spec", {}).get("finalizers")
    return "deletionTimestamp" in metadata and not held


def _words(conflict: Conflict) -> str:
    """As the real server says it: the managers, and what each owns."""
    found = [f'"{who}": {_dotted(path)}' for who, path in conflict.fields]
    if len(found) == 1:
        return f"Apply failed with 1 conflict: conflict with {found[0]}"
    return f"Apply failed with {len(found)} conflicts: conflicts with " + ", ".join(found)


def _dotted(path: Path) -> str:
    return "".join(f".{name[2:]}" if name[:2] == "f:" else f"[{name[2:]}]" for name in path)
