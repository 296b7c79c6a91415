"""Selectors of labels and fields, as strict as the server's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.servers.api_server.kinds import Kind
from tests.servers.api_server.refusals import Refusal

Object = Mapping[str, Any]
Matches = Callable[[Object], bool]
NAMED: Final = ("metadata.name", "metadata.namespace")
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "pods": ("spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
             "status.phase", "status.podIP", "status.nominatedNodeName", "spec.hostNetwork"),
    "namespaces": ("status.phase",),
    "secrets": ("type",),
    "nodes": ("spec.unschedulable",),
    "jobs.batch": ("status.successful",),
    "services": ("spec.clusterIP", "spec.type"),
    "replicasets.apps": ("status.replicas",),
    "events": ("involvedObject.kind", "involvedObject.namespace", "involvedObject.name",
               "involvedObject.uid", "involvedObject.apiVersion", "reason", "type", "source"),
}  # fmt: skip
_KEY: Final = r"[A-Za-z0-9][-A-Za-z0-9_./]*"
_VALUE: Final = r"[-A-Za-z0-9_.]*"
_EQUAL: Final = re.compile(rf"({_KEY})\s*(==|=|!=)\s*({_VALUE})")
_SET: Final = re.compile(rf"({_KEY})\s+(in|notin)\s+\(([^()]*)\)")
_THERE: Final = re.compile(rf"(!?)\s*({_KEY})")


def by_labels(text: str) -> Matches:
    """Raises Refusal 400 for what is no selector."""
    parts = [part.strip() for part in re.split(r",(?![^(]*\))", text) if part.strip()]
    if text.strip().startswith(",") or text.strip().endswith(","):
        raise Refusal(400, "BadRequest", f"unable to parse requirement: {text}")
    wanted = [_requirement(part) for part in parts]
    return lambda found: all(each(found["metadata"].get("labels") or {}) for each in wanted)


def by_fields(kind: Kind, text: str) -> Matches:
    """Raises Refusal 400 for a field that the kind is not selected by."""
    wanted = [_field(kind, part) for part in text.split(",") if part]
    return lambda found: all(each(found) for each in wanted)


def selects(selector: Mapping[str, Any] | None, labels: Mapping[str, str]) -> bool:
    """A LabelSelector of an object; an empty one selects all, None nothing."""
    if selector is None:
        return False
    equal = (selector.get("matchLabels") or {}).items() <= labels.items()
    return equal and all(_expressed(e, labels) for e in selector.get("matchExpressions") or ())


def as_text(selector: Mapping[str, Any]) -> str:
    """As `status.selector` of a Scale has it."""
    equal = [f"{key}={value}" for key, value in sorted((selector.get("matchLabels") or {}).items())]
    return ",".join(equal)


def _expressed(one: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    there, values = one["key"] in labels, one.get("values") or ()
    if one["operator"] == "Exists":
        return there
    if one["operator"] == "DoesNotExist":
        return not there
    inside = there and labels[one["key"]] in values
    return inside if one["operator"] == "In" else not inside


def _requirement(part: str) -> Callable[[Mapping[str, str]], bool]:
    if found := _SET.fullmatch(part):
        key, operator, listed = found.groups()
        values = {value.strip() for value in listed.split(",")}
        if operator == "in":
            return lambda labels: key in labels and labels[key] in values
        return lambda labels: labels.get(key) not in values
    if found := _EQUAL.fullmatch(part):
        key, operator, value = found.groups()
        if operator == "!=":
            return lambda labels: labels.get(key) != value
        return lambda labels: labels.get(key) == value
    if found := _THERE.fullmatch(part):
        absent, key = found.groups()
        return lambda labels: (key in labels) != bool(absent)
    raise Refusal(400, "BadRequest", f"unable to parse requirement: {part}")


def _field(kind: Kind, part: str) -> Matches:
    found = re.fullmatch(r"([\w./]+?)(==|=|!=)(.*)", part)
    if found is None:
        raise Refusal(400, "BadRequest", f"invalid field selector: {part}")
    path, operator, value = found.groups()
    if path not in (*NAMED, *FIELDS.get(kind.resource, ())):
        raise Refusal(400, "BadRequest", f"field label not supported: {path}")
    return lambda one: (_at(one, path) == value) != (operator == "!=")


def _at(found: Any, path: str) -> str:
    for name in path.split("."):
        found = (found or {}).get(name)
    if isinstance(found, bool):
        return str(found).lower()
    return "" if found is None else str(found)
