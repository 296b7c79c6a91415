"""Every check of each target, in the order that they are made and shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pingvas_cli.doctor.check import Check
from pingvas_cli.doctor.delegation import DELEGATION
from pingvas_cli.doctor.engines import CACHE, CLUSTER, DATABASE
from pingvas_cli.doctor.identity import IDENTITY
from pingvas_cli.doctor.machine import MACHINE
from pingvas_cli.doctor.networks import NETWORKS
from pingvas_cli.doctor.permissions import PERMISSIONS
from pingvas_cli.doctor.quotas import QUOTAS
from pingvas_cli.doctor.spot_role import SPOT_ROLE
from pingvas_cli.doctor.support import SUPPORT
from pingvas_cli.doctor.tools import TOOLS
from pingvas_cli.doctor.zones import ZONES

Checks = tuple[Check[Any], ...]
CHECKS: Final[Mapping[str, Checks]] = {
    "local": (MACHINE,),
    "cluster": (TOOLS,),
    "aws": (
        TOOLS,
        SUPPORT,
        IDENTITY,
        PERMISSIONS,
        QUOTAS,
        SPOT_ROLE,
        ZONES,
        CLUSTER,
        DATABASE,
        CACHE,
        NETWORKS,
        DELEGATION,
    ),
}
