"""How each hop of a request is encrypted, as facts; what falls short is a fault (correction N7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.errors import Message, msg
from pingvas_cli.validation.fault import Fault, Subject, fault

ALB_OLDEST: Final = {
    "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09": "TLSv1.3",
    "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09": "TLSv1.2",
}
NEWEST: Final = "TLSv1.3"
CHOSEN: Final = frozenset({"edge.tls_policy", "cdn.minimum_tls", "database.minimum_tls"})
AWS_ENDPOINTS: Final = msg("validation.by_endpoints")


@dataclass(frozen=True)
class Hop:
    """One hop: the oldest protocol on it, and whether the other side's name is verified.

    `oldest` is `none` where nothing is encrypted. `by` is a key of the configuration where that
    decides the protocol, or else what does.
    """

    name: Message
    oldest: str
    verified: bool
    by: str | Message


def hops(config: Configuration) -> tuple[Hop, ...]:
    """Every hop, from the customer inwards."""
    return (
        *_images(config),
        _hop("customer_to_balancer", _alb(config), True, "edge.tls_policy"),
        _hop("balancer_to_pod", "none", False, msg("validation.by_vpc")),
        _hop("pod_to_pooler", "TLSv1.3", _verified(config.pooler.client_tls), "pooler.client_tls"),
        _hop(
            "pooler_to_database",
            config.database.minimum_tls,
            _verified(config.pooler.server_tls),
            "database.minimum_tls",
        ),
        _hop("pod_to_cache", "TLSv1.2", True, msg("validation.by_cache")),
        _hop("pod_to_aws", "TLSv1.2", True, AWS_ENDPOINTS),
    )


def newest_tls_where_chosen(subject: Subject) -> Iterator[Fault]:
    """Hops that the configuration opens to an older protocol than the document promises."""
    for hop in hops(subject.configuration):
        if isinstance(hop.by, str) and hop.by in CHOSEN and hop.oldest != NEWEST:
            yield fault(hop.by, "validation.tls_older", hop=hop.name, oldest=hop.oldest).only_told()


def _hop(name: str, oldest: str, verified: bool, by: str | Message) -> Hop:
    return Hop(msg(f"validation.from_{name}"), oldest, verified, by)


def _images(config: Configuration) -> Iterator[Hop]:
    if config.cdn.enabled:
        oldest = config.cdn.minimum_tls.partition("_")[0]
        yield _hop("customer_to_images", oldest, True, "cdn.minimum_tls")
        yield _hop("cdn_to_bucket", "TLSv1.2", True, AWS_ENDPOINTS)
    else:
        yield _hop("customer_to_images", "TLSv1.2", True, AWS_ENDPOINTS)


def _alb(config: Configuration) -> str:
    return ALB_OLDEST[config.edge.tls_policy]


def _verified(mode: str) -> bool:
    return mode == "verify-full"
