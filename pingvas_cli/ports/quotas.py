"""Service quotas of the account in the region, and requests to raise them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Quota:
    """A quota by AWS's own code and name; `pending` is the highest value asked for and open."""

    code: str
    name: str
    value: float
    pending: float | None = None


class Quotas(Protocol):
    """Reads quotas of EC2, and asks for more."""

    def quota(self, code: str) -> Quota:
        """The quota as it is applied to this account, such as `L-3819A6DF`, in vCPUs."""

    def request(self, code: str, value: float) -> str:
        """Ask AWS to raise it to `value`; the request's id. People at AWS may decide on it."""
