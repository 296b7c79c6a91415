"""Which device makes the pictures, in which precision, and how much memory weights may take."""

import os
from dataclasses import dataclass

import psutil
import torch

from worker.errors import DeviceAbsent

BYTES_PER_GIB = 1024**3
# The rest is for activations: a decode at 1024 x 1024 pixels needs several GiB.
SHARE_FOR_WEIGHTS = 0.6
_DTYPES = {
    "float32": torch.float32,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
}
_KINDS = ("cuda", "mps", "cpu")
_DEFAULT_DTYPE = {"cuda": "float16", "mps": "float16", "cpu": "float32"}


@dataclass(frozen=True)
class Device:
    """`kind` is cpu, cuda or mps."""

    kind: str
    dtype: torch.dtype
    weights_budget_bytes: int

    def give_back_memory(self) -> None:
        """Return what torch keeps for later use."""
        if self.kind == "cuda":
            torch.cuda.empty_cache()
        elif self.kind == "mps":
            torch.mps.empty_cache()


def choose_device(kind: str, dtype: str, resident_gib: float | None) -> Device:
    """`auto` takes CUDA, else MPS, else the CPU, which computes in float32. Raises DeviceAbsent."""
    chosen = next(filter(_is_there, _KINDS)) if kind == "auto" else kind
    if not _is_there(chosen):
        raise DeviceAbsent(chosen)
    precision = _DEFAULT_DTYPE[chosen] if dtype == "auto" else dtype
    budget = resident_gib * BYTES_PER_GIB if resident_gib else _memory(chosen) * SHARE_FOR_WEIGHTS
    return Device(chosen, _DTYPES[precision], int(budget))


def limit_threads(threads: int | None) -> int:
    """Leave half of the cores to the rest of the machine unless told otherwise."""
    count = threads or max(1, _cores() // 2)
    torch.set_num_threads(count)
    return count


def _is_there(kind: str) -> bool:
    if kind == "cuda":
        return torch.cuda.is_available()
    return kind == "cpu" or (kind == "mps" and torch.backends.mps.is_available())


def _memory(kind: str) -> int:
    if kind == "cuda":
        return int(torch.cuda.get_device_properties(0).total_memory)
    return int(psutil.virtual_memory().total)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
