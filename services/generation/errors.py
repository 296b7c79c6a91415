"""The refusals of the generation service, each with its code and status."""

from services.kernel.errors import Problem


class JobNotFound(Problem):
    """No such job, or another person's: the answer is the same."""

    def __init__(self) -> None:
        super().__init__("generation.job_not_found", 404, "There is no such job")


class CheckpointUnknown(Problem):
    """The checkpoint does not exist or is switched off."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "generation.checkpoint_unknown",
            422,
            "There is no such checkpoint",
            "GET /v1/checkpoints lists those on offer.",
            checkpoint=name,
        )


class TierTooLow(Problem):
    """The checkpoint is for a higher tier."""

    def __init__(self, name: str, minimum_tier: str) -> None:
        super().__init__(
            "generation.tier_too_low",
            403,
            "This checkpoint needs a higher tier",
            checkpoint=name,
            minimum_tier=minimum_tier,
        )


class NoWorkerForCheckpoint(Problem):
    """Workers are there, but none of them serves the checkpoint."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "generation.no_worker_for_checkpoint",
            409,
            "No worker serves this checkpoint now",
            checkpoint=name,
        )


class InsufficientCredits(Problem):
    """The balance does not cover the price."""

    def __init__(self, cost_credits: int) -> None:
        super().__init__(
            "generation.insufficient_credits",
            402,
            "The balance does not cover the price",
            cost_credits=cost_credits,
        )


class TooManyOpenJobs(Problem):
    """One person has too many jobs that are not finished."""

    def __init__(self, limit: int, retry_after_s: int) -> None:
        super().__init__(
            "generation.too_many_open_jobs",
            429,
            "Too many of your jobs are not finished yet",
            limit=limit,
            retry_after_s=retry_after_s,
        )


class QueueFull(Problem):
    """The queue is as deep as it may get."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            "generation.queue_full", 429, "The queue is full", retry_after_s=retry_after_s
        )


class JobAlreadyFinished(Problem):
    """It succeeded or failed before it could be cancelled."""

    def __init__(self, status: str) -> None:
        super().__init__(
            "generation.job_already_finished",
            409,
            "The job is finished and can't be cancelled",
            job_status=status,
        )
