"""A request becomes a verb of the store. What is not implemented answers 501."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import yaml

from tests.servers.api_server.access import Access
from tests.servers.api_server.admission import Write
from tests.servers.api_server.discovery import AUTHORIZATION, REVIEWS, root
from tests.servers.api_server.kinds import Kind
from tests.servers.api_server.refusals import Refusal
from tests.servers.api_server.selectors import as_text, by_fields, by_labels
from tests.servers.api_server.store import Key, Options, Store
from tests.servers.api_server.watching import watched

APPLY: Final = "application/apply-patch+yaml"
MERGE: Final = "application/merge-patch+json"
OPTIONS: Final = frozenset(
    {"apiVersion", "kind", "propagationPolicy", "preconditions", "gracePeriodSeconds", "dryRun"}
)
QUERY: Final = frozenset(
    {
        "dryRun", "fieldManager", "fieldValidation", "force", "limit", "continue", "pretty",
        "timeout", "watch", "labelSelector", "fieldSelector", "resourceVersion", "timeoutSeconds",
        "resourceVersionMatch", "sendInitialEvents", "allowWatchBookmarks", "propagationPolicy",
        "gracePeriodSeconds", "tailLines",
    }
)  # fmt: skip
VERBS: Final = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
SHOWN: Final = ("pods", "services", "serviceaccounts", "persistentvolumeclaims", "resourcequotas")
"""What a deletion answers with; of all else it says that it succeeded."""
PARTED: Final = Refusal(410, "Expired", "the provided continue parameter is too old")


@dataclass(frozen=True)
class Request:
    """One request, and where it leads: a kind, and one object unless `key` has no name."""

    method: str
    kind: Kind
    key: Key
    part: str
    query: Mapping[str, str]
    type: str
    agent: str
    body: bytes

    @property
    def verb(self) -> str:
        """As rules of access name it."""
        if self.method == "GET":
            listed = "watch" if self.query.get("watch") in ("true", "1") else "list"
            return "get" if self.key[2] else listed
        many = self.method == "DELETE" and not self.key[2]
        return "deletecollection" if many else VERBS[self.method]


@dataclass(frozen=True)
class Answer:
    """`told` is a document, a text, or what a watch sees."""

    code: int
    told: Mapping[str, Any] | str | Iterator[Mapping[str, Any]]
    warnings: list[str] = field(default_factory=list)


@dataclass
class Answering:
    """The verbs over one store; `is_closing` ends watches."""

    store: Store
    access: Access = field(default_factory=Access)
    pages: dict[str, tuple[str, list[dict[str, Any]]]] = field(default_factory=dict)
    logs: dict[str, str] = field(default_factory=dict)
    is_closing: bool = False

    def answer(self, request: Request) -> Answer:
        """Raises Refusal."""
        for unknown in sorted(request.query.keys() - QUERY):
            raise Refusal(501, "NotImplemented", f"this double knows no ?{unknown}")
        kind, part = request.kind, f"/{request.part}" if request.part else ""
        resource = kind.plural + part
        if not self.access.allows(request.verb, kind.group, resource, request.key[1]):
            words = f'User "tester" cannot {request.verb} resource "{resource}" in API group'
            raise Refusal(403, "Forbidden", f'{kind.resource} is forbidden: {words} "{kind.group}"')
        if request.part:
            return self._of_part(request)
        if request.verb == "list":
            return Answer(200, self._list(request))
        if request.verb == "watch":
            return Answer(200, self._watch(request))
        if request.verb == "get":
            return Answer(200, self.store.get(kind, *request.key[1:]))
        if request.verb == "delete":
            return self._delete(request)
        if request.verb == "deletecollection":
            raise Refusal(501, "NotImplemented", "this double deletes one by one")
        return self._write(request)

    def _write(self, request: Request) -> Answer:
        kind, key = request.kind, request.key
        write = _write_of(request)
        if request.method == "POST":
            sent = _sent(request)
            return Answer(201, self.store.create(kind, key[1], sent, write), write.warnings)
        if request.method == "PUT":
            told = self.store.replace(kind, key, _sent(request), write)
            return Answer(200, told, write.warnings)
        if request.type == APPLY:
            if "fieldManager" not in request.query:
                raise Refusal(422, "Invalid", "fieldManager: is required for apply patch")
            sent, force = _sent(request, whole=True), request.query.get("force") == "true"
            told, new = self.store.apply(kind, key, sent, write, force=force)
            return Answer(201 if new else 200, told, write.warnings)
        if request.type == MERGE:
            merged = merge_patched(self.store.get(kind, *key[1:]), json.loads(request.body))
            return Answer(200, self.store.replace(kind, key, merged, write), write.warnings)
        raise Refusal(501, "NotImplemented", f"this double knows no patch of {request.type}")

    def _of_part(self, request: Request) -> Answer:
        kind, key, part = request.kind, request.key, request.part
        if part not in kind.subresources:
            raise Refusal(404, "NotFound", "the server could not find the requested resource")
        live = self.store.get(kind, *key[1:])
        if part == "log" and request.method == "GET":
            lines = self.logs.get(key[2], "").splitlines(keepends=True)
            return Answer(200, "".join(lines[-int(request.query.get("tailLines", 10**6)) :]))
        if part == "scale":
            return self._scale(request, live)
        if part == "finalize" and request.method == "PUT":
            return Answer(200, self.store.finalize(kind, key, json.loads(request.body)))
        if part == "status" and request.method == "GET":
            return Answer(200, live)
        if (part == "status" and request.method == "PUT") or request.type == MERGE:
            patch = json.loads(request.body)
            sent = patch if request.method == "PUT" else merge_patched(live, patch)
            return Answer(200, self.store.set_status(kind, key, sent, _write_of(request)))
        raise Refusal(501, "NotImplemented", f"this double knows no {request.method} of {part}")

    def _scale(self, request: Request, live: dict[str, Any]) -> Answer:
        if request.method != "GET":
            if request.method != "PUT" and request.type != MERGE:
                raise Refusal(501, "NotImplemented", f"this double knows no {request.type}")
            sent = merge_patched(_scaled(live), json.loads(request.body))
            live["spec"]["replicas"] = sent["spec"].get("replicas", 0)
            live = self.store.replace(request.kind, request.key, live, _write_of(request))
        return Answer(200, _scaled(live))

    def _list(self, request: Request) -> Mapping[str, Any]:
        kind, query = request.kind, request.query
        if query.get("resourceVersionMatch") == "Exact":
            raise Refusal(501, "NotImplemented", "this double keeps no exact versions")
        if further := query.get("continue"):
            if further not in self.pages:
                raise PARTED
            version, items = self.pages.pop(further)
        else:
            matches = _matching(request)
            version = str(self.store.version)
            items = [one for one in self.store.listed(kind, request.key[1]) if matches(one)]
        metadata: dict[str, Any] = {"resourceVersion": version}
        limit = int(query.get("limit", 0)) or len(items)
        if len(items) > limit:
            metadata["continue"] = uuid4().hex
            self.pages[metadata["continue"]] = (version, items[limit:])
        if kind.schema is None:  # only custom resources say in a list what they are
            items = [{n: v for n, v in one.items() if n not in ("apiVersion", "kind")}
                     for one in items]  # fmt: skip
        head = {"kind": f"{kind.name}List", "apiVersion": kind.group_version}
        return {**head, "metadata": metadata, "items": items[:limit]}

    def _watch(self, request: Request) -> Iterator[Mapping[str, Any]]:
        matches = _matching(request)
        namespace, query = request.key[1], request.query
        closing = lambda: self.is_closing  # noqa: E731  a view of the field, as it is later
        return watched(self.store, request.kind, namespace, matches, query, closing)

    def _delete(self, request: Request) -> Answer:
        kind, key = request.kind, request.key
        sent = json.loads(request.body) if request.body else {}
        for unknown in sorted(sent.keys() - OPTIONS):
            raise Refusal(501, "NotImplemented", f"this double knows no {unknown} of a deletion")
        options = {**request.query, **sent}
        wanted = options.get("preconditions", {})
        grace = options.get("gracePeriodSeconds")
        usual = "Orphan" if kind.resource == "jobs.batch" else "Background"
        deletion = Options(
            options.get("propagationPolicy", usual), wanted.get("uid"),
            wanted.get("resourceVersion"), None if grace is None else int(grace),
            bool(options.get("dryRun")),
        )  # fmt: skip
        told = self.store.delete(kind, key, deletion)
        if key in self.store.objects or kind.resource in SHOWN:
            return Answer(200, told)
        details = {"name": key[2], "group": kind.group, "kind": kind.plural}
        done = {"status": "Success", "details": {**details, "uid": told["metadata"]["uid"]}}
        return Answer(200, {"kind": "Status", "apiVersion": "v1", "metadata": {}, **done})


def addressed(store: Store, path: str) -> tuple[Kind, Key, str]:
    """The kind, the key and the part that a path leads to; raises Refusal 404."""
    parts = path.strip("/").split("/")
    version, rest = ("v1", parts[2:]) if parts[0] == "api" else ("/".join(parts[1:3]), parts[3:])
    namespace = ""
    own = len(rest) == 3 and rest[2] in ("status", "finalize")
    if rest[:1] == ["namespaces"] and len(rest) > 2 and not own:
        namespace, rest = rest[1], rest[2:]
    kind = store.kinds.at(version, rest[0]) if rest else None
    if kind is None or not path.startswith(root(version)) or len(rest) > 3:
        raise Refusal(404, "NotFound", "the server could not find the requested resource")
    name, part = (*rest[1:], "", "")[:2]
    return kind, (kind.resource, namespace, name), part


def review_of(path: str, body: bytes) -> dict[str, Any] | None:
    """What is asked of access; None at other addresses."""
    kinds = {f"{root(AUTHORIZATION)}/{name.lower()}s": name for name in REVIEWS}
    if path not in kinds:
        return None
    return {"apiVersion": AUTHORIZATION, "kind": kinds[path], **json.loads(body)}


def merge_patched(live: Any, patch: Any) -> Any:
    """RFC 7386: what a merge patch makes of a value."""
    if not isinstance(patch, dict):
        return patch
    there = live if isinstance(live, dict) else {}
    kept = {name: each for name, each in there.items() if name not in patch}
    laid = {name: merge_patched(there.get(name), patch[name]) for name in patch}
    return {**kept, **{name: each for name, each in laid.items() if patch[name] is not None}}


def _write_of(request: Request) -> Write:
    manager = request.query.get("fieldManager") or request.agent.split("/")[0]
    return Write(manager, "dryRun" in request.query)


def _matching(request: Request) -> Any:
    labels = by_labels(request.query.get("labelSelector", ""))
    fields = by_fields(request.kind, request.query.get("fieldSelector", ""))
    return lambda one: labels(one) and fields(one)


def _scaled(live: dict[str, Any]) -> dict[str, Any]:
    names = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    shown = {name: live["metadata"][name] for name in names}
    status = {"replicas": live.get("status", {}).get("replicas", 0)}
    status["selector"] = as_text(live["spec"]["selector"])
    head = {"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": shown}
    return {**head, "spec": {"replicas": live["spec"].get("replicas", 0)}, "status": status}


def _sent(request: Request, *, whole: bool = False) -> dict[str, Any]:
    """What a client sends; its kind is implied by the address, except in an apply (`whole`).

    Raises Refusal 400 when it is not of the address it was sent to.
    """
    kind, namespace = request.kind, request.key[1]
    implied = {} if whole else {"apiVersion": kind.group_version, "kind": kind.name}
    try:
        sent = {**implied, **yaml.safe_load(request.body)}
        said = (sent["apiVersion"], sent["kind"], sent["metadata"].get("namespace", namespace))
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise Refusal(400, "BadRequest", "the body is no object") from error
    if said != (kind.group_version, kind.name, namespace):
        raise Refusal(400, "BadRequest", "the body does not match the URL")
    if "status" in kind.subresources:
        sent.pop("status", None)
    return dict(sent)
