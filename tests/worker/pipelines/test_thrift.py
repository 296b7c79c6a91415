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
from worker.pipelines.device import Device, choose_device, limit_threads
from worker.pipelines.loading import loader
from worker.pipelines.options import Options
from worker.pipelines.painter import Painter
from worker.pipelines.pipeline import Order
from worker.pipelines.thrift import Thrift


@pytest.fixture
def painter(tiny: Shelved) -> Painter:
    return load(tiny)


def load(tiny: Shelved, options: Options | None = None) -> Painter:
    limit_threads(1)
    made = loader(choose_device("cpu", "auto", None), 4, options)(tiny)
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


def test_what_there_is_no_memory_to_take_back_stays_until_there_is(painter: Painter) -> None:
    loaded: Any = painter._loaded
    taken_back = loaded.vae.disable_tiling

    def refuse() -> None:
        loaded.vae.disable_tiling = taken_back
        raise torch.OutOfMemoryError("CUDA out of memory")

    loaded.vae.disable_tiling = refuse
    listening = Listening()
    with small_memory(painter, lambda _pictures: loaded.vae.use_tiling):
        assert painter.render(Order(make_job()), listening).fallbacks == ("vae_tiling",)
    assert len(listening.pictures) == 1
    assert loaded.vae.use_tiling
    assert painter.render(Order(make_job()), Listening()).fallbacks == ("vae_tiling",)
    assert not loaded.vae.use_tiling
    assert painter.render(Order(make_job()), Listening()).fallbacks == ()


def test_a_device_that_fails_while_it_is_taken_back_is_named(painter: Painter) -> None:
    loaded: Any = painter._loaded

    def fail() -> None:
        raise RuntimeError("CUDA error: an illegal memory access")

    loaded.vae.disable_tiling = fail
    with (
        small_memory(painter, lambda _pictures: loaded.vae.use_tiling),
        pytest.raises(JobFailure) as caught,
    ):
        painter.render(Order(make_job()), Listening())
    assert (caught.value.code, caught.value.fatal) == ("device_lost", True)


@pytest.mark.parametrize(
    ("wanted", "stays"), [("sliced", "SlicedAttnProcessor"), ("sdpa", "AttnProcessor2_0")]
)
def test_the_settings_attention_is_still_there_afterwards(
    tiny: Shelved, wanted: str, stays: str
) -> None:
    painter = load(tiny, Options(attention=wanted))
    with small_memory(painter, lambda _pictures: False), pytest.raises(JobFailure):
        painter.render(Order(make_job()), Listening())
    loaded: Any = painter._loaded
    assert {type(each).__name__ for each in loaded.unet.attn_processors.values()} == {stays}


class Placed:
    """Says yes to whatever it is asked, and remembers what that was."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name == "vae":
            return self
        return lambda *_arguments, **_named: self.asked.append(name)


@pytest.mark.parametrize(
    ("options", "measures"),
    [
        (Options(), ["vae_tiling", "attention_slicing", "cpu_offload"]),
        (Options(offload=True), ["vae_tiling", "attention_slicing"]),
        (Options(attention="xformers"), ["vae_tiling", "cpu_offload"]),
        (Options(attention="sliced", offload=True), ["vae_tiling"]),
    ],
)
def test_what_the_settings_have_on_is_no_measure(options: Options, measures: list[str]) -> None:
    thrift, pipeline = Thrift(Device("cuda", torch.float16, 0), options), Placed()
    with thrift.for_job():
        while thrift.tighten(pipeline, 1):
            pass
        assert thrift.fallbacks == measures
    assert ("remove_all_hooks" in pipeline.asked) is ("cpu_offload" in measures)
    assert ("disable_attention_slicing" in pipeline.asked) is ("attention_slicing" in measures)
