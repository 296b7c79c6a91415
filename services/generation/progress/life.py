"""The watchers' side of the service put together, and what runs beside the requests for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry, Gauge

from services.dispatch.ending import end
from services.dispatch.errors import QueueUnavailable
from services.dispatch.progress import NewsStream
from services.generation.progress.desk import Desk
from services.generation.progress.hub import Hub
from services.generation.progress.record import Record
from services.generation.progress.tail import Lookout, Tail
from services.generation.progress.watcher import Reason
from services.generation.settings import GenerationSettings
from services.kernel.app.turns import Turn, taking_turns
from services.kernel.db import Database


def make_desk(
    database: Database, settings: GenerationSettings, registry: CollectorRegistry
) -> Desk:
    """With nobody watching yet; the registry gets its two series."""
    hub = Hub(per_person=settings.streams_per_user, at_most=settings.streams_at_most)
    streams = Gauge("pingvas_event_streams", "Streams that are open.", registry=registry)
    streams.set_function(lambda: hub.streams)
    cut = Gauge("pingvas_event_streams_cut", "Streams cut as too slow so far.", registry=registry)
    cut.set_function(lambda: hub.cut)
    return Desk(hub, Record(database))


@asynccontextmanager
async def telling(desk: Desk, stream: NewsStream, draining: asyncio.Event) -> AsyncIterator[None]:
    """News comes in for as long as the block runs; streams end when the service is to stop."""
    async with taking_turns(_turns(desk, stream), (QueueUnavailable,)):
        leaving = asyncio.create_task(_end_when(draining, desk.hub))
        try:
            yield
        finally:
            await end([leaving])
            desk.hub.end_all(Reason.DRAINING)


async def _end_when(draining: asyncio.Event, hub: Hub) -> None:
    await draining.wait()
    hub.end_all(Reason.DRAINING)


def _turns(desk: Desk, stream: NewsStream) -> Mapping[str, Turn]:
    lookout = Lookout(desk.hub, desk.record)
    tail = Tail(stream, desk.hub, lookout)
    return {"news": tail.turn, "lookout": lookout.turn, "heartbeat": lookout.beat}
