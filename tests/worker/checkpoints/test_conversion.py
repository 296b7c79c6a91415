"""A single file becomes a checkpoint with the same weights, in the precision it has."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.worker.checkpoints.single_file import save_single_file
from worker.checkpoints.install import install
from worker.checkpoints.shelf import Shelved
from worker.checkpoints.sources import SingleFile
from worker.errors import InstallFailure

PARTS = ("unet", "vae", "text_encoder")


def test_every_weight_arrives(tiny: Shelved, tmp_path: Path) -> None:
    save_single_file(tiny.folder, tmp_path / "shared.safetensors")
    source = SingleFile(tmp_path / "shared.safetensors", like=str(tiny.folder))
    manifest = install(source, "shared", tmp_path / "shelf")
    assert (manifest.family, manifest.width) == ("sd", 64)
    for part in PARTS:
        before, after = _weights(tiny.folder / part), _weights(tmp_path / "shelf/shared" / part)
        assert after.keys() == before.keys()
        assert all(torch.equal(after[name], before[name].half()) for name in before)


def test_a_file_that_does_not_fit_its_configuration_is_refused(
    tiny: Shelved, tmp_path: Path
) -> None:
    save_single_file(tiny.folder, tmp_path / "shared.safetensors")
    source = SingleFile(tmp_path / "shared.safetensors", like=str(tmp_path))
    with pytest.raises(InstallFailure) as caught:
        install(source, "shared", tmp_path / "shelf")
    assert caught.value.code == "checkpoint_conversion_failed"


def _weights(folder: Path) -> dict[str, torch.Tensor]:
    (file,) = folder.glob("*.safetensors")
    return load_file(file)
