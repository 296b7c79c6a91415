"""Terraform's `-json` events and plans as values of the port."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Any, Final

from pingvas_cli.ports.terraform_root import (
    Action,
    Failure,
    Plan,
    PlannedResource,
    Progress,
    ResourceChange,
    StateLock,
    Working,
)

Event = Mapping[str, Any]

ACTIONS: Final = {
    ("create",): Action.CREATE,
    ("update",): Action.UPDATE,
    ("delete",): Action.DELETE,
    ("delete", "create"): Action.REPLACE,
    ("create", "delete"): Action.REPLACE,
}
LOCKED: Final = "Error acquiring the state lock"
LOCK_LINE: Final = re.compile(r"^\s+(ID|Who|Operation|Created):\s+(.*)$", re.MULTILINE)
# What AWS calls its refusals to delete, on the resources that have one.
PROTECTIONS: Final = ("deletion_protection", "enable_deletion_protection")
LONGEST_DETAIL: Final = 600


def events(text: str) -> Iterator[Event]:
    """Every whole event; what is no event, such as a torn last line, is passed over."""
    for line in text.splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found


def progress(told: Iterable[Event], *, running: bool) -> Progress:
    """How far a run is by the events so far."""
    planned, complete, lock = 0, False, None
    working: dict[str, Working] = {}
    done: list[Working] = []
    failures: list[Failure] = []
    for event in told:
        match event.get("type"):
            case "planned_change":
                planned += 2 if event["change"]["action"] == "replace" else 1
            case "apply_start" | "apply_progress":
                each = _working(event["hook"])
                working[each.address] = each
            case "apply_complete":
                each = _working(event["hook"])
                working.pop(each.address, None)
                done.append(each)
            case "apply_errored":
                working.pop(str(event["hook"]["resource"]["addr"]), None)
            case "change_summary":
                complete = True
            case "diagnostic" if event["diagnostic"]["severity"] == "error":
                failures.append(_failure(event["diagnostic"]))
                lock = _lock(event["diagnostic"]) or lock
    return Progress(
        running=running,
        complete=complete and not running and not failures,
        planned=planned,
        done=tuple(done),
        working=tuple(working.values()) if running else (),
        failures=tuple(failures),
        lock=lock,
    )


def plan(shown: Mapping[str, Any]) -> Plan:
    """What `terraform show -json` tells of a saved plan."""
    found = shown.get("resource_changes", ())
    changes = tuple(_change(each) for each in found if _action(each) is not None)
    managed = (each for each in found if each.get("mode", "managed") == "managed")
    resources = tuple(map(_resource, managed))
    return Plan(changes, bool(shown.get("applyable", changes)), resources)


def _action(change: Mapping[str, Any]) -> Action | None:
    return ACTIONS.get(tuple(change["change"]["actions"]))


def _change(change: Mapping[str, Any]) -> ResourceChange:
    before = change["change"].get("before") or {}
    return ResourceChange(
        str(change["address"]),
        str(change.get("module_address", "")),
        str(change["type"]),
        ACTIONS[tuple(change["change"]["actions"])],
        protected=any(before.get(name) is True for name in PROTECTIONS),
    )


def _resource(change: Mapping[str, Any]) -> PlannedResource:
    values = change["change"]
    return PlannedResource(
        str(change["address"]),
        str(change.get("module_address", "")),
        str(change["type"]),
        _values(values.get("before"), values.get("before_sensitive")),
        _values(values.get("after"), values.get("after_sensitive")),
    )


def _values(values: Mapping[str, object] | None, sensitive: object) -> Mapping[str, Any] | None:
    if values is None:
        return None
    marks = sensitive if isinstance(sensitive, dict) else {}
    if sensitive is True:
        return {}
    return {name: _open(each, marks.get(name)) for name, each in values.items()}


def _open(value: object, sensitive: object) -> object:
    """A value without its sensitive parts, which Terraform marks in a shape like its own."""
    if sensitive is True:
        return None
    if isinstance(value, dict) and isinstance(sensitive, dict):
        return {name: _open(each, sensitive.get(name)) for name, each in value.items()}
    if isinstance(value, list) and isinstance(sensitive, list):
        return [_open(each, mark) for each, mark in zip_longest(value, sensitive)]
    return value


def _working(hook: Mapping[str, Any]) -> Working:
    elapsed_s = float(hook.get("elapsed_seconds", 0))
    return Working(str(hook["resource"]["addr"]), str(hook["action"]), elapsed_s)


def _failure(diagnostic: Mapping[str, Any]) -> Failure:
    place = diagnostic.get("range") or {}
    line = f"{place['filename']}:{place['start']['line']}" if place else ""
    where = str(diagnostic.get("address") or line)
    detail = " ".join(str(diagnostic.get("detail", "")).split())[:LONGEST_DETAIL]
    return Failure(where, str(diagnostic["summary"]), detail)


def _lock(diagnostic: Mapping[str, Any]) -> StateLock | None:
    return lock_in(str(diagnostic.get("detail", ""))) if diagnostic["summary"] == LOCKED else None


def lock_in(text: str) -> StateLock | None:
    """The lock that Terraform describes, a line for each of its facts."""
    found = dict(LOCK_LINE.findall(text))
    if "ID" not in found:
        return None
    names = ("ID", "Who", "Operation", "Created")
    return StateLock(*(found.get(name, "?").strip() for name in names))
