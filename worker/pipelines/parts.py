"""The denoiser and the decoder, read by `checkpoints.reading` instead of by diffusers.

A part is made without memory by its own configuration, and then takes the tensors that were read
as they are. Anything unusual (other names, layers to be kept in another precision) is left to the
library, and so are the text encoders: then it is slower and the same.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from worker.checkpoints.families import read_index
from worker.checkpoints.reading import files_of, names_in, read_tensors
from worker.pipelines.device import Device


def read_parts(folder: Path, device: Device) -> dict[str, Any]:
    """Parts on the device, by the names of `model_index.json`; the library loads the others."""
    found = {
        name: _read_part(folder / name, kind[1], device)
        for name, kind in read_index(folder).items()
        if isinstance(kind, list) and kind[0] == "diffusers"
    }
    return {name: part for name, part in found.items() if part is not None}


def _read_part(folder: Path, class_name: str, device: Device) -> Any:  # noqa: ANN401
    files = files_of(folder, "diffusion_pytorch_model")
    if not files:
        return None
    import diffusers
    from accelerate import init_empty_weights

    kind: Any = getattr(diffusers, class_name, None)
    if kind is None or not issubclass(kind, diffusers.ModelMixin) or kind._keep_in_fp32_modules:  # noqa: SLF001 - nowhere else is it said
        return None
    with init_empty_weights():
        made = kind.from_config(kind.load_config(str(folder), local_files_only=True))
    if made.state_dict().keys() != frozenset().union(*map(names_in, files)):
        return None
    tensors = _read(files, device.kind)
    made.load_state_dict({name: _cast(each, device) for name, each in tensors.items()}, assign=True)
    return made.eval()


def _read(files: Sequence[Path], device: str) -> Mapping[str, torch.Tensor]:
    """Tensors as they are stored."""
    return {name: tensor for file in files for name, tensor in read_tensors(file, device).items()}


def _cast(tensor: torch.Tensor, device: Device) -> torch.Tensor:
    return tensor.to(device.dtype) if tensor.is_floating_point() else tensor
