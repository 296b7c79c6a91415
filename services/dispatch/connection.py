"""From a URL to a client: one server, a primary endpoint with TLS, or Sentinel.

Retries here are short, so that a web request is not held up; loops that must outlive a failover
wait in their own rhythm on QueueUnavailable.
"""

from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import ConnectionError as NoConnection

SENTINEL_SCHEME = "redis+sentinel"
DEFAULT_SENTINEL_PORT = 26379
CONNECT_TIMEOUT_S = 2.0
# No call of this room blocks longer; a client that blocks waits longer than that for an answer.
LONGEST_BLOCK_S = 5.0
BLOCKING_ANSWER_S = 7.0
# For a client that makes no blocking calls, such as one behind a web request.
QUICK_ANSWER_S = 2.0


@dataclass(frozen=True)
class SentinelAddress:
    """`redis+sentinel://user:password@host:port,host:port/service`; one login for both kinds."""

    hosts: tuple[tuple[str, int], ...]
    service: str
    username: str | None
    password: str | None = field(repr=False)

    @classmethod
    def parse(cls, url: str) -> "SentinelAddress":
        """Read such a URL; raises ValueError when it lacks its hosts or its service."""
        parts = urlsplit(url)
        login, _, hosts = parts.netloc.rpartition("@")
        username, _, password = login.partition(":")
        service = parts.path.strip("/").split("/")[0]
        if not service or not hosts:
            raise ValueError("a Sentinel URL needs hosts and a service name")
        return cls(
            hosts=tuple(_host_and_port(host) for host in hosts.split(",")),
            service=service,
            username=unquote(username) or None,
            password=unquote(password) or None,
        )


def connect(url: str, *, answer_timeout_s: float = BLOCKING_ANSWER_S) -> Redis:
    """A client that connects when first used. Close it with `await client.aclose()`.

    A server that does not answer in time is given up at once; a lost connection is tried again.
    """
    options: dict[str, Any] = {
        "decode_responses": True,
        "socket_connect_timeout": CONNECT_TIMEOUT_S,
        "socket_timeout": answer_timeout_s,
        "socket_keepalive": True,
        "health_check_interval": 30,
        "protocol": 2,
        "retry": Retry(ExponentialWithJitterBackoff(cap=0.5, base=0.05), 2, (NoConnection,)),
    }
    if url.startswith(f"{SENTINEL_SCHEME}://"):
        return _through_sentinel(SentinelAddress.parse(url), options)
    return Redis.from_url(url, **options)


class _PrimaryPool(SentinelConnectionPool):
    """Connections to the primary; closing it closes those to the Sentinels too.

    Not at every `disconnect`: a pool that learns of a new primary drops its idle connections, while
    others are just asking the Sentinels and would be cut off in the middle.
    """

    async def aclose(self) -> None:
        await super().aclose()
        for sentinel in self.sentinel_manager.sentinels:
            await sentinel.aclose()


def _through_sentinel(address: SentinelAddress, options: dict[str, Any]) -> Redis:
    login = {"username": address.username, "password": address.password}
    make: Any = Sentinel  # redis-py leaves its constructor untyped
    sentinel = make(
        list(address.hosts), sentinel_kwargs={**login, "socket_timeout": CONNECT_TIMEOUT_S}
    )
    client = sentinel.master_for(
        address.service, connection_pool_class=_PrimaryPool, **login, **options
    )
    return cast("Redis", client)


def _host_and_port(text: str) -> tuple[str, int]:
    host, separator, port = text.rpartition(":")
    return (host, int(port)) if separator else (text, DEFAULT_SENTINEL_PORT)
