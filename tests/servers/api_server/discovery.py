"""What a client asks before anything else: versions, groups, resources, and the little of OpenAPI
that kubectl reads."""

from __future__ import annotations

from typing import Any, Final

from tests.servers.api_server.kinds import VERBS, Kind, Kinds

AGGREGATED: Final = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
REVIEWS: Final = {"SelfSubjectAccessReview", "SelfSubjectRulesReview"}
AUTHORIZATION: Final = "authorization.k8s.io/v1"


def discovery(kinds: Kinds, minor: str, path: str) -> dict[str, Any] | None:
    """What is said at a path; None when nothing of it is there."""
    versions = sorted({*kinds.versions, AUTHORIZATION}, key=lambda v: ("/" in v, v))
    if path == "/version":
        told = {"gitVersion": f"v1.{minor}.0", "platform": "linux/amd64", "goVersion": "go1.26"}
        return {"major": "1", "minor": minor, **told}
    if path == "/api":
        return {"kind": "APIVersions", "versions": ["v1"]}
    if path == "/apis":
        groups = [_group(version) for version in versions if "/" in version]
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
    if path == "/openapi/v3":
        paths = {root(v)[1:]: {"serverRelativeURL": f"/openapi/v3{root(v)}"} for v in versions}
        return {"paths": paths}
    for version in versions:
        if path == root(version):
            return _resources(kinds, version)
        if path == f"/openapi/v3{root(version)}":
            return _openapi(kinds, version)
    return None


def aggregated(kinds: Kinds, path: str) -> dict[str, Any]:
    """All groups of `/api` or `/apis` at once."""
    core = path == "/api"
    versions = ["v1"] if core else [*(v for v in kinds.versions if "/" in v), AUTHORIZATION]
    head = {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2"}
    items = [
        {
            "metadata": {"name": version.rpartition("/")[0]} if "/" in version else {},
            "versions": [
                {
                    "version": version.rpartition("/")[2],
                    "resources": [_aggregated(kinds, each) for each in _listed(kinds, version)],
                    "freshness": "Current",
                }
            ],
        }
        for version in versions
    ]
    return {**head, "metadata": {}, "items": items}


def root(group_version: str) -> str:
    return f"/apis/{group_version}" if "/" in group_version else f"/api/{group_version}"


def _aggregated(kinds: Kinds, told: dict[str, Any]) -> dict[str, Any]:
    group, _, version = told["groupVersion"].rpartition("/")
    kind = kinds.at(told["groupVersion"], told["name"])
    means = {"group": group, "version": version, "kind": told["kind"]}
    found = {
        "resource": told["name"],
        "responseKind": means,
        "scope": "Namespaced" if told["namespaced"] else "Cluster",
        "singularResource": told["singularName"],
        "verbs": told["verbs"],
        "shortNames": told["shortNames"],
    }
    parts = [{"subresource": s, "verbs": ["get", "patch", "update"], "responseKind": means}
             for s in (kind.subresources if kind else ())]  # fmt: skip
    return {**found, "subresources": parts} if parts else found


def _group(group_version: str) -> dict[str, Any]:
    name, _, version = group_version.partition("/")
    told = {"groupVersion": group_version, "version": version}
    return {"name": name, "versions": [told], "preferredVersion": told}


def _resources(kinds: Kinds, group_version: str) -> dict[str, Any]:
    told = []
    for each in _listed(kinds, group_version):
        kind = kinds.at(group_version, each["name"])
        shown = {name: value for name, value in each.items() if name != "groupVersion"}
        told.append(shown)
        for part in kind.subresources if kind else ():
            name = f"{each['name']}/{part}"
            more = {"singularName": "", "verbs": ["get", "patch", "update"], "shortNames": []}
            told.append({**shown, **more, "name": name})
    head = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version}
    return {**head, "resources": told}


def _listed(kinds: Kinds, group_version: str) -> list[dict[str, Any]]:
    if group_version == AUTHORIZATION:
        return [_told(Kind(AUTHORIZATION, name, f"{name.lower()}s", False), ("create",))
                for name in sorted(REVIEWS)]  # fmt: skip
    return [_told(kind, VERBS) for kind in kinds if kind.group_version == group_version]


def _told(kind: Kind, verbs: tuple[str, ...]) -> dict[str, Any]:
    return {
        "name": kind.plural,
        "singularName": kind.name.lower(),
        "kind": kind.name,
        "namespaced": kind.namespaced,
        "verbs": list(verbs),
        "shortNames": list(kind.short),
        "groupVersion": kind.group_version,
    }


def _openapi(kinds: Kinds, group_version: str) -> dict[str, Any]:
    """Enough for kubectl to learn that the server itself judges fields and runs dry."""
    query = ("dryRun", "fieldManager", "fieldValidation", "force")
    asked = [{"name": n, "in": "query", "schema": {"type": "string"}} for n in query]
    paths = {}
    for kind in (k for k in kinds if k.group_version == group_version):
        named = {"group": kind.group, "version": kind.version, "kind": kind.name}
        patch = {"x-kubernetes-group-version-kind": named, "parameters": asked, "responses": {}}
        inside = "/namespaces/{namespace}" if kind.namespaced else ""
        paths[f"{root(group_version)}{inside}/{kind.plural}/{{name}}"] = {"patch": patch}
    head = {"openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "v1"}}
    return {**head, "components": {"schemas": {}}, "paths": paths}
