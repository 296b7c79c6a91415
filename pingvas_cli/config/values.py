"""The kinds of value that several sections share: ports, shares, names, networks.

Only value types with their constraints; what relates two fields belongs to their section.
"""

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import Field

Port = Annotated[int, Field(ge=1024, le=65535)]
Percent = Annotated[int, Field(ge=1, le=100)]
Days = Annotated[int, Field(ge=1, le=3650)]
Cidr = IPv4Network
Cidrs = tuple[IPv4Network, ...]
DnsLabel = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
Version = Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+(\.[0-9]+)?$")]
InstanceType = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*\.[a-z0-9]+$")]
Window = Annotated[
    str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$")
]
WeeklyWindow = Annotated[
    str,
    Field(
        pattern=r"^(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]$"
    ),
]
Schedule = Annotated[str, Field(pattern=r"^cron\([^()]+\)$")]
CapacityType = Literal["spot", "on-demand"]
EnvironmentName = Literal["dev", "prod"]
LogRetentionDays = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096]
