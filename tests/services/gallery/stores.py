"""An object store that fails where a test wants it to: as if the program were killed there."""

from collections.abc import Sequence

from services.gallery.ports.object_store import ObjectStore, Part, StoreAway


class Killed(BaseException):
    """The program ends here."""


class FailingStore:
    """The real store until `calls` calls have been made; then every call raises `failure`.

    `is_late`: the last call before the end still takes effect, and its answer is lost.
    """

    def __init__(
        self,
        store: ObjectStore,
        calls: int,
        failure: type[BaseException] = Killed,
        *,
        is_late: bool = False,
    ) -> None:
        self._store = store
        self._calls = calls
        self._failure = failure
        self._is_late = is_late

    async def put(self, key: str, content: bytes, content_type: str) -> None:
        self._before()
        await self._store.put(key, content, content_type)
        self._after()

    async def get(self, key: str, at_most_bytes: int) -> bytes:
        self._before()
        content = await self._store.get(key, at_most_bytes)
        self._after()
        return content

    async def delete(self, keys: Sequence[str]) -> None:
        self._before()
        await self._store.delete(keys)
        self._after()

    async def list_keys(self, prefix: str, after: str) -> list[str]:
        self._before()
        return await self._store.list_keys(prefix, after)

    async def begin_parts(self, key: str, content_type: str) -> str:
        self._before()
        multipart_id = await self._store.begin_parts(key, content_type)
        self._after()
        return multipart_id

    async def put_part(self, key: str, multipart_id: str, number: int, content: bytes) -> Part:
        self._before()
        part = await self._store.put_part(key, multipart_id, number, content)
        self._after()
        return part

    async def finish_parts(self, key: str, multipart_id: str, parts: Sequence[Part]) -> None:
        self._before()
        await self._store.finish_parts(key, multipart_id, parts)
        self._after()

    def _before(self) -> None:
        if self._calls <= 0:
            raise self._failure
        self._calls -= 1

    def _after(self) -> None:
        if self._is_late and self._calls <= 0:
            raise self._failure


def away(store: ObjectStore, calls: int = 0) -> FailingStore:
    """A store that goes away."""
    return FailingStore(store, calls, StoreAway)
