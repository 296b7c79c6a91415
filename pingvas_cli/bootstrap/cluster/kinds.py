"""The kinds of objects that a platform has in a cluster, in the order in which they go."""

from __future__ import annotations

from typing import Final

from pingvas_cli.ports.kubernetes import Kind

DEPLOYMENT: Final = Kind("apps/v1", "Deployment")
STATEFUL_SET: Final = Kind("apps/v1", "StatefulSet")
JOB: Final = Kind("batch/v1", "Job")
POD: Final = Kind("v1", "Pod")
LOGS: Final = Kind("v1", "Pod/log")
PORTS: Final = Kind("v1", "Pod/portforward")
SECRET: Final = Kind("v1", "Secret")
CLAIM: Final = Kind("v1", "PersistentVolumeClaim")
NAMESPACE: Final = Kind("v1", "Namespace", namespaced=False)
SCALED_OBJECT: Final = Kind("keda.sh/v1alpha1", "ScaledObject")

SCALERS: Final = (
    SCALED_OBJECT,
    Kind("keda.sh/v1alpha1", "TriggerAuthentication"),
    Kind("autoscaling/v2", "HorizontalPodAutoscaler"),
)
WORKLOADS: Final = (
    DEPLOYMENT,
    STATEFUL_SET,
    Kind("apps/v1", "DaemonSet"),
    JOB,
    Kind("policy/v1", "PodDisruptionBudget"),
    Kind("v1", "Service"),
)
SETTINGS: Final = (
    Kind("v1", "ConfigMap"),
    SECRET,
    Kind("rbac.authorization.k8s.io/v1", "RoleBinding"),
    Kind("rbac.authorization.k8s.io/v1", "Role"),
    Kind("v1", "ServiceAccount"),
    Kind("networking.k8s.io/v1", "NetworkPolicy"),
    Kind("v1", "LimitRange"),
    Kind("v1", "ResourceQuota"),
)
WHOLE_CLUSTER: Final = (
    Kind("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", namespaced=False),
    Kind("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", namespaced=False),
    Kind("scheduling.k8s.io/v1", "PriorityClass", namespaced=False),
)
PRUNED: Final = (*SCALERS, *WORKLOADS, *SETTINGS, *WHOLE_CLUSTER)
"""What goes when the tree has it no more; Secrets among them are bootstrap's own, and stay."""
ALL: Final = (*PRUNED, CLAIM, NAMESPACE)


def kind_of(api_version: str, name: str) -> Kind:
    """The kind of a document; one that is not listed here counts as an environment's own."""
    known = {(one.api_version, one.name): one for one in ALL}
    return known.get((api_version, name)) or Kind(api_version, name)
