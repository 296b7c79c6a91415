"""The header of a safetensors file, read with bounds: nothing is believed and nothing is loaded.

The format: eight bytes with the header's length, the header as JSON, then the tensors without a
gap. Whatever is anything else, a renamed pickle above all, is refused.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.model.faults import InstallFault

LARGEST_HEADER_BYTES = 32 * 1024 * 1024
MOST_TENSORS = 200_000
LONGEST_NAME = 1_000
MOST_DIMENSIONS = 16
BYTES_OF = {
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2"), 1),
    **dict.fromkeys(("I16", "U16", "F16", "BF16"), 2),
    **dict.fromkeys(("I32", "U32", "F32"), 4),
    **dict.fromkeys(("I64", "U64", "F64"), 8),
}
# How pickles, zip archives with pickles, and HDF5 begin.
FOREIGN = (b"\x80", b"PK\x03\x04", b"\x89HDF", b"(dp", b"cos\n")


@dataclass(frozen=True, slots=True)
class Tensor:
    """`begin` and `end` are offsets in bytes after the header."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


def read_header(path: Path) -> dict[str, Tensor]:
    """Every tensor by name. Raises InstallFault for a file that is not whole and well-formed."""
    size_bytes = path.stat().st_size
    with path.open("rb") as stream:
        start = stream.read(8)
        _refuse_foreign(start)
        length = int.from_bytes(start, "little")
        if len(start) < 8 or not 2 <= length <= min(LARGEST_HEADER_BYTES, size_bytes - 8):
            raise broken("its header has no possible length")
        text = stream.read(length)
    tensors = _parse(text)
    _check_places(tensors, size_bytes - 8 - length)
    return tensors


def broken(why: str) -> InstallFault:
    """A file that says it is safetensors and is not."""
    return InstallFault("model.weights_broken", f"The file is no sound safetensors file: {why}.")


def _refuse_foreign(start: bytes) -> None:
    if start.startswith(FOREIGN):
        raise InstallFault(
            "model.weights_pickled",
            "The file is pickled or an archive: reading it could run code. Only safetensors.",
        )


def _parse(text: bytes) -> dict[str, Tensor]:
    try:
        content = json.loads(text, object_pairs_hook=_without_twins)
    except (ValueError, RecursionError) as unreadable:
        raise broken("its header cannot be read") from unreadable
    if not isinstance(content, dict):
        raise broken("its header is no object")
    content.pop("__metadata__", None)
    if not 0 < len(content) <= MOST_TENSORS:
        raise broken("it has no tensors or too many")
    return {name: _tensor(name, entry) for name, entry in content.items()}


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _tensor(name: str, entry: Any) -> Tensor:  # noqa: ANN401 - JSON
    match entry:
        case {"dtype": str(dtype), "shape": list(shape), "data_offsets": [begin, end]}:
            sound = (
                0 < len(name) <= LONGEST_NAME
                and len(shape) <= MOST_DIMENSIONS
                and all(_is_count(number) for number in (*shape, begin, end))
            )
            if sound and dtype in BYTES_OF and end - begin == math.prod(shape) * BYTES_OF[dtype]:
                return Tensor(dtype, tuple(shape), begin, end)
    raise broken("a tensor's type, shape and place do not agree")


def _is_count(number: object) -> bool:
    return type(number) is int and 0 <= number < 2**48


def _check_places(tensors: Mapping[str, Tensor], data_bytes: int) -> None:
    """Without overlap and gap, up to the last byte."""
    reached = 0
    for tensor in sorted(tensors.values(), key=lambda each: (each.begin, each.end)):
        if tensor.begin != reached:
            raise broken("its tensors overlap or leave gaps")
        reached = tensor.end
    if reached != data_bytes:
        raise broken("it is shorter or longer than its header says")
