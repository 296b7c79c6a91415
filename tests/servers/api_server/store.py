"""The objects: their versions, owners and ends. Every refusal has the reason of the real server."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from tests.manifests.judges import faults
from tests.servers.api_server.kinds import Kind
from tests.servers.api_server.ownership import (
    Conflict,
    Object,
    Owners,
    Path,
    apply,
    managed_fields,
    update,
)
from tests.servers.api_server.shapes import MINOR, shape_of

NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
KEPT: Final = ("uid", "creationTimestamp", "deletionTimestamp", "generation", "resourceVersion")
CHANGED: Final = (
    "the object has been modified; please apply your changes to the latest version and try again"
)
Key = tuple[str, str, str]
"""The resource, the namespace (empty when it has none) and the name."""


@dataclass
class Refusal(Exception):
    """An answer of kind Status that says no."""

    code: int
    reason: str
    message: str


@dataclass
class Stored:
    """One object and who owns its fields."""

    value: Object
    owners: Owners


@dataclass
class Store:
    """All objects; one lock, as there is one order of versions."""

    objects: dict[Key, Stored] = field(default_factory=dict)
    version: int = 1
    lock: threading.RLock = field(default_factory=threading.RLock)

    def get(self, kind: Kind, namespace: str, name: str) -> Object:
        """Raises Refusal 404."""
        return deepcopy(self._stored(kind, namespace, name).value)

    def listed(self, kind: Kind, namespace: str) -> Iterator[Object]:
        """Those of a namespace, or of all when it is empty, in the order of their keys."""
        for (plural, inside, _), stored in sorted(self.objects.items(), key=lambda item: item[0]):
            if plural == kind.resource and namespace in ("", inside):
                yield deepcopy(stored.value)

    def create(
        self, kind: Kind, namespace: str, sent: Object, manager: str, dry: bool = False
    ) -> Object:
        """Raises Refusal: 404 without its namespace, 409, 422."""
        key = (kind.resource, namespace, str(sent.get("metadata", {}).get("name", "")))
        if key in self.objects:
            raise Refusal(409, "AlreadyExists", f'{kind.resource} "{key[2]}" already exists')
        if "resourceVersion" in sent.get("metadata", {}):
            words = "resourceVersion should not be set on objects to be created"
            raise Refusal(400, "BadRequest", words)
        owners = update(_shape(kind), {}, {}, sent, manager)
        return self._keep(kind, key, None, Stored(deepcopy(sent), owners), dry)

    def replace(
        self, kind: Kind, key: Key, sent: Object, manager: str, dry: bool = False
    ) -> Object:
        """Raises Refusal: 404, 409 when what is sent was read before another's write, 422."""
        live = self._stored(kind, *key[1:])
        read = sent.get("metadata", {}).get("resourceVersion")
        if read is not None and read != live.value["metadata"]["resourceVersion"]:
            raise Refusal(409, "Conflict", CHANGED)
        owners = update(_shape(kind), live.value, live.owners, sent, manager)
        return self._keep(kind, key, live, Stored(deepcopy(sent), owners), dry)

    def apply(
        self, kind: Kind, key: Key, sent: Object, manager: str, *, force: bool, dry: bool
    ) -> tuple[Object, bool]:
        """The object, and whether it is new; raises Refusal: 404, 409 when others own, 422."""
        live = self.objects.get(key)
        before = live or Stored({}, {})
        try:
            value, owners = apply(
                _shape(kind), before.value, before.owners, sent, manager, force=force
            )
        except Conflict as conflict:
            raise Refusal(409, "Conflict", _words(conflict)) from conflict
        return self._keep(kind, key, live, Stored(value, owners), dry), live is None

    def delete(self, kind: Kind, key: Key, dry: bool) -> Object:
        """The object as it was; finalizers hold it, and a namespace goes when it is empty."""
        stored = self._stored(kind, *key[1:])
        if dry:
            return deepcopy(stored.value)
        stored.value["metadata"].setdefault("deletionTimestamp", _now())
        self._advance(stored.value)
        if kind.plural == "namespaces":
            stored.value["status"] = {"phase": "Terminating"}
            self._empty(key[2])
        self._sweep()
        return deepcopy(stored.value)

    def _keep(self, kind: Kind, key: Key, live: Stored | None, new: Stored, dry: bool) -> Object:
        self._admit(kind, key, live, new.value)
        made = _complete(kind, key, live, new)
        if live is not None and live.value == made:
            return deepcopy(live.value)
        if not dry:
            self._advance(made)
            self.objects[key] = Stored(made, new.owners)
            self._sweep()
        return deepcopy(made)

    def _admit(self, kind: Kind, key: Key, live: Stored | None, value: Object) -> None:
        _, namespace, name = key
        if not NAME.fullmatch(name) or value.get("metadata", {}).get("name") != name:
            raise Refusal(422, "Invalid", f'{kind.name} "{name}" is invalid: metadata.name')
        if "ownerReferences" in value["metadata"]:
            raise Refusal(501, "NotImplemented", "this double collects no dependents")
        self._admit_into(kind, namespace, live)
        for fault in faults([value], [MINOR]):
            raise Refusal(400, "BadRequest", f"strict decoding error: {fault}")
        for member in kind.immutable if live else ():
            if live and live.value["spec"].get(member) != value["spec"].get(member):
                words = f'{kind.name} "{name}" is invalid: spec.{member}: field is immutable'
                raise Refusal(422, "Invalid", words)

    def _admit_into(self, kind: Kind, namespace: str, live: Stored | None) -> None:
        if not kind.namespaced or live is not None:
            return
        found = self.objects.get(("namespaces", "", namespace))
        if found is None:
            raise Refusal(404, "NotFound", f'namespaces "{namespace}" not found')
        if "deletionTimestamp" in found.value["metadata"]:
            words = f"unable to create new content in namespace {namespace}"
            raise Refusal(403, "Forbidden", f"{words} because it is being terminated")

    def _stored(self, kind: Kind, namespace: str, name: str) -> Stored:
        found = self.objects.get((kind.resource, namespace, name))
        if found is None:
            raise Refusal(404, "NotFound", f'{kind.resource} "{name}" not found')
        return found

    def _advance(self, value: Object) -> None:
        self.version += 1
        value["metadata"]["resourceVersion"] = str(self.version)

    def _empty(self, namespace: str) -> None:
        for (_, inside, _), stored in self.objects.items():
            if inside == namespace:
                stored.value["metadata"].setdefault("deletionTimestamp", _now())

    def _sweep(self) -> None:
        """What is on its way out, and held by nothing, goes; namespaces last."""
        for key in sorted(self.objects, key=lambda key: key[0] == "namespaces"):
            metadata = self.objects[key].value["metadata"]
            full = key[0] == "namespaces" and any(each[1] == key[2] for each in self.objects)
            if "deletionTimestamp" in metadata and not metadata.get("finalizers") and not full:
                del self.objects[key]


