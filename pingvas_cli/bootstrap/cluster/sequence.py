"""The target `cluster`, in order. Each line is one step; its file has its name or its noun."""

from __future__ import annotations

from typing import Final

from pingvas_cli.bootstrap.cluster.context import ClusterContext
from pingvas_cli.bootstrap.cluster.facts import Facts
from pingvas_cli.bootstrap.cluster.known_cluster import KnownCluster
from pingvas_cli.bootstrap.cluster.migrations import Migrations
from pingvas_cli.bootstrap.cluster.preflight import Preflight
from pingvas_cli.bootstrap.cluster.prune import Prune
from pingvas_cli.bootstrap.cluster.releases import Releases
from pingvas_cli.bootstrap.cluster.removal import REMOVALS
from pingvas_cli.bootstrap.cluster.rendered_tree import RenderedTree
from pingvas_cli.bootstrap.cluster.secret_values import SecretValues
from pingvas_cli.bootstrap.cluster.smoke_test import SmokeTest
from pingvas_cli.bootstrap.cluster.tenancies import Tenancies
from pingvas_cli.bootstrap.cluster.waves import CACHE, POOLER, WORKERS, Foundations, Wave
from pingvas_cli.config.environments import ENVIRONMENTS
from pingvas_cli.config.values import EnvironmentName
from pingvas_cli.steps.step import Step

Steps = tuple[Step[ClusterContext], ...]


def _environment(name: EnvironmentName) -> Steps:
    return (
        Wave(name, "cache", CACHE),
        Migrations(name),
        Wave(name, "pooler", POOLER),
        Wave(name, "services"),
        Wave(name, "workers", WORKERS),
    )


CLUSTER: Final[Steps] = (
    Preflight(),
    KnownCluster(),
    RenderedTree(),
    Facts(),
    Releases(),
    Foundations(),
    SecretValues(),
    Tenancies(),
    *(step for name in ENVIRONMENTS for step in _environment(name)),
    Prune(),
    SmokeTest("dev"),
    SmokeTest("prod"),
)
CLUSTER_DESTROY: Final[Steps] = REMOVALS
