"""What a worker may change of pods: two annotations of its own one (least privilege).

RBAC grants `patch` on all pods of a namespace or on none. The API server knows from which pod a
token came, so a policy in its own language, CEL, holds the worker to that one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pingvas_cli.rendering.contexts.place import Place, Site

MARKS: Final = ("karpenter.sh/do-not-disrupt", "controller.kubernetes.io/pod-deletion-cost")
OWN_POD: Final = "authentication.kubernetes.io/pod-name"


@dataclass(frozen=True)
class Rule:
    """What must be true, in CEL, and what is said when it is not."""

    message: str
    expression: str


RULES: Final = (
    Rule(
        "A worker changes its own pod alone.",
        f"request.userInfo.extra['{OWN_POD}'] == [request.name]",
    ),
    Rule(
        "A worker changes nothing of what a pod runs.",
        "object.spec == oldObject.spec && object.metadata.labels == oldObject.metadata.labels",
    ),
    Rule(
        "A worker changes its two marks alone.",
        "variables.after.all(key, key in variables.marks || (key in variables.before"
        " && variables.before[key] == variables.after[key]))"
        " && variables.before.all(key, key in variables.marks || key in variables.after)",
    ),
)


@dataclass(frozen=True)
class Admission:
    """The policy and its binding; it is about the workers of both environments."""

    name: str
    managed_by: str
    is_a_worker: str
    marks: str = str(list(MARKS))
    rules: tuple[Rule, ...] = RULES


def admission(site: Site, environments: tuple[Place, ...]) -> Admission:
    """The policy over the workers of these environments."""
    accounts = [f"system:serviceaccount:{place.namespace}:worker" for place in environments]
    return Admission(
        name=f"{site.platform}-worker-pods",
        managed_by=site.managed_by,
        is_a_worker=f"request.userInfo.username in {accounts}",
    )