def _complete(kind: Kind, key: Key, live: Stored | None, new: Stored) -> Object:
    """With what the server itself writes; what a client says of it counts for nothing."""
    old: dict[str, Any] = live.value["metadata"] if live else {}
    born: dict[str, Any] = {"uid": str(uuid4()), "creationTimestamp": _now(), "generation": 1}
    own = {name: old[name] for name in KEPT if name in old} if live else born
    sent = {n: v for n, v in new.value.get("metadata", {}).items() if n not in KEPT}
    fields = managed_fields(new.owners, kind.group_version, own["creationTimestamp"])
    metadata = {**sent, **own, "managedFields": fields}
    if kind.namespaced:
        metadata["namespace"] = key[1]
    if live and live.value.get("spec") != new.value.get("spec"):
        metadata["generation"] = own["generation"] + 1
    made = {**new.value, "metadata": metadata}
    made.pop("status", None)
    if live and "status" in live.value:
        made["status"] = live.value["status"]
    elif kind.plural == "namespaces":
        made["status"] = {"phase": "Active"}
    return made


def _words(conflict: Conflict) -> str:
    """As the real server says it: the managers, and what each owns."""
    found = [f'"{who}": {_dotted(path)}' for who, path in conflict.fields]
    if len(found) == 1:
        return f"Apply failed with 1 conflict: conflict with {found[0]}"
    return f"Apply failed with {len(found)} conflicts: conflicts with " + ", ".join(found)


def _dotted(path: Path) -> str:
    return "".join(f".{name[2:]}" if name[:2] == "f:" else f"[{name[2:]}]" for name in path)


def _shape(kind: Kind) -> Any:
    return shape_of(kind.group_version, kind.name)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
