"""What AWS needs to know and has no default: domain, account and owner (correction P13)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.errors import Finding, UsageError

NEEDED: Final = {
    "domain": "pingvas.example.com",
    "account_id": '"123456789012"',
    "owner_email": "owner@example.com",
}


@dataclass(frozen=True)
class Owner:
    """Whose platform it is."""

    domain: str
    account_id: str
    email: str


def missing(configuration: Configuration) -> Iterator[Finding]:
    """One finding for each value that is not written."""
    for key, example in NEEDED.items():
        if getattr(configuration.platform, key) is None:
            yield Finding(
                f"platform.{key}", "rendering.value_missing", {"key": key, "example": example}
            )


def owner(configuration: Configuration) -> Owner:
    """The three values; raises `rendering.incomplete` with a finding for each missing one."""
    found = tuple(missing(configuration))
    if found:
        raise UsageError("rendering.incomplete", findings=found, count=len(found))
    platform = configuration.platform
    return Owner(platform.domain or "", platform.account_id or "", platform.owner_email or "")
