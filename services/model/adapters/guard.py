"""Which addresses may be called on behalf of an administrator's wish: public ones, of known hosts.

A name is resolved once; every address it has must be public; the connection goes to what was
checked, so that a name cannot mean another machine a moment later. TLS still checks the name.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

from services.model.faults import InstallFault, PassingFault

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
NAT64 = IPv6Network("64:ff9b::/96")
HTTPS_PORT = 443
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LONGEST_ADDRESS = 2_000


@dataclass(frozen=True)
class Policy:
    """`hosts`: names, `*.name` is every name below it. `loopback`: this machine too, over http."""

    hosts: tuple[str, ...]
    loopback: bool = False

    def check(self, text: str) -> httpx.URL:
        """The address, or InstallFault when nobody may be sent there. Resolves nothing."""
        url = _parsed(text)
        if url.userinfo:
            raise _refused("it has a user name or a password in it")
        if self.loopback and url.host in LOOPBACK and url.scheme in {"http", "https"}:
            return url
        if url.scheme != "https" or (url.port or HTTPS_PORT) != HTTPS_PORT:
            raise _refused("it is not https on its own port")
        if not any(_covers(host, url.host) for host in self.hosts):
            raise _refused("its host is not among those to install from")
        return url

    def allows(self, address: str) -> bool:
        """Whether a connection to this IP address may be opened."""
        found = ip_address(address)
        return is_public(found) or (self.loopback and found.is_loopback)


def is_public(address: Address) -> bool:
    """An address of the open internet, also when IPv6 wraps an IPv4 address."""
    if isinstance(address, IPv6Address):
        if address in NAT64:
            return is_public(IPv4Address(address.packed[-4:]))
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None,))[0]
        if inner is not None:
            return address.sixtofour is None and address.teredo is None and is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


async def resolve(host: str, port: int) -> Sequence[str]:
    """The IP addresses of a name, by this machine's resolver."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


class GuardedTransport(httpx.AsyncBaseTransport):
    """Connects to addresses that were checked, and to no others. No proxies, no kept connections.

    A kept connection would be found again by its IP address, whatever name it was checked for.
    """

    def __init__(
        self, policy: Policy, resolver: Resolve = resolve, *, trust: ssl.SSLContext | None = None
    ) -> None:
        self._policy = policy
        self._resolve = resolver
        self._inner = httpx.AsyncHTTPTransport(
            verify=trust or True, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it to the first checked address that takes a connection."""
        url = self._policy.check(str(request.url))
        addresses = await self._addresses(url)
        for address in addresses[:-1]:
            try:
                return await self._send(request, url, address)
            except httpx.ConnectError:
                continue
        return await self._send(request, url, addresses[-1])

    async def aclose(self) -> None:
        """Close what is open."""
        await self._inner.aclose()

    async def _addresses(self, url: httpx.URL) -> Sequence[str]:
        try:
            found = await self._resolve(url.host, url.port or HTTPS_PORT)
        except OSError as unknown:
            raise PassingFault(
                "model.source_unreachable", "The host's name has no address now."
            ) from unknown
        if not found or not all(self._policy.allows(address) for address in found):
            raise _refused("its host has an address that is not public")
        return found

    async def _send(self, request: httpx.Request, url: httpx.URL, address: str) -> httpx.Response:
        """The header Host is the request's own already; the name for TLS goes beside it."""
        pinned = httpx.Request(
            request.method,
            url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": url.host},
        )
        return await self._inner.handle_async_request(pinned)


def _parsed(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError, TypeError) as unreadable:
        raise _refused("it cannot be read") from unreadable
    if len(text) > LONGEST_ADDRESS or not url.host:
        raise _refused("it cannot be read")
    return url


def _covers(pattern: str, host: str) -> bool:
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    return host == pattern


def _refused(why: str) -> InstallFault:
    return InstallFault("model.address_refused", f"The address may not be called: {why}.")
