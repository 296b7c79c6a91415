"""All that works on the jobs, as programs of their own: services, workers, Redis under Sentinel."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.servers.postgres import EnvironmentDatabase
from tests.servers.programs import Program, running, service
from tests.servers.saas import Saas, offer_tiny, standing
from tests.servers.seaweedfs import SeaweedFS
from tests.services.dispatch.valkey_nodes import SentinelCluster

WORKERS: Final = 3
LEASE_S: Final = 5.0
RECLAIM_EVERY_S: Final = 2.0
SWEEP_EVERY_S: Final = 10.0
SETTINGS: Final = {
    "PINGVAS_LEASE_S": str(LEASE_S),
    "PINGVAS_HEARTBEAT_S": "1",
    "PINGVAS_DEVICE": "cpu",
    "PINGVAS_THREADS": "1",
    "PINGVAS_RECLAIM_EVERY_S": str(RECLAIM_EVERY_S),
    "PINGVAS_SWEEP_EVERY_S": str(SWEEP_EVERY_S),
}


@dataclass(frozen=True)
class Arena:
    """What is struck, and where to look."""

    saas: Saas
    generation: tuple[Program, ...]
    workers: tuple[Program, ...]
    cluster: SentinelCluster
    store: SeaweedFS

    @property
    def programs(self) -> tuple[Program, ...]:
        """Those of ours."""
        return (*self.saas.programs.values(), *self.workers)


@contextmanager
def arena(
    database: EnvironmentDatabase, cluster: SentinelCluster, store: SeaweedFS, folder: Path
) -> Iterator[Arena]:
    """Two generation services and three workers, for as long as the block runs."""
    offer_tiny(database)
    names = ("user", "generation")
    with ExitStack() as stack:
        saas = stack.enter_context(
            standing(database, cluster.url, store, folder, names, changes=SETTINGS)
        )
        second = stack.enter_context(running(service("generation", saas.settings, folder)))
        _install_tiny(Path(saas.settings["PINGVAS_CHECKPOINTS_DIR"]))
        workers = tuple(
            Program("worker", saas.settings, folder / f"worker-{number}.log")
            for number in range(WORKERS)
        )
        for worker in workers:
            stack.callback(worker.kill)
            worker.start()
        yield Arena(saas, (saas.programs["generation"], second), workers, cluster, store)


def _install_tiny(shelf: Path) -> None:
    words = ("-m", "worker.checkpoints.install", "tiny", "--name", "tiny", "--into", str(shelf))
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
