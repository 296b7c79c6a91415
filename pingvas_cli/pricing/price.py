"""A price: of what, where, per which unit, by which source."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

HOURS_PER_MONTH: Final = Decimal(730)
EVERYWHERE: Final = "global"


class Unit(StrEnum):
    """What a price is per; also the unit of a quantity in a month."""

    HOUR = "hour"
    MONTH = "month"
    GB = "GB"
    GB_MONTH = "GB-month"
    MBPS_MONTH = "MBps-month"
    MILLION = "million"


class Kind(StrEnum):
    """What is billed; the sentence of the same name in the catalogue says it to people."""

    ALARM = "alarm"
    AURORA_ACU = "aurora_acu"
    AURORA_ACU_IO = "aurora_acu_io"
    AURORA_IO = "aurora_io"
    AURORA_STORAGE = "aurora_storage"
    AURORA_STORAGE_IO = "aurora_storage_io"
    BACKUP_FILES = "backup_files"
    BACKUP_OBJECTS = "backup_objects"
    BACKUP_VOLUMES = "backup_volumes"
    BACKUP_DATABASE = "backup_database"
    CACHE_REDIS = "cache_redis"
    CACHE_VALKEY = "cache_valkey"
    CDN_REQUESTS = "cdn_requests"
    CDN_TRAFFIC = "cdn_traffic"
    EC2_ON_DEMAND = "ec2_on_demand"
    EC2_SPOT = "ec2_spot"
    EKS_EXTENDED = "eks_extended"
    EKS_STANDARD = "eks_standard"
    ENDPOINT_ZONE = "endpoint_zone"
    FILES = "files"
    FILES_THROUGHPUT = "files_throughput"
    FIREWALL = "firewall"
    FIREWALL_REQUESTS = "firewall_requests"
    FIREWALL_RULE = "firewall_rule"
    GLOBAL_DATABASE = "global_database"
    HEALTH_CHECK = "health_check"
    IPV4 = "ipv4"
    KMS_KEY = "kms_key"
    LOAD_BALANCER = "load_balancer"
    LOAD_BALANCER_UNIT = "load_balancer_unit"
    LOGS_KEPT = "logs_kept"
    LOGS_TAKEN_IN = "logs_taken_in"
    NAT = "nat"
    NAT_REGIONAL = "nat_regional"
    NAT_TRAFFIC = "nat_traffic"
    OBJECTS = "objects"
    OBJECTS_TIERED = "objects_tiered"
    OTHER = "other"
    REGISTRY = "registry"
    REGISTRY_COPY = "registry_copy"
    RESTORE_TEST = "restore_test"
    SECRET = "secret"  # noqa: S105 - what is billed, no password
    VOLUME = "volume"
    ZONE = "zone"
    ZONE_TRAFFIC = "zone_traffic"


UNITS: Final = {
    **dict.fromkeys(Kind, Unit.MONTH),
    **dict.fromkeys(
        (
            Kind.AURORA_ACU,
            Kind.AURORA_ACU_IO,
            Kind.CACHE_REDIS,
            Kind.CACHE_VALKEY,
            Kind.EC2_ON_DEMAND,
            Kind.EC2_SPOT,
            Kind.EKS_EXTENDED,
            Kind.EKS_STANDARD,
            Kind.IPV4,
            Kind.LOAD_BALANCER,
            Kind.LOAD_BALANCER_UNIT,
            Kind.NAT,
            Kind.NAT_REGIONAL,
        ),
        Unit.HOUR,
    ),
    **dict.fromkeys(
        (
            Kind.AURORA_STORAGE,
            Kind.AURORA_STORAGE_IO,
            Kind.BACKUP_DATABASE,
            Kind.BACKUP_FILES,
            Kind.BACKUP_OBJECTS,
            Kind.BACKUP_VOLUMES,
            Kind.FILES,
            Kind.LOGS_KEPT,
            Kind.OBJECTS,
            Kind.OBJECTS_TIERED,
            Kind.REGISTRY,
            Kind.REGISTRY_COPY,
            Kind.VOLUME,
        ),
        Unit.GB_MONTH,
    ),
    **dict.fromkeys(
        (Kind.CDN_TRAFFIC, Kind.LOGS_TAKEN_IN, Kind.NAT_TRAFFIC, Kind.ZONE_TRAFFIC), Unit.GB
    ),
    **dict.fromkeys(
        (Kind.AURORA_IO, Kind.CDN_REQUESTS, Kind.FIREWALL_REQUESTS, Kind.GLOBAL_DATABASE),
        Unit.MILLION,
    ),
    Kind.FILES_THROUGHPUT: Unit.MBPS_MONTH,
}


@dataclass(frozen=True)
class Source:
    """Who says so: a title, where it can be read (or empty), and its date (ISO 8601, or empty)."""

    title: str
    url: str = ""
    date: str = ""


@dataclass(frozen=True, order=True)
class Item:
    """What is billed and where; `of` tells apart what a kind has several of: `g4dn.xlarge`."""

    kind: Kind
    region: str
    of: str = ""

    @property
    def unit(self) -> Unit:
        return UNITS[self.kind]


@dataclass(frozen=True)
class Price:
    """US dollars per unit of an item, by a source; `note` says what the number leaves out."""

    item: Item
    usd: Decimal
    source: Source
    note: str = ""
