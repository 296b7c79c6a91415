"""The kinds that the double has; those of definitions come and go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

VERBS: Final = (
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "update",
    "watch",
)
STATUS: Final = ("status",)
SCALED: Final = ("status", "scale")
ADMISSION: Final = "admissionregistration.k8s.io/v1"
RBAC: Final = "rbac.authorization.k8s.io/v1"


@dataclass(frozen=True)
class Kind:
    """One kind, as its address and its documents name it."""

    group_version: str
    name: str
    plural: str
    namespaced: bool = True
    short: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()
    schema: Mapping[str, Any] | None = field(default=None, compare=False)
    """Of its definition; None for a kind of Kubernetes itself."""

    @property
    def group(self) -> str:
        return self.group_version.rpartition("/")[0]

    @property
    def version(self) -> str:
        return self.group_version.rpartition("/")[2]

    @property
    def resource(self) -> str:
        """As errors name it."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def qualified(self) -> str:
        """As refusals of invalid objects name it."""
        return f"{self.name}.{self.group}" if self.group else self.name


CORE: Final = (
    Kind("v1", "Namespace", "namespaces", False, ("ns",), ("status", "finalize")),
    Kind("v1", "Node", "nodes", False, ("no",), STATUS),
    Kind("v1", "PersistentVolume", "persistentvolumes", False, ("pv",), STATUS),
    Kind("v1", "PersistentVolumeClaim", "persistentvolumeclaims", True, ("pvc",), STATUS),
    Kind("v1", "ConfigMap", "configmaps", True, ("cm",)),
    Kind("v1", "Secret", "secrets"),
    Kind("v1", "Service", "services", True, ("svc",), STATUS),
    Kind("v1", "ServiceAccount", "serviceaccounts", True, ("sa",)),
    Kind("v1", "Pod", "pods", True, ("po",), ("status", "log", "portforward")),
    Kind("v1", "ResourceQuota", "resourcequotas", True, ("quota",), STATUS),
    Kind("v1", "LimitRange", "limitranges", True, ("limits",)),
    Kind("v1", "Event", "events", True, ("ev",)),
    Kind("apps/v1", "Deployment", "deployments", True, ("deploy",), SCALED),
    Kind("apps/v1", "ReplicaSet", "replicasets", True, ("rs",), SCALED),
    Kind("apps/v1", "StatefulSet", "statefulsets", True, ("sts",), SCALED),
    Kind("batch/v1", "Job", "jobs", True, (), STATUS),
    Kind("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", True, ("netpol",)),
    Kind("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", True, ("pdb",), STATUS),
    Kind(
        "autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", True, ("hpa",),
        STATUS,
    ),
    Kind("discovery.k8s.io/v1", "EndpointSlice", "endpointslices"),
    Kind("coordination.k8s.io/v1", "Lease", "leases"),
    Kind("scheduling.k8s.io/v1", "PriorityClass", "priorityclasses", False, ("pc",)),
    Kind("storage.k8s.io/v1", "StorageClass", "storageclasses", False, ("sc",)),
    Kind(RBAC, "Role", "roles"),
    Kind(RBAC, "RoleBinding", "rolebindings"),
    Kind(RBAC, "ClusterRole", "clusterroles", False),
    Kind(RBAC, "ClusterRoleBinding", "clusterrolebindings", False),
    Kind(
        ADMISSION, "ValidatingAdmissionPolicy", "validatingadmissionpolicies", False, (), STATUS
    ),
    Kind(ADMISSION, "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", False),
    Kind(
        "apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", False,
        ("crd", "crds"), STATUS,
    ),
)  # fmt: skip
GENERATIONS: Final = frozenset(
    {
        "pods", "deployments.apps", "replicasets.apps", "statefulsets.apps", "jobs.batch",
        "networkpolicies.networking.k8s.io", "poddisruptionbudgets.policy",
        "priorityclasses.scheduling.k8s.io",
        "validatingadmissionpolicies.admissionregistration.k8s.io",
        "validatingadmissionpolicybindings.admissionregistration.k8s.io",
        "customresourcedefinitions.apiextensions.k8s.io",
    }
)  # fmt: skip
"""Core kinds whose objects count their specs; every custom one does."""


@dataclass
class Kinds:
    """What is served now."""

    custom: dict[tuple[str, str], Kind] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Kind]:
        yield from CORE
        yield from self.custom.values()

    def at(self, group_version: str, plural: str) -> Kind | None:
        """The kind at an address; None when there is none."""
        same = (k for k in self if (k.group_version, k.plural) == (group_version, plural))
        return next(same, None)

    def named(self, group_version: str, name: str) -> Kind | None:
        """The kind of a document; None when there is none."""
        same = (k for k in self if (k.group_version, k.name) == (group_version, name))
        return next(same, None)

    def of(self, resource: str) -> Kind:
        """The kind of a stored object; raises KeyError when its definition is gone."""
        for kind in self:
            if kind.resource == resource:
                return kind
        raise KeyError(resource)

    @property
    def versions(self) -> list[str]:
        """Of all groups, the core first."""
        return sorted({kind.group_version for kind in self}, key=lambda v: ("/" in v, v))


def core_kind(resource: str) -> Kind:
    """A kind of Kubernetes itself by `plural.group`."""
    return next(kind for kind in CORE if kind.resource == resource)
