"""The refusals of the generation service, each with its code and status."""

from services.kernel.errors import Problem


class JobNotFound(Problem):
    """No such job, or another person's: the answer is the same."""

    code, status, title = "generation.job_not_found", 404, "There is no such job"


class CheckpointUnknown(Problem):
    """The checkpoint does not exist or is switched off."""

    code, status, title = "generation.checkpoint_unknown", 422, "There is no such checkpoint"

    def __init__(self, name: str) -> None:
        super().__init__("GET /v1/checkpoints lists those on offer.", checkpoint=name)


class TierTooLow(Problem):
    """The checkpoint is for a higher tier."""

    code, status, title = "generation.tier_too_low", 403, "This checkpoint needs a higher tier"

    def __init__(self, name: str, minimum_tier: str) -> None:
        super().__init__(checkpoint=name, minimum_tier=minimum_tier)


class NoWorkerForCheckpoint(Problem):
    """Workers are there, but none of them serves the checkpoint."""

    code, status = "generation.no_worker_for_checkpoint", 409
    title = "No worker serves this checkpoint now"

    def __init__(self, name: str) -> None:
        super().__init__(checkpoint=name)


class InsufficientCredits(Problem):
    """The balance does not cover the price."""

    code, status = "generation.insufficient_credits", 402
    title = "The balance does not cover the price"

    def __init__(self, cost_credits: int) -> None:
        super().__init__(cost_credits=cost_credits)


class TooManyOpenJobs(Problem):
    """One person has too many jobs that are not finished."""

    code, status = "generation.too_many_open_jobs", 429
    title = "Too many of your jobs are not finished yet"

    def __init__(self, limit: int, retry_after_s: int) -> None:
        super().__init__(limit=limit, retry_after_s=retry_after_s)


class QueueFull(Problem):
    """The queue is as deep as it may get."""

    code, status, title = "generation.queue_full", 429, "The queue is full"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(retry_after_s=retry_after_s)


class JobAlreadyFinished(Problem):
    """It succeeded or failed before it could be cancelled."""

    code, status = "generation.job_already_finished", 409
    title = "The job is finished and can't be cancelled"

    def __init__(self, job_status: str) -> None:
        super().__init__(job_status=job_status)
