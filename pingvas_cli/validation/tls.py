"""How each hop of a request is encrypted, as facts; what falls short is a fault (correction N7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.validation.fault import Fault, Subject, fault

ALB_OLDEST: Final = {
    "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09": "TLSv1.3",
    "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09": "TLSv1.2",
}
NEWEST: Final = "TLSv1.3"
CHOSEN: Final = frozenset({"edge.tls_policy", "cdn.minimum_tls", "database.minimum_tls"})


@dataclass(frozen=True)
class Hop:
    """One hop: the oldest protocol on it, and whether the other side's name is verified.

    `oldest` is `none` where nothing is encrypted.
    """

    name: str
    oldest: str
    verified: bool
    by: str

    @property
    def chosen(self) -> bool:
        """Whether the configuration decides the protocol: `by` is one of its keys then."""
        return self.by in CHOSEN


def hops(config: Configuration) -> tuple[Hop, ...]:
    """Every hop, from the customer inwards."""
    return (
        *_images(config),
        Hop("customer to load balancer", _alb(config), True, "edge.tls_policy"),
        Hop("load balancer to pod", "none", False, "the VPC's own isolation"),
        Hop("pod to pooler", "TLSv1.3", _verified(config.pooler.client_tls), "pooler.client_tls"),
        Hop(
            "pooler to database",
            config.database.minimum_tls,
            _verified(config.pooler.server_tls),
            "database.minimum_tls",
        ),
        Hop("pod to cache", "TLSv1.2", True, "ElastiCache's oldest version"),
        Hop("pod to AWS", "TLSv1.2", True, "the endpoints of AWS"),
    )


def newest_tls_where_chosen(subject: Subject) -> Iterator[Fault]:
    """Hops that the configuration opens to an older protocol than the document promises."""
    for hop in hops(subject.configuration):
        if hop.chosen and hop.oldest != NEWEST:
            yield fault(hop.by, "validation.tls_older", hop=hop.name, oldest=hop.oldest).only_told()


def _images(config: Configuration) -> Iterator[Hop]:
    if config.cdn.enabled:
        oldest = config.cdn.minimum_tls.partition("_")[0]
        yield Hop("customer to images", oldest, True, "cdn.minimum_tls")
        yield Hop("CloudFront to bucket", "TLSv1.2", True, "the endpoints of AWS")
    else:
        yield Hop("customer to images", "TLSv1.2", True, "the endpoints of AWS")


def _alb(config: Configuration) -> str:
    return ALB_OLDEST[config.edge.tls_policy]


def _verified(mode: str) -> bool:
    return mode == "verify-full"
