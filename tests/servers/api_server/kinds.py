"""The kinds that the double has, and how discovery tells of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

VERBS: Final = ["create", "delete", "get", "list", "patch", "update", "watch"]


@dataclass(frozen=True)
class Kind:
    """One kind, as its address and its documents name it."""

    group_version: str
    name: str
    plural: str
    namespaced: bool = True
    short: tuple[str, ...] = ()
    immutable: tuple[str, ...] = ()
    """Members of `spec` that never change."""

    @property
    def group(self) -> str:
        return self.group_version.rpartition("/")[0]

    @property
    def resource(self) -> str:
        """As errors name it."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


KINDS: Final = (
    Kind("v1", "Namespace", "namespaces", namespaced=False, short=("ns",)),
    Kind("v1", "ConfigMap", "configmaps", short=("cm",)),
    Kind("v1", "Secret", "secrets"),
    Kind("v1", "Service", "services", short=("svc",)),
    Kind("v1", "ServiceAccount", "serviceaccounts", short=("sa",)),
    Kind("apps/v1", "Deployment", "deployments", short=("deploy",), immutable=("selector",)),
    Kind("batch/v1", "Job", "jobs", immutable=("template", "selector", "completions")),
    Kind("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", short=("netpol",)),
    Kind("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", short=("pdb",)),
    Kind("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", short=("hpa",)),
    Kind("rbac.authorization.k8s.io/v1", "Role", "roles"),
    Kind("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings"),
)


def kind_of(group_version: str, plural: str) -> Kind | None:
    """The kind at an address; None when there is none."""
    same = (k for k in KINDS if (k.group_version, k.plural) == (group_version, plural))
    return next(same, None)


def discovery(path: str) -> dict[str, Any] | None:
    """What discovery says at a path; None when nothing of it is there."""
    if path == "/version":
        return {"major": "1", "minor": "36", "gitVersion": "v1.36.0", "platform": "linux/amd64"}
    if path == "/api":
        return {"kind": "APIVersions", "versions": ["v1"]}
    if path == "/apis":
        groups = [_group(version) for version in _versions() if "/" in version]
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
    if path == "/openapi/v3":
        paths = {_root(v)[1:]: {"serverRelativeURL": f"/openapi/v3{_root(v)}"} for v in _versions()}
        return {"paths": paths}
    for version in _versions():
        if path == _root(version):
            return _resources(version)
        if path == f"/openapi/v3{_root(version)}":
            return _openapi(version)
    return None


def _versions() -> list[str]:
    return sorted({kind.group_version for kind in KINDS})


def _root(group_version: str) -> str:
    return f"/apis/{group_version}" if "/" in group_version else f"/api/{group_version}"


def _group(group_version: str) -> dict[str, Any]:
    name, _, version = group_version.partition("/")
    told = {"groupVersion": group_version, "version": version}
    return {"name": name, "versions": [told], "preferredVersion": told}


def _resources(group_version: str) -> dict[str, Any]:
    told = [
        {
            "name": kind.plural,
            "singularName": kind.name.lower(),
            "kind": kind.name,
            "namespaced": kind.namespaced,
            "verbs": VERBS,
            "shortNames": list(kind.short),
        }
        for kind in KINDS
        if kind.group_version == group_version
    ]
    head = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version}
    return {**head, "resources": told}


def _openapi(group_version: str) -> dict[str, Any]:
    """Enough for kubectl to learn that the server itself judges fields and runs dry."""
    query = ("dryRun", "fieldManager", "fieldValidation", "force")
    asked = [{"name": n, "in": "query", "schema": {"type": "string"}} for n in query]
    paths = {}
    for kind in (k for k in KINDS if k.group_version == group_version):
        version = group_version.rpartition("/")[2]
        named = {"group": kind.group, "version": version, "kind": kind.name}
        patch = {"x-kubernetes-group-version-kind": named, "parameters": asked, "responses": {}}
        inside = "/namespaces/{namespace}" if kind.namespaced else ""
        paths[f"{_root(group_version)}{inside}/{kind.plural}/{{name}}"] = {"patch": patch}
    head = {"openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "v1.36.0"}}
    return {**head, "components": {"schemas": {}}, "paths": paths}
