"""What passes between the queue and those who use it."""

from dataclasses import dataclass
from enum import StrEnum

from services.contracts.jobs import GenerationJob

SEPARATORS = 6


@dataclass(frozen=True)
class Entry:
    """A job on its way into the queue.

    A higher priority goes first among the jobs of its tenant. A weight outside its bounds counts as
    the nearest of them. No more than `limit` jobs of a tenant run at once; 0 is no limit.
    """

    job: GenerationJob
    tenant: str
    weight: float = 1.0
    priority: int = 0
    limit: int = 0

    def parts(self) -> tuple[str | int, ...]:
        """What the script takes for each job, in its order; the last part is what is kept of it.

        Raises ValueError when a name has a tab or a line break in it.
        """
        job, tenant, limit = self.job, self.tenant, self.limit
        lane, attempt = job.lane, job.attempt
        terms = (
            f"{tenant}\t{lane}\t{self.weight}\t{job.work_units}\t{attempt}\t{limit}\t{kin_of(job)}"
        )
        if terms.count("\t") != SEPARATORS or "\n" in terms:
            raise ValueError("a tenant's or a checkpoint's name has a tab or a line break in it")
        text = f"{terms}\n{job.model_dump_json()}"
        at = job.submitted_at.isoformat().replace("+00:00", "Z")
        return str(job.id), tenant, lane, self.priority, limit, attempt, at, text


def message_of(text: str, attempt: int) -> GenerationJob:
    """The job of what `Entry.parts` kept, at its delivery of this number.

    Raises ValidationError when it can't be read.
    """
    body = text[text.find("\n") + 1 :]
    return GenerationJob.model_validate_json(body).model_copy(update={"attempt": attempt})


def kin_of(job: GenerationJob) -> str:
    """Jobs that say the same run in one batch: only their words, seeds and counts differ.

    Empty: it runs alone, because it starts from a picture of its own.
    """
    if job.source_key or job.mask_key:
        return ""
    loras = ",".join(f"{lora.name}*{lora.weight:g}" for lora in job.loras)
    size = f"{job.width}x{job.height}"
    return f"{job.lane}|{size}|{job.scheduler or ''}|{job.steps}|{job.guidance_scale:g}|{loras}"


@dataclass(frozen=True)
class Claim:
    """A job in the hands of one worker, for as long as its lease is extended.

    `token` proves the holding: another attempt has another. `strikes` counts the attempts before
    that went wrong.
    """

    job: GenerationJob
    worker: str
    token: str
    lease_s: float
    strikes: int

    @property
    def attempt(self) -> int:
        """1 for the first delivery."""
        return self.job.attempt


class Cancelled(StrEnum):
    """What a cancellation met."""

    REMOVED = "removed"
    FLAGGED = "flagged"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reclaimed:
    """One round of reclaiming. `next_due_s` is None when nothing is leased or delayed."""

    put_back: int
    dead: int
    promoted: int
    next_due_s: float | None


@dataclass(frozen=True)
class DeadLetter:
    """A job that was given up."""

    job: GenerationJob
    strikes: int
    since_unix_s: float
