"""How long no job ended after each strike, from the record alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from tests.services.chaos.faults import Strike


@dataclass(frozen=True)
class Job:
    """When a job was taken and when it ended, seconds since the epoch."""

    id: str
    queued_at: float
    finished_at: float


@dataclass(frozen=True)
class Recovery:
    """One strike, and the longest time without progress between it and the next one.

    Seconds: `at_s` since the first job was taken; `bound_s` is what the design allows a stall;
    `held_ended_s` until those jobs had ended that the worker held.
    """

    fault: str
    at_s: float
    open_jobs: int
    stalled_s: float
    bound_s: float
    held_ended_s: float | None
    note: str

    @property
    def is_in_time(self) -> bool:
        """Jobs ended again as soon as they should."""
        return self.stalled_s <= self.bound_s


def recoveries(strikes: Sequence[Strike], jobs: Sequence[Job], attempt_s: float) -> list[Recovery]:
    """`attempt_s` is how long an attempt takes at most: nothing can end sooner."""
    first = min(job.queued_at for job in jobs)
    ends = [strike.at for strike in strikes[1:]] + [float("inf")]
    return [
        Recovery(
            fault=strike.fault,
            at_s=round(strike.at - first, 1),
            open_jobs=sum(job.queued_at < strike.at < job.finished_at for job in jobs),
            stalled_s=round(longest_stall(jobs, strike.at, end), 2),
            bound_s=round(strike.bound_s + attempt_s, 2),
            held_ended_s=held_ended_s(jobs, strike),
            note=strike.note,
        )
        for strike, end in zip(strikes, ends, strict=True)
    ]


def held_ended_s(jobs: Sequence[Job], strike: Strike) -> float | None:
    """How long it took until the last of the jobs had ended that were held; None without any."""
    held = {lease.job_id for lease in strike.held}
    took = [job.finished_at - strike.at for job in jobs if job.id in held]
    return round(max(took), 1) if took else None


def longest_stall(jobs: Sequence[Job], since: float, until: float) -> float:
    """The longest part of this span in which jobs were open and none ended."""
    in_order = sorted(jobs, key=lambda job: job.finished_at)
    open_since = [*accumulate((job.queued_at for job in reversed(in_order)), min)][::-1]
    ends = [job.finished_at for job in in_order]
    stalls = (
        min(end, until) - max(since, last, waiting_since)
        for last, end, waiting_since in zip([0.0, *ends], ends, open_since, strict=False)
    )
    return max(0.0, *stalls)
