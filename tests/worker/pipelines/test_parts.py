"""Parts that were read past the libraries are what the libraries would have loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from tests.worker.pipelines import families
from worker.checkpoints.tiny import build_tiny
from worker.pipelines.device import choose_device
from worker.pipelines.loading import _auto_class, _left_out
from worker.pipelines.parts import read_parts

BUILDERS: dict[str, Callable[[Path], None]] = {
    "sd": build_tiny,
    "sdxl": families.build_sdxl,
    "sd3": families.build_sd3,
    "flux": families.build_flux,
}


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
@pytest.mark.parametrize("family", list(BUILDERS))
def test_every_part_is_the_same(tmp_path: Path, family: str, dtype: str) -> None:
    BUILDERS[family](tmp_path)
    device = choose_device("cpu", dtype, None)
    parts = read_parts(tmp_path, device)
    plain = _auto_class().from_pretrained(
        str(tmp_path), dtype=device.dtype, local_files_only=True, **_left_out(tmp_path)
    )
    assert parts.keys() == {"vae", "unet"} & set(plain.components) | {"vae", "transformer"} & set(
        plain.components
    )
    for name in parts:
        module = plain.components[name]
        assert parts[name].training == module.training
        for of in ("named_parameters", "named_buffers"):
            ours, theirs = dict(getattr(parts[name], of)()), dict(getattr(module, of)())
            assert ours.keys() == theirs.keys()
            assert all(same(ours[each], theirs[each]) for each in theirs)


def test_what_is_unusual_is_left_to_the_library(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    build_tiny(tmp_path)
    file = tmp_path / "vae" / "diffusion_pytorch_model.safetensors"
    renamed = {f"old.{name}": tensor for name, tensor in load_file(file).items()}
    save_file(renamed, file, metadata={"format": "pt"})
    assert read_parts(tmp_path, choose_device("cpu", "auto", None)).keys() == {"unet"}


def same(one: torch.Tensor, other: torch.Tensor) -> bool:
    return one.dtype == other.dtype and torch.equal(one, other)
