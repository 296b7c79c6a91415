"""All kinds of jobs on each family, with the steps that are billed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL.Image import Image

from services.contracts.jobs import JobKind
from tests.worker.jobs import make_job
from tests.worker.pipelines.listening import Listening, pictures_of
from worker.pipelines.kinds import steps_of
from worker.pipelines.pipeline import Order, Pipeline

# diffusers' own schedulers hand torch tensors to numpy 2 in a way that numpy warns about.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

FAMILIES = ("sd", "sdxl", "sd3", "flux")
CHANGES: dict[JobKind, dict[str, Any]] = {
    JobKind.TEXT_TO_IMAGE: {},
    JobKind.IMAGE_TO_IMAGE: {"strength": 0.6},
    JobKind.INPAINT: {"strength": 1.0},
    JobKind.UPSCALE: {"factor": 2, "width": 128, "height": 128, "prompt": ""},
}


def order_of(kind: JobKind, source: Image, mask: Image, **changes: Any) -> Order:
    """A small job of this kind."""
    job = make_job(**({"kind": kind} | CHANGES[kind] | changes))
    if kind is JobKind.TEXT_TO_IMAGE:
        return Order(job)
    fitted = source.resize((job.width, job.height))
    return Order(job, fitted, mask if kind is JobKind.INPAINT else None)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("kind", list(JobKind))
def test_each_kind_is_made_twice_the_same(
    by_family: dict[str, Pipeline], source: Image, mask: Image, family: str, kind: JobKind
) -> None:
    order = order_of(kind, source, mask, count=2)
    first, again = (pictures_of(by_family[family], order) for _ in range(2))
    assert [each.tobytes() for each in first] == [each.tobytes() for each in again]
    assert first[0].tobytes() != first[1].tobytes()
    assert first[0].size == (order.job.width, order.job.height)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("kind", [JobKind.IMAGE_TO_IMAGE, JobKind.INPAINT])
@pytest.mark.parametrize(
    ("steps", "strength"), [(1, 0.5), (10, 0.3), (7, 0.01), (12, 0.99), (5, 1)]
)
def test_the_steps_that_are_billed_are_computed(
    by_family: dict[str, Pipeline],
    source: Image,
    mask: Image,
    family: str,
    kind: JobKind,
    steps: int,
    strength: float,
) -> None:
    order = order_of(kind, source, mask, steps=steps, strength=strength)
    listening = Listening()
    by_family[family].render(order, listening)
    billed = steps_of(order.job)
    assert listening.steps == [(done, billed) for done in range(billed + 1)]


def test_an_upscale_computes_all_its_steps(
    by_family: dict[str, Pipeline], source: Image, mask: Image
) -> None:
    for steps in (1, 4, 30):
        listening = Listening()
        by_family["sd"].render(order_of(JobKind.UPSCALE, source, mask, steps=steps), listening)
        assert len(listening.steps) == steps + 1


def test_a_weak_change_stays_near_its_source(
    by_family: dict[str, Pipeline], source: Image, mask: Image
) -> None:
    weak, strong = (
        pictures_of(
            by_family["sd"],
            order_of(JobKind.IMAGE_TO_IMAGE, source, mask, steps=20, strength=strength),
        )[0].tobytes()
        for strength in (0.05, 1.0)
    )
    assert weak != strong


@pytest.mark.parametrize("family", FAMILIES)
def test_what_the_mask_leaves_out_is_untouched(
    by_family: dict[str, Pipeline], source: Image, mask: Image, family: str
) -> None:
    (picture,) = pictures_of(by_family[family], order_of(JobKind.INPAINT, source, mask))
    made, before = np.asarray(picture), np.asarray(source)
    assert (made[:, :32] == before[:, :32]).all()
    assert (made[:, 32:] != before[:, 32:]).any()


def test_a_preview_is_small(by_family: dict[str, Pipeline], source: Image, mask: Image) -> None:
    for pipeline in by_family.values():
        listening = Listening()
        pipeline.render(order_of(JobKind.TEXT_TO_IMAGE, source, mask), listening)
        looks = [look() for look in listening.looks]
        assert len(looks) == 4
        assert all(look is not None and max(look.size) == 128 for look in looks)
