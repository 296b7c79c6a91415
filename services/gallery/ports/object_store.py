"""The bucket of pictures, as far as the gallery reads and writes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class ObjectMissing(Exception):
    """There is no such object, or it is larger than the reader takes."""


class StoreAway(Exception):
    """The object store does not answer, or refuses; the same call may work later."""


@dataclass(frozen=True, slots=True)
class Part:
    """One stored part of a large object; `number` counts from 1."""

    number: int
    etag: str


class ObjectStore(Protocol):
    """All calls may raise StoreAway. Deleting what is not there is done at once."""

    async def put(self, key: str, content: bytes, content_type: str) -> None:
        """Store an object, over an older one."""
        ...

    async def get(self, key: str, at_most_bytes: int) -> bytes:
        """An object. Raises ObjectMissing when there is none, or a larger one."""
        ...

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete up to 1000 objects."""
        ...

    async def list_keys(self, prefix: str, after: str) -> list[str]:
        """Up to 1000 keys below a prefix, in order, that come after a key."""
        ...

    async def begin_parts(self, key: str, content_type: str) -> str:
        """Begin a large object; its id. Parts that were left of an earlier begin are gone."""
        ...

    async def put_part(self, key: str, multipart_id: str, number: int, content: bytes) -> Part:
        """Store one part, of at least 5 MiB unless it is the last."""
        ...

    async def finish_parts(self, key: str, multipart_id: str, parts: Sequence[Part]) -> None:
        """Make the parts one object."""
        ...
