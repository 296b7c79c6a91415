"""The target `cluster` put together: its adapters, its context, and a run of its steps.

Part of the composition root: it wires and delegates, and decides nothing.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Final

from pingvas_cli.adapters.database import PostgresDatabase
from pingvas_cli.adapters.kubernetes import KubeconfigKubernetes
from pingvas_cli.adapters.manifests import KubectlManifests
from pingvas_cli.adapters.platform_api import HttpPlatformApi
from pingvas_cli.adapters.signing_key import new_signing_key
from pingvas_cli.adapters.tools import ThisTools
from pingvas_cli.bootstrap.cluster.context import ClusterContext
from pingvas_cli.bootstrap.cluster.layout import ClusterLayout
from pingvas_cli.config.configuration import Configuration
from pingvas_cli.errors import PingvasError, Refused
from pingvas_cli.paths import expanded
from pingvas_cli.rendering.contexts.platform import Platform
from pingvas_cli.rendering.environment import cache_folder
from pingvas_cli.rendering.renderer import render
from pingvas_cli.steps.clock import SystemClock
from pingvas_cli.steps.journal import Journal
from pingvas_cli.steps.lock import Lock
from pingvas_cli.steps.observer import Observer
from pingvas_cli.steps.plan import PlanEntry, make_plan
from pingvas_cli.steps.runner import Runner, Summary
from pingvas_cli.steps.step import Step

# Its presence says that the folder is that of a platform in a cluster.
MARK: Final = "pingvas-cluster-platform"

Steps = Sequence[Step[ClusterContext]]


@dataclass(frozen=True)
class ClusterPlatform:
    """The platform of one name in one cluster, as one state folder sees it."""

    context: ClusterContext

    @property
    def layout(self) -> ClusterLayout:
        return self.context.layout

    @cached_property
    def lock(self) -> Lock:
        return Lock(self.layout.lock)

    def plan(self, steps: Steps) -> tuple[PlanEntry, ...]:
        """What would be done, as the cluster itself says; changes nothing."""
        return make_plan(steps, self.context)

    def run(
        self,
        purpose: str,
        steps: Steps,
        plan: Sequence[PlanEntry],
        watching: Callable[[], AbstractContextManager[Observer]],
    ) -> Summary:
        """Run steps under the lock, watched."""
        self._ensure_root()
        with self.lock.held(getpass.getuser(), purpose), watching() as observer:
            journal = Journal(self.layout.journal)
            return Runner(self.context, journal, observer, SystemClock()).run(steps, plan)

    def forget(self) -> None:
        """Let the state folder serve another cluster; releases and facts in it stay."""
        self.layout.known.unlink(missing_ok=True)

    def _ensure_root(self) -> None:
        root = self.layout.root
        try:
            if root.is_dir() and any(root.iterdir()) and not (root / MARK).exists():
                raise Refused("local.folder_in_use", where=str(root))
            root.mkdir(parents=True, exist_ok=True, mode=0o700)
            (root / MARK).touch(mode=0o600)
        except OSError as error:
            reason = f"{root}: {error.strerror}"
            raise PingvasError("local.folder_unwritable", where=str(root), reason=reason) from error


def cluster_platform(
    described: Platform,
    chosen: Path | None,
    environ: Mapping[str, str],
    kubernetes: KubeconfigKubernetes,
) -> ClusterPlatform:
    """The platform that is described; `chosen` is its state folder when a person names one."""
    described = Platform(*(_in_cluster(each) for each in vars(described).values()))
    name = described.configuration.platform.name
    layout = ClusterLayout((chosen or _state_folder(name, environ)).expanduser().resolve())
    return ClusterPlatform(
        ClusterContext(
            platform=described,
            layout=layout,
            render=partial(render, described, cache=cache_folder()),
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


def _state_folder(name: str, environ: Mapping[str, str]) -> Path:
    base = environ.get("XDG_STATE_HOME") or "~/.local/state"
    return expanded(base, "XDG_STATE_HOME") / "pingvas-cluster" / name
