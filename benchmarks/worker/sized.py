"""A checkpoint of Stable Diffusion's shape with random weights: a picture takes about a second."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from worker.checkpoints import tiny
from worker.checkpoints.install import install
from worker.checkpoints.shelf import Shelf, Shelved
from worker.checkpoints.sources import Folder

EDGE_PIXELS = 256


def shelved(folder: Path) -> Shelved:
    """Installed as `sized` in this folder."""
    source = folder.with_name("sized-source")
    _build(source)
    install(Folder(source), "sized", folder)
    found = Shelf(folder).find("sized")
    assert found
    return found


def _build(folder: Path) -> None:
    """The tiny one with a denoiser that is wider."""
    import diffusers

    tiny.build_tiny(folder)
    kind: Any = diffusers.UNet2DConditionModel
    kind(
        sample_size=EDGE_PIXELS // 8,
        layers_per_block=1,
        block_out_channels=(128, 256),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=32,
        attention_head_dim=32,
    ).save_pretrained(str(folder / "unet"))
