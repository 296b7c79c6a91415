"""From pictures to object storage: PNG, one key per position, the same key on every attempt.

Pictures are encoded in a thread of their own as they are finished, while the next ones are made;
they are uploaded when all of them are there. Storing twice is storing once.
"""

import hashlib
import io
from concurrent.futures import Future, ThreadPoolExecutor

from PIL.Image import Image

from services.contracts.jobs import GenerationJob, StoredImage
from services.contracts.object_keys import image_key
from worker.interruption import StopSign
from worker.object_store import ObjectStore

CONTENT_TYPE = "image/png"


class Outbox:
    """Makes one parcel for a job."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._encoders = ThreadPoolExecutor(max_workers=1, thread_name_prefix="encode")

    def parcel(self, job: GenerationJob) -> "Parcel":
        """For the pictures of this job."""
        return Parcel(job, self._store, self._encoders)


class Parcel:
    """The pictures of one job on their way."""

    def __init__(
        self, job: GenerationJob, store: ObjectStore, encoders: ThreadPoolExecutor
    ) -> None:
        self._job = job
        self._store = store
        self._encoders = encoders
        self._encoded: dict[int, Future[_Encoded]] = {}

    def add(self, position: int, picture: Image) -> None:
        """From any thread; returns at once."""
        self._encoded[position] = self._encoders.submit(_encode, picture)

    def send(self, sign: StopSign) -> tuple[StoredImage, ...]:
        """Store all of them. Raises JobFailure, or Stopped while it waits for the store."""
        return tuple(
            self._send_one(position, self._encoded[position].result(), sign)
            for position in sorted(self._encoded)
        )

    def _send_one(self, position: int, encoded: "_Encoded", sign: StopSign) -> StoredImage:
        content, (width, height) = encoded
        key = image_key(self._job.user_id, self._job.id, position)
        self._store.put(key, content, CONTENT_TYPE, sign)
        return StoredImage(
            position=position,
            object_key=key,
            width=width,
            height=height,
            size_bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )


_Encoded = tuple[bytes, tuple[int, int]]


def _encode(picture: Image) -> _Encoded:
    return encode_png(picture), picture.size


def encode_png(picture: Image) -> bytes:
    """The picture alone: no text, no time, so that equal pictures have equal bytes."""
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG")
    return buffer.getvalue()
