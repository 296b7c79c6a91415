"""A job at a step boundary, as bytes: tensors as safetensors, the rest as JSON in its header.

Nothing is pickled: whoever could write to the bucket could not run code here.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image as Images
from PIL.Image import Image
from safetensors import SafetensorError
from safetensors.torch import load, save

_HEADER_LENGTH_BYTES = 8
# The configuration: the scheduler is made from it anew.
_NOT_STATE = frozenset({"_internal_dict"})


class Unportable(Exception):
    """It holds something that has no place in a snapshot, or the bytes are no snapshot."""


@dataclass(frozen=True)
class Snapshot:
    """`fingerprint` tells what it fits; pictures before `first` are `finished`.

    `iterations` of the loop are done for the `width` pictures from `first` on; `latents` is None
    between two batches. `device` is the kind on which it was computed.
    """

    fingerprint: str
    device: str
    first: int
    width: int
    iterations: int
    steps: int
    latents: torch.Tensor | None
    scheduler: Mapping[str, Any]
    generators: Sequence[torch.Tensor]
    finished: Sequence[Image]

    def to_bytes(self) -> bytes:
        """Raises Unportable."""
        tensors: dict[str, torch.Tensor] = {}
        plain = {
            name: _plain(getattr(self, name), tensors)
            for name in self.__dataclass_fields__
            if name != "finished"
        }
        plain["finished"] = [_plain(_pixels(picture), tensors) for picture in self.finished]
        return save(tensors, metadata={"snapshot": json.dumps(plain)})

    @classmethod
    def from_bytes(cls, content: bytes) -> "Snapshot":
        """Raises Unportable for what this release can't read."""
        try:
            tensors = load(content)
            values = {name: _full(part, tensors) for name, part in _header(content).items()}
            values["finished"] = [Images.fromarray(each.numpy()) for each in values["finished"]]
            values["latents"] = _moved(values["latents"], torch.device("cpu"))
            return cls(**values)
        except (SafetensorError, ValueError, TypeError, KeyError, IndexError) as error:
            raise Unportable(type(error).__name__) from error

    def scheduler_on(self, device: torch.device) -> dict[str, Any]:
        """The scheduler's state with its tensors where they were: on the CPU or on the device."""
        return {name: _moved(value, device) for name, value in self.scheduler.items()}


@dataclass(frozen=True)
class _OnDevice:
    tensor: torch.Tensor


def scheduler_state(scheduler: Any) -> dict[str, Any]:  # noqa: ANN401 - diffusers is untyped
    """Everything it remembers beside its configuration."""
    return {name: value for name, value in vars(scheduler).items() if name not in _NOT_STATE}


def _plain(value: Any, tensors: dict[str, torch.Tensor]) -> Any:  # noqa: ANN401
    """JSON, in which a list with one of our words in front stands for what JSON lacks."""
    match value:
        case None | bool() | str():
            return value
        case np.generic():
            return ["numpy", value.dtype.str, value.item()]
        case int() | float():
            return value
        case torch.Tensor():
            order = _order_in_memory(value)
            return ["tensor", _keep(value, tensors), order, value.device.type != "cpu"]
        case np.ndarray():
            return ["array", _keep(torch.from_numpy(np.ascontiguousarray(value)), tensors)]
        case list() | tuple():
            word = "tuple" if isinstance(value, tuple) else "list"
            return [word, [_plain(each, tensors) for each in value]]
        case Mapping():
            return {str(name): _plain(each, tensors) for name, each in value.items()}
    raise Unportable(type(value).__name__)


def _full(part: Any, tensors: Mapping[str, torch.Tensor]) -> Any:  # noqa: ANN401
    match part:
        case ["tensor", name, order, is_on_device]:
            tensor = _ordered(tensors[name], order)
            return _OnDevice(tensor) if is_on_device else tensor
        case ["array", name]:
            return tensors[name].numpy()
        case ["numpy", kind, number]:
            return np.dtype(kind).type(number)
        case ["tuple", list(parts)]:
            return tuple(_full(each, tensors) for each in parts)
        case ["list", list(parts)] | list(parts):
            return [_full(each, tensors) for each in parts]
        case dict():
            return {name: _full(each, tensors) for name, each in part.items()}
    return part


def _keep(tensor: torch.Tensor, tensors: dict[str, torch.Tensor]) -> str:
    name = str(len(tensors))
    tensors[name] = tensor.detach().to("cpu", copy=True).contiguous()
    return name


def _order_in_memory(tensor: torch.Tensor) -> list[int]:
    """Its dimensions, slowest first: sums are rounded otherwise when the order is another one."""
    strides = tensor.stride()
    return sorted(range(tensor.ndim), key=lambda dimension: (-strides[dimension], dimension))


def _ordered(tensor: torch.Tensor, order: list[int]) -> torch.Tensor:
    back = [order.index(dimension) for dimension in range(tensor.ndim)]
    return tensor.permute(order).contiguous().permute(back)


def _moved(value: Any, device: torch.device) -> Any:  # noqa: ANN401
    match value:
        case _OnDevice():
            return value.tensor.to(device)
        case list():
            return [_moved(each, device) for each in value]
        case tuple():
            return tuple(_moved(each, device) for each in value)
    return value


def _pixels(picture: Image) -> torch.Tensor:
    return torch.from_numpy(np.array(picture))


def _header(content: bytes) -> dict[str, Any]:
    length = int.from_bytes(content[:_HEADER_LENGTH_BYTES], "little")
    header = json.loads(content[_HEADER_LENGTH_BYTES : _HEADER_LENGTH_BYTES + length])
    snapshot = json.loads(header["__metadata__"]["snapshot"])
    if not isinstance(snapshot, dict):
        raise Unportable("header")
    return snapshot
