"""Redis and Sentinel through redis-py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pingvas_cli.ports.cache import CacheAddress

if TYPE_CHECKING:
    from redis import Redis


class RedisCache:
    """Asks running servers; a server that can't be reached answers every question with False."""

    def answers(self, address: CacheAddress) -> bool:
        from redis.exceptions import RedisError

        try:
            with _client(address) as client:
                return bool(client.ping())
        except RedisError:
            return False

    def replicates(self, addresses: tuple[CacheAddress, ...]) -> bool:
        from redis.exceptions import RedisError

        try:
            found = [_replication(address) for address in addresses]
        except RedisError:
            return False
        followers = [each for each in found if each["role"] == "slave"]
        in_step = all(each.get("master_link_status") == "up" for each in followers)
        return len(followers) == len(addresses) - 1 and in_step

    def guarded(self, sentinels: tuple[CacheAddress, ...], service: str, replicas: int) -> bool:
        from redis.exceptions import RedisError

        try:
            views = [_sentinel_view(address, service) for address in sentinels]
        except RedisError:
            return False
        others = len(sentinels) - 1
        return all(
            view["num-other-sentinels"] == others
            and view["num-slaves"] == replicas
            and not {"s_down", "o_down", "disconnected"} & set(str(view["flags"]).split(","))
            for view in views
        )


def _client(address: CacheAddress) -> Redis:
    from redis import Redis

    return Redis(
        host=address.host,
        port=address.port,
        username=address.user,
        password=address.password,
        socket_timeout=2,
        socket_connect_timeout=2,
        decode_responses=True,
    )


def _replication(address: CacheAddress) -> dict[str, Any]:
    with _client(address) as client:
        return dict(client.info("replication"))


def _sentinel_view(address: CacheAddress, service: str) -> dict[str, Any]:
    with _client(address) as client:
        return dict(client.sentinel_master(service))
