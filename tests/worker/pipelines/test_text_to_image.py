"""Text to image on the CPU: what a seed promises, and how a job is stopped or refused."""

from __future__ import annotations

import numpy as np
import pytest
from PIL.Image import Image

from tests.worker.jobs import make_job
from tests.worker.pipelines.listening import Listening, pictures_of
from worker.checkpoints.shelf import Shelved
from worker.errors import JobFailure, Reason, Stopped
from worker.pipelines.device import choose_device, limit_threads
from worker.pipelines.loading import loader
from worker.pipelines.pipeline import Order, Pipeline

# Batches take other summation orders: at most one level of 255 lies between them on the CPU.
BATCH_DRIFT_LEVELS = 2


@pytest.fixture(scope="module")
def pipelines() -> dict[int, Pipeline]:
    return {}


@pytest.fixture
def pipeline(tiny: Shelved, pipelines: dict[int, Pipeline]) -> Pipeline:
    return _load(tiny, pipelines, batch_size=1)


def test_a_seed_gives_the_same_bytes_again(pipeline: Pipeline) -> None:
    assert _bytes(pipeline, seed=7) == _bytes(pipeline, seed=7)
    assert _bytes(pipeline, seed=7) != _bytes(pipeline, seed=8)


def test_other_words_give_another_picture(pipeline: Pipeline) -> None:
    plain = _bytes(pipeline)
    assert plain != _bytes(pipeline, prompt="a blue dog")
    assert plain != _bytes(pipeline, negative_prompt="a tree")


def test_a_picture_does_not_depend_on_its_position(pipeline: Pipeline) -> None:
    many = pictures_of(pipeline, make_job(seed=7, count=3))
    for position, picture in enumerate(many):
        assert picture.tobytes() == _bytes(pipeline, seed=7 + position)[0]


def test_batches_differ_from_single_pictures_by_rounding_only(
    tiny: Shelved, pipelines: dict[int, Pipeline], pipeline: Pipeline
) -> None:
    batched = pictures_of(_load(tiny, pipelines, batch_size=2), make_job(count=3))
    single = pictures_of(pipeline, make_job(count=3))
    drift = max(_drift(one, other) for one, other in zip(batched, single, strict=True))
    assert drift <= BATCH_DRIFT_LEVELS


# diffusers' own schedulers hand torch tensors to numpy 2 in a way that numpy warns about.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("scheduler", ["ddim", "euler_ancestral", "dpmpp_2m_karras", "unipc"])
def test_schedulers_are_deterministic_and_leave_no_trace(
    pipeline: Pipeline, scheduler: str
) -> None:
    before = _bytes(pipeline)
    assert _bytes(pipeline, scheduler=scheduler) == _bytes(pipeline, scheduler=scheduler)
    assert _bytes(pipeline) == before


@pytest.mark.parametrize(("width", "height"), [(128, 64), (256, 512)])
def test_sizes_other_than_the_native_one(pipeline: Pipeline, width: int, height: int) -> None:
    (picture,) = pictures_of(pipeline, make_job(width=width, height=height, steps=1))
    assert picture.size == (width, height)


def test_each_step_is_a_boundary_and_a_job_can_end_there(pipeline: Pipeline) -> None:
    listening = Listening(stop_at=7, reason=Reason.CANCELLED)
    with pytest.raises(Stopped) as caught:
        pipeline.render(Order(make_job(count=2, steps=4)), listening)
    done = [0, 1, 2, 3, 4, 4, 5, 6]
    assert listening.steps == [(each, 8) for each in done]
    assert caught.value.handover is None
    assert _bytes(pipeline) == _bytes(pipeline)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "sculpture"}, "kind_unsupported"),
        ({"kind": "upscale"}, "job_invalid"),
        ({"kind": "inpaint"}, "job_invalid"),
        ({"width": 65}, "job_invalid"),
        ({"scheduler": "none such"}, "scheduler_unusable"),
        ({"scheduler": "flow_euler"}, "scheduler_unusable"),
    ],
)
def test_what_can_not_be_made_is_refused_for_good(
    pipeline: Pipeline, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(JobFailure) as caught:
        pictures_of(pipeline, make_job(**changes))
    assert (caught.value.code, caught.value.retryable) == (code, False)


def test_its_size_is_measured(tiny: Shelved, pipeline: Pipeline) -> None:
    assert 0.9 < pipeline.size_bytes / tiny.manifest.size_bytes < 1


def _load(tiny: Shelved, pipelines: dict[int, Pipeline], batch_size: int) -> Pipeline:
    if batch_size not in pipelines:
        limit_threads(1)
        device = choose_device("cpu", "auto", None)
        pipelines[batch_size] = loader(device, batch_size)(tiny)
    return pipelines[batch_size]


def _bytes(pipeline: Pipeline, **changes: object) -> list[bytes]:
    return [picture.tobytes() for picture in pictures_of(pipeline, make_job(**changes))]


def _drift(one: Image, other: Image) -> int:
    return int(np.abs(np.asarray(one).astype(int) - np.asarray(other).astype(int)).max())
