"""From a URL to a client: one server, a primary endpoint with TLS, or Sentinel.

Retries here are short, so that a web request is not held up; loops that must outlive a failover
wait in their own rhythm on QueueUnavailable.
"""

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import ExponentialWithJitterBackoff

SENTINEL_SCHEME = "redis+sentinel"
DEFAULT_SENTINEL_PORT = 26379
CONNECT_TIMEOUT_S = 2.0
# Longer than any blocking call of this room, so that only a dead peer runs into it.
ANSWER_TIMEOUT_S = 10.0
LONGEST_BLOCK_S = 5.0


@dataclass(frozen=True)
class SentinelAddress:
    """`redis+sentinel://user:password@host:port,host:port/service`; one login for both kinds."""

    hosts: tuple[tuple[str, int], ...]
    service: str
    username: str | None
    password: str | None

    @classmethod
    def parse(cls, url: str) -> "SentinelAddress":
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


def connect(url: str) -> Redis:
    """A client that connects when first used. Close it with `await client.aclose()`."""
    if url.startswith(f"{SENTINEL_SCHEME}://"):
        return _through_sentinel(SentinelAddress.parse(url))
    return Redis.from_url(url, **_options())


def _through_sentinel(address: SentinelAddress) -> Redis:
    login: dict[str, Any] = {"username": address.username, "password": address.password}
    make: Any = Sentinel  # redis-py leaves its constructor untyped
    sentinel = make(
        list(address.hosts), sentinel_kwargs={**login, "socket_timeout": CONNECT_TIMEOUT_S}
    )
    return cast("Redis", sentinel.master_for(address.service, **login, **_options()))


def _options() -> dict[str, Any]:
    return {
        "decode_responses": True,
        "socket_connect_timeout": CONNECT_TIMEOUT_S,
        "socket_timeout": ANSWER_TIMEOUT_S,
        "socket_keepalive": True,
        "health_check_interval": 30,
        "retry": Retry(ExponentialWithJitterBackoff(cap=0.5, base=0.05), retries=2),
    }


def _host_and_port(text: str) -> tuple[str, int]:
    host, separator, port = text.rpartition(":")
    return (host, int(port)) if separator else (text, DEFAULT_SENTINEL_PORT)
