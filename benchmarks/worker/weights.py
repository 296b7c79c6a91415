"""Reads of weights, ours and safetensors': `python -m benchmarks.worker.weights [FOLDER [GIB]]`.

A device's memory is stood in for by memory that is there already; to fill fresh memory costs more
than any of the two. Each way has the threads that suit it best. `load_file` alone maps the file and
makes its pages come; `and copied` is what a device's memory still costs then. `disk` is what our
reader gets when it keeps nothing: no way of reading is faster, so where that is less than the goal,
the disk is the limit.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from worker.checkpoints import reading

GOAL, ROUNDS, BYTES_PER_GIB, TENSORS = 2.0, 5, 2**30, 64
# What is measured of a disk differs from one run to the next by about that much.
NOISE = 0.9

Ways = Mapping[str, Callable[[], object]]
Rates = Mapping[str, list[float]]


def main() -> int:
    """In a folder on the disk that is meant; fail when the goal is missed."""
    place, gib = (sys.argv[1:] + [tempfile.gettempdir(), "2"][len(sys.argv) - 1 :])[:2]
    with tempfile.TemporaryDirectory(dir=place) as folder:
        return measure(Path(folder), float(gib))


def measure(folder: Path, gib: float, rounds: int = ROUNDS) -> int:
    """All ways in turns, cold and warm; print GB/s and ratios. 1 when the goal is missed."""
    file = _written(folder / "weights.safetensors", gib)
    size = file.stat().st_size
    there = torch.zeros(size, dtype=torch.uint8).add_(1)
    ways: Ways = {
        "load_file": lambda: load_file(file),
        "load_file, and copied": lambda: _copied(file, there),
        "ours": lambda: _ours(file, there),
    }
    cold = _rates(file, {**ways, "disk": lambda: _read_and_drop(file)}, rounds, _forget)
    warm = _rates(file, ways, rounds, _keep)
    print(f"\nreading {size / 1e9:.1f} GB of weights: GB/s, median [least-most]")
    for state, rates in (("cold", cold), ("warm", warm)):
        for name, found in rates.items():
            low, high = min(found), max(found)
            print(f"  {state}, {name:<22} {statistics.median(found):6.2f} [{low:.2f}-{high:.2f}]")
        copied = _ratio(rates, "ours", "load_file, and copied")
        print(f"  {state}, ours / load_file and copied: {copied:.2f}x")
    return _judge(cold)


def _judge(cold: Rates) -> int:
    limit, ratio = _ratio(cold, "disk", "load_file"), _ratio(cold, "ours", "load_file")
    goal = min(GOAL, NOISE * limit)
    verdict = "met" if ratio >= goal else "MISSED"
    print(f"  cold, disk / load_file: {limit:.2f}x, what the disk allows")
    print(f"  cold, ours / load_file: {ratio:.2f}x (goal >= {goal:.2f}x) {verdict}")
    return int(ratio < goal)


def _ratio(rates: Rates, one: str, other: str) -> float:
    """Of the same rounds."""
    return statistics.median(a / b for a, b in zip(rates[one], rates[other], strict=True))


def _rates(file: Path, ways: Ways, rounds: int, prepare: Callable[[Path], None]) -> Rates:
    """GB/s. Each round begins with another way, so that none is always the one after a burst."""
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        first = number % len(ways)
        for name in [*list(ways)[first:], *list(ways)[:first]]:
            prepare(file)
            began = time.perf_counter()
            kept = ways[name]()
            seconds = time.perf_counter() - began
            del kept
            if number:  # the first round warms all of them up
                rates[name].append(file.stat().st_size / seconds / 1e9)
    return rates


def _forget(file: Path) -> None:
    """Nothing of it is in the page cache."""
    os.sync()
    handle = os.open(file, os.O_RDONLY)
    os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    assert not reading._is_cached(handle, file.stat().st_size)  # noqa: SLF001 - as our reader asks
    os.close(handle)


def _keep(file: Path) -> None:
    """All of it is in the page cache."""
    with file.open("rb") as stream:
        while stream.read(reading.BLOCK_BYTES):
            pass


def _ours(file: Path, there: torch.Tensor) -> None:
    """As to a device: each reader copies by itself, and the machine's cores are not divided."""
    torch.set_num_threads(1)
    reading.fill(there, file)


def _copied(file: Path, there: torch.Tensor) -> None:
    """What mapped tensors still cost before a device has them; by all cores."""
    torch.set_num_threads(os.cpu_count() or 1)
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


def _read_and_drop(file: Path) -> None:
    """The same direct reads by as many threads into the same blocks, copied nowhere."""
    starts = range(0, file.stat().st_size, reading.BLOCK_BYTES)
    handle = os.open(file, os.O_RDONLY | os.O_DIRECT)

    def drop(first: int) -> None:
        with reading._block(pinned=False) as block:  # noqa: SLF001 - the very same
            room: Any = block.numpy()
            for start in starts[first :: reading.READERS]:
                os.preadv(handle, [memoryview(room)], start)

    with ThreadPoolExecutor(reading.READERS) as readers:
        list(readers.map(drop, range(reading.READERS)))
    os.close(handle)


if __name__ == "__main__":
    sys.exit(main())
