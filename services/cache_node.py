"""`python -m services.cache_node FOLDER`: writes what a Valkey node and its Sentinel start with.

For clusters without ElastiCache. Accounts, each with the rights that it has there; who is primary,
as the other Sentinels say, and the first host when none of them answers. What was lost with all
nodes is put back from the record. Exit status: 0, or 2 when a variable is missing.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha1, sha256
from pathlib import Path

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from services.private_files import write_private

SERVICE = "pingvas"
PATIENCE_S = 1.0
QUEUE_RULES = (
    "-@all +@connection +@read +@write +@transaction +eval +evalsha +script|load +script|exists"
    " +time -@admin -@dangerous"
)
# What Sentinel needs of the nodes it guards (the documentation's list for Sentinel).
GUARD_RULES = (
    "+multi +slaveof +replicaof +ping +exec +subscribe +config|rewrite +role +publish +info"
    " +client|setname +client|kill +script|kill"
)
# What a client needs to ask a Sentinel for the primary.
ASK_RULES = (
    "-@all +auth +hello +ping +command +role +client|getname +client|id +client|setname"
    " +client|setinfo +subscribe +psubscribe +unsubscribe +punsubscribe +sentinel|masters"
    " +sentinel|master +sentinel|get-master-addr-by-name +sentinel|replicas +sentinel|slaves"
    " +sentinel|sentinels +sentinel|myid"
)
USERS = """\
user default off
user {services_user} on #{services_hash} ~{{pingvas:{environment}}}* resetchannels {queue} +info
user {worker_user} on #{worker_hash} ~{{pingvas:{environment}}}* resetchannels {queue}
user replica on #{replica_hash} +psync +replconf +ping
user sentinel on #{sentinel_hash} allchannels {guard}
"""
NODE = """\
bind {bind}
port {port}
protected-mode no
dir {data}
aclfile {folder}/users.acl
appendonly yes
appendfsync everysec
save ""
maxmemory {memory_mib}mb
maxmemory-policy noeviction
repl-diskless-sync-delay 0
masteruser replica
masterauth {replica}
replica-announce-ip {host}
replica-announce-port {port}
"""
SENTINEL = """\
bind {bind}
port {sentinel_port}
protected-mode no
dir {folder}
user default off
user {services_user} on #{services_hash} allchannels {ask}
user {worker_user} on #{worker_hash} allchannels {ask}
user sentinel on #{sentinel_hash} allchannels +@all
sentinel sentinel-user sentinel
sentinel sentinel-pass {sentinel}
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
sentinel announce-ip {host}
sentinel announce-port {sentinel_port}
sentinel myid {id}
sentinel monitor {service} {primary} {port} {quorum}
sentinel auth-user {service} sentinel
sentinel auth-pass {service} {sentinel}
sentinel down-after-milliseconds {service} 3000
sentinel failover-timeout {service} 15000
sentinel parallel-syncs {service} 1
"""


@dataclass(frozen=True)
class Nodes:
    """The nodes of one environment; `host` is this one's name among `hosts`."""

    host: str
    hosts: tuple[str, ...]
    sentinel_port: int
    sentinel_password: str

    @property
    def quorum(self) -> int:
        """Most of them."""
        return len(self.hosts) // 2 + 1

    def others(self) -> tuple[str, ...]:
        """All but this one."""
        return tuple(one for one in self.hosts if one != self.host)

    def primary(self, ask: Callable[[Nodes, str], str | None]) -> str:
        """Whom the first Sentinel that answers takes for the primary; else the first host."""
        told = (ask(self, host) for host in self.others())
        return next((one for one in told if one in self.hosts), self.hosts[0])


def main(arguments: Sequence[str], variables: Mapping[str, str] = os.environ) -> int:
    """Write the three files into the folder; 0 done, 2 not understood."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m services.cache_node FOLDER\n")
        return 2
    try:
        files = configuration(Path(arguments[0]), variables)
    except KeyError as missing:
        sys.stderr.write(f"cache_node: {missing.args[0]} is not set\n")
        return 2
    for name, content in files.items():
        write_private(Path(arguments[0]) / name, content)
    return 0


def configuration(folder: Path, variables: Mapping[str, str]) -> Mapping[str, str]:
    """The files by name; KeyError names a variable that is missing."""
    nodes = Nodes(
        host=variables["CACHE_HOST"],
        hosts=tuple(variables["CACHE_HOSTS"].split(",")),
        sentinel_port=int(variables["SENTINEL_PORT"]),
        sentinel_password=variables["SENTINEL_PASSWORD"],
    )
    values = {**_values(variables), "folder": str(folder), "host": nodes.host}
    values["primary"] = nodes.primary(asked)
    values["quorum"] = str(nodes.quorum)
    values["id"] = sha1(nodes.host.encode(), usedforsecurity=False).hexdigest()
    follows = values["primary"] != nodes.host
    followed = f"replicaof {values['primary']} {values['port']}\n" if follows else ""
    return {
        "users.acl": USERS.format_map(values),
        "node.conf": NODE.format_map(values) + followed,
        "sentinel.conf": SENTINEL.format_map(values),
    }


def asked(nodes: Nodes, host: str) -> str | None:
    """The primary as the Sentinel on `host` says; None when it does not answer."""
    client = Redis(
        host=host,
        port=nodes.sentinel_port,
        username="sentinel",
        password=nodes.sentinel_password,
        socket_connect_timeout=PATIENCE_S,
        socket_timeout=PATIENCE_S,
        decode_responses=True,
        protocol=2,
        retry=Retry(NoBackoff(), 0),
    )
    with contextlib.suppress(RedisError, OSError), client:
        found = client.sentinel_get_master_addr_by_name(SERVICE)
        return str(found[0]) if isinstance(found, tuple) else None
    return None


def _values(variables: Mapping[str, str]) -> dict[str, str]:
    passwords = {
        "services": variables["SERVICES_PASSWORD"],
        "worker": variables["WORKER_PASSWORD"],
        "replica": variables["REPLICA_PASSWORD"],
        "sentinel": variables["SENTINEL_PASSWORD"],
    }
    hashes = {f"{name}_hash": sha256(one.encode()).hexdigest() for name, one in passwords.items()}
    return {
        **hashes,
        "replica": passwords["replica"],
        "sentinel": passwords["sentinel"],
        "services_user": variables["SERVICES_USERNAME"],
        "worker_user": variables["WORKER_USERNAME"],
        "environment": variables["CACHE_ENVIRONMENT"],
        "port": variables["CACHE_PORT"],
        "sentinel_port": variables["SENTINEL_PORT"],
        "data": variables["CACHE_DATA"],
        "memory_mib": variables["CACHE_MEMORY_MIB"],
        "bind": variables.get("CACHE_BIND", "* -::*"),
        "service": SERVICE,
        "queue": QUEUE_RULES,
        "guard": GUARD_RULES,
        "ask": ASK_RULES,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
