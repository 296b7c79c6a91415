"""Redis and Sentinel through redis-py."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pingvas_cli.ports.cache import CacheAddress

if TYPE_CHECKING:
    from redis import Redis


class RedisCache:
    """Asks running servers; a server that can't be reached answers every question with False."""

    def answers(self, address: CacheAddress) -> bool:
        return _asked(address, lambda client: client.ping()) is True

    def replicates(self, addresses: tuple[CacheAddress, ...]) -> bool:
        found = [_replication(address) for address in addresses]
        primaries = [each for each in found if each.get("role") == "master"]
        followers = [each for each in found if each.get("role") == "slave"]
        in_step = all(each.get("master_link_status") == "up" for each in followers)
        return len(primaries) == 1 and len(followers) == len(addresses) - 1 and in_step

    def guarded(self, sentinels: tuple[CacheAddress, ...], service: str, replicas: int) -> bool:
        views = [_sentinel_view(address, service) for address in sentinels]
        others = len(sentinels) - 1
        return all(
            view.get("num-other-sentinels") == others
            and view.get("num-slaves") == replicas
            and not {"s_down", "o_down", "disconnected"} & set(str(view["flags"]).split(","))
            for view in views
        )


def _client(address: CacheAddress) -> Redis:
    """Asks once: whoever waits for an answer asks again."""
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return Redis(
        host=address.host,
        port=address.port,
        username=address.user,
        password=address.password,
        socket_timeout=2,
        socket_connect_timeout=2,
        decode_responses=True,
        retry=Retry(NoBackoff(), 0),
    )


def _asked(address: CacheAddress, question: Callable[[Redis], Any]) -> Any:  # noqa: ANN401 - RESP
    """The answer, or None when no Redis gives one there (redis-py lets odd answers through)."""
    from redis.exceptions import RedisError

    try:
        with _client(address) as client:
            return question(client)
    except (RedisError, OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _replication(address: CacheAddress) -> dict[str, Any]:
    return dict(_asked(address, lambda client: client.info("replication")) or {})


def _sentinel_view(address: CacheAddress, service: str) -> dict[str, Any]:
    return dict(_asked(address, lambda client: client.sentinel_master(service)) or {})
