"""The target `cluster` put together: its adapters, its context, and a run of its steps.

Part of the composition root: it wires and delegates, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path

from pingvas_cli.adapters.database import PostgresDatabase
from pingvas_cli.adapters.kubernetes import KubeconfigKubernetes
from pingvas_cli.adapters.manifests import KubectlManifests
from pingvas_cli.adapters.platform_api import HttpPlatformApi
from pingvas_cli.adapters.signing_key import new_signing_key
from pingvas_cli.adapters.tools import ThisTools
from pingvas_cli.bootstrap.cluster.context import ClusterContext
from pingvas_cli.bootstrap.cluster.layout import ClusterLayout
from pingvas_cli.config.configuration import Configuration
from pingvas_cli.paths import state_home
from pingvas_cli.remote_platform import RemotePlatform
from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.rendering.environment import cache_folder
from pingvas_cli.rendering.renderer import render


class ClusterPlatform(RemotePlatform[ClusterContext]):
    """The platform of one name in one cluster."""

    mark = "pingvas-cluster-platform"

    def forget(self) -> None:
        """Let the state folder serve another cluster; releases and facts in it stay."""
        self.context.layout.known.unlink(missing_ok=True)


def cluster_platform(
    described: Platform,
    chosen: Path | None,
    environ: Mapping[str, str],
    kubernetes: KubeconfigKubernetes,
) -> ClusterPlatform:
    """The platform that is described; `chosen` is its state folder when a person names one."""
    described = Platform(*(_in_cluster(each) for each in vars(described).values()))
    known = state_home(environ) / "pingvas-cluster" / described.configuration.platform.name
    layout = ClusterLayout((chosen or known).expanduser().resolve())
    return ClusterPlatform(
        ClusterContext(
            platform=described,
            layout=layout,
            render=cache(partial(render, described, cache=cache_folder())),
            kubernetes=kubernetes,
            manifests=KubectlManifests(),
            tools=ThisTools(),
            database=PostgresDatabase(),
            api=HttpPlatformApi(),
            new_signing_key=new_signing_key,
        )
    )


def _in_cluster(configuration: Configuration) -> Configuration:
    """The configuration for this target, whatever it says of the one that nobody names."""
    platform = configuration.platform.model_copy(update={"target": "cluster"})
    return configuration.model_copy(update={"platform": platform})
