"""Which kinds of checkpoints can be served, told from the files alone. No weights are read."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.contracts.checkpoints import ABILITIES
from worker.errors import InstallFailure

NATIVE_EDGE_WITHOUT_HINT_PIXELS = 1024


@dataclass(frozen=True)
class Family:
    """`pipeline` is diffusers' class; `mark` is a weight's name that only its single files have."""

    name: str
    pipeline: str
    mark: str
    abilities: tuple[str, ...] = ABILITIES


# The marks are tried in this order: the last one is found in older families' files too.
FAMILIES = (
    Family("sdxl", "StableDiffusionXLPipeline", "conditioner.embedders.1.model.ln_final.weight"),
    Family("sd3", "StableDiffusion3Pipeline", "model.diffusion_model.joint_blocks.0.x_block.mlp"),
    Family("flux", "FluxPipeline", "double_blocks.0.img_attn.norm.key_norm.scale"),
    Family("sd", "StableDiffusionPipeline", "model.diffusion_model.input_blocks.0.0.weight"),
)


def family_of_folder(folder: Path) -> Family:
    """The family that `model_index.json` names."""
    name = read_index(folder).get("_class_name")
    for family in FAMILIES:
        if family.pipeline == name:
            return family
    raise _unknown(f"its pipeline is {name!r}")


def family_of_weights(names: set[str]) -> Family:
    """The family of a single file with these weights."""
    for family in FAMILIES:
        if any(family.mark in name for name in names):
            return family
    raise _unknown("its weights have no known names")


def native_edge_pixels(folder: Path) -> int:
    """The edge length the checkpoint was trained for: latent size times the decoder's scale."""
    denoiser = _read(folder / "unet" / "config.json") or _read(
        folder / "transformer" / "config.json"
    )
    sample_size = denoiser.get("sample_size")
    if not isinstance(sample_size, int):
        return NATIVE_EDGE_WITHOUT_HINT_PIXELS
    levels = _read(folder / "vae" / "config.json").get("block_out_channels") or [0] * 4
    return int(sample_size * 2 ** (len(levels) - 1))


def text_width(folder: Path) -> int:
    """Width of the text states that a UNet takes, or 0. It tells Stable Diffusion 1 from 2."""
    width = _read(folder / "unet" / "config.json").get("cross_attention_dim")
    return width if isinstance(width, int) else 0


def read_index(folder: Path) -> dict[str, Any]:
    """`model_index.json`; raises InstallFailure when the folder has none."""
    index = _read(folder / "model_index.json")
    if not index:
        raise InstallFailure(
            "checkpoint_not_diffusers",
            "there is no model_index.json in it",
            "Give a repository or folder in diffusers' layout, or a single .safetensors file.",
        )
    return index


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _unknown(why: str) -> InstallFailure:
    return InstallFailure(
        "checkpoint_family_unknown",
        f"this is no checkpoint that can be served: {why}",
        f"Use one of these families: {', '.join(family.name for family in FAMILIES)}.",
    )
