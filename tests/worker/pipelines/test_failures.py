"""Vendors' exceptions become ours, and none of their text goes out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from worker.checkpoints.shelf import Shelved
from worker.errors import JobFailure
from worker.pipelines.device import choose_device
from worker.pipelines.failures import render_failures
from worker.pipelines.loading import loader


@pytest.mark.parametrize(
    ("error", "code", "retryable", "fatal"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), "out_of_memory", True, False),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "out_of_memory", True, False),
        (RuntimeError("CUDA error: an illegal memory access"), "device_lost", True, True),
        (ValueError("a secret prompt"), "job_invalid", False, False),
        (RuntimeError("a secret prompt"), "render_failed", True, False),
    ],
)
def test_what_breaks_while_rendering(
    error: Exception, code: str, retryable: bool, fatal: bool
) -> None:
    with pytest.raises(JobFailure) as caught, render_failures():
        raise error
    failure = caught.value
    assert (failure.code, failure.retryable, failure.fatal) == (code, retryable, fatal)
    assert "secret" not in failure.detail


@pytest.mark.parametrize("part", ["unet/diffusion_pytorch_model.safetensors", "model_index.json"])
def test_a_damaged_checkpoint_is_named_as_such(tiny: Shelved, tmp_path: Path, part: str) -> None:
    shutil.copytree(tiny.folder, tmp_path / "damaged")
    (tmp_path / "damaged" / part).write_bytes(b"not what it was")
    load = loader(choose_device("cpu", "auto", None), None)
    with pytest.raises(JobFailure) as caught:
        load(Shelved(tiny.manifest, tmp_path / "damaged"))
    assert caught.value.code == "checkpoint_broken"
