"""What an S3 client and a disk raise, where a test wants it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from botocore.exceptions import ClientError


def raising(failure: Exception) -> Callable[..., NoReturn]:
    """A call that always fails."""

    def fail(*_arguments: object, **_named: object) -> NoReturn:
        raise failure

    return fail


def refusal(code: str) -> ClientError:
    """What S3 answers."""
    return ClientError({"Error": {"Code": code}}, "GetObject")


class Broken(io.BytesIO):
    """A body whose connection breaks after the first bytes."""

    def __init__(self, failure: Exception) -> None:
        super().__init__(b"first bytes")
        self._failure = failure

    def read(self, size: int | None = -1) -> bytes:
        if content := super().read(size):
            return content
        raise self._failure


def breaking(get: Callable[..., Any], part: str, failure: Exception) -> Callable[..., Any]:
    """`get_object`, whose bodies of keys with this part break in the middle."""

    def get_object(**named: Any) -> Any:
        return {"Body": Broken(failure)} if part in named["Key"] else get(**named)

    return get_object


def open_on_full_disk(self: Path, mode: str = "r", *arguments: Any, **named: Any) -> Any:
    """`Path.open` where every new file of weights finds no room."""
    is_weights = "w" in mode and self.suffix == ".safetensors"
    return open("/dev/full" if is_weights else self, mode, *arguments, **named)  # noqa: PTH123 - it stands in for it
