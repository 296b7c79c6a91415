"""Who may talk to whom: an environment's NetworkPolicies, made from what programs call (N1).

Nothing passes that no rule lets through, in either direction. Rules of both ends must agree, so one
environment can't reach the other. Nodes speak for kubelet and for EFS, whose mounts are theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Final

from pingvas_cli.rendering.contexts.place import SERVICES, Place
from pingvas_cli.rendering.contexts.workloads.addresses import SENTINEL_PORT
from pingvas_cli.rendering.contexts.workloads.calls import CALLED_BY, CALLS
from pingvas_cli.rendering.contexts.workloads.worker import METRICS_PORT

NAME: Final = "app.kubernetes.io/name"
NAMESPACE: Final = "kubernetes.io/metadata.name"
ENTRANCE: Final = "pingvas.io/entrance"
"""Without a load balancer of AWS: whoever runs the entrance labels its namespace so, "true"."""
HTTPS: Final = 443
SMTP: Final = (465, 587)
STORES: Final = (80, HTTPS, 9000)
"""Where object stores other than S3 listen."""
API: Final = (HTTPS, 6443)
PRIVATE: Final = ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")
"""RFC 1918 and RFC 6598: pods, Services and data stores are never the internet."""
LINK_LOCAL: Final = "169.254.0.0/16"
EVERYWHERE: Final = "0.0.0.0/0"
IDENTITY_AGENT: Final = "169.254.170.23/32"
METADATA: Final = "169.254.169.254/32"
API_SERVICES: Final = ("10.100.0.1/32", "172.20.0.1/32")
"""The Service `kubernetes` in either of the ranges that EKS gives; the API itself is in private
subnets. Policies meet an address before or after its translation, as the network likes."""


@dataclass(frozen=True)
class Peer:
    """Addresses, or pods by their labels; `namespace` None is the policy's own."""

    cidr: str = ""
    besides: tuple[str, ...] = ()
    namespace: tuple[str, str] | None = None
    pods: tuple[str, str] | None = None


@dataclass(frozen=True)
class Rule:
    """Any of the peers on any of the ports; none of one kind is no limit and never said here."""

    peers: tuple[Peer, ...]
    ports: tuple[int, ...]
    protocols: tuple[str, ...] = ("TCP",)


@dataclass(frozen=True)
class Policy:
    """What one program may receive and send."""

    program: str
    ingress: tuple[Rule, ...]
    egress: tuple[Rule, ...]


def policies(place: Place) -> tuple[Policy, ...]:
    """One for each program; the denial of all else, and DNS for all, stand in the template."""
    ours = place.whole.cache.mode == "sentinel"
    names = (*CALLS, "cache") if ours else tuple(CALLS)
    return tuple(Policy(name, _ingress(place, name), _egress(place, name)) for name in names)


def dns() -> Rule:
    """The cluster's resolver, by both protocols."""
    peer = Peer(namespace=(NAMESPACE, "kube-system"), pods=("k8s-app", "kube-dns"))
    return Rule((peer,), (53,), ("UDP", "TCP"))


def ports(place: Place, program: str) -> tuple[int, ...]:
    """Where a program listens; none for those that nobody calls."""
    if program in SERVICES:
        return (place.whole.services.ports()[program],)
    own = {
        "worker": (METRICS_PORT,),
        "pooler": (place.whole.pooler.port,),
        "cache": (place.whole.cache.port, SENTINEL_PORT),
    }
    return own.get(program, ())


def _program(name: str) -> Peer:
    return Peer(pods=(NAME, name))


def _ingress(place: Place, program: str) -> tuple[Rule, ...]:
    inside = tuple(_program(name) for name, called in _calls(place) if program in called)
    outside = tuple(
        peer for caller in CALLED_BY.get(program, ()) for peer in _callers(place)[caller]
    )
    peers = (*inside, *outside)
    return (Rule(peers, ports(place, program)),) if peers else ()


