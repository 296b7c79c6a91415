"""How long an apply still takes, about: the longest chain of slow resources that is not done.

The seconds are what AWS usually takes to make one; everything else is made beside these chains.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pingvas_cli.ports.terraform_root import Progress, ResourceChange

USUAL_S: Final[Mapping[str, float]] = {
    "aws_nat_gateway": 120,
    "aws_eks_cluster": 600,
    "aws_eks_node_group": 150,
    "aws_eks_addon": 90,
    "aws_rds_cluster": 90,
    "aws_rds_cluster_instance": 480,
    "aws_elasticache_replication_group": 660,
    "aws_cloudfront_distribution": 300,
    "aws_acm_certificate_validation": 180,
    "aws_lb": 180,
}
CHAINS: Final[Sequence[Sequence[str]]] = (
    ("aws_nat_gateway", "aws_eks_cluster", "aws_eks_node_group", "aws_eks_addon"),
    ("aws_rds_cluster", "aws_rds_cluster_instance"),
    ("aws_elasticache_replication_group",),
    ("aws_acm_certificate_validation", "aws_cloudfront_distribution"),
    ("aws_lb",),
)
OTHERS_S: Final = 4.0  # one of the quick ones
AT_ONCE: Final = 10  # how many Terraform works on


def remaining_s(changes: Iterable[ResourceChange], found: Progress) -> float:
    """Seconds until the last of `changes` is done, by what is known of the run."""
    done = {each.address for each in found.done}
    left = [each for each in changes if each.address not in done]
    elapsed = {each.address: each.elapsed_s for each in found.working}
    slow: dict[str, float] = {}
    for each in left:
        if each.type in USUAL_S:
            rest = max(5.0, USUAL_S[each.type] - elapsed.get(each.address, 0.0))
            slow[each.type] = max(slow.get(each.type, 0.0), rest)
    chains = [sum(slow.get(kind, 0.0) for kind in chain) for chain in CHAINS]
    return max(*chains, len(left) * OTHERS_S / AT_ONCE)
