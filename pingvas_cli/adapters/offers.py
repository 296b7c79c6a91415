"""What EC2, RDS, ElastiCache and EKS offer in the region."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pingvas_cli.adapters.aws_session import AwsSession, speaking
from pingvas_cli.ports.offers import ClusterVersion, Zone


@dataclass(frozen=True)
class AwsOffers:
    """Offers of the session's region."""

    session: AwsSession

    def zones(self) -> tuple[Zone, ...]:
        with speaking("ec2 DescribeAvailabilityZones"):
            told = self.session.client("ec2").describe_availability_zones(
                Filters=[{"Name": "opt-in-status", "Values": ["opt-in-not-required"]}]
            )
            found = told["AvailabilityZones"]
            zones = (Zone(each["ZoneId"], each["State"] == "available") for each in found)
            return tuple(sorted(zones, key=lambda zone: zone.zone_id))

    def zones_of(self, instance_types: Collection[str]) -> Mapping[str, frozenset[str]]:
        with speaking("ec2 DescribeInstanceTypeOfferings"):
            found: dict[str, set[str]] = defaultdict(set)
            for each in self._pages(
                "ec2",
                "describe_instance_type_offerings",
                "InstanceTypeOfferings",
                LocationType="availability-zone-id",
                Filters=[{"Name": "instance-type", "Values": sorted(instance_types)}],
            ):
                found[each["InstanceType"]].add(each["Location"])
            return {name: frozenset(found[name]) for name in instance_types}

    def vcpus(self, instance_types: Collection[str]) -> Mapping[str, int]:
        with speaking("ec2 DescribeInstanceTypes"):
            # By filter: asked for by name, one unknown type would refuse them all.
            found = self._pages(
                "ec2",
                "describe_instance_types",
                "InstanceTypes",
                Filters=[{"Name": "instance-type", "Values": sorted(instance_types)}],
            )
            return {each["InstanceType"]: each["VCpuInfo"]["DefaultVCpus"] for each in found}

    def database_versions(self, engine: str) -> tuple[str, ...]:
        with speaking("rds DescribeDBEngineVersions"):
            found = self._pages(
                "rds", "describe_db_engine_versions", "DBEngineVersions", Engine=engine
            )
            return tuple(each["EngineVersion"] for each in found)

    def cache_versions(self, engine: str) -> tuple[str, ...]:
        with speaking("elasticache DescribeCacheEngineVersions"):
            found = self._pages(
                "elasticache",
                "describe_cache_engine_versions",
                "CacheEngineVersions",
                Engine=engine,
            )
            return tuple(each["EngineVersion"] for each in found)

    def cluster_versions(self) -> tuple[ClusterVersion, ...]:
        with speaking("eks DescribeClusterVersions"):
            found = self._pages("eks", "describe_cluster_versions", "clusterVersions")
            return tuple(map(_cluster_version, found))

    def _pages(
        self,
        service: str,
        operation: str,
        listed: str,
        **asked: object,
    ) -> Iterator[Any]:
        pages = self.session.client(service).get_paginator(operation).paginate(**asked)
        for page in pages:
            yield from page[listed]


def _cluster_version(told: Mapping[str, Any]) -> ClusterVersion:
    end = told.get("endOfStandardSupportDate")
    status = told.get("versionStatus") or told.get("status", "")
    return ClusterVersion(
        version=told["clusterVersion"],
        standard=str(status).replace("-", "_").upper() == "STANDARD_SUPPORT",
        standard_until=end.date() if isinstance(end, datetime) else None,
    )
