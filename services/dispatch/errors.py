"""What can go wrong with the queue, in our own words; redis-py's exceptions stop here."""

from collections.abc import Iterator
from contextlib import contextmanager

from redis import exceptions as vendor

_TRANSIENT = (
    vendor.ConnectionError,
    vendor.TimeoutError,
    vendor.ReadOnlyError,
    vendor.ClusterDownError,
    vendor.OutOfMemoryError,
    OSError,
)
_TRANSIENT_WORDS = (
    "NOREPLICAS", "MASTERDOWN", "LOADING", "OOM", "CLUSTERDOWN", "TRYAGAIN", "UNBLOCKED",
)  # fmt: skip


class DispatchError(Exception):
    """The root of this room's errors."""


class QueueUnavailable(DispatchError):
    """Redis can't be reached or can't take writes now; try again later."""


class QueueBroken(DispatchError):
    """Redis refused a command and waiting won't mend it: permissions or a fault of ours."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn redis-py's errors into ours."""
    try:
        yield
    except _TRANSIENT as error:
        raise QueueUnavailable(str(error)) from error
    except vendor.ResponseError as error:
        words = str(error)
        kind = QueueUnavailable if words.startswith(_TRANSIENT_WORDS) else QueueBroken
        raise kind(words) from error
    except vendor.RedisError as error:
        raise QueueBroken(str(error)) from error
