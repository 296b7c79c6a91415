"""A single .safetensors file turned into diffusers' layout, in the precision it has."""

from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open

from worker.checkpoints.families import Family, family_of_weights
from worker.errors import InstallFailure
from worker.pipelines.quiet import hide_progress_bars

_DTYPES = {"F16": torch.float16, "BF16": torch.bfloat16}


def convert_single_file(path: Path, like: str | None, folder: Path) -> None:
    """`like` is a folder or a hub id with the configuration; diffusers' own choice without it."""
    family, dtype = _inspect(path)
    hide_progress_bars()
    pipeline = _read(path, family, dtype, like)
    pipeline.save_pretrained(str(folder), safe_serialization=True)


def _inspect(path: Path) -> tuple[Family, torch.dtype]:
    try:
        with safe_open(path, framework="pt") as weights:
            names = list(weights.keys())
            dtype = weights.get_slice(names[0]).get_dtype() if names else ""
    except (SafetensorError, OSError) as error:
        raise InstallFailure(
            "checkpoint_broken",
            f"{path.name} is no whole safetensors file",
            "Download it again and compare its checksum.",
        ) from error
    return family_of_weights(set(names)), _DTYPES.get(dtype, torch.float32)


def _read(path: Path, family: Family, dtype: torch.dtype, like: str | None) -> Any:  # noqa: ANN401
    import diffusers

    kind = getattr(diffusers, family.pipeline)
    options = {"config": like} if like else {}
    try:
        return kind.from_single_file(str(path), dtype=dtype, **options)
    except Exception as error:
        raise InstallFailure(
            "checkpoint_conversion_failed",
            f"{path.name} could not be read as {family.name} ({type(error).__name__})",
            "Its configuration comes from the hub; without a network give --like FOLDER, "
            "a checkpoint of the same family in diffusers' layout.",
        ) from error
