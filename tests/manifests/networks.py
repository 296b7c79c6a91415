"""NetworkPolicies evaluated as the API's words have them, over documents alone.

Where networks differ the more open reading holds: an address block matches pods too, and a Service
is its pods. Traffic passes when the policies of its source let it out and those of its target let
it in; an end that no policy selects takes and sends everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

from tests.manifests.judges import Document


@dataclass(frozen=True)
class End:
    """A pod, when it is in a namespace, else an address outside the cluster."""

    name: str
    address: str
    namespace: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Network:
    """All policies of a cluster, and the labels of its namespaces."""

    policies: tuple[Document, ...]
    namespaces: Mapping[str, Mapping[str, str]]

    def passes(self, source: End, target: End, port: int, protocol: str = "TCP") -> bool:
        """Whether a connection is let through at both ends."""
        return self._at("Egress", source, target, port, protocol) and self._at(
            "Ingress", target, source, port, protocol
        )

    def edges(self) -> frozenset[int]:
        """Ports where a verdict may change: those that policies name and their neighbours."""
        named = {
            int(port[key])
            for one in self.policies
            for direction in ("ingress", "egress")
            for rule in one["spec"].get(direction, ())
            for port in rule.get("ports", ())
            for key in ("port", "endPort")
            if key in port
        }
        return frozenset(port + step for port in named for step in (-1, 0, 1))

    def _at(self, direction: str, own: End, other: End, port: int, protocol: str) -> bool:
        chosen = [one["spec"] for one in self.policies if self._selects(one, own, direction)]
        rules = (rule for spec in chosen for rule in spec.get(direction.lower(), ()))
        side = "to" if direction == "Egress" else "from"
        return not chosen or any(
            self._fits(rule.get(side, ()), other, own.namespace)
            and _on(rule.get("ports", ()), port, protocol)
            for rule in rules
        )

    def _selects(self, policy: Document, end: End, direction: str) -> bool:
        spec = policy["spec"]
        implied = {"Ingress", "Egress"} if "egress" in spec else {"Ingress"}
        return (
            bool(end.namespace)
            and policy["metadata"]["namespace"] == end.namespace
            and direction in spec.get("policyTypes", implied)
            and matches(spec["podSelector"], end.labels)
        )

    def _fits(self, peers: Iterable[Mapping[str, Any]], other: End, own: str) -> bool:
        peers = tuple(peers)
        return not peers or any(self._is(peer, other, own) for peer in peers)

    def _is(self, peer: Mapping[str, Any], other: End, own: str) -> bool:
        if "ipBlock" in peer:
            return _inside(peer["ipBlock"], other.address)
        if not other.namespace:
            return False
        if "namespaceSelector" in peer:
            named = self.namespaces[other.namespace]
            there = matches(peer["namespaceSelector"], named)
        else:
            there = other.namespace == own
        return there and matches(peer.get("podSelector", {}), other.labels)


def matches(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Whether labels fit a selector; the empty one takes all."""
    wanted = selector.get("matchLabels", {})
    return wanted.items() <= labels.items() and all(
        _holds(one, labels) for one in selector.get("matchExpressions", ())
    )


def _holds(one: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, values = one["key"], one.get("values", ())
    return {
        "In": labels.get(key) in values,
        "NotIn": labels.get(key) not in values,
        "Exists": key in labels,
        "DoesNotExist": key not in labels,
    }[one["operator"]]


def _inside(block: Mapping[str, Any], address: str) -> bool:
    found = ip_address(address)
    return found in ip_network(block["cidr"]) and not any(
        found in ip_network(one) for one in block.get("except", ())
    )


def _on(ports: Iterable[Mapping[str, Any]], port: int, protocol: str) -> bool:
    """No ports are all ports; a port by its name is refused, as no policy here has one."""
    ports = tuple(ports)
    return not ports or any(
        one.get("protocol", "TCP") == protocol
        and ("port" not in one or int(one["port"]) <= port <= int(one.get("endPort", one["port"])))
        for one in ports
    )


def policies_of(overlays: Mapping[str, tuple[Document, ...]]) -> Iterator[Document]:
    """All of a tree."""
    for found in overlays.values():
        yield from (one for one in found if one["kind"] == "NetworkPolicy")
