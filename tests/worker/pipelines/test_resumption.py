"""Interrupted at any step, the picture is the same byte for byte; steps are not repeated."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from PIL.Image import Image

from services.contracts.jobs import JobKind
from services.contracts.schedulers import Scheduler, fits
from tests.worker.jobs import make_job
from tests.worker.pipelines.listening import Listening
from tests.worker.pipelines.test_kinds import order_of
from worker.errors import Reason, Stopped
from worker.pipelines.pipeline import Order, Pipeline, Rendered

STEPS = 12
OFFERED = [
    (family, each) for family in ("sd", "sd3", "flux") for each in Scheduler if fits(each, family)
]

# diffusers' own schedulers hand torch tensors to numpy 2 in a way that numpy warns about.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@cache
def _job(**changes: Any) -> Order:
    return Order(make_job(**changes))


def _make(pipeline: Pipeline, order: Order) -> tuple[list[bytes], Listening, Rendered]:
    listening = Listening()
    rendered = pipeline.render(order, listening)
    return [each.tobytes() for each in listening.pictures.values()], listening, rendered


def _interrupt(pipeline: Pipeline, order: Order, boundary: int) -> bytes | None:
    """What it leaves when it is stopped at this boundary; nothing before the first step."""
    with pytest.raises(Stopped) as caught:
        pipeline.render(order, Listening(stop_at=boundary))
    assert (caught.value.handover is None) == (boundary == 0)
    return caught.value.handover


@pytest.mark.parametrize(("family", "scheduler"), OFFERED)
@pytest.mark.parametrize("step", range(STEPS + 1))
def test_each_scheduler_goes_on_from_each_step(
    by_family: dict[str, Pipeline], family: str, scheduler: Scheduler, step: int
) -> None:
    pipeline, order = by_family[family], _job(steps=STEPS, scheduler=scheduler)
    whole, told, _ = _make(pipeline, order)
    boundary = next(i for i, (done, _) in enumerate(told.steps) if done == step)
    left = _interrupt(pipeline, order, boundary)
    _make(pipeline, _job(seed=99))
    resumed, listening, rendered = _make(pipeline, replace(order, handover=left))
    assert resumed == whole
    assert rendered.resumed_steps == step
    assert listening.steps[0] == (step, STEPS)
    assert len(listening.steps) == len(told.steps) - boundary


@pytest.mark.parametrize("family", ["sd", "sdxl", "sd3", "flux"])
@pytest.mark.parametrize("kind", list(JobKind))
@pytest.mark.parametrize("boundary", [1, 2, 4])
def test_each_kind_on_each_family(
    by_family: dict[str, Pipeline],
    source: Image,
    mask: Image,
    family: str,
    kind: JobKind,
    boundary: int,
) -> None:
    order = order_of(kind, source, mask, steps=6, scheduler=None)
    pipeline = by_family[family]
    left = _interrupt(pipeline, order, boundary)
    resumed, _, rendered = _make(pipeline, replace(order, handover=left))
    assert resumed == _make(pipeline, order)[0]
    assert rendered.resumed_steps == boundary


@pytest.mark.parametrize("boundary", range(3 * (STEPS // 2 + 1)))
def test_pictures_that_were_finished_go_along(
    by_family: dict[str, Pipeline], boundary: int
) -> None:
    pipeline, order = by_family["sd"], _job(steps=STEPS // 2, count=3, scheduler="euler_ancestral")
    left = _interrupt(pipeline, order, boundary)
    resumed, _, rendered = _make(pipeline, replace(order, handover=left))
    assert resumed == _make(pipeline, order)[0]
    assert rendered.resumed_steps == boundary - boundary // (STEPS // 2 + 1)


def test_it_can_be_interrupted_again_and_again(by_family: dict[str, Pipeline]) -> None:
    pipeline, order = by_family["sd"], _job(steps=STEPS, count=2, scheduler="unipc")
    whole = _make(pipeline, order)[0]
    going_on, times = order, 0
    while True:
        try:
            listening = Listening(stop_at=3)
            pipeline.render(going_on, listening)
            break
        except Stopped as stopped:
            going_on, times = replace(order, handover=stopped.handover), times + 1
    assert [each.tobytes() for each in listening.pictures.values()] == whole
    assert times == 8


@pytest.mark.parametrize(
    "other", [{"seed": 8}, {"prompt": "else"}, {"steps": 13}, {"scheduler": "ddim"}, {"count": 2}]
)
def test_one_of_another_job_is_ignored(
    by_family: dict[str, Pipeline], other: dict[str, Any]
) -> None:
    pipeline, order = by_family["sd"], _job(steps=STEPS, scheduler="euler")
    left = _interrupt(pipeline, order, 5)
    changed = Order(order.job.model_copy(update=other))
    made, _, rendered = _make(pipeline, replace(changed, handover=left))
    assert rendered.resumed_steps == 0
    assert made == _make(pipeline, changed)[0]


@pytest.mark.parametrize(
    "content",
    [b"", b"\x80\x04K\x01.", b"\xff" * 64, b"\0" * 64],
    ids=["empty", "pickle", "ones", "zeros"],
)
def test_bytes_that_are_none_are_ignored(by_family: dict[str, Pipeline], content: bytes) -> None:
    pipeline, order = by_family["sd"], _job()
    made, _, rendered = _make(pipeline, replace(order, handover=content))
    assert rendered.resumed_steps == 0
    assert made == _make(pipeline, order)[0]


@pytest.mark.parametrize("reason", [Reason.CANCELLED, Reason.LEASE_LOST])
def test_nothing_is_left_for_nobody(by_family: dict[str, Pipeline], reason: Reason) -> None:
    with pytest.raises(Stopped) as caught:
        by_family["sd"].render(_job(), Listening(stop_at=2, reason=reason))
    assert caught.value.handover is None
