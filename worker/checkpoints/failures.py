"""What a bucket and a disk raise, in our words: each costs the job at hand one attempt, no more.

Details go to the job's owner: they name no path, no key and no address.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from botocore.exceptions import ClientError

from worker.errors import InstallFailure, JobFailure
from worker.object_store import REFUSALS, code_of

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

log = structlog.get_logger()


@contextmanager
def store_failures() -> Iterator[None]:
    """Around calls of S3's client and nothing else: while it reads it raises more than its own.

    Raises JobFailure: `store_refused` where waiting does not help, else `store_unavailable`.
    """
    try:
        yield
    except Exception as error:
        code = code_of(error) if isinstance(error, ClientError) else type(error).__name__
        log.warning("checkpoints_not_read", error=code)
        if code in REFUSALS:
            detail = f"the object store refuses: {code}"
            raise JobFailure("store_refused", detail, retryable=True) from error
        detail = "the object store did not give the checkpoint's files"
        raise JobFailure("store_unavailable", detail, retryable=True) from error


@contextmanager
def disk_failures() -> Iterator[None]:
    """Around the local disk. Raises JobFailure: `checkpoint_disk_full`, `checkpoint_busy` when
    another process fetches for too long, `checkpoint_folder_unusable` for anything else.
    """
    try:
        yield
    except InstallFailure as failure:
        raise JobFailure(failure.code, failure.what, retryable=True) from failure
    except OSError as error:
        log.warning("disk_troubled", error=error.strerror or type(error).__name__)
        if error.errno in _FULL:
            detail = "no space is left on the worker's disk"
            raise JobFailure("checkpoint_disk_full", detail, retryable=True) from error
        detail = f"the worker's disk: {error.strerror or type(error).__name__}"
        raise JobFailure("checkpoint_folder_unusable", detail, retryable=True) from error
