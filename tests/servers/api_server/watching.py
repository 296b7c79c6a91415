"""Watches: what is there, if asked, and then what happens, until the client or the server ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from tests.servers.api_server.kinds import Kind
from tests.servers.api_server.refusals import Refusal
from tests.servers.api_server.selectors import Matches
from tests.servers.api_server.store import Event, Store

Told = Mapping[str, Any]
OVER: Final = Refusal(410, "Expired", "too old resource version")


def watched(
    store: Store, kind: Kind, namespace: str, matches: Matches, query: Mapping[str, str],
    is_closing: Callable[[], bool],
) -> Iterator[Told]:  # fmt: skip
    """The events; raises Refusal 422 before the first for options that don't go together."""
    initial = query.get("sendInitialEvents") == "true"
    if initial != (query.get("resourceVersionMatch") == "NotOlderThan"):
        words = "resourceVersionMatch: Forbidden: it goes with sendInitialEvents alone"
        raise Refusal(422, "Invalid", words)
    asked = query.get("resourceVersion", "")
    ends = time.monotonic() + float(query.get("timeoutSeconds", 1800))
    fresh = initial or asked in ("", "0")
    with store.lock:
        seen = store.version if fresh else int(asked)
        here = store.listed(kind, namespace) if fresh else iter(())
        present = [one for one in here if matches(one)]
    if seen < store.oldest:
        return iter([{"type": "ERROR", "object": OVER.status}])
    head = [{"type": "ADDED", "object": one} for one in present]
    if initial and query.get("allowWatchBookmarks") == "true":
        marks = {"k8s.io/initial-events-end": "true"}
        metadata = {"resourceVersion": str(seen), "annotations": marks}
        mark = {"apiVersion": kind.group_version, "kind": kind.name, "metadata": metadata}
        head.append({"type": "BOOKMARK", "object": mark})
    return _all(head, _since(store, kind, namespace, matches, seen, ends, is_closing))


def _all(head: list[dict[str, Any]], rest: Iterator[Told]) -> Iterator[Told]:
    yield from head
    yield from rest


def _since(
    store: Store, kind: Kind, namespace: str, matches: Matches, seen: int, ends: float,
    is_closing: Callable[[], bool],
) -> Iterator[Told]:  # fmt: skip
    while time.monotonic() < ends and not is_closing():
        with store.changed:
            fresh = [each for each in store.events if each.version > seen]
            if not fresh:
                store.changed.wait(0.1)
                continue
        for each in fresh:
            seen = each.version
            here = each.key[0] == kind.resource and namespace in ("", each.key[1])
            told = _seen(each, matches) if here else None
            if told is not None:
                yield {"type": told, "object": each.value}


def _seen(event: Event, matches: Matches) -> str | None:
    """An object that a selector loses is deleted to its watcher, one it gains is added."""
    before = event.before is not None and matches(event.before)
    after = event.kind != "DELETED" and matches(event.value)
    if before and after:
        return "MODIFIED"
    return "DELETED" if before else "ADDED" if after else None
