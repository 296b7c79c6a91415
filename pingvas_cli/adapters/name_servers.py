"""DNS through dnspython; resolvers are those of this machine unless others are named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pingvas_cli.errors import PingvasError

if TYPE_CHECKING:
    from dns.resolver import Resolver


@dataclass(frozen=True)
class DnsNameServers:
    """Asks for NS records; gives up after `lifetime_s` seconds. A resolver may have a port."""

    resolvers: tuple[str, ...] = ()
    lifetime_s: float = 5.0

    def of(self, domain: str) -> tuple[str, ...]:
        try:
            from dns.exception import DNSException
            from dns.resolver import NXDOMAIN, NoAnswer
        except ImportError as error:
            raise PingvasError("aws.extra_missing", where=domain, module="dnspython") from error
        try:
            found = self._resolver().resolve(domain, "NS")
        except (NXDOMAIN, NoAnswer):
            return ()
        except (DNSException, OSError, ValueError) as error:
            detail = " ".join(str(error).split())[:300]
            raise PingvasError("aws.dns_silent", where=domain, detail=detail) from error
        return tuple(sorted(str(each.target).rstrip(".").lower() for each in found))

    def _resolver(self) -> Resolver:
        from dns.nameserver import Do53Nameserver
        from dns.resolver import Resolver

        resolver = Resolver(configure=not self.resolvers)
        if self.resolvers:
            placed = (each.partition(":") for each in self.resolvers)
            resolver.nameservers = [
                Do53Nameserver(host, int(port or 53)) for host, _, port in placed
            ]
        resolver.lifetime = self.lifetime_s
        return resolver
