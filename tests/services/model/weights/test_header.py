"""Headers of safetensors files: sound ones are read, and everything else is refused unread."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from pathlib import Path

import pytest

from services.model.faults import InstallFault
from services.model.weights import header
from services.model.weights.header import Tensor, read_header
from tests.services.model.files import framed, safetensors

PICKLED = "model.weights_pickled"
BROKEN = "model.weights_broken"


def zipped() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps([1]))
    return whole.getvalue()


def one(entry: object, data: bytes = b"\0" * 4) -> bytes:
    return framed(json.dumps({"a": entry}).encode(), data)


def two(first: list[int], second: list[int], data: bytes = b"\0" * 8) -> bytes:
    tensor = {"dtype": "F32", "shape": [1]}
    content = {"a": {**tensor, "data_offsets": first}, "b": {**tensor, "data_offsets": second}}
    return framed(json.dumps(content).encode(), data)


GOOD = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}


def test_a_sound_header_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(safetensors({"a": (2, 3), "b": (4,), "scalar": (), "none": (0, 5)}))
    assert read_header(path) == {
        "a": Tensor("F16", (2, 3), 0, 12),
        "b": Tensor("F16", (4,), 12, 20),
        "scalar": Tensor("F16", (), 20, 22),
        "none": Tensor("F16", (0, 5), 22, 22),
    }


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (pickle.dumps({"a": 1}), PICKLED),
        (pickle.dumps({"a": 1}, protocol=0), PICKLED),
        (zipped(), PICKLED),
        (b"", BROKEN),
        (b"\x02\0\0", BROKEN),
        ((2**63).to_bytes(8, "little") + b"{}", BROKEN),
        ((100).to_bytes(8, "little") + b"{}", BROKEN),
        (framed(b"", b""), BROKEN),
        (framed(b"{}", b""), BROKEN),
        (framed(b"[]", b""), BROKEN),
        (framed(b'{"a": ', b""), BROKEN),
        (framed(b"\xff\xfe", b""), BROKEN),
        (framed(b'{"__metadata__": {}}', b""), BROKEN),
        (framed(b'{"a":' + b"[" * 200_000, b""), BROKEN),
        (framed(b'{"a": 1, "a": 2}', b""), BROKEN),
        (one(7), BROKEN),
        (one({**GOOD, "dtype": "OBJECT"}), BROKEN),
        (one({**GOOD, "shape": [2]}), BROKEN),
        (one({**GOOD, "shape": [-1]}), BROKEN),
        (one({**GOOD, "shape": [True]}), BROKEN),
        (one({**GOOD, "shape": [1.0]}), BROKEN),
        (one({**GOOD, "shape": [1] * 17}), BROKEN),
        (one({**GOOD, "shape": [2**40, 2**40]}), BROKEN),
        (one({**GOOD, "data_offsets": [4, 0]}), BROKEN),
        (one({**GOOD, "data_offsets": [0, 4, 8]}), BROKEN),
        (one({**GOOD, "data_offsets": [-4, 0]}), BROKEN),
        (one(GOOD, b"\0" * 3), BROKEN),
        (one(GOOD, b"\0" * 5), BROKEN),
        (two([0, 4], [0, 4]), BROKEN),
        (two([0, 4], [2, 6], b"\0" * 6), BROKEN),
        (two([0, 4], [8, 12], b"\0" * 12), BROKEN),
        (two([4, 8], [8, 12], b"\0" * 12), BROKEN),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_everything_else_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "renamed.safetensors"
    path.write_bytes(content)
    with pytest.raises(InstallFault) as caught:
        read_header(path)
    assert caught.value.code == code


def test_a_header_has_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    path.write_bytes(safetensors({"a": (1,), "b": (1,)}))
    monkeypatch.setattr(header, "MOST_TENSORS", 1)
    with pytest.raises(InstallFault, match="too many"):
        read_header(path)
    monkeypatch.setattr(header, "LARGEST_HEADER_BYTES", 20)
    with pytest.raises(InstallFault, match="length"):
        read_header(path)
