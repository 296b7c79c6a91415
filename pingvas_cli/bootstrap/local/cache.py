"""Redis: one node for dev; three nodes and three Sentinels for prod (inventory 36, 37).

Every connection signs in: the services as `pingvas`, limited to their environment's keys and to
commands that can't harm the server; replicas and Sentinels as accounts of their own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.secret_values import Secrets
from pingvas_cli.bootstrap.local.supervised import SupervisedStep
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.errors import Message, msg
from pingvas_cli.ports.cache import CacheAddress
from pingvas_cli.ports.supervisor import Program

SERVICE: Final = "pingvas-prod"
NODES: Final = (1, 2, 3)
QUORUM: Final = 2
ACL: Final = """\
user default off
user pingvas on #{app} ~{{pingvas:{environment}}}* &{{pingvas:{environment}}}* {app_rules}
user operator on #{operator} ~* &* +@all
user replica on #{replica} +psync +replconf +ping
user sentinel on #{sentinel} allchannels {guard_rules}
"""
APP_RULES: Final = "+@all -@admin -@dangerous +info"
# What Sentinel needs of the nodes it guards (the Redis documentation's list for Sentinel).
GUARD_RULES: Final = (
    "+multi +slaveof +replicaof +ping +exec +subscribe +config|rewrite +role +publish +info"
    " +client|setname +client|kill +script|kill"
)
# What a client needs to ask a Sentinel for the primary.
ASK_RULES: Final = (
    "-@all +auth +hello +ping +command +role +client|getname +client|id +client|setname"
    " +client|setinfo +subscribe +psubscribe +unsubscribe +punsubscribe +sentinel|masters"
    " +sentinel|master +sentinel|get-master-addr-by-name +sentinel|replicas +sentinel|slaves"
    " +sentinel|sentinels +sentinel|myid"
)
NODE: Final = """\
bind 127.0.0.1
port {port}
dir {folder}
aclfile {folder}/users.acl
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
repl-diskless-sync-delay 0
masteruser replica
masterauth {replica}
"""
SENTINEL: Final = """\
bind 127.0.0.1
port {port}
dir {folder}
user default off
user pingvas on #{app_hash} allchannels {ask_rules}
user sentinel on #{sentinel_hash} allchannels +@all
sentinel sentinel-user sentinel
sentinel sentinel-pass {sentinel}
sentinel monitor {service} 127.0.0.1 {primary} {quorum}
sentinel auth-user {service} sentinel
sentinel auth-pass {service} {sentinel}
sentinel down-after-milliseconds {service} 3000
sentinel failover-timeout {service} 15000
sentinel parallel-syncs {service} 1
"""


class DevCache(SupervisedStep):
    """A single node, as dev has on AWS."""

    slug = "cache-dev"
    title = msg("local.cache_dev")

    def programs(self, ctx: LocalContext) -> tuple[Program, ...]:
        return (_node_program(ctx, "redis-dev"),)

    def files(self, ctx: LocalContext) -> Mapping[Path, str]:
        return {_folder(ctx, "redis-dev") / "users.acl": _acl(ctx.secrets, "dev")}

    def seeds(self, ctx: LocalContext) -> Mapping[Path, str]:
        return {_folder(ctx, "redis-dev") / "node.conf": _node(ctx, "redis-dev", "redis_dev")}

    def unready(self, ctx: LocalContext) -> Message | None:
        ready = ctx.cache.answers(_operator(ctx, "redis_dev"))
        return None if ready else msg("local.waiting_for_cache")


class ProdCache(SupervisedStep):
    """Three nodes; any one may die."""

    slug = "cache-prod"
    title = msg("local.cache_prod")

    def programs(self, ctx: LocalContext) -> tuple[Program, ...]:
        return tuple(_node_program(ctx, f"redis-prod-{number}") for number in NODES)

    def files(self, ctx: LocalContext) -> Mapping[Path, str]:
        acl = _acl(ctx.secrets, "prod")
        return {_folder(ctx, f"redis-prod-{number}") / "users.acl": acl for number in NODES}

    def seeds(self, ctx: LocalContext) -> Mapping[Path, str]:
        return {
            _folder(ctx, f"redis-prod-{number}") / "node.conf": _prod_node(ctx, number)
            for number in NODES
        }

    def unready(self, ctx: LocalContext) -> Message | None:
        nodes = tuple(_operator(ctx, f"redis_prod_{number}") for number in NODES)
        return None if ctx.cache.replicates(nodes) else msg("local.waiting_for_replicas")


class Sentinels(SupervisedStep):
    """Three Sentinels, started when the replicas are there to be found."""

    slug = "sentinels"
    title = msg("local.sentinels")

    def programs(self, ctx: LocalContext) -> tuple[Program, ...]:
        return tuple(_sentinel_program(ctx, f"sentinel-{number}") for number in NODES)

    def seeds(self, ctx: LocalContext) -> Mapping[Path, str]:
        return {
            _folder(ctx, f"sentinel-{number}") / "sentinel.conf": _sentinel(ctx, number)
            for number in NODES
        }

    def unready(self, ctx: LocalContext) -> Message | None:
        sentinels = tuple(
            CacheAddress(ctx.ports[f"sentinel_{n}"], "sentinel", ctx.secrets.cache_sentinel)
            for n in NODES
        )
        guarded = ctx.cache.guarded(sentinels, SERVICE, replicas=len(NODES) - 1)
        return None if guarded else msg("local.waiting_for_sentinels")


def redis_url(ctx: LocalContext, environment: EnvironmentName) -> str:
    """Where an environment's services and workers find their Redis."""
    password = ctx.secrets.of(environment).cache_app
    if environment == "dev":
        return f"redis://pingvas:{password}@127.0.0.1:{ctx.ports['redis_dev']}/0"
    hosts = ",".join(f"127.0.0.1:{ctx.ports[f'sentinel_{number}']}" for number in NODES)
    return f"redis+sentinel://pingvas:{password}@{hosts}/{SERVICE}"


