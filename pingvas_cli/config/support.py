"""How long AWS supports a version, with the source of each date (corrections P1, D1).

Dates are the last days of standard support; a later day is billed as extended support.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from pingvas_cli.errors import Message, msg

READ: Final = date(2026, 11, 23).isoformat()
EKS_CALENDAR: Final = msg("validation.eks_calendar", read=READ)
RDS_CALENDAR: Final = msg("validation.rds_calendar", read=READ)


@dataclass(frozen=True)
class End:
    """The last day of standard support, and who says so."""

    day: date
    source: Message


KUBERNETES: Final = {
    "1.34": End(date(2026, 12, 2), EKS_CALENDAR),
    "1.35": End(date(2027, 3, 27), EKS_CALENDAR),
    "1.36": End(date(2027, 8, 2), EKS_CALENDAR),
}
# Aurora keeps a major version at least as long as RDS; its own calendar is not machine-readable.
POSTGRESQL: Final = {
    "15": End(date(2028, 2, 29), RDS_CALENDAR),
    "16": End(date(2029, 2, 28), RDS_CALENDAR),
    "17": End(date(2030, 2, 28), RDS_CALENDAR),
}


def oldest_eks(today: date) -> tuple[int, ...]:
    """The oldest EKS version in standard support, such as `(1, 34)`.

    Past the table's last day it is the version after the newest one of the table.
    """
    supported = [numbers(version) for version, end in KUBERNETES.items() if today <= end.day]
    major, minor = max(map(numbers, KUBERNETES))
    return min(supported, default=(major, minor + 1))


def numbers(version: str) -> tuple[int, ...]:
    """`1.35` as `(1, 35)`, which compares."""
    return tuple(map(int, version.split(".")))
