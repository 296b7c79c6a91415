"""Tells the platform that this worker lives and what it can serve, by an entry that expires."""

import asyncio
from collections.abc import Iterable

import structlog

from services.contracts.jobs import JobKind, lane_of
from services.contracts.workers import WorkerProfile
from services.dispatch.errors import DispatchError
from services.dispatch.queue import Queue
from worker.checkpoints.prefetch import Prefetch
from worker.checkpoints.shelf import Shelf
from worker.interruption import Interruption

EVERY_S = 5.0
KEPT_S = 20.0
LOOK_EVERY_S = 30.0

log = structlog.get_logger()


def lanes_of(checkpoints: Iterable[str]) -> list[str]:
    """Every kind of job on each of them."""
    return [lane_of(name, kind) for name in checkpoints for kind in JobKind]


class Presence:
    """Registers until the drain begins, then leaves."""

    def __init__(
        self, queue: Queue, shelf: Shelf, interruption: Interruption, name: str, device: str
    ) -> None:
        self._queue = queue
        self._shelf = shelf
        self._interruption = interruption
        self._name = name
        self._device = device
        self._prefetch = Prefetch(shelf)
        self._settled = asyncio.Event()

    async def announced(self) -> bool:
        """Wait for the first entry; False when the drain came before it."""
        await self._settled.wait()
        return not self._interruption.is_draining

    async def keep(self) -> None:
        """Run beside the lifecycle."""
        while not self._interruption.is_draining:
            await self._register()
            await self._follow_advice()
            await self._interruption.sleep(EVERY_S)
        self._prefetch.stop()
        await self._leave()

    def profile(self) -> WorkerProfile:
        """What is on the shelf now."""
        manifests = [shelved.manifest for shelved in self._shelf.checkpoints().values()]
        return WorkerProfile(
            name=self._name,
            device=self._device,
            checkpoints={manifest.name: manifest.sha256 for manifest in manifests},
            abilities=tuple(JobKind),
            lanes=tuple(lanes_of(self._shelf.checkpoints())),
        )

    async def look(self) -> None:
        """See what was installed; in a thread, since a bucket may take its time."""
        while not self._interruption.is_draining:
            await asyncio.to_thread(self._shelf.refresh)
            await self._interruption.sleep(LOOK_EVERY_S)

    async def _register(self) -> None:
        try:
            await self._queue.register(self.profile(), KEPT_S)
            self._settled.set()
        except DispatchError as error:
            log.debug("not_registered", error=type(error).__name__)

    async def _follow_advice(self) -> None:
        try:
            self._prefetch.begin(await self._queue.advised())
        except DispatchError as error:
            log.debug("not_advised", error=type(error).__name__)

    async def _leave(self) -> None:
        try:
            await self._queue.deregister(self._name)
        except DispatchError as error:
            log.debug("not_deregistered", error=type(error).__name__)
        finally:
            self._settled.set()