def _node_program(ctx: LocalContext, name: str) -> Program:
    folder = _folder(ctx, name)
    command = (str(ctx.binaries.paths["valkey"]), str(folder / "node.conf"))
    return Program(name, command, folder.parent, ctx.layout.log(name), stop_wait_s=10)


def _sentinel_program(ctx: LocalContext, name: str) -> Program:
    folder = _folder(ctx, name)
    command = (str(ctx.binaries.paths["valkey"]), str(folder / "sentinel.conf"), "--sentinel")
    return Program(name, command, folder.parent, ctx.layout.log(name), stop_wait_s=10)


def _node(ctx: LocalContext, name: str, port: str) -> str:
    return NODE.format(
        port=ctx.ports[port], folder=_folder(ctx, name), replica=ctx.secrets.cache_replica
    )


def _prod_node(ctx: LocalContext, number: int) -> str:
    own = _node(ctx, f"redis-prod-{number}", f"redis_prod_{number}")
    return own if number == 1 else f"{own}replicaof 127.0.0.1 {ctx.ports['redis_prod_1']}\n"


def _sentinel(ctx: LocalContext, number: int) -> str:
    name = f"sentinel-{number}"
    return SENTINEL.format(
        port=ctx.ports[f"sentinel_{number}"],
        folder=_folder(ctx, name),
        service=SERVICE,
        primary=ctx.ports["redis_prod_1"],
        quorum=QUORUM,
        sentinel=ctx.secrets.cache_sentinel,
        sentinel_hash=_hash(ctx.secrets.cache_sentinel),
        app_hash=_hash(ctx.secrets.prod.cache_app),
        ask_rules=ASK_RULES,
    )


def _acl(secrets: Secrets, environment: EnvironmentName) -> str:
    return ACL.format(
        environment=environment,
        app=_hash(secrets.of(environment).cache_app),
        operator=_hash(secrets.cache_operator),
        replica=_hash(secrets.cache_replica),
        sentinel=_hash(secrets.cache_sentinel),
        app_rules=APP_RULES,
        guard_rules=GUARD_RULES,
    )


def _operator(ctx: LocalContext, port: str) -> CacheAddress:
    return CacheAddress(ctx.ports[port], "operator", ctx.secrets.cache_operator)


def _folder(ctx: LocalContext, name: str) -> Path:
    return ctx.layout.cache / name


def _hash(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()
