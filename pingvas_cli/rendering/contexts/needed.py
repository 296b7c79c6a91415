"""What AWS needs to know and has no default: domain, account, owner, repository (P13, G4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.errors import Finding, UsageError

NEEDED: Final = {
    "platform.domain": "pingvas.example.com",
    "platform.account_id": '"123456789012"',
    "platform.owner_email": "owner@example.com",
    "gitops.repository": "https://github.com/owner/name",
}
"""An example for each."""


@dataclass(frozen=True)
class Owner:
    """Whose platform it is."""

    domain: str
    account_id: str
    email: str
    repository: str


def missing(configuration: Configuration) -> Iterator[Finding]:
    """One finding for each value that is not written."""
    for path in NEEDED:
        if _written(configuration, path) is None:
            yield absent(path)


def absent(path: str) -> Finding:
    """That the value at `path` is not written, with an example of one."""
    section, _, key = path.partition(".")
    params = {"section": section, "key": key, "example": NEEDED[path]}
    return Finding(path, "rendering.value_missing", params)


def owner(configuration: Configuration) -> Owner:
    """The values; raises `rendering.incomplete` with a finding for each missing one."""
    found = tuple(missing(configuration))
    if found:
        raise UsageError("rendering.incomplete", findings=found, count=len(found))
    return Owner(*(str(_written(configuration, path)) for path in NEEDED))


def _written(configuration: Configuration, path: str) -> object:
    section, _, key = path.partition(".")
    return getattr(getattr(configuration, section), key)