def _calls(place: Place) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Who calls what; nodes of a cache of ours call each other."""
    ours = place.whole.cache.mode == "sentinel"
    return (*CALLS.items(), ("cache", ("cache",))) if ours else tuple(CALLS.items())


def _egress(place: Place, program: str) -> tuple[Rule, ...]:
    called = dict(_calls(place))[program]
    return _joined(rule for one in called for rule in _called(place, one))


def _joined(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """One rule for the same peers: agents of AWS mix up ports of two (aws-network-policy-agent,
    issue 180)."""
    found: dict[tuple[Peer, ...], tuple[int, ...]] = {}
    for rule in rules:
        found[rule.peers] = (*found.get(rule.peers, ()), *rule.ports)
    return tuple(Rule(peers, ports) for peers, ports in found.items())


def _called(place: Place, name: str) -> tuple[Rule, ...]:
    if name in OUTSIDE:
        return OUTSIDE[name](place)
    if name == "cache" and place.whole.cache.mode == "replication_group":
        return _store(place, place.whole.cache.port)
    return (Rule((_program(name),), ports(place, name)),)


def _callers(place: Place) -> Mapping[str, tuple[Peer, ...]]:
    """Those of other namespaces and from outside."""
    entrance: tuple[Peer, ...] = (Peer(namespace=(ENTRANCE, "true")),)
    if place.on_aws:
        entrance = tuple(Peer(str(one)) for one in place.whole.network.public_subnets)
    return {
        "load_balancer": entrance,
        "monitoring": (Peer(namespace=(NAMESPACE, "monitoring"), pods=(NAME, "prometheus")),),
        "keda": (Peer(namespace=(NAMESPACE, "keda"), pods=(NAME, "keda-operator")),),
    }


def _store(place: Place, port: int) -> tuple[Rule, ...]:
    """A data store: in its own subnets on AWS, at a private address elsewhere."""
    subnets = map(str, place.whole.network.database_subnets)
    return (Rule(tuple(Peer(one) for one in (subnets if place.on_aws else PRIVATE)), (port,)),)


def _database(place: Place) -> tuple[Rule, ...]:
    return _store(place, place.whole.database.port)


def _identity(place: Place) -> tuple[Rule, ...]:
    return (Rule((Peer(IDENTITY_AGENT),), (80,)),) if place.on_aws else ()


def _metadata(place: Place) -> tuple[Rule, ...]:
    return (Rule((Peer(METADATA),), (80,)),) if place.on_aws else ()


def _internet(place: Place) -> tuple[Rule, ...]:
    """Elsewhere than on AWS the object store may be at any address that is not link-local."""
    if place.on_aws:
        return (Rule((_outside(place),), (HTTPS,)),)
    return (Rule((Peer(EVERYWHERE, (LINK_LOCAL,)),), STORES),)


def _mail(place: Place) -> tuple[Rule, ...]:
    return (Rule((_outside(place),), SMTP),)


def _outside(place: Place) -> Peer:
    """The internet: nothing of the VPC, of private networks, of the node itself."""
    vpc = place.whole.network.vpc_cidr if place.on_aws else None
    known = any(vpc.subnet_of(IPv4Network(one)) for one in PRIVATE) if vpc else True
    own = () if known else (str(vpc),)
    return Peer(EVERYWHERE, (*own, *PRIVATE, LINK_LOCAL))


def _kubernetes(place: Place) -> tuple[Rule, ...]:
    if not place.on_aws:
        return (Rule(tuple(Peer(one) for one in PRIVATE), API),)
    nets = (*map(str, place.whole.network.private_subnets), *API_SERVICES)
    return (Rule(tuple(Peer(one) for one in nets), (HTTPS,)),)


def _files(_place: Place) -> tuple[Rule, ...]:
    """Mounts are the node's: pods need no way there."""
    return ()


OUTSIDE: Final[Mapping[str, Callable[[Place], tuple[Rule, ...]]]] = {
    "database": _database,
    "files": _files,
    "identity": _identity,
    "metadata": _metadata,
    "internet": _internet,
    "mail": _mail,
    "kubernetes": _kubernetes,
}
