"""Too little memory: smaller batches, then thriftier ways; told, and taken back after the job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
import torch

from tests.worker.jobs import make_job
from tests.worker.pipelines.listening import Listening, pictures_of
from worker.checkpoints.shelf import Shelved
from worker.errors import JobFailure
from worker.pipelines.device import choose_device, limit_threads
from worker.pipelines.loading import loader
from worker.pipelines.painter import Painter
from worker.pipelines.pipeline import Order


@pytest.fixture
def painter(tiny: Shelved) -> Painter:
    limit_threads(1)
    made = loader(choose_device("cpu", "auto", None), 4)(tiny)
    assert isinstance(made, Painter)
    return made


@contextmanager
def small_memory(painter: Painter, fits: Any) -> Iterator[None]:
    """The denoiser runs out of memory unless `fits(pictures in the batch)`."""
    loaded: Any = painter._loaded
    unet = loaded.unet

    def refuse(_module: object, arguments: tuple[torch.Tensor, ...]) -> None:
        if not fits(arguments[0].shape[0] // 2):
            raise torch.OutOfMemoryError("CUDA out of memory")

    hook = unet.register_forward_pre_hook(refuse)
    try:
        yield
    finally:
        hook.remove()


def test_a_batch_is_made_smaller_and_told(painter: Painter) -> None:
    order = Order(make_job(count=4))
    whole = pictures_of(painter, order)
    listening = Listening()
    with small_memory(painter, lambda pictures: pictures <= 1):
        rendered = painter.render(order, listening)
    assert rendered.fallbacks == ("smaller_batch",)
    for made, expected in zip(listening.pictures.values(), whole, strict=True):
        drift = np.abs(np.asarray(made).astype(int) - np.asarray(expected).astype(int)).max()
        assert drift <= 2
    assert painter.render(order, Listening()).fallbacks == ()


def test_then_thriftier_ways_are_taken_and_taken_back(painter: Painter) -> None:
    loaded: Any = painter._loaded
    with small_memory(painter, lambda _pictures: loaded.vae.use_tiling):
        rendered = painter.render(Order(make_job()), Listening())
    assert rendered.fallbacks == ("vae_tiling",)
    assert not loaded.vae.use_tiling
    assert painter.render(Order(make_job()), Listening()).fallbacks == ()


def test_what_never_fits_fails_and_leaves_no_trace(painter: Painter) -> None:
    order = Order(make_job(count=2))
    before = [each.tobytes() for each in pictures_of(painter, order)]
    with small_memory(painter, lambda _pictures: False), pytest.raises(JobFailure) as caught:
        painter.render(order, Listening())
    assert (caught.value.code, caught.value.retryable) == ("out_of_memory", True)
    assert [each.tobytes() for each in pictures_of(painter, order)] == before
