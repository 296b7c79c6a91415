"""Every scheduler that a person may name: the tiny checkpoint draws with it, or refuses it."""

from __future__ import annotations

import pytest

from services.contracts.schedulers import Scheduler, fits
from tests.worker.jobs import make_job
from tests.worker.pipelines.listening import pictures_of
from worker.checkpoints.shelf import Shelved
from worker.errors import JobFailure
from worker.pipelines.device import choose_device, limit_threads
from worker.pipelines.loading import loader
from worker.pipelines.pipeline import Pipeline
from worker.pipelines.schedulers import CLASSES

OF_OTHER_FAMILIES = {Scheduler.FLOW_EULER, Scheduler.FLOW_HEUN}

# diffusers' own schedulers hand torch tensors to numpy 2 in a way that numpy warns about.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture
def pipeline(tiny: Shelved) -> Pipeline:
    limit_threads(1)
    return loader(choose_device("cpu", "auto", None), 1)(tiny)


def test_each_name_has_its_class() -> None:
    assert set(CLASSES) == set(Scheduler)


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_each_draws_in_few_steps_or_is_refused_for_good(pipeline: Pipeline, steps: int) -> None:
    refused = {}
    for scheduler in Scheduler:
        try:
            pictures_of(pipeline, make_job(steps=steps, scheduler=scheduler))
        except JobFailure as failure:
            refused[scheduler] = (failure.code, failure.retryable)
    assert refused == dict.fromkeys(OF_OTHER_FAMILIES, ("scheduler_unusable", False))


@pytest.mark.parametrize("family", ["sd", "sdxl", "sd3", "flux"])
def test_what_is_offered_for_a_family_is_what_it_can_use(
    by_family: dict[str, Pipeline], family: str
) -> None:
    usable, again = set(), False
    for scheduler in Scheduler:
        try:
            pictures_of(by_family[family], make_job(steps=2, scheduler=scheduler))
            usable.add(scheduler)
        except JobFailure as failure:
            again |= failure.retryable
    assert not again
    assert usable == {each for each in Scheduler if fits(each, family)}
