"""What strikes: a worker is killed, one sleeps past its lease, the primary of Redis is killed."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import Final, Protocol

from tests.servers.programs import Program
from tests.services.chaos.arena import LEASE_S, RECLAIM_EVERY_S, SWEEP_EVERY_S, Arena
from tests.services.chaos.holdings import Lease, held_by, leases_of
from tests.services.dispatch.valkey_nodes import wait_until

KILLED_WORKERS: Final = 8
# As on the platform. Sentinels ask once a second: with less they take a busy node for a dead one.
DOWN_AFTER_S: Final = 3.0
# A lease that ran out is seen by the next round of reclaiming.
RECLAIMED_S: Final = LEASE_S + RECLAIM_EVERY_S
# A turn that failed because Redis was away is repeated after this at the latest.
BACKOFF_S: Final = 5.0
# Whatever the elected node had not heard of comes back by its lease, or by the sweep.
PUT_BACK_S: Final = max(RECLAIMED_S, SWEEP_EVERY_S)
PATIENCE_S: Final = 60.0


@dataclass(frozen=True)
class Strike:
    """One fault: when it began (seconds since the epoch), and how long no job may end for it.

    The bound is the design's, and an attempt comes on top. `held` are the leases of the worker
    that was struck; one that `survived` goes on when it has lost all of them.
    """

    fault: str
    at: float
    bound_s: float
    note: str = ""
    held: frozenset[Lease] = frozenset()
    survived: bool = False


class Fault(Protocol):
    """Returns when what was struck is back, or starts again."""

    def strike(self, arena: Arena, dice: random.Random) -> Strike:
        """Do it."""


class WorkerKilled:
    """SIGKILL to one that holds jobs; it is started again at once, as a supervisor does."""

    def strike(self, arena: Arena, dice: random.Random) -> Strike:
        worker, held = _at_work(arena, dice)
        at = time.time()
        worker.kill()
        worker.start()
        return Strike("worker killed", at, RECLAIMED_S, f"held {len(held)}", held)


class WorkerFrozen:
    """SIGSTOP to one that holds jobs, SIGCONT when all of them were lost to it."""

    def strike(self, arena: Arena, dice: random.Random) -> Strike:
        while True:
            worker, _ = _at_work(arena, dice)
            at = time.time()
            worker.freeze()
            try:
                if held := self._outlast(arena, worker):
                    note = f"held {len(held)}, lost after {time.time() - at:.1f} s"
                    return Strike("worker stopped", at, RECLAIMED_S, note, held, survived=True)
            finally:
                worker.thaw()

    def _outlast(self, arena: Arena, worker: Program) -> frozenset[Lease]:
        """What it held; empty when it had handed in all of it just before."""
        time.sleep(0.3)  # what it sent before it was stopped has arrived
        primary = arena.cluster.elected()
        held = held_by(worker, leases_of(primary))
        wait_until(lambda: not held & leases_of(primary), PATIENCE_S)
        return held


class PrimaryKilled:
    """SIGKILL to whichever node is the primary; it comes back when another one was elected."""

    def strike(self, arena: Arena, dice: random.Random) -> Strike:
        cluster = arena.cluster
        wait_until(cluster.is_whole, PATIENCE_S)
        old = cluster.elected()
        time.sleep(dice.uniform(0, 0.5))
        at = time.time()
        old.kill()
        wait_until(lambda: cluster.elected() is not old, PATIENCE_S)
        failover_s = time.time() - at
        old.start()
        bound_s = failover_s + BACKOFF_S + PUT_BACK_S
        return Strike("primary killed", at, bound_s, f"another after {failover_s:.1f} s")


def plan(dice: random.Random) -> list[Fault]:
    """The order of the faults: the primary is killed once early, and once late."""
    faults: list[Fault] = [WorkerKilled() for _ in range(KILLED_WORKERS)]
    faults.insert(dice.randint(0, KILLED_WORKERS), WorkerFrozen())
    faults.insert(dice.randint(6, len(faults)), PrimaryKilled())
    faults.insert(dice.randint(0, 3), PrimaryKilled())
    return faults


def _at_work(arena: Arena, dice: random.Random) -> tuple[Program, frozenset[Lease]]:
    """One of those that hold jobs, and these; there is another one that goes on."""
    found: list[tuple[Program, frozenset[Lease]]] = []

    def are_two() -> bool:
        leases = leases_of(arena.cluster.elected())
        holdings = [(worker, held_by(worker, leases)) for worker in arena.workers]
        found[:] = [(worker, held) for worker, held in holdings if held]
        return len(found) > 1

    time.sleep(dice.uniform(0, 0.5))
    wait_until(are_two, PATIENCE_S)
    return dice.choice(found)
