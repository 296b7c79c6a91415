"""What can go wrong in the worker. Every vendor exception becomes one of these where it enters."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a job is stopped at the next step boundary."""

    DRAINING = "draining"
    CANCELLED = "cancelled"
    LEASE_LOST = "lease_lost"


class Stopped(Exception):
    """The job did not fail: it was asked to stop.

    `handover`: what another worker needs to go on from there, when it was stopped for a drain.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.handover: bytes | None = None


class JobFailure(Exception):
    """The attempt failed. `detail` goes to the job's owner and never holds a prompt or a secret.

    `retryable`: another attempt may succeed. `fatal`: this process can't go on (a lost device).
    """

    def __init__(self, code: str, detail: str, *, retryable: bool, fatal: bool = False) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.retryable = retryable
        self.fatal = fatal


class DeviceAbsent(Exception):
    """Torch can't use this device here."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"torch can't use the device {kind!r} on this machine")


class InstallFailure(Exception):
    """A checkpoint can't be installed: `what` happened, and the `remedy`."""

    def __init__(self, code: str, what: str, remedy: str) -> None:
        super().__init__(f"{code}: {what}")
        self.code = code
        self.what = what
        self.remedy = remedy
