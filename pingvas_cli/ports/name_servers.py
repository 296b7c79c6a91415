"""What the public DNS says about who answers for a domain."""

from __future__ import annotations

from typing import Protocol


class NameServers(Protocol):
    """Asks the resolver of this machine."""

    def of(self, domain: str) -> tuple[str, ...]:
        """The domain's name servers without the last dot, in small letters, sorted.

        Empty when nobody answers for the domain. Raises `aws.dns_silent` when that can't be told.
        """
