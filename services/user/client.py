"""The program at the other end of a request: its network address and what it says it is."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

USER_AGENT_LENGTH = 300
IPV6_SITE_BITS = 64  # one subscriber has at least that many addresses


@dataclass(frozen=True)
class Client:
    """`address` as the edge tells it, or empty; `user_agent` printable and not long."""

    address: str = ""
    user_agent: str = ""

    @classmethod
    def of(cls, address: str, user_agent: str) -> Client:
        """A client as we keep it."""
        return cls(address, "".join(filter(str.isprintable, user_agent))[:USER_AGENT_LENGTH])

    @property
    def network(self) -> str | None:
        """Whom to count failures for: the address, of IPv6 the site; None for this machine.

        Where the edge does not tell addresses everybody comes from this machine: then nobody is
        counted by client, instead of all together.
        """
        try:
            address = ipaddress.ip_address(self.address)
        except ValueError:
            return None
        if address.is_loopback:
            return None
        if address.version == 6:
            return str(ipaddress.ip_network((int(address), IPV6_SITE_BITS), strict=False))
        return str(address)
