"""The refusals of the generation service, each with its code and status."""

from collections.abc import Sequence

from services.kernel.errors import Problem


class JobNotFound(Problem):
    """No such job, or another person's: the answer is the same."""

    code, status, title = "generation.job_not_found", 404, "There is no such job"


class CheckpointUnknown(Problem):
    """The checkpoint does not exist or is switched off."""

    code, status, title = "generation.checkpoint_unknown", 404, "There is no such checkpoint"

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


class KindUnsupported(Problem):
    """The checkpoint cannot make pictures in this way."""

    code, status = "generation.kind_unsupported", 409
    title = "This checkpoint can't do this kind of job"

    def __init__(self, name: str, kind: str, abilities: Sequence[str]) -> None:
        super().__init__(checkpoint=name, kind=kind, abilities=list(abilities))


class SchedulerUnsupported(Problem):
    """Checkpoints of this family cannot use the scheduler."""

    code, status = "generation.scheduler_unsupported", 409
    title = "This checkpoint can't use this scheduler"

    def __init__(self, name: str, scheduler: str) -> None:
        super().__init__(checkpoint=name, scheduler=scheduler)


class LoraUnknown(Problem):
    """The LoRA does not exist or is switched off."""

    code, status, title = "generation.lora_unknown", 404, "There is no such LoRA"

    def __init__(self, name: str) -> None:
        super().__init__("GET /v1/checkpoints?kind=lora lists those on offer.", lora=name)


class LoraUnsuitable(Problem):
    """The LoRA was made for checkpoints of another base."""

    code, status = "generation.lora_unsuitable", 409
    title = "This LoRA does not fit the checkpoint"

    def __init__(self, name: str, base: str, checkpoint_base: str) -> None:
        super().__init__(lora=name, lora_base=base, checkpoint_base=checkpoint_base)


class LoraNamedTwice(Problem):
    """The request names the same LoRA more than once."""

    code, status, title = "generation.lora_named_twice", 409, "A LoRA is named twice"


class SourceUnknown(Problem):
    """The source or the mask is none of the person's pictures, or was removed."""

    code, status, title = "generation.source_unknown", 404, "There is no such picture of yours"

    def __init__(self, field: str) -> None:
        super().__init__(field=field)


class MaskMismatch(Problem):
    """A mask has the size of the picture that it lies on."""

    code, status = "generation.mask_mismatch", 409
    title = "The mask has another size than its picture"


class OverTierLimit(Problem):
    """The person's tier allows less; all that is over is told with what is allowed."""

    code, status, title = "generation.over_tier_limit", 403, "Your tier allows less than this"

    def __init__(self, limit: str, allowed: int, asked: int) -> None:
        super().__init__(f"{limit}: {allowed}", limit=limit, allowed=allowed, asked=asked)


class TooManyWaitingJobs(Problem):
    """As many of the person's jobs wait as their tier allows."""

    code, status = "generation.too_many_waiting_jobs", 429
    title = "Too many of your jobs are waiting"

    def __init__(self, limit: int, retry_after_s: int) -> None:
        super().__init__(limit=limit, retry_after_s=retry_after_s)


class TooManyRequests(Problem):
    """More requests in a minute than the person's tier allows."""

    code, status, title = "generation.too_many_requests", 429, "Too many requests in a minute"

    def __init__(self, requests_per_minute: int, retry_after_s: int) -> None:
        super().__init__(requests_per_minute=requests_per_minute, retry_after_s=retry_after_s)


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


class TooManyStreams(Problem):
    """One person has too many streams of events open."""

    code, status = "generation.too_many_streams", 429
    title = "Too many of your streams are open"

    def __init__(self, limit: int) -> None:
        super().__init__("Close one of them first.", limit=limit, retry_after_s=5)


class StreamsFull(Problem):
    """This process serves as many streams as it may, or is about to stop."""

    code, status, title = "generation.streams_full", 503, "No more streams can be opened here now"

    def __init__(self) -> None:
        super().__init__(retry_after_s=2)
