"""EC2's notices start the drain; a service that is away, or denies, does not."""

from __future__ import annotations

import asyncio

import pytest

from tests.servers.ports import free_port
from tests.worker.metadata_service import metadata_service
from tests.worker.waiting import until
from worker.interruption import Interruption
from worker.notices import Notices

SPOT = "/latest/meta-data/spot/instance-action"
REBALANCE = "/latest/meta-data/events/recommendations/rebalance"


@pytest.mark.parametrize(("path", "cause"), [(SPOT, "spot"), (REBALANCE, "rebalance")])
async def test_a_notice_starts_the_drain(path: str, cause: str) -> None:
    interruption = Interruption(0)
    with metadata_service() as service:
        watch = asyncio.create_task(Notices(service.endpoint, interruption, 0.01).watch())
        await until(lambda: len(service.asked) >= 6)
        assert not interruption.is_draining
        service.documents[path] = '{"action": "terminate", "time": "2030-01-01T00:00:00Z"}'
        await asyncio.wait_for(watch, 10)
    assert (interruption.is_draining, interruption.cause) == (True, cause)
    assert len(service.tokens) == 1


async def test_a_token_that_ended_is_renewed() -> None:
    interruption = Interruption(0)
    with metadata_service() as service:
        watch = asyncio.create_task(Notices(service.endpoint, interruption, 0.01).watch())
        await until(lambda: bool(service.asked))
        service.forget()
        service.documents[SPOT] = "{}"
        await asyncio.wait_for(watch, 10)
    assert interruption.cause == "spot"


async def test_a_service_that_is_away_changes_nothing() -> None:
    interruption = Interruption(0)
    nowhere = f"http://127.0.0.1:{free_port()}"
    watch = asyncio.create_task(Notices(nowhere, interruption, 0.01).watch())
    await asyncio.sleep(0.1)
    assert not watch.done()
    interruption.drain()
    await asyncio.wait_for(watch, 10)
    assert interruption.cause == "signal"


async def test_without_an_endpoint_nothing_is_asked() -> None:
    await Notices("", Interruption(0)).watch()
