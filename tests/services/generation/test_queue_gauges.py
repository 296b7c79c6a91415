"""How long the queue is, as those see it who scale workers: never a zero that nobody read."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from redis.asyncio import Redis

from services.dispatch.board import Board
from services.dispatch.connection import connect
from services.dispatch.errors import QueueUnavailable
from services.dispatch.operation import Operation
from services.dispatch.queue import Queue
from services.generation.background.queue_gauges import QueueGauges
from tests.golden import tree
from tests.servers.ports import free_port
from tests.services.dispatch.jobs import a_job
from tests.services.generation.watching import Service


def shown(gauges: QueueGauges) -> dict[str, float]:
    registry = CollectorRegistry()
    registry.register(gauges)
    return told(generate_latest(registry).decode())


def told(text: str) -> dict[str, float]:
    return {
        sample.name.removeprefix("pingvas_queue_"): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith("pingvas_queue_")
    }


def gauges_of(redis: Redis) -> QueueGauges:
    return QueueGauges(Board(redis, "gauges"), Operation(redis, "gauges"))


async def test_it_counts_what_waits_and_what_is_held(redis: Redis) -> None:
    queue, gauges = Queue(redis, "gauges"), gauges_of(redis)
    for _ in range(3):
        await queue.enqueue(a_job(), "t1")
    assert await queue.claim("w1", timeout_s=0, checkpoints=["tiny"])
    assert shown(gauges) == {}
    await gauges.turn()
    assert shown(gauges) == {
        "waiting_jobs": 2,
        "leased_jobs": 1,
        "delayed_jobs": 0,
        "dead_jobs": 0,
        "workers": 0,
    }


async def test_a_queue_that_is_away_is_not_told_to_be_empty() -> None:
    redis = connect(f"redis://127.0.0.1:{free_port()}/0", answer_timeout_s=0.2)
    gauges = gauges_of(redis)
    with pytest.raises(QueueUnavailable):
        await gauges.turn()
    assert shown(gauges) == {}
    await redis.aclose()


async def test_what_was_read_long_ago_is_not_told(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    gauges = gauges_of(redis)
    await gauges.turn()
    assert shown(gauges)
    monkeypatch.setattr(gauges, "_fresh_until", 0.0)
    assert shown(gauges) == {}


async def test_the_service_tells_them(service: Service) -> None:
    """On the page that KEDA reads, in the words of the worker's ScaledObject."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{service.port}") as client:
        for _ in range(200):
            series = told((await client.get("/metrics")).text)
            if series:
                break
            await asyncio.sleep(0.05)
    assert series["waiting_jobs"] == 0
    rendered = tree("default")["k8s/overlays/prod/worker/scaled_object.yaml"].decode()
    asked = re.findall(r"valueLocation: pingvas_queue_(\w+)", rendered)
    assert asked
    assert set(asked) <= set(series)
