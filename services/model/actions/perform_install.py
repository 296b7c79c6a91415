"""Do one installation: claim it, collect its files, put them on the shelf, register them.

Any replica may do it, and do it again: a claim ends when its holder falls silent, and every step
finds what an earlier attempt left. Files are in place before the catalogue names them.
"""

import asyncio
import errno
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from services.contracts.checkpoints import CheckpointManifest
from services.dispatch.ending import end
from services.kernel.db import Database, DatabaseUnavailable, Row
from services.kernel.logs import logger
from services.model.actions.collect_files import Collected, CollectFiles
from services.model.faults import Busy, InstallFault, Interrupted, PassingFault
from services.model.progress import Progress
from services.model.repository import checkpoints, installs
from services.model.repository.installs import Again
from services.model.schemas.checkpoints import Manifest
from services.model.shelf.files import disk_full
from services.model.shelf.place import Place, clear

MOST_ATTEMPTS = 8
MOST_KILLED_ATTEMPTS = 30
LONGEST_REST_S = 60.0
BEAT_S = 1.0
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True)
class Terms:
    """Who works, how long its silence is borne, how soon a failure that may pass is repeated."""

    replica: str
    lease_s: float
    retry_s: float


@dataclass(frozen=True)
class PerformInstall:
    """One at a time; `run` may be called for ever."""

    database: Database
    collect: CollectFiles
    shelf: Path
    terms: Terms

    async def run(self) -> bool:
        """The oldest installation that nobody works on; False when there is none."""
        async with self.database.system() as system:
            row = await installs.claim(system, self.terms.replica, self.terms.lease_s)
        if row is not None:
            await _Attempt(self, row).run()
        return row is not None


class _Attempt:
    """One try of one installation."""

    def __init__(self, owner: PerformInstall, row: Row) -> None:
        self._owner = owner
        self._database = owner.database
        self._row = row
        self._claim = {"id": row["id"], "replica": owner.terms.replica}
        self._progress = Progress()
        self._place = Place(owner.shelf, row["name"])

    async def run(self) -> None:
        """Work beside a heartbeat; whatever happens is told in the row."""
        work = asyncio.create_task(self._work())
        try:
            await self._watch(work)
        except Interrupted:
            await end({work})
            await self._settle_interruption()
        except InstallFault as fault:
            await self._give_up(fault)
        except OSError as failed:
            await self._give_up(_of_disk(failed))
        except asyncio.CancelledError:
            await end({work})
            await self._hand_back()
            raise

    async def _watch(self, work: asyncio.Task[None]) -> None:
        every_s = min(BEAT_S, self._owner.terms.lease_s / 4)
        while not work.done():
            await asyncio.wait({work}, timeout=every_s)
            if not work.done():
                await self._beat()
        await work

    async def _beat(self) -> None:
        with suppress(DatabaseUnavailable):
            async with self._database.system() as system:
                beat = await installs.beat(
                    system,
                    {**self._claim, "lease_s": self._owner.terms.lease_s},
                    self._progress.values(),
                )
            if beat is None or (beat["cancel_requested_at"] and self._progress.stage != "publish"):
                raise Interrupted

    async def _work(self) -> None:
        if self._row["attempts"] > MOST_KILLED_ATTEMPTS:
            raise InstallFault("model.gave_up", "Every attempt ended before it was done.")
        with self._place.alone():
            collected = await self._owner.collect.run(
                self._row, self._place, self._progress, self._pin
            )
            self._progress.stage = "publish"
            if collected.folder is not None:
                await asyncio.to_thread(self._place.publish, collected.folder)
            await self._register(collected)
            clear(self._place.work(self._row["id"]))
        logger(__name__).info("checkpoint_installed", checkpoint=self._row["name"])

    async def _pin(self, revision: str) -> None:
        async with self._database.system() as system:
            await installs.pin_revision(system, self._claim, revision)

    async def _register(self, collected: Collected) -> None:
        """The entry and the end of the installation, both or none."""
        manifest = _entry(collected.manifest, self._row, collected.licence)
        async with self._database.system() as system:
            await installs.beat(
                system,
                {**self._claim, "lease_s": self._owner.terms.lease_s},
                {**self._progress.values(), "done_bytes": manifest.size_bytes}
                | {"total_bytes": manifest.size_bytes},
            )
            saved = await checkpoints.save_checkpoint(system, self._row["name"], manifest)
            if saved is None or not await installs.end(system, self._claim, "done"):
                raise Interrupted

    async def _settle_interruption(self) -> None:
        """Cancelled, or taken over by another replica, whose row is not touched."""
        async with self._database.system() as system:
            row = await installs.find(system, self._row["id"])
            is_ours = row is not None and row["claimed_by"] == self._owner.terms.replica
            if is_ours and await installs.end(system, self._claim, "cancelled"):
                clear(self._place.work(self._row["id"]))

    async def _give_up(self, fault: InstallFault) -> None:
        progressed = self._progress.done_bytes > self._row["done_bytes"] or isinstance(fault, Busy)
        again = fault.passes and (progressed or self._row["attempts"] < MOST_ATTEMPTS)
        logger(__name__).warning(
            "install_attempt_failed", checkpoint=self._row["name"], code=fault.code, again=again
        )
        async with self._database.system() as system:
            if again:
                rest_s = min(LONGEST_REST_S, self._owner.terms.retry_s * 2 ** self._row["attempts"])
                done_bytes = self._progress.done_bytes
                later = Again(rest_s, progressed, done_bytes, fault.code, fault.detail)
                await installs.retry(system, self._claim, later)
            elif await installs.end(system, self._claim, "failed", (fault.code, fault.detail)):
                clear(self._place.work(self._row["id"]))

    async def _hand_back(self) -> None:
        """At a shutdown: another replica need not wait for the lease."""
        with suppress(DatabaseUnavailable):
            async with self._database.system() as system:
                later = Again(0.0, True, self._progress.done_bytes)
                await installs.retry(system, self._claim, later)


def _entry(manifest: CheckpointManifest, row: Row, licence: str) -> Manifest:
    return Manifest(
        **manifest.model_dump(include=set(Manifest.model_fields)),
        licence=row["licence"] or licence or None,
        minimum_tier=row["minimum_tier"],
        enabled=row["enabled"],
    )


def _of_disk(failed: OSError) -> InstallFault:
    if failed.errno in NO_ROOM:
        return disk_full()
    return PassingFault("model.shelf_unusable", f"The folder fails ({type(failed).__name__}).")
