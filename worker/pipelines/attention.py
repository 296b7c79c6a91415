"""Which implementation of attention a denoiser uses, when another than torch's choice is asked for.

diffusers has two ways: transformers take a back end by name, UNets only slices and xformers. What
can't be had here is told and left: torch's own `scaled_dot_product_attention` (sdpa) always works.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import structlog
import torch

from worker.pipelines.device import Device

SDPA: Final = "sdpa"
SLICED: Final = "sliced"
XFORMERS: Final = "xformers"
# By diffusers' names.
_BACKENDS: Final[Mapping[str, str]] = MappingProxyType(
    {"cudnn": "_native_cudnn", "flash": "flash", XFORMERS: "xformers"}
)
_NATIVE = "native"
_PROBE_SHAPE = (1, 64, 4, 64)  # pictures, tokens, heads, width of a head

log = structlog.get_logger()


def use_attention(pipeline: Any, name: str, device: Device) -> str:  # noqa: ANN401 - diffusers is untyped
    """The name of what is used now."""
    denoiser = getattr(pipeline, "unet", None) or pipeline.transformer
    if name == SDPA:
        return SDPA
    if name == SLICED:
        return SLICED if _slices(pipeline, denoiser) else SDPA
    if name == XFORMERS and not _takes_backends(denoiser):
        return _tried(name, pipeline.enable_xformers_memory_efficient_attention)
    if not _takes_backends(denoiser):
        return _left(name, "this checkpoint's denoiser has only sdpa, sliced and xformers")
    used = _tried(name, lambda: _set(denoiser, _BACKENDS[name], device))
    if used == SDPA:
        denoiser.set_attention_backend(_NATIVE)  # for the process too: diffusers keeps the last one
    return used


def _slices(pipeline: Any, denoiser: Any) -> bool:  # noqa: ANN401
    if not hasattr(denoiser, "set_attention_slice"):
        _left(SLICED, "this checkpoint's denoiser can't slice it")
        return False
    pipeline.enable_attention_slicing("auto")
    return True


def _takes_backends(denoiser: Any) -> bool:  # noqa: ANN401
    processors = (getattr(part, "processor", None) for part in denoiser.modules())
    return any(hasattr(each, "_attention_backend") for each in processors)


def _set(denoiser: Any, backend: str, device: Device) -> None:  # noqa: ANN401
    """Set it and try it: some refuse the device or the precision only when they are called."""
    from diffusers.models.attention_dispatch import dispatch_attention_fn

    denoiser.set_attention_backend(backend)
    probe = torch.ones(_PROBE_SHAPE, dtype=device.dtype, device=device.kind)
    with torch.inference_mode():
        dispatch_attention_fn(probe, probe, probe)


def _tried(name: str, use: Callable[[], object]) -> str:
    try:
        use()
    except Exception as error:  # noqa: BLE001 - each library has its own way to refuse
        return _left(name, f"{type(error).__name__}: {error}".splitlines()[0][:200])
    return name


def _left(name: str, why: str) -> str:
    log.warning("attention_unusable", wanted=name, why=why, used=SDPA)
    return SDPA
