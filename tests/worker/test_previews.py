"""Rough previews: rare, small, told with a step, and held back where a filter is to judge."""

from __future__ import annotations

import base64
import io
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PIL import Image as Images

from services.contracts.events import LARGEST_PREVIEW_CHARACTERS
from services.dispatch.queue import Queue
from tests.servers.valkey import Valkey
from tests.worker.jobs import make_job
from tests.worker.telling import telling
from worker.interruption import StopSign
from worker.listener import Ahead, JobListener
from worker.main import _preview_every_s
from worker.object_store import ObjectStore
from worker.outbox import Parcel
from worker.previews import Pace, data_url
from worker.safety import NoChecker
from worker.settings import WorkerSettings
from worker.steps import Steps


def noise(edge: int) -> Images.Image:
    pixels = np.random.default_rng(1).integers(0, 255, (edge, edge, 3), dtype=np.uint8)
    return Images.fromarray(pixels)


@pytest.mark.parametrize("edge", [8, 128])
def test_even_noise_is_made_small_enough(edge: int) -> None:
    text = data_url(noise(edge))
    assert text is not None
    assert len(text) <= LARGEST_PREVIEW_CHARACTERS
    head, _, body = text.partition(",")
    assert head == "data:image/webp;base64"
    assert Images.open(io.BytesIO(base64.b64decode(body))).size == (edge, edge)


def test_what_can_not_be_made_small_enough_is_left_out() -> None:
    assert data_url(noise(1024)) is None


def test_what_can_not_be_encoded_is_left_out() -> None:
    assert data_url(Images.new("RGB", (20_000, 1))) is None


async def test_a_job_does_not_fail_for_a_preview() -> None:
    def broken() -> Images.Image:
        raise RuntimeError("latents of another shape")

    steps = Steps()
    parcel = Parcel(make_job(), cast("ObjectStore", None), ThreadPoolExecutor(1))
    listener = JobListener(StopSign(), steps, parcel, Ahead(0.5), NoChecker(), Pace(0.1))
    listener.on_preview(broken)
    assert steps.take_look() is None


def test_one_is_due_now_and_then() -> None:
    times = iter([10.0, 10.4, 10.5, 10.6, 12.0, 12.1])
    pace = Pace(0.5, lambda: next(times))
    assert [pace.is_due() for _ in range(6)] == [True, False, True, False, True, False]
    assert not Pace(0.0).is_due()


async def test_a_look_goes_with_the_next_step_once(
    queue: Queue, settings: WorkerSettings, redis_server: Valkey
) -> None:
    async with telling(queue, settings, redis_server) as told:
        told.steps.show(noise(128))
        told.steps.note(1, 9)
        (first,) = await told.words(1)
        told.steps.note(2, 9)
        _, second = await told.words(2)
        job_id = str(told.claim.job.id)
        found = await told.stream.previews([job_id])
    assert (first.promises_preview, second.promises_preview) == (True, False)
    assert "preview" not in json.loads(second.body)
    assert found[job_id].startswith("data:image/webp;base64,")


def test_nobody_sees_what_a_filter_is_still_to_judge(
    settings: WorkerSettings, tmp_path: Path
) -> None:
    assert _preview_every_s(settings) == settings.preview_every_s > 0
    assert _preview_every_s(settings.model_copy(update={"safety_checker_dir": tmp_path})) == 0
