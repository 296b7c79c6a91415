"""Several jobs in one call: each keeps its noise, its boundaries and its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest
from PIL.Image import Image

from services.contracts.schedulers import Scheduler, fits
from tests.worker.jobs import make_job
from tests.worker.pipelines.listening import Listening, pictures_of
from tests.worker.pipelines.test_text_to_image import BATCH_DRIFT_LEVELS
from tests.worker.pipelines.test_thrift import load, small_memory
from worker.checkpoints.shelf import Shelved
from worker.errors import JobFailure, Reason, Stopped
from worker.pipelines.painter import Painter
from worker.pipelines.pipeline import Ending, Order, Pipeline, Rendered, render_each

STEPS = 6
FAMILIES = ("sd", "sdxl", "sd3", "flux")

# diffusers' own schedulers hand torch tensors to numpy 2 in a way that numpy warns about.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def kin(count: int = 3, **changes: Any) -> list[Order]:
    """Jobs of the same terms, with words and seeds of their own; the second makes two pictures."""
    words = ("a red cat", "a blue dog on a hill", "the sea")
    return [
        Order(make_job(prompt=words[i], seed=7 * i, count=1 + i % 2, steps=STEPS, **changes))
        for i in range(count)
    ]


def together(
    pipeline: Pipeline, orders: Sequence[Order], *listeners: Listening
) -> tuple[list[Listening], list[Ending]]:
    heard = list(listeners) or [Listening() for _ in orders]
    return heard, render_each(pipeline, list(zip(orders, heard, strict=True)))


def drift(one: Sequence[Image], other: Sequence[Image]) -> int:
    pairs = zip(one, other, strict=True)
    return max(int(np.abs(np.asarray(a).astype(int) - np.asarray(b)).max()) for a, b in pairs)


def calls_of(pipeline: Pipeline, orders: Sequence[Order]) -> int:
    """How often the denoiser is asked for these."""
    loaded = cast("Any", pipeline)._loaded
    denoiser = getattr(loaded, "unet", None) or loaded.transformer
    asked: list[int] = []
    hook = denoiser.register_forward_pre_hook(lambda *_given: asked.append(1))
    together(pipeline, orders)
    hook.remove()
    return len(asked)


@pytest.mark.parametrize("family", FAMILIES)
def test_one_alone_is_what_diffusers_makes_of_it(
    by_family: dict[str, Pipeline], family: str
) -> None:
    import torch

    pipeline, (order,) = by_family[family], kin(1)
    heard, _ = together(pipeline, [order])
    made = cast("Any", pipeline)._loaded(
        prompt=order.job.prompt,
        width=order.job.width,
        height=order.job.height,
        num_inference_steps=STEPS,
        guidance_scale=order.job.guidance_scale,
        generator=torch.Generator("cpu").manual_seed(order.job.seed),
    )
    assert heard[0].pictures[0].tobytes() == made.images[0].tobytes()


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("negative_prompt", ["", "a tree"])
def test_each_job_gets_its_own_pictures(
    by_family: dict[str, Pipeline], family: str, negative_prompt: str
) -> None:
    pipeline, orders = by_family[family], kin(negative_prompt=negative_prompt, scheduler=None)
    heard, endings = together(pipeline, orders)
    assert [ending.outcome for ending in endings] == [Rendered()] * 3
    for order, listening in zip(orders, heard, strict=True):
        assert drift([*listening.pictures.values()], pictures_of(pipeline, order)) <= (
            BATCH_DRIFT_LEVELS
        )
        assert listening.steps[-1] == (STEPS * order.job.count,) * 2
    assert calls_of(pipeline, orders) == 2 * calls_of(pipeline, orders[:1])


@pytest.mark.parametrize("scheduler", [each for each in Scheduler if fits(each, "sd")])
@pytest.mark.parametrize("boundary", [0, 2, 4, STEPS])
def test_each_is_handed_over_and_goes_on_alone(
    by_family: dict[str, Pipeline], scheduler: Scheduler, boundary: int
) -> None:
    pipeline, orders = by_family["sd"], kin(scheduler=scheduler)
    _, endings = together(pipeline, orders, *(Listening(stop_at=boundary) for _ in orders))
    for order, ending in zip(orders, endings, strict=True):
        assert isinstance(ending.outcome, Stopped)
        assert (ending.outcome.handover is None) == (boundary == 0)
        resumed = Listening()
        rendered = pipeline.render(replace(order, handover=ending.outcome.handover), resumed)
        assert rendered.resumed_steps > 0 or boundary == 0
        assert drift([*resumed.pictures.values()], pictures_of(pipeline, order)) <= (
            BATCH_DRIFT_LEVELS
        )


@pytest.mark.parametrize("family", ["sdxl", "sd3", "flux"])
def test_so_it_is_on_each_family(by_family: dict[str, Pipeline], family: str) -> None:
    pipeline, orders = by_family[family], kin(2, scheduler=None)
    _, endings = together(pipeline, orders, Listening(stop_at=3), Listening(stop_at=3))
    for order, ending in zip(orders, endings, strict=True):
        assert isinstance(ending.outcome, Stopped)
        resumed = Listening()
        pipeline.render(replace(order, handover=ending.outcome.handover), resumed)
        assert drift([*resumed.pictures.values()], pictures_of(pipeline, order)) <= (
            BATCH_DRIFT_LEVELS
        )


def test_one_that_was_handed_over_is_made_beside_the_others_byte_for_byte(
    by_family: dict[str, Pipeline],
) -> None:
    pipeline, orders = by_family["sd"], kin()
    with pytest.raises(Stopped) as caught:
        pipeline.render(orders[0], Listening(stop_at=4))
    resumed = replace(orders[0], handover=caught.value.handover)
    heard, endings = together(pipeline, [resumed, *orders[1:]])
    assert [ending.outcome for ending in endings] == [Rendered((), 4), Rendered(), Rendered()]
    assert heard[0].pictures[0].tobytes() == pictures_of(pipeline, orders[0])[0].tobytes()


def test_one_that_is_cancelled_leaves_and_the_others_go_on(by_family: dict[str, Pipeline]) -> None:
    pipeline, orders = by_family["sd"], kin()
    leaving = Listening(stop_at=2, reason=Reason.CANCELLED)
    heard, endings = together(pipeline, orders, Listening(), leaving, Listening())
    left, *others = endings[1], endings[0], endings[2]
    assert isinstance(left.outcome, Stopped)
    assert (left.outcome.reason, left.outcome.handover) == (Reason.CANCELLED, None)
    assert (len(leaving.steps), leaving.pictures) == (3, {})
    assert [ending.outcome for ending in others] == [Rendered(), Rendered()]
    for i in (0, 2):
        alone = pictures_of(pipeline, orders[i])
        assert drift([*heard[i].pictures.values()], alone) <= BATCH_DRIFT_LEVELS
    assert left.weight > 0


def test_a_call_that_nobody_waits_for_is_left(by_family: dict[str, Pipeline]) -> None:
    orders = kin()
    waits = [Listening(stop_at=2 + i, reason=Reason.CANCELLED) for i in range(3)]
    together(by_family["sd"], orders, *waits)
    assert [len(each.steps) for each in waits] == [3, 4, 5]


def test_a_picture_that_is_held_back_fails_its_own_job_alone(
    by_family: dict[str, Pipeline],
) -> None:
    class Judging(Listening):
        def on_picture(self, position: int, picture: Image) -> None:
            raise JobFailure("content_unsafe", "held back", retryable=False)

    heard, endings = together(by_family["sd"], kin(), Listening(), Judging(), Listening())
    assert isinstance(endings[1].outcome, JobFailure)
    assert [len(each.pictures) for each in heard] == [1, 0, 1]


def test_too_little_memory_for_all_of_them_makes_them_one_by_one(tiny: Shelved) -> None:
    painter, orders = load(tiny), kin()
    alone = [[each.tobytes() for each in pictures_of(painter, order)] for order in orders]
    with small_memory(painter, lambda pictures: pictures <= 2):
        heard, endings = together(painter, orders)
    assert [each.outcome for each in endings] == [Rendered(("smaller_batch",))] * 3
    assert [[each.tobytes() for each in one.pictures.values()] for one in heard] == alone


def test_what_fails_together_is_told_of_each_alone(tiny: Shelved) -> None:
    painter, orders = load(tiny), kin(2, width=68)
    _, endings = together(painter, orders)
    for ending in endings:
        assert isinstance(ending.outcome, JobFailure)
        assert (ending.outcome.code, ending.outcome.retryable) == ("job_invalid", False)


@pytest.mark.parametrize(
    "other",
    [{"negative_prompt": "a tree"}, {"width": 128}, {"guidance_scale": 7.500001},
     {"steps": STEPS + 1}, {"scheduler": "ddim"}],
)  # fmt: skip
def test_what_is_no_kin_is_made_alone(tiny: Shelved, other: dict[str, Any]) -> None:
    painter = load(tiny)
    one = Order(make_job(steps=STEPS))
    stranger = Order(one.job.model_copy(update=other))
    heard, _ = together(painter, [one, stranger])
    for order, listening in zip((one, stranger), heard, strict=True):
        alone = pictures_of(painter, order)
        assert [each.tobytes() for each in listening.pictures.values()] == [
            each.tobytes() for each in alone
        ]


def test_time_is_shared_by_pictures(tiny: Shelved) -> None:
    painter: Painter = load(tiny)
    orders = [Order(make_job(count=count)) for count in (1, 3)]
    _, (one, three) = together(painter, orders)
    assert three.weight == pytest.approx(3 * one.weight)


def test_each_previews_its_own(by_family: dict[str, Pipeline]) -> None:
    pipeline, orders = by_family["sd"], kin(2)
    heard, _ = together(pipeline, orders)
    looks = [cast("Image", listening.looks[0]()).tobytes() for listening in heard]
    assert looks[0] != looks[1]
