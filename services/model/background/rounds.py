"""The service's turns: each calls one action and says when to come back."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from services.dispatch.queue import Queue
from services.kernel.db import Database
from services.model.actions.perform_install import PerformInstall
from services.model.actions.remove_checkpoint import FinishRemovals
from services.model.repository import checkpoints, installs
from services.model.shelf.place import abandoned_works, clear

LOOK_FOR_INSTALLS_S = 1.0
LOOK_FOR_REMOVALS_S = 2.0
ADVISE_EVERY_S = 20.0
TIDY_EVERY_S = 300.0


@dataclass(frozen=True)
class Installing:
    """One installation after the other. `bell` rings when this process has taken an order."""

    perform: PerformInstall
    bell: asyncio.Event

    async def turn(self) -> float:
        """One installation if one waits, else a look at the clock or at the bell."""
        self.bell.clear()
        if not await self.perform.run():
            with suppress(TimeoutError):
                await asyncio.wait_for(self.bell.wait(), LOOK_FOR_INSTALLS_S)
        return 0.0


@dataclass(frozen=True)
class Removing:
    """Removals whose jobs have ended."""

    finish: FinishRemovals

    async def turn(self) -> float:
        """One look at all of them."""
        await self.finish.run()
        return LOOK_FOR_REMOVALS_S


@dataclass(frozen=True)
class Advising:
    """Tells workers which checkpoints to keep at hand; the record is in PostgreSQL."""

    database: Database
    queue: Queue

    async def turn(self) -> float:
        """The whole list again: Redis may have lost it."""
        async with self.database.system() as system:
            names = await checkpoints.list_prefetched(system)
        await self.queue.advise(names)
        return ADVISE_EVERY_S


@dataclass(frozen=True)
class Tidying:
    """Deletes what killed or failed installations collected and nobody will go on with."""

    database: Database
    shelf: Path

    async def turn(self) -> float:
        """One look; folders are listed before rows, so that a new one is never taken for old."""
        found = await asyncio.to_thread(abandoned_works, self.shelf)
        async with self.database.system() as system:
            await installs.end_forgotten_uploads(system)
            still_open = set(await installs.list_open(system))
        for install_id, work in found.items():
            if install_id not in still_open:
                await asyncio.to_thread(clear, work)
        return TIDY_EVERY_S
