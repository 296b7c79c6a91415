"""Files are read to the byte, whatever their size, alignment and the state of the page cache."""

from __future__ import annotations

import errno
import fcntl
import os
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.worker.checkpoints.troubles import raising
from worker.checkpoints import reading
from worker.checkpoints.reading import (
    BLOCK_BYTES,
    HUGE_PAGE_BYTES,
    PAGE_BYTES,
    files_of,
    names_in,
    read_tensors,
)

SIZES = [0, 1, PAGE_BYTES, BLOCK_BYTES - 1, BLOCK_BYTES, 3 * BLOCK_BYTES + 5, 5 * BLOCK_BYTES]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("cached", [True, False])
def test_all_tensors_are_those_of_the_library(tmp_path: Path, size: int, *, cached: bool) -> None:
    file = written(tmp_path / "a.safetensors", size)
    if not cached:
        forget(file)
    read, expected = read_tensors(file, "cpu"), load_file(file)
    assert read.keys() == expected.keys() == names_in(file)
    for name, tensor in expected.items():
        assert read[name].dtype == tensor.dtype
        assert torch.equal(read[name], tensor)


def test_a_disk_that_refuses_direct_reads_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some file systems take O_DIRECT when they open a file, and refuse the first read."""
    file, refused = written(tmp_path / "a.safetensors", 3 * BLOCK_BYTES + 5), list[int]()
    expected, preadv = load_file(file)["bytes"].clone(), os.preadv

    def reluctant(handle: int, rooms: list[memoryview], *where: int) -> int:
        if fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_DIRECT:
            refused.append(handle)
            raise OSError(errno.EINVAL, "Invalid argument")
        return preadv(handle, rooms, *where)

    forget(file)
    monkeypatch.setattr(os, "preadv", reluctant)
    assert torch.equal(read_tensors(file, "cpu")["bytes"], expected)
    assert refused


def test_other_trouble_of_a_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path / "a.safetensors", BLOCK_BYTES)

    def broken(*_arguments: object) -> int:
        raise OSError(errno.EIO, "Input/output error")

    forget(file)
    monkeypatch.setattr(os, "preadv", broken)
    with pytest.raises(OSError, match="Input/output"):
        read_tensors(file, "cpu")


def test_blocks_lie_on_huge_pages() -> None:
    """Where the kernel has them for whoever asks."""
    with reading._block(pinned=False) as block:
        assert block.data_ptr() % HUGE_PAGE_BYTES == 0
        assert block.numel() == BLOCK_BYTES
        block.fill_(1)
        if "never" not in chosen("/sys/kernel/mm/transparent_hugepage/enabled"):
            assert huge_bytes_at(block.data_ptr()) > 0


def chosen(setting: str) -> str:
    """The word in brackets; `never` where the kernel has no such setting."""
    path = Path(setting)
    return path.read_text().partition("[")[2].partition("]")[0] if path.exists() else "never"


def huge_bytes_at(address: int) -> int:
    """How much of the mapping that holds this address lies on huge pages, as Linux tells."""
    is_here = False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        first, _, rest = line.partition(" ")
        if "-" in first and not first.endswith(":"):
            begin, end = (int(each, 16) for each in first.split("-"))
            is_here = begin <= address < end
        elif is_here and first == "AnonHugePages:":
            return int(rest.split()[0]) * 1024
    return 0


@dataclass
class Cudart:
    """CUDA's runtime, as far as memory is pinned."""

    answer: int
    cudaError = SimpleNamespace(success=0)  # noqa: N815 - CUDA's own name
    pinned: dict[int, int] = field(default_factory=dict)

    def cudaHostRegister(self, address: int, size_bytes: int, _flags: int) -> int:  # noqa: N802
        if self.answer == 0:
            self.pinned[address] = size_bytes
        return self.answer

    def cudaHostUnregister(self, address: int) -> None:  # noqa: N802
        del self.pinned[address]


@pytest.mark.parametrize("answer", [0, 1])
def test_memory_is_pinned_as_long_as_it_is_used(
    monkeypatch: pytest.MonkeyPatch, answer: int
) -> None:
    cudart = Cudart(answer)
    monkeypatch.setattr(torch.cuda, "cudart", lambda: cudart)
    monkeypatch.setattr(torch, "ones", raising(RuntimeError("the refusal, kept for a kernel")))
    with reading._block(pinned=True) as block:
        address = block.data_ptr()
        assert cudart.pinned == ({address: BLOCK_BYTES} if answer == 0 else {})
    assert cudart.pinned == {}


def test_a_file_that_the_cache_has_is_read_from_there(tmp_path: Path) -> None:
    file = written(tmp_path / "a.safetensors", 2 * BLOCK_BYTES)
    handle = os.open(file, os.O_RDONLY)
    file.read_bytes()
    assert reading._is_cached(handle, file.stat().st_size)
    forget(file)
    assert not reading._is_cached(handle, file.stat().st_size)
    os.close(handle)


def test_tensors_that_are_not_aligned_are_read(tmp_path: Path) -> None:
    """Old files begin with any header's length."""
    header = b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
    header += b" " * (1 + -len(header) % 8)
    file = tmp_path / "old.safetensors"
    values = torch.tensor([1.5, -2.0])
    file.write_bytes(len(header).to_bytes(8, "little") + header + values.numpy().tobytes())
    assert torch.equal(read_tensors(file, "cpu")["a"], values)


@pytest.mark.parametrize("content", [b"", b"\xff" * 32, b"\x02" + bytes(7) + b"{", b"{}"])
def test_what_is_no_safetensors_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "none.safetensors"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"safetensors|Expecting|decode"):
        read_tensors(file, "cpu")


def test_one_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path / "a.safetensors", PAGE_BYTES)
    os.truncate(file, file.stat().st_size - 1)
    with pytest.raises(ValueError, match="cut off"):
        read_tensors(file, "cpu")


def test_parts_in_several_files(tmp_path: Path) -> None:
    names = ["m-00001-of-00002.safetensors", "m-00002-of-00002.safetensors"]
    weights = ", ".join(f'"w{number}": "{name}"' for number, name in enumerate(names))
    (tmp_path / "m.safetensors.index.json").write_text(f'{{"weight_map": {{{weights}}}}}')
    assert files_of(tmp_path, "m") == [tmp_path / name for name in names]
    assert files_of(tmp_path, "other") == []


def written(file: Path, size: int) -> Path:
    numbers = torch.Generator().manual_seed(1)
    bytes_of = torch.randint(0, 255, (size,), generator=numbers, dtype=torch.uint8)
    halves = torch.randn(3, 5, generator=numbers).to(torch.float16)
    scalar, none = torch.tensor(7), torch.empty(0, 4, dtype=torch.bfloat16)
    save_file({"bytes": bytes_of, "halves": halves, "scalar": scalar, "none": none}, file)
    return file


def forget(file: Path) -> None:
    """Put it out of the page cache."""
    os.sync()
    handle = os.open(file, os.O_RDONLY)
    os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(handle)
