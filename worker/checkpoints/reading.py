"""Weights from a local disk into a device's memory in one pass, as fast as the disk allows.

`safetensors.torch.load_file` maps a file: each 4 KiB costs a fault and a fresh page before it is
copied to the device. Here threads read it past the page cache, each into one block that it
uses again and again, and copy that to the device, where tensors are views of one buffer. Blocks lie
on huge pages: memory in one piece goes to the disk as few large requests, which it answers two or
three times as fast as many small ones. What the page cache holds already (see `prefetch`) is read
from there.
"""

import errno
import json
import mmap
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, Final

import torch

READERS: Final = 8
BLOCK_BYTES: Final = 4 * 1024 * 1024
# What O_DIRECT wants addresses, offsets and lengths to be multiples of.
PAGE_BYTES: Final = 4096
HUGE_PAGE_BYTES: Final = 2 * 1024 * 1024
SAMPLES: Final = 16
_LENGTH_BYTES: Final = 8
_LARGEST_HEADER_BYTES: Final = 100 * 1024 * 1024
_DTYPES: Final[Mapping[str, torch.dtype]] = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "F8_E4M3": torch.float8_e4m3fn,
    "F8_E5M2": torch.float8_e5m2,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}

Header = dict[str, dict[str, Any]]


def names_in(path: Path) -> frozenset[str]:
    """The names of a safetensors file's tensors. Raises ValueError when it is none."""
    return frozenset(_header(path)[1])


def read_tensors(path: Path, device: str) -> dict[str, torch.Tensor]:
    """All tensors of a safetensors file, on the device. Raises ValueError when it is none.

    They share one buffer, which lives as long as any of them.
    """
    data_at, header = _header(path)
    size_bytes = path.stat().st_size
    if size_bytes < data_at + max((each["data_offsets"][1] for each in header.values()), default=0):
        raise ValueError(f"{path.name} is cut off")
    buffer = torch.empty(size_bytes, dtype=torch.uint8, device=device)
    fill(buffer, path)
    return {name: _view(buffer, data_at, each) for name, each in header.items()}


def fill(buffer: torch.Tensor, path: Path) -> None:
    """Put all bytes of the file into a buffer of its size."""
    with closing(_File(path, buffer.numel())) as file, ThreadPoolExecutor(READERS) as readers:
        starts = range(0, buffer.numel(), BLOCK_BYTES)
        share = [starts[first::READERS] for first in range(READERS)]
        list(readers.map(lambda mine: _read_blocks(file, mine, buffer), share))


class _File:
    """Read past the page cache, unless that has the file or the file system can't."""

    def __init__(self, path: Path, size_bytes: int) -> None:
        self._plain = os.open(path, os.O_RDONLY)
        is_cached = _is_cached(self._plain, size_bytes)
        self._direct = None if is_cached else _open_direct(path)

    def read(self, room: memoryview, at: int) -> int:
        """How many bytes came. Some take O_DIRECT when they open a file and refuse it here."""
        if self._direct is not None:
            try:
                return os.preadv(self._direct, [room], at)
            except OSError as error:
                if error.errno != errno.EINVAL:
                    raise
        return os.preadv(self._plain, [room], at)

    def close(self) -> None:
        """No thread reads any more."""
        os.close(self._plain)
        if self._direct is not None:
            os.close(self._direct)


def _header(path: Path) -> tuple[int, Header]:
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(_LENGTH_BYTES), "little")
        if length > _LARGEST_HEADER_BYTES:
            raise ValueError(f"{path.name} is no safetensors file")
        header = json.loads(stream.read(length))
    header.pop("__metadata__", None)
    return _LENGTH_BYTES + length, header


def _read_blocks(file: _File, starts: Sequence[int], buffer: torch.Tensor) -> None:
    with _block(pinned=buffer.is_cuda) as block:
        room: Any = block.numpy()  # numpy's arrays are buffers, as typeshed will know
        for start in starts:
            wanted = min(BLOCK_BYTES, buffer.numel() - start)
            _read(file, memoryview(room), start, wanted)
            buffer[start : start + wanted].copy_(block[:wanted])


@contextmanager
def _block(*, pinned: bool) -> Iterator[torch.Tensor]:
    """Huge pages where the system has them; pinned they are copied to the device at full speed."""
    private = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS  # what is shared has small pages
    memory = mmap.mmap(-1, BLOCK_BYTES + HUGE_PAGE_BYTES, flags=private)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        with suppress(OSError):  # a kernel without them
            memory.madvise(mmap.MADV_HUGEPAGE)
    room = torch.frombuffer(memory, dtype=torch.uint8)
    block = room[-room.data_ptr() % HUGE_PAGE_BYTES :][:BLOCK_BYTES]
    with _pinned(block) if pinned else nullcontext():
        yield block


@contextmanager
def _pinned(block: torch.Tensor) -> Iterator[None]:
    """Where the driver refuses it the copy is slower and the same."""
    cuda: Any = torch.cuda
    cudart = cuda.cudart()
    told = cudart.cudaHostRegister(block.data_ptr(), block.nbytes, 0)
    is_pinned = told == cudart.cudaError.success
    if not is_pinned:
        with suppress(RuntimeError):  # CUDA keeps the refusal for the next kernel: this one
            torch.ones(1, device="cuda")
    try:
        yield
    finally:
        if is_pinned:
            cudart.cudaHostUnregister(block.data_ptr())


def _read(file: _File, block: memoryview, start: int, wanted: int) -> None:
    """After a short read it goes on with a whole page: others O_DIRECT refuses."""
    done = 0
    while done < wanted:
        done -= done % PAGE_BYTES
        count = file.read(block[done:], start + done)
        if count == 0:
            raise ValueError("the file became shorter while it was read")
        done += count


def _open_direct(path: Path) -> int | None:
    if not hasattr(os, "O_DIRECT"):
        return None
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECT)
    except OSError:
        return None


def _is_cached(handle: int, size_bytes: int) -> bool:
    """Do most of some pages come without waiting for the disk?"""
    step = max(1, size_bytes // SAMPLES // PAGE_BYTES) * PAGE_BYTES
    starts = range(0, size_bytes, step)
    return 2 * sum(_comes_at_once(handle, at) for at in starts) > len(starts)


def _comes_at_once(handle: int, at: int) -> bool:
    try:
        return os.preadv(handle, [bytearray(1)], at, os.RWF_NOWAIT) > 0
    except OSError:  # it would block, or the file system can't tell
        return False


def _view(buffer: torch.Tensor, data_at: int, told: Mapping[str, Any]) -> torch.Tensor:
    dtype, shape = _DTYPES.get(told["dtype"]), tuple(told["shape"])
    if dtype is None:
        raise ValueError(f"tensors of type {told['dtype']} are not known here")
    begin, end = told["data_offsets"]
    flat = buffer[data_at + begin : data_at + end]
    return _typed(flat, dtype).reshape(shape)


def _typed(flat: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """A view; a copy where an old file does not align its tensors."""
    aligned = flat if flat.data_ptr() % dtype.itemsize == 0 else flat.clone()
    return aligned.view(dtype)


def files_of(folder: Path, stem: str) -> Sequence[Path]:
    """The files with one part's weights: one, or those that its index names; none: empty."""
    single, index = folder / f"{stem}.safetensors", folder / f"{stem}.safetensors.index.json"
    if single.is_file():
        return [single]
    if not index.is_file():
        return []
    named = set(json.loads(index.read_bytes())["weight_map"].values())
    return [folder / Path(name).name for name in sorted(named)]
