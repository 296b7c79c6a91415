"""Where an interrupted job is left for the next worker: one object for a job, written as a whole.

Each snapshot of a job lies on the same way to the same pictures, so whichever was written last will
do. It is deleted with the job's end; what a killed worker leaves even then, the gallery purges.
"""

import structlog

from services.contracts.jobs import GenerationJob
from services.contracts.object_keys import handover_key
from worker.errors import JobFailure, Stopped
from worker.interruption import StopSign
from worker.object_store import ObjectStore

CONTENT_TYPE = "application/vnd.safetensors"

log = structlog.get_logger()


class Handovers:
    """A hand-over saves time and nothing else: without it the job begins anew."""

    def __init__(self, store: ObjectStore, patience_s: float) -> None:
        self._store = store
        self._patience_s = patience_s

    def leave(self, job: GenerationJob, content: bytes) -> bool:
        """False when the store did not take it in time."""
        try:
            self._store.put(_key(job), content, CONTENT_TYPE, StopSign(), self._patience_s)
        except JobFailure as failure:
            log.warning("not_handed_over", job_id=str(job.id), code=failure.code)
            return False
        return True

    def find(self, job: GenerationJob, sign: StopSign) -> bytes | None:
        """What an earlier attempt left; a first attempt is not looked up. Raises Stopped."""
        if job.attempt <= 1:
            return None
        try:
            return self._store.get(_key(job), sign)
        except Stopped:
            raise
        except JobFailure as failure:
            log.warning("handover_not_read", job_id=str(job.id), code=failure.code)
            return None

    def forget(self, job: GenerationJob) -> None:
        """The job is over."""
        if job.attempt > 1:
            self._store.delete(_key(job))


def _key(job: GenerationJob) -> str:
    return handover_key(job.user_id, job.id)
