"""What passes between the queue and those who use it."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from services.contracts.jobs import GenerationJob

ID = '"id":"'
SUBMITTED_AT = '"submitted_at":"'
# As `model_dump_json`, without its detour.
_to_json = GenerationJob.__pydantic_serializer__.to_json


@dataclass(frozen=True)
class Entry:
    """A job on its way into the queue.

    A higher priority goes first among the jobs of its tenant. A weight outside its bounds counts as
    the nearest of them. No more than `limit` jobs of a tenant run at once; 0 is no limit. Raises
    ValueError for a name that can't be printed.
    """

    job: GenerationJob
    tenant: str
    weight: float = 1.0
    priority: int = 0
    limit: int = 0

    def __post_init__(self) -> None:
        if not f"{self.tenant}{self.job.lane}{self.kin}".isprintable():
            raise ValueError("the name of a tenant, a checkpoint or a LoRA has a control character")

    @cached_property
    def kin(self) -> str:
        """See `kin_of`."""
        return kin_of(self.job)

    def parts(self) -> tuple[str, ...]:
        """What the script takes for each job, in its order; the last part is what is kept of it."""
        job, tenant, limit = self.job, self.tenant, self.limit
        lane, attempt = job.lane, job.attempt
        terms = f"{tenant}\t{lane}\t{self.weight}\t{job.work_units}\t{attempt}\t{limit}\t{self.kin}"
        manner = f"{lane}\t{self.priority}\t{limit}\t{attempt}"
        message = _to_json(job, exclude_none=True).decode()
        job_id, at = _member(message, ID), _member(message, SUBMITTED_AT)
        return job_id, tenant, manner, at, f"{terms}\n{message}"


def _member(message: str, name: str) -> str:
    """A string in JSON that needs no escapes. No text in there looks like its name: quotes would
    be escaped.
    """
    start = message.index(name) + len(name)
    return message[start : message.index('"', start)]


def message_of(text: str, attempt: int) -> GenerationJob:
    """The job of what `Entry.parts` kept, at its delivery of this number.

    Raises ValidationError when it can't be read.
    """
    body = text[text.find("\n") + 1 : -1]
    # Of two members of one name the last counts.
    return GenerationJob.model_validate_json(f'{body},"attempt":{attempt}}}')


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
