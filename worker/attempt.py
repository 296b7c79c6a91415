"""One attempt at one job: its times, and the result it ends with."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from services.contracts.jobs import JobResult, Outcome, StoredImage
from services.dispatch.claims import Claim
from worker.errors import JobFailure
from worker.pipelines.pipeline import Rendered


def now() -> datetime:
    """Timezone-aware UTC."""
    return datetime.now(UTC)


@dataclass
class Attempt:
    """Filled while the job goes through its stages."""

    claim: Claim
    started_at: datetime = field(default_factory=now)
    load_seconds: float = 0.0
    gpu_seconds: float = 0.0
    rendered: Rendered = field(default_factory=Rendered)

    def succeeded(self, images: tuple[StoredImage, ...]) -> JobResult:
        """Every picture is stored."""
        return self._result(Outcome.SUCCEEDED, images=images)

    def failed(self, failure: JobFailure) -> JobResult:
        """The queue decides whether there is another try."""
        return self._result(
            Outcome.FAILED,
            error_code=failure.code,
            error_detail=failure.detail,
            retryable=failure.retryable,
        )

    def cancelled(self) -> JobResult:
        """Its owner wanted no more of it."""
        return self._result(
            Outcome.FAILED, error_code="cancelled", error_detail="cancelled while running"
        )

    def _result(
        self,
        outcome: Outcome,
        *,
        images: tuple[StoredImage, ...] = (),
        error_code: str | None = None,
        error_detail: str | None = None,
        retryable: bool = False,
    ) -> JobResult:
        return JobResult(
            job_id=self.claim.job.id,
            attempt=self.claim.attempt,
            worker=self.claim.worker,
            outcome=outcome,
            images=images,
            error_code=error_code,
            error_detail=error_detail,
            retryable=retryable,
            gpu_seconds=self.gpu_seconds,
            load_seconds=self.load_seconds,
            fallbacks=self.rendered.fallbacks,
            resumed_steps=self.rendered.resumed_steps,
            started_at=self.started_at,
            finished_at=now(),
        )
