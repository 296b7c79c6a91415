"""The local target put together: its adapters, its context, and a run of its steps.

Part of the composition root: it wires and delegates, and decides nothing.
"""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from pingvas_cli.adapters.cache import RedisCache
from pingvas_cli.adapters.database import PostgresDatabase
from pingvas_cli.adapters.database_server import PostgresServer
from pingvas_cli.adapters.host import IDENTITY, ThisHost
from pingvas_cli.adapters.object_store import S3ObjectStore
from pingvas_cli.adapters.one_off import ChildOneOffs
from pingvas_cli.adapters.platform_api import HttpPlatformApi
from pingvas_cli.adapters.signing_key import new_signing_key
from pingvas_cli.adapters.supervisor import SupervisordSupervisor
from pingvas_cli.adapters.wheel import HatchWheels
from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.edge import authority
from pingvas_cli.bootstrap.local.layout import Layout
from pingvas_cli.bootstrap.local.leftovers import end_leftovers
from pingvas_cli.bootstrap.local.preflight import Preflight
from pingvas_cli.bootstrap.local.sequence import LOCAL
from pingvas_cli.bootstrap.local.state_folder import MARK, belongs_to_somebody_else
from pingvas_cli.config.configuration import Configuration
from pingvas_cli.errors import PingvasError, Refused
from pingvas_cli.release.store import ReleaseStore
from pingvas_cli.steps.clock import SystemClock
from pingvas_cli.steps.journal import Journal
from pingvas_cli.steps.lock import Lock
from pingvas_cli.steps.observer import Observer
from pingvas_cli.steps.plan import PlanEntry, make_plan, select
from pingvas_cli.steps.runner import Runner, Summary
from pingvas_cli.steps.step import Step

# What programs of the platform inherit from the person who starts it.
INHERITED: Final = ("HOME", "PATH", "LANG", "LC_ALL", "TMPDIR", "USER", "LD_LIBRARY_PATH", "TZ")

Steps = Sequence[Step[LocalContext]]


@dataclass(frozen=True)
class LocalPlatform:
    """The platform of one state folder."""

    configuration: Configuration
    layout: Layout
    environ: Mapping[str, str]

    @cached_property
    def context(self) -> LocalContext:
        return LocalContext(
            configuration=self.configuration,
            layout=self.layout,
            python=str(Path(sys.prefix, "bin", "python3")),
            host=ThisHost(),
            supervisor=SupervisordSupervisor(
                self.layout.supervisor, self.layout.logs, self._inherited
            ),
            database_server=PostgresServer(self.environ),
            database=PostgresDatabase(),
            cache=RedisCache(),
            object_store=S3ObjectStore(),
            one_offs=ChildOneOffs(self._inherited),
            api=HttpPlatformApi(self._authority),
            releases=self.releases,
            new_signing_key=new_signing_key,
        )

    @cached_property
    def releases(self) -> ReleaseStore:
        folder, environments = self.layout.releases, self.layout.environments
        return ReleaseStore(folder, environments, HatchWheels(), lambda: datetime.now(UTC))

    @property
    def journal(self) -> Journal:
        return Journal(self.layout.journal)

    @property
    def lock(self) -> Lock:
        return Lock(self.layout.lock)

    def locked(self, purpose: str) -> AbstractContextManager[None]:
        """Hold the platform's lock for a block; makes the state folder when there is none."""
        self._ensure_root()
        return self.lock.held(getpass.getuser(), purpose)

    def select(self, *, start: str | None, only: str | None, until: str | None) -> Steps:
        """The steps that were asked for."""
        return select(LOCAL, start=start, only=only, until=until)

    @property
    def last_step(self) -> Step[LocalContext]:
        """The step after which the platform is whole."""
        return LOCAL[-1]

    def plan(self, steps: Steps) -> tuple[PlanEntry, ...]:
        """What would be done; changes nothing."""
        try:
            return make_plan(steps, self.context)
        except OSError as error:
            Preflight().apply(self.context)  # tells everything that is wrong with the folder
            reason = f"{error.filename}: {error.strerror}"
            raise self._unwritable(reason) from error

    def run(
        self,
        steps: Steps,
        plan: Sequence[PlanEntry],
        watching: Callable[[], AbstractContextManager[Observer]],
    ) -> Summary:
        """Run steps under the lock, watched; a machine that can't run them is left as it is."""
        for step, entry in zip(steps, plan, strict=True):
            if isinstance(step, Preflight) and entry.to_do:
                step.apply(self.context)
        with self.locked("bootstrap"), watching() as observer:
            end_leftovers(self.context)
            runner = Runner(self.context, self.journal, observer, SystemClock())
            return runner.run(steps, plan)

    @cached_property
    def _inherited(self) -> Mapping[str, str]:
        kept = {name: self.environ[name] for name in INHERITED if name in self.environ}
        return {**kept, IDENTITY: str(self.layout.root), "PYTHONUNBUFFERED": "1"}

    @property
    def _authority(self) -> Path | None:
        return authority(self.layout.edge) if self.configuration.local.edge_tls else None

    def _ensure_root(self) -> None:
        root = self.layout.root
        try:
            if belongs_to_somebody_else(root):
                raise Refused("local.folder_in_use", where=str(root))
            root.mkdir(parents=True, exist_ok=True, mode=0o700)
            (root / MARK).touch(mode=0o600)
        except OSError as error:
            raise self._unwritable(f"{root}: {error.strerror}") from error
        if not os.access(root, os.W_OK | os.X_OK) or not root.is_dir():
            raise self._unwritable(str(root))

    def _unwritable(self, reason: str) -> PingvasError:
        where = str(self.layout.root)
        return PingvasError("local.folder_unwritable", where=where, reason=reason)
