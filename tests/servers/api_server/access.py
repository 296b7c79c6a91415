"""Who may do what, as a Role says it; requests and reviews are judged alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Rule = Mapping[str, Sequence[str]]


@dataclass
class Access:
    """Rules with apiGroups, resources, verbs, and `namespaces` to hold in those alone."""

    rules: list[Rule] = field(
        default_factory=lambda: [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
    )

    def allows(self, verb: str, group: str, resource: str, namespace: str) -> bool:
        """`resource` may be `plural/subresource`; an empty namespace is all of them."""
        asked = {"verbs": verb, "apiGroups": group, "resources": resource}
        return any(
            all({"*", value} & set(rule[name]) for name, value in asked.items())
            and ("namespaces" not in rule or namespace in rule["namespaces"])
            for rule in self.rules
        )

    def reviewed(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """A SelfSubject{Access,Rules}Review with its status."""
        spec = sent["spec"]
        if sent["kind"] == "SelfSubjectRulesReview":
            here = [
                {name: list(each) for name, each in rule.items() if name != "namespaces"}
                for rule in self.rules
                if spec["namespace"] in rule.get("namespaces", [spec["namespace"]])
            ]
            status = {"incomplete": False, "resourceRules": here, "nonResourceRules": []}
            return {**sent, "metadata": {}, "status": status}
        asked = spec.get("resourceAttributes") or {}
        part = f"/{asked['subresource']}" if asked.get("subresource") else ""
        allowed = self.allows(
            asked.get("verb", ""), asked.get("group", ""),
            asked.get("resource", "") + part, asked.get("namespace", ""),
        )  # fmt: skip
        return {**sent, "metadata": {}, "status": {"allowed": allowed}}
