"""Cold reads of weights, ours and safetensors': `python -m benchmarks.worker.weights`.

FOLDER and GIB may follow; else it is 2 GiB in the temporary folder.
A device's memory is stood in for by memory that is there already; to fill fresh memory costs more
than any of the two. `disk` is what the same readers get when they keep nothing: where it is no
faster than `load_file`, the disk is the limit and nothing can be told.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from worker.checkpoints.reading import fill

GOAL, ROUNDS, BYTES_PER_GIB, TENSORS = 2.0, 5, 2**30, 64


def main() -> int:
    """Measure in turns, print GB/s and the ratio; fail when the goal is missed."""
    place, gib = (sys.argv[1:] + [tempfile.gettempdir(), "2"][len(sys.argv) - 1 :])[:2]
    with tempfile.TemporaryDirectory(dir=place) as folder:
        file = _written(Path(folder) / "weights.safetensors", float(gib))
        size = file.stat().st_size
        there = torch.zeros(size, dtype=torch.uint8).add_(1)
        ways: dict[str, Callable[[], object]] = {
            "load_file": lambda: load_file(file),
            "and copied": lambda: _copied(file, there),
            "ours": lambda: fill(there, file),
            "disk": lambda: _read_and_drop(file),
        }
        rates: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, read in ways.items():
                rates[name].append(size / _cold_seconds(file, read) / 1e9)
    for name, found in rates.items():
        low, high = min(found), max(found)
        print(f"{name:10} {statistics.median(found):5.2f} GB/s [{low:.2f}-{high:.2f}]")
    pairs = zip(rates["ours"], rates["load_file"], strict=True)
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"ours / load_file {ratio:.2f} (goal {GOAL})")
    return int(ratio < GOAL)


def _copied(file: Path, there: torch.Tensor) -> None:
    """What mapped tensors still cost before a device has them."""
    at = 0
    for tensor in load_file(file).values():
        there[at : at + tensor.numel()].copy_(tensor)
        at += tensor.numel()


def _written(file: Path, gib: float) -> Path:
    count = int(gib * BYTES_PER_GIB / TENSORS)
    numbers = torch.Generator().manual_seed(1)
    tensors = {
        f"weight.{index}": torch.randint(0, 255, (count,), generator=numbers, dtype=torch.uint8)
        for index in range(TENSORS)
    }
    save_file(tensors, file)
    return file


def _cold_seconds(file: Path, read: Callable[[], object]) -> float:
    os.sync()
    handle = os.open(file, os.O_RDONLY)
    os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(handle)
    began = time.perf_counter()
    kept = read()
    seconds = time.perf_counter() - began
    del kept
    return seconds


def _read_and_drop(file: Path) -> None:
    """The same reads into four blocks, copied nowhere."""
    from concurrent.futures import ThreadPoolExecutor
    from typing import Any

    from worker.checkpoints import reading

    size = file.stat().st_size
    handle = os.open(file, os.O_RDONLY | os.O_DIRECT)

    def drop(first: int) -> None:
        room: Any = reading._block(pinned=False).numpy()  # noqa: SLF001 - the very same blocks
        for start in range(
            first * reading.BLOCK_BYTES, size, reading.READERS * reading.BLOCK_BYTES
        ):
            os.preadv(handle, [memoryview(room)], start)

    with ThreadPoolExecutor(reading.READERS) as readers:
        list(readers.map(drop, range(reading.READERS)))
    os.close(handle)


if __name__ == "__main__":
    sys.exit(main())
